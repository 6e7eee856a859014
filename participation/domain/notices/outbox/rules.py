"""How an e-mail goes from queued to sent, and when it is tried again.

A mail server that takes a letter and falls silent cannot be asked whether it did. Such a letter is not sent again, and what it told
comes with the next digest: nobody gets one letter twice, and nothing is lost.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from participation.domain.notices.outbox.models import LetterKind, LetterState
from participation.domain.notices.subscriptions.rules import UNCONFIRMED

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
"""Before each further attempt; the last one again and again. A digest never grows too old to be sent."""
SENDING = timedelta(minutes=10)
"""Whoever sends has heard the mail server's answer by then, or will not any more."""
KEPT = timedelta(days=7)
"""So long it is known that a letter was sent."""


class Answer(StrEnum):
    """What came of handing a letter over."""

    TAKEN = "taken"
    LATER = "later"
    """The mail server is away, or does not take it now; it has surely not taken it."""
    NEVER = "never"
    """It does not take this letter for this address."""
    UNKNOWN = "unknown"


STATES = {
    Answer.TAKEN: LetterState.SENT,
    Answer.LATER: LetterState.QUEUED,
    Answer.NEVER: LetterState.REFUSED,
    Answer.UNKNOWN: LetterState.UNSURE,
}


def next_attempt(attempts: int, at: datetime) -> datetime:
    return at + WAITS[min(attempts, len(WAITS)) - 1]


def too_late(kind: str, made_at: datetime, at: datetime) -> bool:
    """A letter that asks for confirmation is of no use once the wish is forgotten."""
    return kind == LetterKind.CONFIRM and at - made_at >= UNCONFIRMED
