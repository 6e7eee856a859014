"""Writes a ZIP as a stream: each file once, hashed and counted on its way, listed in a manifest at the end."""

import hashlib
import json
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

AT_ONCE = 256 * 1024
MANIFEST = "manifest.json"
PERMISSIONS = 0o644 << 16


class Member:
    """A file inside the archive that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.hash = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.hash.update(data)
        return self._file.write(data)

    def line(self, value: Any) -> None:
        """One thing of NDJSON."""
        self.write(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n")


class Pack:
    """The archive; `files` is what the manifest says of it."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, Any]] = {}

    @contextmanager
    def member(self, name: str, *, stored: bool = False) -> Iterator[Member]:
        about = ZipInfo(name)
        about.compress_type = ZIP_STORED if stored else ZIP_DEFLATED
        about.external_attr = PERMISSIONS
        with self._archive.open(about, "w", force_zip64=True) as file:
            member = Member(file)
            yield member
        self.files[name] = {"sha256": member.hash.hexdigest(), "size": member.size}

    def add(self, name: str, content: bytes) -> None:
        with self.member(name) as member:
            member.write(content)

    def copy(self, name: str, path: Path) -> None:
        """A file of the store: compressed already, mostly."""
        with path.open("rb") as file, self.member(name, stored=True) as member:
            while chunk := file.read(AT_ONCE):
                member.write(chunk)

    def end(self, about: dict[str, Any]) -> None:
        manifest = about | {"files": [{"name": name} | said for name, said in self.files.items()]}
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        self._archive.writestr(_plain(MANIFEST), content, ZIP_DEFLATED)


def _plain(name: str) -> ZipInfo:
    about = ZipInfo(name)
    about.external_attr = PERMISSIONS
    return about


class Bundle:
    """Many small files as one: a TAR remembers nothing of what it has written, however many they are."""

    def __init__(self, member: Member) -> None:
        self._tar = tarfile.open(fileobj=member, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]

    def add(self, name: str, content: bytes) -> None:
        about = tarfile.TarInfo(name)
        about.size = len(content)
        self._tar.addfile(about, BytesIO(content))
        self._tar.members.clear()

    def close(self) -> None:
        self._tar.close()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
