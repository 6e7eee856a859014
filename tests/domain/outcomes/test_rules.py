"""When a decision may be published, when it departs from the vote, when a promise is late: no database."""

from datetime import date

import pytest

from participation.domain.ballots.models import Result
from participation.domain.ballots.rules import Phase
from participation.domain.outcomes import rules
from participation.domain.outcomes.models import Decision
from participation.domain.outcomes.rules import CommitmentState

FINAL = [Decision.ADOPTED, Decision.ADOPTED_IN_PART, Decision.REJECTED, Decision.WITHDRAWN]


@pytest.mark.parametrize(
    ("result", "following"),
    [
        (None, set(FINAL)),
        (Result.QUORUM_MISSED, set(FINAL)),
        (Result.PASSED, {Decision.ADOPTED}),
        (Result.NOT_PASSED, {Decision.REJECTED, Decision.WITHDRAWN}),
    ],
)
def test_a_decision_departs_when_it_does_something_else_than_the_vote_says(
    result: Result | None, following: set[Decision]
) -> None:
    assert {decision for decision in FINAL if not rules.departs(decision, result)} == following


@pytest.mark.parametrize("phase", [Phase.PLANNED, Phase.OPEN, Phase.CLOSED])
def test_nothing_is_decided_before_the_vote_is_counted(phase: Phase) -> None:
    for decision in (Decision.ADOPTED, Decision.ADOPTED_IN_PART, Decision.REJECTED):
        refusal = rules.may_publish(decision, phase, binding=False, result=None, announced=False)
        assert refusal is not None
        assert refusal.code == "not_counted"
    assert rules.may_publish(Decision.WITHDRAWN, phase, binding=False, result=None, announced=False) is None


@pytest.mark.parametrize(
    ("decision", "allowed"),
    [
        (Decision.ADOPTED, True),
        (Decision.ADOPTED_IN_PART, False),
        (Decision.REJECTED, False),
        (Decision.WITHDRAWN, True),
        (Decision.BALLOT_CANCELLED, True),
    ],
)
def test_a_binding_ballot_that_passed_is_followed(decision: Decision, allowed: bool) -> None:
    refusal = rules.may_publish(decision, Phase.COUNTED, binding=True, result=Result.PASSED, announced=False)
    assert (refusal is None) is allowed


def test_an_advisory_ballot_leaves_the_city_free() -> None:
    for decision in FINAL:
        assert (
            rules.may_publish(decision, Phase.COUNTED, binding=False, result=Result.NOT_PASSED, announced=False) is None
        )


@pytest.mark.parametrize("phase", [None, Phase.CANCELLED])
def test_only_a_ballot_that_is_there_can_be_cancelled(phase: Phase | None) -> None:
    for decision in rules.ON_BALLOT:
        assert rules.may_publish(decision, phase, binding=False, result=None, announced=False) is not None


@pytest.mark.parametrize("result", Result)
def test_a_binding_result_is_not_got_rid_of_by_cancelling_its_ballot(result: Result) -> None:
    allowed = {
        decision
        for decision in Decision
        if rules.may_publish(decision, Phase.CANCELLED, binding=True, result=result, announced=False) is None
    }
    assert allowed == {Decision.BALLOT_REPEATED, Decision.WITHDRAWN}


def test_an_advisory_result_that_was_cancelled_leaves_the_city_free() -> None:
    for decision in (*FINAL, Decision.BALLOT_REPEATED):
        assert (
            rules.may_publish(decision, Phase.CANCELLED, binding=False, result=Result.NOT_PASSED, announced=False)
            is None
        )


def test_a_project_without_a_ballot_is_decided_with_reasons_alone() -> None:
    assert all(
        rules.may_publish(decision, None, binding=False, result=None, announced=False) is None for decision in FINAL
    )


def test_every_required_language_needs_decision_reasons_and_what_follows() -> None:
    texts = {"decided": {"en": "Yes."}, "reasons": {"en": "Because.", "sw": "Kwa sababu."}, "follows": {}}
    assert rules.missing(texts, ["en", "sw"]) == [("decided", "sw"), ("follows", "en"), ("follows", "sw")]


@pytest.mark.parametrize(
    ("due", "done_on", "state"),
    [
        (date(2027, 3, 1), None, CommitmentState.OPEN),
        (date(2027, 2, 28), None, CommitmentState.LATE),
        (date(2027, 2, 28), date(2027, 3, 1), CommitmentState.DONE),
        (date(2027, 9, 1), date(2027, 2, 1), CommitmentState.DONE),
    ],
)
def test_a_promise_is_late_from_the_day_after_its_date_until_it_is_kept(
    due: date, done_on: date | None, state: CommitmentState
) -> None:
    assert rules.commitment_state(due, done_on, date(2027, 3, 1)) is state


@pytest.mark.parametrize("ballot", [None, Phase.COUNTED, Phase.CANCELLED])
def test_while_a_step_is_open_or_to_come_the_city_withdraws_or_waits(ballot: Phase | None) -> None:
    for decision in FINAL:
        refusal = rules.may_publish(decision, ballot, binding=False, result=None, announced=True)
        assert (refusal and refusal.code) == (None if decision is Decision.WITHDRAWN else "announced")
