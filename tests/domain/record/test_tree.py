"""The tree agrees with the definition in RFC 6962, with its published roots, and with an independent library."""

import hashlib

import pymerkle
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from participation.domain.record import tree


def naive(leaves: list[bytes]) -> bytes:
    """The definition of MTH in RFC 6962, 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def leaves_of(size: int) -> list[bytes]:
    return [tree.leaf_hash(b"entry %d" % n) for n in range(size)]


def proof(leaves: list[bytes], ranges: list[tuple[int, int]]) -> list[bytes]:
    def node(height: int, index: int) -> bytes:
        return naive(leaves[index << height : (index + 1) << height])

    return [tree.range_hash(start, end, node) for start, end in ranges]


def test_the_roots_are_those_published_with_rfc_6962() -> None:
    data = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
    leaves = [tree.leaf_hash(d) for d in data]
    assert tree.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(st.integers(0, 300))
def test_the_root_is_the_one_of_the_definition(size: int) -> None:
    leaves = leaves_of(size)
    assert tree.root_of(leaves) == naive(leaves)


@given(st.data())
def test_every_entry_can_be_proved_and_a_changed_one_cannot(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 80))
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    root, path = naive(leaves), proof(leaves, tree.inclusion_ranges(index, size))
    assert tree.verify_inclusion(leaves[index], index, size, path, root)
    assert not tree.verify_inclusion(tree.leaf_hash(b"changed"), index, size, path, root)
    assert not tree.verify_inclusion(leaves[index], index, size, [*path, root], root)
    assert not tree.verify_inclusion(leaves[index], index, size, path[:-1], root) or size == 1
    assert not tree.verify_inclusion(leaves[index], size, size, path, root)


@given(st.data())
def test_a_record_that_grew_can_be_proved_and_one_that_was_rewritten_cannot(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 80))
    old = data.draw(st.integers(1, size))
    leaves = leaves_of(size)
    before, after = naive(leaves[:old]), naive(leaves)
    path = proof(leaves, tree.consistency_ranges(old, size))
    assert tree.verify_consistency(old, before, size, after, path)
    rewritten = naive([tree.leaf_hash(b"changed"), *leaves[1:old]])
    assert not tree.verify_consistency(old, rewritten, size, after, path)
    assert not tree.verify_consistency(old, before, size, after, [*path, after])
    assert not tree.verify_consistency(size + 1, before, size, after, path)
    if path:
        assert not tree.verify_consistency(old, before, size, after, path[:-1])


@settings(max_examples=30)
@given(st.data())
def test_an_independent_library_finds_the_same_roots_and_paths(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 60))
    index = data.draw(st.integers(0, size - 1))
    theirs = InmemoryTree(algorithm="sha256")
    for n in range(size):
        theirs.append_entry(b"entry %d" % n)
    leaves = leaves_of(size)
    assert theirs.get_root() == tree.root_of(leaves)
    # Their index counts from 1, and their path begins with the leaf itself.
    theirs_path = theirs.prove_inclusion(index + 1, size).path
    ours = proof(leaves, tree.inclusion_ranges(index, size))
    assert theirs_path == [leaves[index], *ours]
    pymerkle.verify_inclusion(leaves[index], tree.root_of(leaves), theirs.prove_inclusion(index + 1, size))


def test_a_place_outside_the_tree_has_no_proof() -> None:
    for index, size in ((-1, 4), (4, 4), (0, 0)):
        try:
            tree.inclusion_ranges(index, size)
        except ValueError:
            continue
        raise AssertionError((index, size))
