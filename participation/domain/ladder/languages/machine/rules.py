"""When a machine is asked again, and where its words may stand in public: pure decisions."""

from collections.abc import Sequence
from datetime import timedelta

from participation.kit.errors import Conflict, Refusal
from participation.kit.i18n import _

MOST_TRIES = 8
LEASE = timedelta(minutes=10)
"""For so long whoever has taken a text is left alone with it."""
AT_ONCE = 300
"""Texts that one official can ask for at a time."""


def pause(tries: int, wait: int) -> timedelta:
    """Until the next attempt: one minute, two, four, … an hour at most; longer where the server wants it so."""
    return max(timedelta(minutes=min(2 ** max(tries - 1, 0), 60)), timedelta(seconds=wait))


def may_show(language: str, required: Sequence[str]) -> Refusal | None:
    """A machine's words stand in public, marked, only in languages in which the city need not speak."""
    if language in required:
        return Conflict(
            "required",
            _("In a language that the city requires, a machine's words are not shown as they are."),
            _("Read the proposal, put it right and save it: then it is yours."),
        )
    return None
