"""Keys that each stand in a file of their own, in a folder outside PostgreSQL: made, read for every use, destroyed.

The folder is in no backup, so that what is destroyed here is gone everywhere.
"""

import os
import secrets
from pathlib import Path

from participation.kit.errors import Unavailable
from participation.kit.i18n import _
from participation.settings import make_private

SIZE = 32


class KeyTrouble(Unavailable):
    """A key cannot be made, read or destroyed. Its reader is told to try later, the operator which file and why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            "key",
            _("A key of this site cannot be used at the moment. Nothing was changed."),
            _("Please try again later. Whoever runs this site finds the cause with `participation doctor`."),
        )
        self.path = path
        self.why = why

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


def make(path: Path) -> None:
    """A new key, on the disk when this returns. One that was made before and not used yet stays as it is."""
    try:
        if path.exists() and path.stat().st_size == SIZE:
            return
        make_private(path.parent)
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _folder_to_disk(path.parent)
        _folder_to_disk(path.parent.parent)
    except OSError as error:
        raise KeyTrouble(path, error.strerror or str(error)) from error


def read(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            key = os.read(handle, SIZE + 1)
        finally:
            os.close(handle)
    except OSError as error:
        raise KeyTrouble(path, error.strerror or str(error)) from error
    if len(key) != SIZE:
        raise KeyTrouble(path, "damaged")
    return key


def destroy(path: Path) -> None:
    """Overwrite it, then take it away; nothing happens where it is gone already."""
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(max(SIZE, path.stat().st_size)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _folder_to_disk(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise KeyTrouble(path, error.strerror or str(error)) from error


def _folder_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
