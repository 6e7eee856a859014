"""Publishes a record into a folder, without a database, for tests that read it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from participation.domain.record import notes, rules, tiles, tree
from participation.domain.record.notes import Signer
from participation.domain.record.tiles import Address

ORIGIN = "tamarani.example/record"


@dataclass
class Published:
    """A record on its way into a folder: `entries` can be added to and published again."""

    folder: Path
    signer: Signer = field(default_factory=lambda: Signer.new(ORIGIN))
    entries: list[dict[str, Any] | None] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def add(self, kind: str = "comment_hidden", **facts: Any) -> int:
        number = len(self.entries)
        entry = {"kind": kind, "at": "2027-03-01T09:00:00Z", "actor": {"role": "moderator"}, "facts": facts}
        salt = number.to_bytes(32, "big")
        body = rules.canonical(entry)
        self.entries.append(entry)
        self.leaves.append(rules.leaf_data(salt, body))
        self.write(f"entry/{number}.json", rules.body_file(salt, body.decode()))
        return number

    def publish(self) -> "Published":
        hashes = [tree.leaf_hash(leaf) for leaf in self.leaves]
        for (level, number), data in tiles.extend(0, {}, hashes).items():
            self.write(Address(level, number, len(data) // 32).path, data)
        for first in range(0, len(self.leaves), 256):
            some = self.leaves[first : first + 256]
            self.write(Address(None, first // 256, len(some)).path, tiles.bundle(some))
        claim = notes.Checkpoint(ORIGIN, len(hashes), tree.root_of(hashes))
        self.write("checkpoint", notes.sign(claim.text, self.signer).encode())
        self.write("key", f"{self.signer.verifier}\n".encode())
        return self

    def write(self, path: str, data: bytes) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(data)

    def read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    def flip(self, path: str, place: int) -> None:
        raw = bytearray(self.read(path))
        raw[place] ^= 1
        self.write(path, bytes(raw))


def published(folder: Path, size: int) -> Published:
    record = Published(folder)
    for n in range(size):
        record.add(comment=n)
    return record.publish()
