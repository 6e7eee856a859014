"""Which links between two projects may be announced, and from which day on."""

from datetime import date, timedelta

from participation.domain.projects.models import ProjectState
from participation.kit.errors import Conflict, Refusal
from participation.kit.i18n import Message, _

MOST = 20
"""Running links from one project: a page names them all."""
LATEST = timedelta(days=3 * 365)
"""How far ahead a link can be announced."""


def may_give(state: str) -> Refusal | None:
    """Only a project that everybody can read about, and that the city has not withdrawn."""
    if state in (ProjectState.PUBLISHED, ProjectState.DECIDED):
        return None
    return Conflict(
        "not_public",
        _("A project gives data to others only once it is published, and not after it was withdrawn."),
        _("Publish the project first, on its page at the staff desk."),
    )


def wrong_receiver(state: str | None, *, same: bool) -> Message | None:
    """None for the state: there is no such project."""
    if same:
        return _("A project gives its data to another one, not to itself.")
    if state is None or may_give(state) is not None:
        return _("Please choose a published project of the city.")
    return None


def wrong_day(effective_on: date, *, today: date, earliest: date) -> Message | None:
    if effective_on < earliest:
        return _("A new link is announced before it takes effect: not before %(day)s.", day=earliest)
    if effective_on > today + LATEST:
        return _("Please choose a day within the next three years.")
    return None


def in_effect(effective_on: date, today: date) -> bool:
    return effective_on <= today
