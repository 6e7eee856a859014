"""Up to when entries are added up, which sums are told, and how many meetings a page holds."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from participation.domain.people.codes.rules import SMALLEST_CELL, shown

ROOM = 3_500
"""Characters of what was said at meetings for which a page has room, in any script."""


def counted_until(at: datetime, zone: ZoneInfo) -> datetime:
    """Midnight before the last Monday: were it at once, whoever looks before and after an entry would know what it moved."""
    today = at.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time.min, zone).astimezone(UTC)


def counted_anew(until: datetime, zone: ZoneInfo) -> datetime:
    """When the next sums are told."""
    monday = until.astimezone(zone).date() + timedelta(days=7)
    return datetime.combine(monday, time.min, zone).astimezone(UTC)


def part(count: int, of: int) -> int | None:
    """What would tell of everybody where it is true of nearly all: told only where these and the others are ten or more."""
    return shown(count) if of - count >= SMALLEST_CELL else None


class Spoken(Protocol):
    @property
    def length(self) -> int: ...


M = TypeVar("M", bound=Spoken)


def fitted(meetings: Sequence[M]) -> Sequence[M]:
    """The first ones for which there is room; one at least."""
    room = ROOM
    for place, one in enumerate(meetings):
        room -= one.length
        if room < 0:
            return meetings[: max(place, 1)]
    return meetings
