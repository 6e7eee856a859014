"""How a name is recognised in what somebody writes."""

from collections.abc import Iterable

from participation.kit.hashing import keyed
from participation.kit.text import folded_words, unspaced

FEWEST, MOST = 2, 6
"""Parts of a name: one alone, such as Rose, would hold too much that is not about her."""
SIZE = 16
"""Bytes of a digest."""


def parts(text: str) -> list[str]:
    """Words without case and accents; where no spaces are written, single characters."""
    found: list[str] = []
    for word in folded_words(text):
        found += word if unspaced(word) else [word]
    return found


def phrases(text: str) -> set[tuple[str, ...]]:
    """Whatever in a text could be a name: every two to six of its words that stand side by side."""
    found = parts(text)
    stood = {
        tuple(found[start : start + length])
        for start in range(len(found))
        for length in range(FEWEST, min(MOST, len(found) - start) + 1)
    }
    # A middle initial is left out as often as it is written.
    stood |= {
        (found[start], found[start + 2])
        for start in range(len(found) - 2)
        if len(found[start + 1]) == 1 and not unspaced(found[start + 1])
    }
    return stood | {(bare, *rest) for first, *rest in stood for bare in _bare(first)}


def _bare(word: str) -> tuple[str, ...]:
    """In Arabic, and, so, in, like and to are written together with the word that follows."""
    return (word[1:],) if len(word) > 3 and word[0] in "\u0648\u0641\u0628\u0643\u0644" else ()


def digest(name: Iterable[str], key: bytes, city_id: int) -> bytes:
    """Of a name's parts, in whatever order they stand: given name first, or family name."""
    return keyed(key, city_id, *sorted(name))[:SIZE]
