"""Goes through the files of a published record in order, and says which of them do not agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from participation.domain.record import notes, rules, tiles, tree
from participation.domain.record.notes import NoteError, VerifierKey
from participation.domain.record.sources import Absent, Source
from participation.domain.record.tiles import Address


@dataclass(frozen=True)
class Finding:
    """What is wrong, and in which file."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Report:
    """What was checked and found. `key_came_along`: the key was taken from the same place as the record."""

    place: str
    key: VerifierKey | None = None
    key_came_along: bool = False
    origin: str = ""
    size: int = 0
    root: bytes = b""
    read: int = 0
    erased: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not self.findings

    def add(self, where: str, what: str) -> None:
        self.findings.append(Finding(where, what))


class Walk:
    """Goes through the entries in order and builds the tree that they give."""

    def __init__(self, source: Source, report: Report, old_size: int | None) -> None:
        self.source = source
        self.report = report
        self.tree = tree.Growing()
        self.old_size = old_size
        self.old_root: bytes | None = tree.EMPTY if old_size == 0 else None
        self.successions: list[tuple[VerifierKey, VerifierKey]] = []
        self.missing: set[int] = set()
        self.explained: set[int] = set()
        self.levels: list[list[bytes]] = []
        self.counts: list[int] = []

    def block(self, first: int, width: int) -> None:
        """Up to 256 entries, with the bundle and the tile that speak of them."""
        number = first // tiles.WIDTH
        bundle_at, tile_at = Address(None, number, width), Address(0, number, width)
        told_by_bundle = [tree.leaf_hash(leaf) for leaf in self._bundle(bundle_at)]
        told_by_tile = self._tile(tile_at)
        wrong: dict[str, list[int]] = {}
        names = [f"entry/{n}.json" for n in range(first, first + width)]
        for n, raw in enumerate(self.source.read_all(names), first):
            voices = {
                names[n - first]: self._entry(n, raw),
                bundle_at.path: _at(told_by_bundle, n - first),
                tile_at.path: _at(told_by_tile, n - first),
            }
            leaf, blamed = _agreed(voices)
            for name in blamed:
                wrong.setdefault(name, []).append(n)
            self._grow(leaf or b"")
            self.report.read += 1
        self._blame(wrong)

    def finish(self) -> None:
        """The last, partial tiles of the levels above; and gaps that nothing explains."""
        for level in range(len(self.levels)):
            if self.levels[level]:
                self._compare(level)
        self.report.erased = sorted(self.missing & self.explained)
        for n in sorted(self.missing - self.explained):
            self.report.add(f"entry/{n}.json", "is missing, and no later entry says that it was erased")

    def _bundle(self, address: Address) -> list[bytes]:
        raw = self._cut(address, 34)
        leaves = None if raw is None else tiles.unbundled(raw)
        if raw is not None and (leaves is None or len(leaves) != address.width):
            self.report.add(address.path, f"is cut off or damaged: it should hold {address.width} entries")
            return []
        return leaves or []

    def _tile(self, address: Address) -> list[bytes]:
        raw = self._cut(address, tiles.HASH)
        if raw is not None and len(raw) != address.width * tiles.HASH:
            self.report.add(address.path, f"is cut off or damaged: it should hold {address.width} hashes")
            return []
        return tiles.hashes(raw) if raw else []

    def _cut(self, address: Address, length: int) -> bytes | None:
        """A tile; where a partial one is gone because it has become full, the beginning of the full one."""
        raw = self.source.read(address.path)
        if raw == Absent() and address.width < tiles.WIDTH:
            full = self.source.read(address._replace(width=tiles.WIDTH).path)
            raw = raw if isinstance(full, Absent) else full[: address.width * length]
        if isinstance(raw, Absent):
            self.report.add(address.path, raw.reason or "is missing")
            return None
        return raw

    def _entry(self, n: int, raw: bytes | Absent) -> bytes | None:
        where = f"entry/{n}.json"
        if isinstance(raw, Absent):
            if raw.reason:
                self.report.add(where, raw.reason)
            else:
                self.missing.add(n)
            return None
        try:
            leaf, entry = rules.read_body(raw)
        except rules.BodyError:
            self.report.add(where, "was changed: it is not written as the record writes an entry")
            return None
        self._learn(entry, n)
        return tree.leaf_hash(leaf)

    def _learn(self, entry: dict[str, object], n: int) -> None:
        """What an entry says about the record itself: what was erased, and which key follows."""
        facts = entry.get("facts")
        if not isinstance(facts, dict):
            return
        erased = facts.get("entry")
        if entry.get("kind") == rules.ERASURE and isinstance(erased, int) and erased < n:
            self.explained.add(erased)
        if entry.get("kind") == rules.NEW_KEY:
            try:
                self.successions.append(notes.successor(str(facts.get("note")).encode()))
            except (NoteError, UnicodeEncodeError) as error:
                self.report.add(f"entry/{n}.json", f"hands the record to a new key, but {error}")

    def _blame(self, wrong: dict[str, list[int]]) -> None:
        for name, numbers in wrong.items():
            if name.startswith("entry/"):
                self.report.add(name, "was changed: it is not the entry that the tree holds")
            else:
                self.report.add(name, f"was changed where it speaks of entry {numbers[0]}")

    def _grow(self, leaf: bytes) -> None:
        self.tree.append(leaf)
        if self.tree.size == self.old_size:
            self.old_root = self.tree.root()
        self._rise(0, leaf)

    def _rise(self, level: int, value: bytes) -> None:
        if level == len(self.levels):
            self.levels.append([])
            self.counts.append(0)
        self.levels[level].append(value)
        if len(self.levels[level]) == tiles.WIDTH:
            above = tree.root_of(self.levels[level])
            self._compare(level)
            self._rise(level + 1, above)

    def _compare(self, level: int) -> None:
        """A tile above the lowest level against the tiles below it."""
        computed, self.levels[level] = self.levels[level], []
        address = Address(level, self.counts[level], len(computed))
        self.counts[level] += 1
        found = self._tile(address) if level else []
        for place, (theirs, ours) in enumerate(zip(found, computed, strict=False)):
            if theirs != ours:
                below = Address(level - 1, address.number * tiles.WIDTH + place).path
                self.report.add(address.path, f"does not agree with {below}: one of them was changed")
                break


def _agreed(voices: dict[str, bytes | None]) -> tuple[bytes | None, list[str]]:
    """What most of entry, bundle and tile say a leaf is, and which of them say something else."""
    said = [value for value in voices.values() if value is not None]
    most = max(said, key=said.count, default=None)
    if most is not None and said.count(most) == 1 and len(said) > 1:
        return said[-1], [name for name, value in voices.items() if value is not None]
    return most, [name for name, value in voices.items() if value not in (None, most)]


def _at(values: Sequence[bytes], place: int) -> bytes | None:
    return values[place] if place < len(values) else None
