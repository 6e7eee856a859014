"""What templates are told of projects in lists: the ladder and cards, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from markupsafe import Markup

from participation.channels.http.visit import Visit
from participation.channels.web.ballot_views import listed_texts
from participation.domain.ladder.queries import Answer
from participation.domain.outcomes.models import Decision
from participation.domain.projects import rules
from participation.domain.projects.models import ProjectState, StepKind
from participation.domain.projects.queries import Card, StepView
from participation.domain.projects.rules import StepState
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _

WHERE = {
    "information": _("Information"),
    "consultation": _("Consultation"),
    "decision": _("Decision"),
    "decided": _("The city has decided"),
}
"""Where a project can stand, in words."""


DECISIONS = {
    Decision.ADOPTED: _("The city adopted this project."),
    Decision.ADOPTED_IN_PART: _("The city adopted this project in part."),
    Decision.REJECTED: _("The city rejected this project."),
    Decision.WITHDRAWN: _("This project was withdrawn."),
    Decision.BALLOT_CANCELLED: _("The ballot was cancelled."),
    Decision.BALLOT_REPEATED: _("The ballot is run again."),
}
BEGINNING = 180
"""Characters of a summary in a list."""


@dataclass(frozen=True)
class Rung:
    """A step as macros/ladder.html draws it."""

    kind: str
    state: str
    opens: datetime | None
    closes: datetime | None
    here: bool
    link: str | None = None
    notes: tuple[Message, ...] = ()


def pick(visit: Visit, texts: Mapping[str, str]) -> Text:
    return i18n.pick(texts, visit.language, visit.city.languages)


def day(visit: Visit, moment: datetime) -> str:
    return i18n.day(moment, visit.language, visit.city.zone)


def address(visit: Visit, card: Card, below: str = "") -> str:
    return visit.url(f"/projects/{card.slug}{below}")


def midnight(visit: Visit) -> datetime:
    """The next moment at which the day changes in the city, and something may be late."""
    today = visit.at.astimezone(visit.city.zone).date()
    return datetime.combine(today + timedelta(days=1), time.min, visit.city.zone).astimezone(UTC)


def next_date(visit: Visit, steps: Iterable[StepView]) -> datetime | None:
    dates = [moment for step in steps for moment in rules.turns(step) if moment > visit.at]
    return min(dates, default=None)


# The ladder


def rungs(visit: Visit, card: Card) -> list[Rung]:
    """The three steps, and where the project stands."""
    stands = rules.stands_at(card.steps, card.state, visit.at)
    here = "decision" if stands == "decided" else stands
    information = StepState.PLANNED if card.state == ProjectState.DRAFT else StepState.CLOSED
    if stands == "information" and information is StepState.CLOSED:
        information = StepState.OPEN
    first = Rung("information", information, card.published_at, None, here == "information")
    return [first, *(_rung(visit, card, kind, here) for kind in StepKind)]


def _rung(visit: Visit, card: Card, kind: StepKind, here: str) -> Rung:
    step = card.step(kind)
    decided = kind is StepKind.DECISION and card.decided_at is not None
    if step is None:
        return Rung(kind, StepState.CLOSED if decided else StepState.PLANNED, None, card.decided_at, here == kind)
    state = rules.step_state(step, visit.at)
    opened = step.opened_at is not None
    link = address(visit, card, "/comments" if kind is StepKind.CONSULTATION else "/ballot") if opened else None
    shown = StepState.PLANNED if state is StepState.OVERDUE else state
    opens = step.opened_at if step.opened_at is not None and rules.opened_late(step) else step.opens_at
    return Rung(kind, shown, opens, step.ended_at or step.closes_at, here == kind, link, _notes(visit, step, state))


def _notes(visit: Visit, step: StepView, state: StepState) -> tuple[Message, ...]:
    notes = []
    if rules.overdue(step, visit.at):
        notes.append(_("This step has not opened: the city has not yet published all that it has to."))
    if step.held_until is not None and state in (StepState.PLANNED, StepState.OVERDUE):
        held = day(visit, step.held_until)
        notes.append(_("An election period holds this step: it can open on %(day)s.", day=held))
    if rules.opened_late(step):
        notes.append(
            _(
                "This step opened late (planned: %(day)s) and stays open as long as promised.",
                day=day(visit, step.opens_at),
            )
        )
    if step.ended_at is not None and state is StepState.CLOSED:
        notes.append(_("This step was ended early by a decision of the city."))
    return tuple(notes)


def card(visit: Visit, shown: Card, answers: Mapping[int, Answer]) -> dict[str, Any]:
    """For macros/projects.html."""
    answer = answers.get(shown.id)
    summary = pick(visit, shown.said("summary"))
    return {
        "address": address(visit, shown),
        "number": shown.number,
        "title": pick(visit, shown.said("title")),
        "summary": replace(summary, value=beginning(summary.value)),
        "steps": rungs(visit, shown),
        "places": places(visit, shown.places),
        "decision": DECISIONS[Decision(answer.decision)] if answer and answer.decision and shown.decided_at else None,
        "overdue": bool(answer and answer.late) or any(rules.overdue(step, visit.at) for step in shown.steps),
        "unreviewed": bool(answer and answer.reviews),
        "signed": shown.signed_before_asking(visit.city.zone),
    }


def beginning(text: str, most: int = BEGINNING) -> str:
    """As much of a text as there is room for, up to the end of a word; half of that where there are no spaces (each letter takes more)."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut, space, _rest = text[:most].rpartition(" ")
    return (cut if space else text[: most // 2]) + " …"


def places(visit: Visit, ids: Iterable[int]) -> Markup | Message:
    named = [pick(visit, visit.city.places[id].names) for id in ids if id in visit.city.places]
    return listed_texts(visit, named) if named else _("The whole city")
