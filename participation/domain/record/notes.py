"""Signed notes, verifier keys and checkpoints, as C2SP signed-note and tlog-checkpoint say. Ed25519 alone.

`cryptography` is imported where something is signed or verified: a web worker, which only shows notes, has no room for it.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
MAX_SIZE = 2**63 - 1
MAX_NOTE = 64 * 1024
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_PRIVATE = "PRIVATE+KEY+"


class NoteError(ValueError):
    """The text is not a note, a key or a checkpoint; it says why."""


@dataclass(frozen=True)
class VerifierKey:
    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_encoded(ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        name, raw, key_id = _key_parts(text.strip())
        key = cls(name, raw)
        if key.id.hex() != key_id:
            raise NoteError("the key's number does not fit the key")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    name: str
    private: "Ed25519PrivateKey"

    @classmethod
    def new(cls, name: str) -> "Signer":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not _NAME.fullmatch(name):
            raise NoteError("a key's name has neither spaces nor plus signs")
        return cls(name, Ed25519PrivateKey.generate())

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def secret_text(self) -> str:
        """The key as other tools for signed notes keep it in a file."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{_encoded(ED25519 + self.private.private_bytes_raw())}"

    @classmethod
    def parse(cls, text: str) -> "Signer":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if not text.startswith(_PRIVATE):
            raise NoteError("not a signing key")
        name, raw, key_id = _key_parts(text.removeprefix(_PRIVATE).strip())
        signer = cls(name, Ed25519PrivateKey.from_private_bytes(raw))
        if signer.verifier.id.hex() != key_id:
            raise NoteError("the key's number does not fit the key")
        return signer


@dataclass(frozen=True)
class Note:
    text: str
    signatures: Sequence[tuple[str, bytes, bytes]]
    """Name, number and signature of each key that signed."""

    def signed_by(self, key: VerifierKey) -> bool:
        """The key signed, and no signature under its name and number is false."""
        mine = [signature for name, key_id, signature in self.signatures if (name, key_id) == (key.name, key.id)]
        return bool(mine) and all(key.signed(self.text, signature) for signature in mine)


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


def sign(text: str, *signers: Signer) -> str:
    lines = (f"— {s.name} {_encoded(s.verifier.id + s.private.sign(text.encode()))}\n" for s in signers)
    return f"{text}\n{''.join(lines)}"


def open_note(raw: bytes) -> Note:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise NoteError("it is not UTF-8 text") from None
    body, blank, tail = text.rpartition("\n\n")
    if len(raw) > MAX_NOTE or not blank or not tail.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", text):
        raise NoteError("it is not a signed note")
    signatures = []
    for line in tail[:-1].split("\n"):
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise NoteError("a line of its signatures is damaged")
        value = _decoded(match[2])
        signatures.append((match[1], value[:4], value[4:]))
    return Note(body + "\n", signatures)


def checkpoint(note: Note) -> Checkpoint:
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise NoteError("a checkpoint has an origin, a size and a root")
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) or int(lines[1]) > MAX_SIZE:
        raise NoteError("its size is not a number that a record can have")
    root = _decoded(lines[2])
    if len(root) != 32:
        raise NoteError("its root is not a hash")
    return Checkpoint(lines[0], int(lines[1]), root)


def proof_text(index: int, hashes: Sequence[bytes], checkpoint_note: str) -> str:
    """A C2SP tlog-proof: shows, offline and by itself, that an entry is in the record."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(_encoded, hashes)]
    return "\n".join([*lines, "", checkpoint_note])


def succession(old: VerifierKey, new: VerifierKey) -> str:
    """What both keys sign when one follows the other; its second line keeps it from being a checkpoint."""
    return f"{old.name}\na new key signs this record\n{old}\n{new}\n"


def successor(raw: bytes) -> tuple[VerifierKey, VerifierKey]:
    """The old and the new key of a note that both have signed."""
    note = open_note(raw)
    lines = note.text.split("\n")
    if len(lines) != 5:
        raise NoteError("it does not say which key follows which")
    old, new = VerifierKey.parse(lines[2]), VerifierKey.parse(lines[3])
    if note.text != succession(old, new) or not (note.signed_by(old) and note.signed_by(new)):
        raise NoteError("the old and the new key have not both signed it")
    return old, new


def _key_parts(text: str) -> tuple[str, bytes, str]:
    name, _, rest = text.partition("+")
    key_id, _, data = rest.partition("+")
    if not _NAME.fullmatch(name) or not re.fullmatch(r"[0-9a-f]{8}", key_id):
        raise NoteError("a key reads name+number+letters")
    raw = _decoded(data)
    if len(raw) != 33 or raw[:1] != ED25519:
        raise NoteError("it is not an Ed25519 key")
    return name, raw[1:], key_id


def _encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise NoteError("its base64 is damaged") from None
    if _encoded(raw) != text:
        raise NoteError("its base64 is damaged")
    return raw
