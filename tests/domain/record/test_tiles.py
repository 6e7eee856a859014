"""Tiles are cut and addressed as C2SP tlog-tiles say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.domain.record import tiles, tree
from participation.domain.record.tiles import Address


def leaves_of(size: int) -> list[bytes]:
    return [tree.leaf_hash(b"%d" % n) for n in range(size)]


def test_the_addresses_are_those_of_the_specification() -> None:
    assert Address(0, 1234067).path == "tile/0/x001/x234/067"
    assert Address(None, 0, 5).path == "tile/entries/000.p/5"
    assert Address(1, 999).path == "tile/1/999"
    assert Address(1, 1000).path == "tile/1/x001/000"


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**17), st.integers(1, 256))
def test_an_address_leads_back_to_its_tile(level: int | None, number: int, width: int) -> None:
    made = Address(level, number, width)
    assert tiles.address(made.path.removeprefix("tile/")) == made


@pytest.mark.parametrize(
    "path",
    "|0|0/|0/1|64/000|00/000|-1/000|0/000.p/0|0/000.p/256|0/000.p/05|0/x000/001|0/001/000|0/x001|entry/000|0/../../key"
    "|0/000.p/|0/٠٠٠|0/x001/x001/x001/x001/x001/x001/x001/000|0/000\n".split("|"),
)
def test_no_other_address_is_a_tile(path: str) -> None:
    assert tiles.address(path) is None


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    assert tiles.edge(70_000) == {(0, 273): 112, (1, 1): 17, (2, 0): 1}
    assert tiles.edge(256) == {(1, 0): 1}
    assert tiles.edge(0) == {}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=5))
def test_tiles_grown_in_any_batches_give_the_root(batches: list[int]) -> None:
    leaves = leaves_of(sum(batches))
    stored: dict[tuple[int, int], bytes] = {}
    size = 0
    for batch in batches:
        edge = {place: stored[place] for place in tiles.edge(size)}
        changed = tiles.extend(size, edge, leaves[size : size + batch])
        stored |= changed
        size += batch
        now = edge | changed
        root = tree.range_hash(0, size, lambda height, index, have=now: tiles.node(have, height, index))  # type: ignore[misc]
        assert root == tree.root_of(leaves[:size])
    widths = {place: len(data) // 32 for place, data in stored.items() if len(data) < tiles.FULL}
    assert widths == tiles.edge(size)


def test_proofs_can_be_read_from_tiles() -> None:
    size = 66_000
    leaves = leaves_of(size)
    stored = tiles.extend(0, {}, leaves)
    root = tree.root_of(leaves)

    def proof(ranges: list[tuple[int, int]]) -> list[bytes]:
        parts = [part for start, end in ranges for part in tree.subtrees(start, end)]
        have = {place: stored[place] for place in tiles.needed(parts)}
        return [tree.range_hash(start, end, lambda h, i: tiles.node(have, h, i)) for start, end in ranges]

    for index in (0, 255, 256, 40_000, 65_535, 65_536, size - 1):
        assert tree.verify_inclusion(leaves[index], index, size, proof(tree.inclusion_ranges(index, size)), root)
    for old in (1, 255, 256, 257, 65_536, 65_999, size):
        before = tree.root_of(leaves[:old])
        assert tree.verify_consistency(old, before, size, root, proof(tree.consistency_ranges(old, size)))


def test_a_bundle_gives_its_leaves_back_and_a_damaged_one_nothing() -> None:
    leaves = leaves_of(5)
    raw = tiles.bundle(leaves)
    assert len(raw) == 5 * 34
    assert tiles.unbundled(raw) == leaves
    assert tiles.unbundled(raw[:-1]) is None
    assert tiles.unbundled(b"\x00\x21" + raw[2:]) is None
    assert tiles.unbundled(raw + b"\x00") is None
