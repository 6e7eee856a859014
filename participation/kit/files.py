"""Keeps files in a folder by the SHA-256 of what they hold: the same content is there once, under no name that a sender gave.

A file is written beside its place and renamed into it once it is whole and on the disk, so that a crash leaves at most something
that nobody refers to; `sweep` takes that away.
"""

import asyncio
import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from participation.settings import make_private

DIGEST = re.compile(r"[0-9a-f]{64}")
ARRIVING = "arriving"
WRITE_AT_ONCE = 256 * 1024
OLD = 24 * 3600
"""Seconds after which a file that nothing refers to is nobody's any more: a form that was opened can be sent for as long."""


class TooLarge(Exception):
    """More arrived than is taken; what had been written is gone."""


class Arriving:
    """A file on its way in: written as it comes, counted and hashed as it comes."""

    def __init__(self, folder: Path, most: int) -> None:
        make_private(folder)
        self.path = folder / secrets.token_hex(16)
        self.size = 0
        self._most = most
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    async def write(self, chunk: bytes | memoryview) -> None:
        """Raises `TooLarge` with the first byte too many."""
        self.size += len(chunk)
        if self.size > self._most:
            self.drop()
            raise TooLarge
        self._waiting += chunk
        if len(self._waiting) >= WRITE_AT_ONCE:
            await self._flush()

    async def end(self) -> None:
        """All of it has come."""
        await self._flush()
        self._file.close()

    async def _flush(self) -> None:
        waiting, self._waiting = self._waiting, bytearray()
        await asyncio.to_thread(self._out, bytes(waiting))

    def _out(self, chunk: bytes) -> None:
        self._hash.update(chunk)
        view = memoryview(chunk)
        while view:
            view = view[self._file.write(view) or 0 :]

    def drop(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class Files:
    """The folder of uploads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def arriving(self, most: int) -> Arriving:
        return Arriving(self.folder / ARRIVING, most)

    def path(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise ValueError("a file is known by its SHA-256")
        return self.folder / digest[:2] / digest

    async def keep(self, content: bytes) -> str:
        """Under its hash, which is told; nothing happens when it is there already."""
        digest = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(self._keep, content, digest)
        return digest

    def _keep(self, content: bytes, digest: str) -> None:
        arriving = self.folder / ARRIVING
        make_private(arriving)
        path = arriving / secrets.token_hex(16)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        self._settle(path, digest)

    async def take(self, arrived: Arriving) -> str:
        """What has arrived goes to its place."""
        await asyncio.to_thread(self._settle, arrived.path, arrived.digest)
        return arrived.digest

    def _settle(self, path: Path, digest: str) -> None:
        place = self.path(digest)
        make_private(place.parent)
        _on_disk(path)
        # Also over one that is there: the same content, and young again, so that no sweep takes it while it is being used.
        with self._locked(fcntl.LOCK_SH):
            path.replace(place)
        _on_disk(place.parent)

    def young(self, digest: str) -> bool:
        """It is here, and stays for long enough to be used; makes it so."""
        with self._locked(fcntl.LOCK_SH):
            try:
                os.utime(self.path(digest))
            except FileNotFoundError:
                return False
        return True

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Those who keep files do so at the same time; who sweeps is alone for as long as it takes to look at one and remove it."""
        make_private(self.folder)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)

    def remove(self, digest: str) -> None:
        """At once. Whoever calls knows that nothing refers to it."""
        with self._locked(fcntl.LOCK_EX):
            self.path(digest).unlink(missing_ok=True)

    def sweep(self, used: Iterable[str], now: float | None = None) -> int:
        """Remove what nothing refers to and what never arrived as a whole, once it is a day old; how many these were.

        Where nothing at all is used, what has arrived stays: it is more likely that the wrong question was asked.
        """
        before = (time.time() if now is None else now) - OLD
        kept, gone = set(used), 0
        patterns = ("??/*", f"{ARRIVING}/*") if kept else (f"{ARRIVING}/*",)
        for path in chain.from_iterable(map(self.folder.glob, patterns)):
            if path.name not in kept:
                with self._locked(fcntl.LOCK_EX):
                    if path.is_file() and path.stat().st_mtime < before:
                        path.unlink()
                        gone += 1
        return gone


def _on_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
