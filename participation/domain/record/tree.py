"""The hash tree of RFC 6962 and 9162: roots, and proofs that an entry is in it and that it only grew."""

import hashlib
from collections.abc import Callable, Sequence

EMPTY = hashlib.sha256(b"").digest()
Node = Callable[[int, int], bytes]
"""The hash of the complete subtree of a height at an index: node(3, 2) covers leaves 16 to 23."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """The right edge of a tree: takes leaf hashes one by one and knows the root at any time."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        # One complete subtree stands on the edge for each bit of the size; a carry joins two.
        carry = self.size
        while carry & 1:
            leaf = node_hash(self._edge.pop(), leaf)
            carry >>= 1
        self._edge.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        return _joined(self._edge)


def root_of(leaves: Sequence[bytes]) -> bytes:
    tree = Growing()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The complete subtrees (height, index), from the left, that a range of leaves is made of; `start` is aligned to it."""
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append((height, start >> height))
        start += 1 << height
    return parts


def range_hash(start: int, end: int, node: Node) -> bytes:
    return _joined([node(height, index) for height, index in subtrees(start, end)])


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes prove, from the leaf up, that leaf `index` is in a tree of `size`."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    ranges = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[tuple[int, int]]:
    """The ranges of leaves whose hashes prove that the tree of `old` leaves is the beginning of the tree of `size`."""
    if not 0 < old <= size:
        raise ValueError("no such tree")
    ranges = []
    start, end = 0, size
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start > 0:
        ranges.append((start, end))
    return ranges[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    inner, last, result = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            result = node_hash(part, result)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            result = node_hash(result, part)
        inner, last = inner >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    inner, last = old - 1, size - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    before = after = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            before, after = node_hash(part, before), node_hash(part, after)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            after = node_hash(after, part)
        inner, last = inner >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _split(width: int) -> int:
    """The largest power of two below a width."""
    return 1 << (width - 1).bit_length() - 1


def _joined(parts: Sequence[bytes]) -> bytes:
    if not parts:
        return EMPTY
    result = parts[-1]
    for left in reversed(parts[:-1]):
        result = node_hash(left, result)
    return result
