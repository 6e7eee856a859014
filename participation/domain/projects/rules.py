"""What a project and its steps allow, and when: pure decisions over dates and states."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from participation.domain.projects.models import Feature, ProjectState, StepKind
from participation.kit.errors import Closed, Conflict, Invalid, Refusal
from participation.kit.i18n import Message, _
from participation.kit.text import folded

SUMMARY_WORDS = 150
TEXTS: dict[str, Message] = {
    "title": _("Title"),
    "summary": _("Summary"),
    "description": _("Description"),
    "decided": _("What is decided already"),
    "open": _("What can still change"),
    "payer": _("Who pays, and on what terms"),
    "supplier": _("Who supplies it"),
    "contact": _("Whom to ask"),
}
"""What a project has to say, field by field, in the order in which it is shown."""
WORDS: dict[str, Message] = {**TEXTS, "plain": _("In plain words")}
"""All of its words: these, and the same in plain words, which nothing requires."""

TRANSITIONS: Mapping[ProjectState, frozenset[ProjectState]] = {
    ProjectState.DRAFT: frozenset({ProjectState.PUBLISHED}),
    ProjectState.PUBLISHED: frozenset({ProjectState.DECIDED, ProjectState.WITHDRAWN}),
    ProjectState.DECIDED: frozenset({ProjectState.WITHDRAWN}),
    ProjectState.WITHDRAWN: frozenset(),
}

LONGEST = timedelta(days=3653)
LATE = timedelta(minutes=1)
"""A step opened this much after its date was opened late; less is the time that opening takes."""


class StepState(StrEnum):
    PLANNED = "planned"
    OVERDUE = "overdue"
    OPEN = "open"
    CLOSED = "closed"


class Dated(Protocol):
    """A step, as a row or as an object."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Allowing(Dated, Protocol):
    @property
    def allows(self) -> list[str]: ...


class Held(Dated, Protocol):
    @property
    def held_until(self) -> datetime | None: ...


class Kinded(Dated, Protocol):
    @property
    def kind(self) -> str: ...


D = TypeVar("D", bound=Kinded)


def step_state(step: Dated, at: datetime) -> StepState:
    """A step is open from when it was really opened until its closing date; overdue, when its date has come without it."""
    if step.ended_at is not None and step.ended_at <= at:
        return StepState.CLOSED
    if step.opened_at is None or step.opened_at > at:
        return StepState.OVERDUE if step.opens_at <= at else StepState.PLANNED
    return StepState.OPEN if at < step.closes_at else StepState.CLOSED


def why_not(step: Allowing | None, feature: Feature, at: datetime) -> Closed | None:
    """Why somebody cannot comment, react, answer or vote in this step now; None when they can."""
    if step is None or feature not in step.allows:
        return Closed(
            "not_taken",
            _("What you want to do is not part of this step."),
            _("The project's page says what it asks of residents."),
        )
    state = step_state(step, at)
    if state in (StepState.PLANNED, StepState.OVERDUE):
        return Closed("not_open", _("This step has not opened yet."), _("The project's page says when it opens."))
    if state is StepState.CLOSED:
        return Closed("closed", _("This step has closed."), _("The project's page says what comes next."))
    return None


def allows(step: Allowing | None, feature: Feature, at: datetime) -> bool:
    return why_not(step, feature, at) is None


def by_kind(steps: Iterable[D], kind: StepKind) -> D | None:
    return next((step for step in steps if step.kind == kind), None)


def stands_at(steps: Sequence[Kinded], state: str, at: datetime) -> str:
    """Where a project stands: the furthest step that has been opened, or the city's decision."""
    if state in (ProjectState.DECIDED, ProjectState.WITHDRAWN):
        return "decided"
    for kind in (StepKind.DECISION, StepKind.CONSULTATION):
        step = by_kind(steps, kind)
        if step is not None and step.opened_at is not None and step.opened_at <= at:
            return str(kind)
    return "information"


def due(step: Held) -> datetime:
    """When it can open: its date, or the end of the election period in which that lies."""
    return step.opens_at if step.held_until is None else max(step.opens_at, step.held_until)


def turns(step: Held) -> tuple[datetime, ...]:
    """The moments at which what is said of a step changes by itself: it opens, is overdue because it did not, closes."""
    return step.opens_at, due(step), due(step) + LATE, step.closes_at


def overdue(step: Held, at: datetime) -> bool:
    """It has not opened, later than opening takes, and no election period holds it."""
    return step_state(step, at) is StepState.OVERDUE and at >= due(step) + LATE


def opened_late(step: Dated) -> bool:
    return step.opened_at is not None and step.opened_at - step.opens_at >= LATE


def closing_when_opened(step: Dated, at: datetime) -> datetime:
    """A step that opens late stays open for as long as was promised, to the full minute."""
    late = at - step.opens_at
    if late < LATE:
        return step.closes_at
    closes = step.closes_at + late
    full = closes.replace(second=0, microsecond=0)
    return full if full == closes else full + timedelta(minutes=1)


def asked_on(steps: Sequence[Kinded], zone: ZoneInfo) -> date | None:
    """The day on which residents were, or will be, asked; None when no consultation is planned."""
    step = by_kind(steps, StepKind.CONSULTATION)
    if step is None:
        return None
    return (step.opened_at or step.opens_at).astimezone(zone).date()


def signed_before_asking(signed_on: date, steps: Sequence[Kinded], zone: ZoneInfo) -> bool:
    """Signed before the consultation opened, or while none is planned: residents could not have been asked."""
    asked = asked_on(steps, zone)
    return asked is None or signed_on < asked


def announced() -> Conflict:
    """Why words that everybody was told are not put otherwise by a translator."""
    return Conflict(
        "announced",
        _("This was announced in these words, and cannot be changed any more."),
        _("Languages in which it was not said yet can still be added."),
    )


def overwritten() -> Conflict:
    """What an official is told who would overwrite what another one has written since the form was opened."""
    return Conflict(
        "overwritten",
        _("Somebody else has changed this in the meantime. Nothing of yours was stored yet; it is still here."),
        _("Compare it with what is stored now. Sending it again replaces that."),
    )


def may_set_dates(*, state: str, announced: bool) -> Refusal | None:
    """Dates are set freely until they are announced: with the project, or when the step is added to a published one."""
    if state in (ProjectState.DECIDED, ProjectState.WITHDRAWN):
        return Conflict(
            "decided",
            _("The city has decided about this project. No step can be added any more."),
            _("To go on with the subject, write a new project."),
        )
    if state == ProjectState.PUBLISHED and announced:
        return Conflict(
            "announced",
            _("The dates of this step are announced already."),
            _("You can still extend it, with a reason that everybody can read."),
        )
    return None


def wrong_dates(
    kind: StepKind, opens_at: datetime, closes_at: datetime, others: Sequence[Kinded], at: datetime
) -> dict[str, Message]:
    """What is wrong with a step's dates, by field."""
    errors: dict[str, Message] = {}
    if closes_at <= at:
        errors["closes_at"] = _("This moment has passed already.")
    if closes_at <= opens_at:
        errors["closes_at"] = _("The closing has to come after the opening.")
    if closes_at > at + LONGEST:
        errors["closes_at"] = _("This is more than ten years away.")
    consultation = by_kind(others, StepKind.CONSULTATION)
    decision = by_kind(others, StepKind.DECISION)
    if kind is StepKind.DECISION and consultation is not None and opens_at < consultation.closes_at:
        errors["opens_at"] = _("The decision can only open after the consultation has closed.")
    if kind is StepKind.CONSULTATION and decision is not None and closes_at > decision.opens_at:
        errors["closes_at"] = _("The consultation has to close before the decision opens.")
    return errors


def may_extend(step: Dated, closes_at: datetime, at: datetime) -> Refusal | None:
    """Only to later, and only before it closes: dates that were announced are kept. What never opened can still be given time."""
    if step_state(step, at) is StepState.CLOSED:
        return Closed(
            "closed",
            _("This step has closed. A closed step cannot be extended."),
            _("The project's page says what comes next."),
        )
    if closes_at <= step.closes_at:
        return Invalid({"closes_at": _("A step can only be extended to a later moment, never shortened.")})
    if closes_at > at + LONGEST:
        return Invalid({"closes_at": _("This is more than ten years away.")})
    return None


def emptied(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """What residents could read and could not any more."""
    return [field for field, value in before.items() if value and not after.get(field)]


def slug_of(title: str) -> str:
    """A title as part of an address; empty when nothing of it can be written in Latin letters."""
    words = re.findall(r"[a-z0-9]+", folded(title))
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > 50:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug
