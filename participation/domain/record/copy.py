"""Copies a published record into a folder, laid out like its addresses, so that it can be verified and kept."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from participation.domain.record import notes, tiles
from participation.domain.record.sources import Absent, Source
from participation.domain.record.tiles import Address


class CopyError(Exception):
    """A file that has to be there cannot be had; it says which."""


def copy(source: Source, folder: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """How many entries the copy has. What never changes is not fetched twice; the checkpoint is written last."""
    checkpoint = _had("checkpoint", source.read("checkpoint"))
    claim = _claim(checkpoint)
    if (folder / "checkpoint").exists() and _claim((folder / "checkpoint").read_bytes()).origin != claim.origin:
        raise CopyError(f"{folder} holds a copy of another record; name another folder")
    for address in addresses(claim.size):
        if not (folder / address.path).exists():
            _write(folder / address.path, _had(address.path, source.read(address.path)))
    for first in range(0, claim.size, tiles.WIDTH):
        block = (f"entry/{n}.json" for n in range(first, min(first + tiles.WIDTH, claim.size)))
        wanted = [path for path in block if not (folder / path).exists()]
        for path, raw in zip(wanted, source.read_all(wanted), strict=True):
            if raw != Absent():
                _write(folder / path, _had(path, raw))
        progress(min(first + tiles.WIDTH, claim.size), claim.size)
    _write(folder / "key", _had("key", source.read("key")))
    _write(folder / "checkpoint", checkpoint)
    return claim.size


def _claim(checkpoint: bytes) -> notes.Checkpoint:
    try:
        return notes.checkpoint(notes.open_note(checkpoint))
    except notes.NoteError as error:
        raise CopyError(f"checkpoint: {error}") from None


def addresses(size: int) -> Iterator[Address]:
    """Every tile and bundle of a record of that size."""
    level, count = 0, size
    while count:
        for first in range(0, count, tiles.WIDTH):
            address = Address(level, first // tiles.WIDTH, min(tiles.WIDTH, count - first))
            yield address
            if level == 0:
                yield address._replace(level=None)
        level, count = level + 1, count // tiles.WIDTH


def _had(path: str, raw: bytes | Absent) -> bytes:
    if isinstance(raw, Absent):
        raise CopyError(f"{path}: {raw.reason or 'is missing'}")
    return raw


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_bytes(data)
    os.replace(half, path)
