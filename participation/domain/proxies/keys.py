"""The city's two keys for entries, out of one secret in the key folder: what they are sealed to, and what answers are signed with."""

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from participation.kit import envelopes, keys

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


@dataclass(frozen=True)
class EntryKeys:
    seal: "EllipticCurvePrivateKey"
    sign: "EllipticCurvePrivateKey"

    @property
    def public(self) -> tuple[bytes, bytes]:
        """What devices are given, both as raw points of 65 bytes."""
        return envelopes.point(self.seal), envelopes.point(self.sign)


def key_file(folder: Path, city_id: int) -> Path:
    return folder / "entries" / f"{city_id}.key"


def entry_keys(folder: Path, city_id: int) -> EntryKeys:
    """Made when they are first needed. Whoever loses the folder can open no entry that was sealed before."""
    path = key_file(folder, city_id)
    keys.make(path)
    secret = keys.read(path)
    return EntryKeys(envelopes.private(secret, "entries"), envelopes.private(secret, "answers"))


def digest(sealed: bytes) -> bytes:
    """Of what was sent as it was sent: encrypted under a key that nobody has twice, so that it tells nothing of what it holds."""
    return hashlib.sha256(sealed).digest()


def signed(entry_keys: EntryKeys, entry: uuid.UUID, status: str, receipt: str, digest: bytes) -> bytes:
    """The server's word for what became of an entry: only with it does a device delete its own copy."""
    message = f"participation receipt 1\n{entry}\n{status}\n{receipt}\n{digest.hex()}\n"
    return envelopes.signature(entry_keys.sign, message.encode())
