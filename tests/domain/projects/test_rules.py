"""When a step is open, what it allows, and which dates an official may set."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from participation.domain.projects import rules
from participation.domain.projects.models import Feature, ProjectState, StepKind
from participation.domain.projects.rules import StepState
from participation.kit.errors import Closed, Conflict, Invalid
from tests.cast import DAY, NOW

NAIROBI = ZoneInfo("Africa/Nairobi")


@dataclass
class Step:
    kind: str = StepKind.CONSULTATION
    opens_at: datetime = NOW
    closes_at: datetime = NOW + 30 * DAY
    opened_at: datetime | None = NOW
    ended_at: datetime | None = None
    allows: list[str] = field(default_factory=lambda: [Feature.COMMENT, Feature.REACT])


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("step", "at", "state"),
    [
        (Step(opened_at=None), NOW - SECOND, StepState.PLANNED),
        (Step(opened_at=None), NOW, StepState.OVERDUE),
        (Step(opened_at=None), NOW + 90 * DAY, StepState.OVERDUE),
        (Step(), NOW, StepState.OPEN),
        (Step(), NOW + 30 * DAY - SECOND, StepState.OPEN),
        (Step(), NOW + 30 * DAY, StepState.CLOSED),
        (Step(ended_at=NOW + DAY), NOW + DAY - SECOND, StepState.OPEN),
        (Step(ended_at=NOW + DAY), NOW + DAY, StepState.CLOSED),
        (Step(opened_at=None, ended_at=NOW - DAY), NOW, StepState.CLOSED),
    ],
)
def test_a_step_is_open_from_its_opening_until_its_closing(step: Step, at: datetime, state: StepState) -> None:
    assert rules.step_state(step, at) is state


@pytest.mark.parametrize(
    ("step", "feature", "at", "allowed"),
    [
        (Step(), Feature.COMMENT, NOW, True),
        (Step(), Feature.REACT, NOW + DAY, True),
        (Step(), Feature.VOTE, NOW, False),
        (Step(), Feature.COMMENT, NOW + 30 * DAY, False),
        (Step(opened_at=None), Feature.COMMENT, NOW + DAY, False),
        (None, Feature.COMMENT, NOW, False),
    ],
)
def test_a_step_allows_what_it_says_while_it_is_open(
    step: Step | None, feature: Feature, at: datetime, allowed: bool
) -> None:
    assert rules.allows(step, feature, at) is allowed
    assert isinstance(rules.why_not(step, feature, at), Closed) is not allowed


@pytest.mark.parametrize(
    ("late", "longer"),
    [
        (timedelta(0), timedelta(0)),
        (timedelta(seconds=2), timedelta(0)),
        (timedelta(days=5), timedelta(days=5)),
        (timedelta(hours=1, seconds=1), timedelta(hours=1, minutes=1)),
    ],
)
def test_a_step_that_opens_late_keeps_its_length(late: timedelta, longer: timedelta) -> None:
    step = Step(opened_at=None)
    assert rules.closing_when_opened(step, NOW + late) == step.closes_at + longer


def test_an_agreement_is_early_when_it_was_signed_before_the_day_of_asking() -> None:
    asked = [Step(opens_at=datetime(2027, 3, 1, 22, 0, tzinfo=NOW.tzinfo), opened_at=None)]  # 2 March in Nairobi
    assert rules.signed_before_asking(date(2027, 3, 1), asked, NAIROBI)
    assert not rules.signed_before_asking(date(2027, 3, 2), asked, NAIROBI)


def test_any_agreement_is_early_while_no_consultation_is_planned() -> None:
    assert rules.signed_before_asking(date(2027, 3, 2), [Step(kind=StepKind.DECISION)], NAIROBI)


def test_what_was_signed_while_a_consultation_was_overdue_is_early() -> None:
    late = [Step(opens_at=NOW, opened_at=NOW + 10 * DAY)]
    assert rules.signed_before_asking((NOW + 5 * DAY).date(), late, NAIROBI)


@pytest.mark.parametrize(
    ("kind", "opens", "closes", "others", "wrong"),
    [
        (StepKind.CONSULTATION, DAY, 30 * DAY, [], None),
        (StepKind.CONSULTATION, -DAY, 30 * DAY, [], None),
        (StepKind.CONSULTATION, 3 * DAY, 3 * DAY, [], "closes_at"),
        (StepKind.CONSULTATION, -9 * DAY, -DAY, [], "closes_at"),
        (StepKind.CONSULTATION, DAY, 9_000 * DAY, [], "closes_at"),
        (StepKind.DECISION, 20 * DAY, 40 * DAY, [Step()], "opens_at"),
        (StepKind.DECISION, 30 * DAY, 40 * DAY, [Step()], None),
        (StepKind.CONSULTATION, DAY, 30 * DAY, [Step(StepKind.DECISION, opens_at=NOW + 20 * DAY)], "closes_at"),
    ],
)
def test_dates_have_to_follow_each_other(
    kind: StepKind, opens: timedelta, closes: timedelta, others: list[Step], wrong: str | None
) -> None:
    assert list(rules.wrong_dates(kind, NOW + opens, NOW + closes, others, NOW)) == ([wrong] if wrong else [])


def test_a_step_is_extended_to_later_only_and_before_it_closes() -> None:
    step = Step()
    assert rules.may_extend(step, step.closes_at + DAY, NOW) is None
    assert isinstance(rules.may_extend(step, step.closes_at, NOW), Invalid)
    assert isinstance(rules.may_extend(step, step.closes_at - DAY, NOW), Invalid)
    assert isinstance(rules.may_extend(step, step.closes_at + DAY, step.closes_at), Closed)
    assert isinstance(rules.may_extend(Step(ended_at=NOW), step.closes_at + DAY, NOW), Closed)


@pytest.mark.parametrize(
    ("state", "announced", "may"),
    [
        (ProjectState.DRAFT, True, True),
        (ProjectState.PUBLISHED, False, True),
        (ProjectState.PUBLISHED, True, False),
        (ProjectState.DECIDED, False, False),
        (ProjectState.WITHDRAWN, False, False),
    ],
)
def test_dates_that_were_announced_are_not_set_again(state: ProjectState, announced: bool, may: bool) -> None:
    refusal = rules.may_set_dates(state=state, announced=announced)
    assert refusal is None if may else isinstance(refusal, Conflict)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Flood sirens & messages, opt-in", "flood-sirens-messages-opt-in"),
        ("Élan d’été à São Paulo", "elan-d-ete-a-sao-paulo"),
        ("مشروع", ""),
        ("防洪", ""),
        ("A " + "very " * 30 + "long one", "a-" + "-".join(["very"] * 9)),
    ],
)
def test_a_slug_is_made_from_what_can_be_written_in_latin_letters(title: str, slug: str) -> None:
    assert rules.slug_of(title) == slug


def test_where_a_project_stands_is_the_furthest_step_that_was_opened() -> None:
    consultation, decision = Step(), Step(StepKind.DECISION, opened_at=None)
    assert rules.stands_at([], ProjectState.PUBLISHED, NOW) == "information"
    assert rules.stands_at([Step(opened_at=None)], ProjectState.PUBLISHED, NOW) == "information"
    assert rules.stands_at([consultation, decision], ProjectState.PUBLISHED, NOW) == "consultation"
    decision.opened_at = NOW
    assert rules.stands_at([consultation, decision], ProjectState.PUBLISHED, NOW) == "decision"
    assert rules.stands_at([consultation, decision], ProjectState.WITHDRAWN, NOW) == "decided"
