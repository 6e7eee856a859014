"""The signing keys, in the key folder outside PostgreSQL: in no backup, readable by the server's user alone."""

import os
import re
from pathlib import Path

from participation.domain.record.notes import NoteError, Signer, VerifierKey
from participation.settings import make_private


class KeyMissing(Exception):
    """The key that signs a record is not in the key folder, or cannot be read; the text says which file."""


def make(folder: Path, origin: str) -> Signer:
    """A new key, on the disk before anything is signed with it."""
    signer = Signer.new(origin)
    path = _path(folder, signer.verifier)
    make_private(path.parent)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(signer.secret_text() + "\n")
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return signer


def load(folder: Path, key: VerifierKey) -> Signer:
    path = _path(folder, key)
    try:
        signer = Signer.parse(path.read_text().strip())
    except OSError as error:
        raise KeyMissing(f"The key that signs the record cannot be read: {path}: {error.strerror}.") from None
    except (NoteError, UnicodeDecodeError) as error:
        raise KeyMissing(f"The key that signs the record is damaged: {path}: {error}.") from None
    if signer.verifier != key:
        raise KeyMissing(f"{path} holds another key than the one that signs the record.")
    return signer


def _path(folder: Path, key: VerifierKey) -> Path:
    """One file for each key, named after origin and number: a new record at an old address gets a new key."""
    return folder / "record" / f"{re.sub(r'[^A-Za-z0-9.-]', '_', key.name)}.{key.id.hex()}.key"
