"""Where a published record is read from: a folder, or the address of a city or of a mirror."""

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx

LARGEST = 1024 * 1024
"""Bytes of the largest file that a record may have; a tile has 8,192."""
AT_ONCE = 8


@dataclass(frozen=True)
class Absent:
    """A file that could not be had: it is not there (the reason is empty), or it cannot be read."""

    reason: str = ""


class Source(Protocol):
    name: str

    def read(self, path: str) -> bytes | Absent: ...

    def read_all(self, paths: Iterable[str]) -> Iterator[bytes | Absent]: ...


class Folder:
    """A copy on a disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def read(self, path: str) -> bytes | Absent:
        try:
            with (self.folder / path).open("rb") as file:
                data = file.read(LARGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            return Absent()
        except OSError as error:
            return Absent(f"cannot be read: {error.strerror}")
        return data if len(data) <= LARGEST else Absent("is larger than any file of a record")

    def read_all(self, paths: Iterable[str]) -> Iterator[bytes | Absent]:
        return map(self.read, paths)


class Web:
    """A record as it is published; a few files are asked for at a time."""

    def __init__(self, url: str, transport: httpx.BaseTransport | None = None) -> None:
        # The address of a city will do: its record is below it.
        self.name = url.rstrip("/") if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/record"
        self._client = httpx.Client(
            transport=transport or httpx.HTTPTransport(retries=2), timeout=20, follow_redirects=True
        )

    def read(self, path: str) -> bytes | Absent:
        try:
            with self._client.stream("GET", f"{self.name}/{path}") as answer:
                if answer.status_code in (404, 410):
                    return Absent()
                if answer.status_code != 200:
                    return Absent(f"cannot be had: the server answers {answer.status_code}")
                return _limited(answer.iter_bytes())
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Absent(f"cannot be had: {error or type(error).__name__}")

    def read_all(self, paths: Iterable[str]) -> Iterator[bytes | Absent]:
        waiting = iter(paths)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while some := list(islice(waiting, 4 * AT_ONCE)):
                yield from pool.map(self.read, some)


def source(place: str) -> Folder | Web:
    """What somebody named on the command line. Raises `ValueError` where there can be no record."""
    if re.match(r"https?://", place):
        if not urlsplit(place).hostname:
            raise ValueError(f"{place} is not an address")
        return Web(place)
    folder = Path(place)
    if not folder.is_dir():
        raise ValueError(f"{place} is neither a folder nor an address that begins with http:// or https://")
    return Folder(folder)


def _limited(chunks: Iterator[bytes]) -> bytes | Absent:
    data = b""
    for chunk in chunks:
        data += chunk
        if len(data) > LARGEST:
            return Absent("is larger than any file of a record")
    return data
