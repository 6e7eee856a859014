"""How long a recording may be and how long it waits; what its receipt says; pure decisions."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from participation.domain.consultations.spoken.models import RecordingState
from participation.kit.errors import Conflict, NotFound, Refusal
from participation.kit.i18n import Message, _

LONGEST = 60
"""Seconds."""
MARGIN = 5
"""A telephone company that is told to stop after a minute stops a little later."""
LARGEST = 2 * 1024 * 1024
"""Bytes of a minute, whatever its format."""
KEPT = timedelta(days=14)
"""For so long a recording waits for somebody who listens."""
THERE = timedelta(hours=1)
"""For so long one may lie at the telephone company before somebody is told that it still does."""
FETCHED_WITHIN = timedelta(days=1)
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Before the telephone company is asked again: it needs a moment to have a recording ready."""
MOST_WAITING = 5
"""Recordings of one person that wait."""
NAME = re.compile(r"RE[0-9a-f]{32}")
"""What the telephone company calls a recording. Nothing else becomes part of an address that is asked."""

SAYS: Mapping[str, Message] = {
    **dict.fromkeys(
        ("called", "kept"),
        _("This spoken comment arrived. Somebody who works for the city will listen and write it down."),
    ),
    "unclear": _(
        "This spoken comment arrived, but could not be understood. Its recording is deleted. Please say it again."
    ),
    "unheard": _(
        "This spoken comment arrived, but nobody wrote it down in time. Its recording is deleted. Please say it again."
    ),
    "let_go": _("This spoken comment arrived. Its recording was deleted before anybody wrote it down."),
}
"""By state; one that was written down has become a comment, which says more."""


def may_record(seconds: int, name: str, waiting: int) -> Refusal | None:
    if not NAME.fullmatch(name) or seconds < 1:
        return Conflict("nothing_said", _("Nothing was heard."), _("Please speak after the tone."))
    if seconds > LONGEST + MARGIN:
        return Conflict("too_long", _("This is longer than a minute."), _("Please say less, or in two parts."))
    if waiting >= MOST_WAITING:
        return Conflict(
            "many_recordings",
            _("Five of your spoken comments still wait to be written down."),
            _("Please call again in a few days."),
        )
    return None


def pause(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def too_late(said_at: datetime, at: datetime) -> bool:
    """It is not fetched any more."""
    return at >= said_at + FETCHED_WITHIN


def says(state: RecordingState) -> Message:
    return SAYS[state]


def gone() -> NotFound:
    return NotFound(
        "recording",
        _("This recording does not wait any more: somebody has listened to it, or its time is over."),
        _("The list shows those that wait."),
    )
