"""What is worth a line in a digest, and when digests are made."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUR = time(7)
"""From when on a day's digests are made, in the city's time zone: what was recorded by then."""
SOON = 3
"""So many days before a consultation or a vote closes, those who follow it are reminded."""
LINES = 30
"""A digest that would be longer leads to the history."""
NOT_NEWS = (
    *("comment_answered", "comment_held", "comment_hidden", "comment_released", "comment_restored"),
    *("recording_written", "recording_unclear", "ballot_key_destroyed"),
)
"""Entries about a project that do not say what the city does with it."""


def day_of(at: datetime, zone: ZoneInfo) -> date | None:
    """The day whose digests are due now; None before the hour."""
    local = at.astimezone(zone)
    return local.date() if local.time() >= HOUR else None


def closing(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when to when a step closes that a digest of this day reminds of."""
    begins = datetime.combine(day + timedelta(days=SOON), time(), zone)
    return begins, begins + timedelta(days=1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
