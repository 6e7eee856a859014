"""What is listed, how much is drawn and how, and when a delegate is suspended: pure decisions that anybody can do again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LEAST = 5
"""Of each delegate at least so many entries are checked; all, where there are fewer."""
ONE_IN = 10
"""And at least one in so many of each list."""
FULL = 10
"""A list waits until it has so many entries, so that its length tells of nobody."""
LONGEST = timedelta(days=3)
"""But no longer than this."""
FEWEST = 2
"""So many answers of "no" or "I did not take part" at least, and …"""
TOLERATED = 10
"""… more than so many in a hundred of those who answered, suspend a delegate."""
KEPT = timedelta(days=28)
"""After so long a telephone number is erased, whether it was called or not."""


@dataclass(frozen=True)
class Waiting:
    """Entries of a delegate that no list has yet."""

    count: int
    oldest: datetime
    closing: bool
    """A consultation or a vote that some of them are for has ended meanwhile, with its grace."""


def due(waiting: Waiting, at: datetime) -> bool:
    """Whether a list is made of them now."""
    return waiting.count >= FULL or waiting.closing or waiting.oldest <= at - LONGEST


def how_many(listed: int, drawn_before: int) -> int:
    """How many are drawn of a list, after so many of the same delegate: whatever the number of lists, at least one entry in ten and five in all."""
    return min(listed, max(-(-listed // ONE_IN), LEAST - drawn_before))


def mark(salt: bytes, entry: bytes, digest: bytes) -> bytes:
    """An entry as it stands in a list. With the salt anybody can see which one it is, and without it nobody."""
    return hashlib.sha256(b"participation check 1\n" + salt + entry + digest).digest()


def digest_of(marks: Iterable[bytes]) -> bytes:
    """What the record fixes of a list before the seed is known: SHA-256 over the marks, sorted, one after the other."""
    return hashlib.sha256(b"".join(sorted(marks))).digest()


def seed(secret: bytes, root: bytes) -> bytes:
    """SHA-256 of the secret that was fixed with the lists and of the root hash that the record had then."""
    return hashlib.sha256(secret + root).digest()


def drawn(seed: bytes, marks: Iterable[bytes], count: int) -> list[bytes]:
    """Of a list the `count` marks whose SHA-256 after the seed are the smallest."""
    return sorted(marks, key=lambda mark: hashlib.sha256(seed + mark).digest())[:count]


def suspends(otherwise: int, answered: int) -> bool:
    """`otherwise`: people who said "no" or "I did not take part", of so many who answered."""
    return otherwise >= FEWEST and otherwise * 100 > answered * TOLERATED


def before(at: datetime, zone: ZoneInfo) -> datetime:
    """Answers are acted on from midnight on, all of a day together: whoever asked would else see at once whether what a person says of
    their vote fits."""
    return datetime.combine(at.astimezone(zone).date(), time(), zone)


def tens(count: int) -> int | None:
    """A figure as it is published: down to tens; None where it would be fewer than ten, or nobody."""
    return count - count % 10 or None


def most_often(counts: Sequence[int]) -> int:
    """How often the commonest of several answers was given."""
    return max(counts, default=0)
