"""What the urgent path may skip and what never, on which grounds, and when it is reviewed: pure decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from participation.domain.ladder.gates.rules import HOMES, Owing, Table
from participation.domain.ladder.rules import CHECKS, Dossier, Missing, missing
from participation.domain.projects.models import ProjectState, StepKind
from participation.domain.projects.rules import Dated, StepState, step_state
from participation.kit.errors import Closed, Conflict, Refusal
from participation.kit.i18n import Message, _

REVIEW = timedelta(days=90)
"""So long after it was used the city owes a review of it."""
FIRST_REVIEW = timedelta(days=30)
"""Earlier nobody can say what it led to."""


class UrgentGround(StrEnum):
    """The closed list."""

    LIFE = "life"
    DISASTER = "disaster"
    COURT = "court"
    SERVICE = "service"


GROUNDS: Mapping[UrgentGround, Message] = {
    UrgentGround.LIFE: _("Danger to life"),
    UrgentGround.DISASTER: _("A disaster, or one that threatens"),
    UrgentGround.COURT: _("An order of a court"),
    UrgentGround.SERVICE: _("A service that people cannot do without would end"),
}

NEVER = frozenset({"title", "summary", "description", "contact", "ballot", "question", "vote_duration"})
"""Residents can read what is asked of them and whom to ask; and how votes are kept secret, close and are counted stays as it is."""


@dataclass(frozen=True)
class Screened:
    """What a project's screening says."""

    public: bool
    homes: bool
    """Homes or livelihoods are touched."""
    unassessed: tuple[str, ...]
    """Kinds of assessment that are owed and not public."""


@dataclass(frozen=True)
class Urgency:
    """What decides whether a step may open on the urgent path."""

    kind: StepKind
    owed: tuple[Missing, ...]
    screened: Screened


def urgency(dossier: Dossier, kind: StepKind, screened: Screened, table: Table) -> Urgency:
    return Urgency(kind, tuple(owed_for(dossier, kind, table)), screened)


def owed_for(dossier: Dossier, kind: StepKind, table: Table) -> list[Missing]:
    """All that is missing for a step; where nobody was consulted yet, for a vote also what a consultation owes."""
    before = [Owing.CONSULTATION] if kind is StepKind.DECISION and not dossier.asked else []
    found: dict[str, Missing] = {}
    for step in (*before, Owing(kind)):
        for item in missing(dossier, step, table):
            found.setdefault(item.code, item)
    return list(found.values())


def never_skipped(urgency: Urgency) -> list[str]:
    """Codes of what is missing and cannot be skipped, whatever the ground."""
    found = [item.code for item in urgency.owed if item.code in NEVER]
    if not urgency.screened.public:
        found.append("assessments")
    if urgency.screened.homes and urgency.kind is StepKind.DECISION:
        codes = {item.code for item in urgency.owed}
        found += [code for code in sorted(codes) if code == "consultation" or code.startswith("homes")]
        if HOMES in urgency.screened.unassessed and "assessments" not in found:
            found.append("assessments")
    return found


def may_take(
    urgency: Urgency, step: Dated, *, state: str, ground: UrgentGround, held: bool, at: datetime
) -> Refusal | None:
    """Whether a step may open on the urgent path at this moment. `held`: an election period runs."""
    if state != ProjectState.PUBLISHED or step_state(step, at) in (StepState.OPEN, StepState.CLOSED):
        return Conflict(
            "no_step",
            _("The urgent path opens a step of a published project that has dates and has not opened."),
            _("Set the dates of the step first, or look at the project's page: it may be open already."),
        )
    early = step.opens_at > at
    if early and urgency.kind is StepKind.DECISION:
        return Closed(
            "announced",
            _("A vote never opens before the day that was announced."),
            _("Wait for that day; until then residents can prepare."),
        )
    if not urgency.owed and not early:
        return Conflict(
            "nothing_owed",
            _("Nothing is missing for this step: it opens by itself."),
            _("There is nothing to skip; leave the urgent path for what needs it."),
        )
    if never_skipped(urgency):
        return Conflict(
            "never_skipped",
            _("Something is missing that not even the urgent path can skip."),
            _("The list on this page marks it. Publish that first."),
        )
    if held and not (ground is UrgentGround.LIFE and urgency.kind is StepKind.CONSULTATION):
        return Closed(
            "election",
            _("In an election period only danger to life opens a consultation, and nothing opens a vote."),
            _("Wait until the period is over; the page of the urgent path says when that is."),
        )
    return None


def may_review(*, opened_at: datetime, reviewed: bool, at: datetime) -> Refusal | None:
    if reviewed:
        return Conflict(
            "reviewed",
            _("The review of this is public already, and stays as it is."),
            _("What comes later can be said in the project's own texts."),
        )
    if at < opened_at + FIRST_REVIEW:
        return Conflict(
            "too_early",
            _("A review says what has been given since. It can be published 30 days after the step was opened."),
            _("Until then, publish what is still owed."),
        )
    return None


def overdue(review_due: date, reviewed_at: datetime | None, today: date) -> bool:
    """From the day after its date, and without anybody's act."""
    return reviewed_at is None and review_due < today


def words_of(codes: Sequence[str]) -> list[Message]:
    """What was owed, in words; a code of an older table that is gone says nothing."""
    return [CHECKS[code][0] for code in codes if code in CHECKS]
