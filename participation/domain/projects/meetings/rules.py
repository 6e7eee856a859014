"""Decides what may be done with a meeting, and says its words."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from participation.domain.projects.meetings.models import Access, MeetingKind
from participation.domain.projects.models import ProjectState
from participation.domain.projects.rules import LONGEST
from participation.kit.errors import Closed, Conflict, Refusal
from participation.kit.i18n import Message, _

KINDS = {
    MeetingKind.CONSULTATION: _("Consultation meeting"),
    MeetingKind.COUNCIL: _("Session of the council"),
    MeetingKind.VISIT: _("Visit on the spot"),
}
ACCESS = {
    Access.STEP_FREE: _("Entrance without steps"),
    Access.TOILET: _("Toilet for wheelchair users"),
    Access.SIGN: _("Sign language interpretation"),
    Access.LOOP: _("Hearing loop"),
    Access.CHILDREN: _("Somebody looks after children"),
    Access.TRANSPORT: _("The way there is paid for, or people are picked up"),
}
TEXTS = {
    "settlement": _("Settlement"),
    "venue": _("The place of a meeting"),
    "agenda": _("What a meeting is about"),
    "minutes": _("What was said at a meeting"),
    "decisions": _("What a meeting decided"),
}
"""Its fields with text per language, in the order in which they are met."""
LASTS = timedelta(days=3)
"""Longer than any meeting."""
FEW = 10
"""Below this, no number of people is kept or shown."""


class MeetingState(StrEnum):
    COMING = "coming"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"


class Dated(Protocol):
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


def state(meeting: Dated, at: datetime) -> MeetingState:
    if meeting.cancelled_at is not None:
        return MeetingState.CANCELLED
    if at < meeting.starts_at:
        return MeetingState.COMING
    return MeetingState.RUNNING if at < meeting.ends_at else MeetingState.HELD


def wrong_dates(starts_at: datetime, ends_at: datetime, at: datetime) -> dict[str, Message]:
    """What is wrong with a meeting's dates, by field."""
    errors: dict[str, Message] = {}
    if starts_at <= at:
        errors["starts_at"] = _("This moment has passed already.")
    elif starts_at > at + LONGEST:
        errors["starts_at"] = _("This is more than ten years away.")
    if ends_at <= starts_at:
        errors["ends_at"] = _("The end has to come after the beginning.")
    elif ends_at > starts_at + LASTS:
        errors["ends_at"] = _("No meeting lasts longer than three days.")
    return errors


def may_announce(project_state: str) -> Refusal | None:
    if project_state == ProjectState.DRAFT:
        return Conflict(
            "draft",
            _("Meetings are announced once the project is published."),
            _("Publish the project first, on its page at the staff desk."),
        )
    return None


def may_change(meeting: Dated, at: datetime) -> Refusal | None:
    """Neither what has begun nor what was cancelled is moved: what was is told as it was."""
    now = state(meeting, at)
    if now is MeetingState.CANCELLED:
        return _cancelled()
    if now is not MeetingState.COMING:
        return Closed(
            "begun",
            _("This meeting has begun. It can be neither moved nor cancelled any more."),
            _("Once it is over, publish its minutes; they can say what went otherwise."),
        )
    return None


def _cancelled() -> Conflict:
    return Conflict("cancelled", _("This meeting was cancelled."), _("To hold it after all, announce a new one."))


def may_minute(meeting: Dated, at: datetime) -> Refusal | None:
    now = state(meeting, at)
    if now is MeetingState.CANCELLED:
        return _cancelled()
    if now is not MeetingState.HELD:
        return Closed(
            "not_over",
            _("This meeting is not over yet."),
            _("Its minutes can be published once it has ended."),
        )
    return None


def kept_attendance(said: int) -> int:
    """The number that is kept: none below ten."""
    return said if said >= FEW else 0
