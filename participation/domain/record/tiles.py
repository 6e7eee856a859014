"""The tree cut into tiles of 256 hashes, their addresses, and bundles of entries, as C2SP tlog-tiles say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from participation.domain.record import tree

WIDTH = 256
HASH = 32
FULL = WIDTH * HASH
Tiles = Mapping[tuple[int, int], bytes]
_PATH = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<n>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Address(NamedTuple):
    """Which tile: of a level, or (None) a bundle of entries; `width` below 256 is a partial one."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        middle = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{middle}{partial}"


def address(path: str) -> Address | None:
    """What an address below `tile/` asks for; None when no tile can have it."""
    match = _PATH.fullmatch(path)
    if match is None or match["n"].startswith("x000"):
        return None
    width = int(match["width"] or WIDTH)
    if match["width"] and width >= WIDTH:
        return None
    level = None if match["level"] == "entries" else int(match["level"])
    return Address(level, int(match["n"].replace("x", "").replace("/", "")), width)


def edge(size: int) -> dict[tuple[int, int], int]:
    """The partial tiles (level, number) of a tree and their widths: one for each level whose last tile is not full."""
    levels = range(-(-size.bit_length() // 8))
    return {(level, size >> 8 * level + 8): width for level in levels if (width := size >> 8 * level & 255)}


def extend(size: int, have: Tiles, leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that change when leaf hashes are added to a tree of `size`, given the partial tiles that it has."""
    changed: dict[tuple[int, int], bytes] = {}
    level, count, added = 0, size, list(leaves)
    while added:
        number = count // WIDTH
        data = (have[level, number] if count % WIDTH else b"") + b"".join(added)
        added = []
        for tile in (data[i : i + FULL] for i in range(0, len(data), FULL)):
            changed[level, number] = tile
            number += 1
            if len(tile) == FULL:
                added.append(tree.root_of(hashes(tile)))
        level, count = level + 1, count // WIDTH
    return changed


def node(have: Tiles, height: int, index: int) -> bytes:
    """The hash of a complete subtree, from the tile that holds it or what it is made of."""
    level, number, first, count = _place(height, index)
    data = have[level, number][first * HASH : (first + count) * HASH]
    return tree.root_of(hashes(data))


def needed(parts: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The tiles (level, number) from which subtrees (height, index) can be read."""
    return {_place(height, index)[:2] for height, index in parts}


def hashes(data: bytes) -> list[bytes]:
    return [data[i : i + HASH] for i in range(0, len(data), HASH)]


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Leaf data, each after its length in two bytes."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundled(data: bytes) -> list[bytes] | None:
    """The leaf data of a bundle; None when it is cut off or none of ours."""
    leaves = []
    at = 0
    while at < len(data):
        leaf = data[at + 2 : at + 2 + HASH]
        if data[at : at + 2] != b"\x00\x20" or len(leaf) != HASH:
            return None
        leaves.append(leaf)
        at += 2 + HASH
    return leaves


def _place(height: int, index: int) -> tuple[int, int, int, int]:
    level, inside = divmod(height, 8)
    first = index << inside
    return level, first // WIDTH, first % WIDTH, 1 << inside
