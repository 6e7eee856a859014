"""Which file an address of the site becomes: names that every file system takes, that of a USB stick included."""

import hashlib
import re
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, unquote, urlsplit

LONGEST = 120
"""Characters of a path inside the copy: Windows takes 260 with all that stands before it."""
INDEX = {"text/html": "index.html", "application/json": "index.json"}
SUFFIX = {"text/html": ".html", "application/json": ".json"}
DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))}
"""What Windows takes for machines, whatever stands after a dot."""


class Names:
    """Gives each address a file of its own; the same again gives the same."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def give(self, address: str, media_type: str) -> str:
        name = file_of(address, media_type)
        if len(name) > LONGEST or not self._free(name):
            name = short(address, media_type)
        self._files.add(name)
        self._folders.update(str(folder) for folder in PurePosixPath(name).parents)
        return name

    def _free(self, name: str) -> bool:
        """Neither a file nor a folder has it, nor is one of its folders a file."""
        folders = {str(folder) for folder in PurePosixPath(name).parents}
        return name not in self._files and name not in self._folders and not folders & self._files


def file_of(address: str, media_type: str) -> str:
    """`/en/projects?after=12` is `en/projects/after-12.html`, `/en/projects` is `en/projects/index.html`."""
    parts = urlsplit(address)
    segments = [_plain(unquote(part)) for part in parts.path.split("/") if part]
    last = segments[-1] if segments else ""
    asked = "_".join(f"{_plain(name)}-{_plain(value)}" for name, value in parse_qsl(parts.query, True))
    if "." not in last and media_type in INDEX:
        return "/".join([*segments, asked + SUFFIX[media_type] if asked else INDEX[media_type]])
    if asked:
        stem, dot, ending = last.rpartition(".")
        segments[-1] = f"{stem}_{asked}.{ending}" if dot else f"{last}_{asked}"
    return "/".join(segments)


def short(address: str, media_type: str) -> str:
    """For what would be too long, or whose name another has."""
    path = PurePosixPath(urlsplit(address).path)
    ending = path.suffix if path.suffix == _plain(path.suffix) else SUFFIX.get(media_type, "")
    return f"{_plain(path.parts[1] if len(path.parts) > 1 else '')}/more/{_digest(address)}{ending}"


def _plain(text: str) -> str:
    """Small letters, digits, dashes and dots; with a digest where that says less than what was asked."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", text.lower()).rstrip(".")
    if plain.partition(".")[0] in DEVICES:
        plain = f"_{plain}"
    return plain if plain == text else f"{plain}-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
