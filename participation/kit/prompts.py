"""Recordings that read questions out, in a folder of the store for each language: `prompts/sw/consent_text.mp3`."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from participation.kit.files import DIGEST, Files

FOLDER = "prompts"
KINDS = {".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".m4a": "audio/mp4", ".wav": "audio/wav"}
QUESTION = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True)
class Prompt:
    """One of them: the name under which a device keeps it, what it holds, and where it lies: in the folder, or by its hash in the store."""

    name: str
    md5: str
    path: str


Prompts = Mapping[tuple[str, str], Prompt]
"""(language, question) -> its recording."""


def found(store: Path, languages: Iterable[str]) -> dict[tuple[str, str], Prompt]:
    """All that lie in the folder. What is called otherwise is left alone."""
    prompts: dict[tuple[str, str], Prompt] = {}
    for language in languages:
        folder = store / FOLDER / language
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if file.suffix in KINDS and QUESTION.fullmatch(file.stem) and file.is_file():
                stat = file.stat()
                name = f"{language}-{file.name}"
                prompts[language, file.stem] = Prompt(
                    name, _md5(file, stat.st_mtime_ns, stat.st_size), f"{language}/{file.name}"
                )
    return prompts


@lru_cache(maxsize=1_000)
def _md5(file: Path, _changed: int, _size: int) -> str:
    """As OpenRosa wants it; read again only when the file has changed."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def of_file(store: Path, language: str, question: str, digest: str) -> Prompt:
    """An MP3 that is kept in the store under its hash, as the recording of a question."""
    stat = Files(store).path(digest).stat()
    return Prompt(f"{language}-{question}.mp3", _md5(Files(store).path(digest), stat.st_mtime_ns, stat.st_size), digest)


def path(store: Path, kept: str) -> Path:
    return Files(store).path(kept) if DIGEST.fullmatch(kept) else store / FOLDER / kept


def media_type(name: str) -> str:
    return KINDS.get(Path(name).suffix, "application/octet-stream")
