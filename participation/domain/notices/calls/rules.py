"""Whom the city calls back, how often and for how long."""

from datetime import datetime, timedelta

A_DAY = 3
"""Calls to one number: whoever lets a stranger's telephone ring from theirs must not cost either of them more."""
AN_HOUR = 120
"""Calls through one gateway: who shows many strangers' numbers as theirs does not have the city call them all."""
HOUR = timedelta(hours=1)
COUNTED = timedelta(days=1)
LONGEST = 10
"""Minutes of a call that the city pays for. For so many it is booked, until it is known how long it was."""
PAUSE = timedelta(seconds=5)
"""Until the line is free again."""
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Before another attempt, where the gateway took none."""
TOO_LATE = timedelta(hours=1)
"""Nobody expects a call any more."""


def may_ask(lately: int, of_all: int) -> bool:
    """`lately`: calls to this number in a day; `of_all`: to any number in an hour."""
    return lately < A_DAY and of_all < AN_HOUR


def next_attempt(attempts: int, rang_at: datetime, at: datetime) -> datetime | None:
    """When to try again; None: it is too late."""
    following = at + PAUSES[min(attempts, len(PAUSES)) - 1]
    return following if following < rang_at + TOO_LATE else None
