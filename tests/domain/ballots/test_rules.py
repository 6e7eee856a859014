"""Who may vote and when, and by which rule a ballot passes: no database."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from participation.domain.ballots import rules
from participation.domain.ballots.counting.rules import result
from participation.domain.ballots.models import BallotState, Choice, Result
from participation.domain.ballots.rules import Phase, Voter
from tests.cast import DAY, NOW

SECOND = timedelta(seconds=1)
OPENS, CLOSES = NOW, NOW + 10 * DAY
HARBOUR, MARKET = 2, 3


@dataclass(frozen=True)
class Put:
    state: str = BallotState.ANNOUNCED
    opens_at: datetime = OPENS
    closes_at: datetime = CLOSES
    grace_hours: int = 0
    opened_at: datetime | None = OPENS
    ended_at: datetime | None = None
    districts: tuple[int, ...] = ()


AMINA = Voter(1, HARBOUR)


@pytest.mark.parametrize(
    ("at", "phase"),
    [
        (OPENS - SECOND, Phase.PLANNED),
        (OPENS, Phase.OPEN),
        (CLOSES - SECOND, Phase.OPEN),
        (CLOSES, Phase.CLOSED),
        (CLOSES + DAY, Phase.CLOSED),
    ],
)
def test_a_ballot_is_open_from_its_first_moment_until_just_before_its_last(at: datetime, phase: Phase) -> None:
    assert rules.phase(Put(), at) is phase
    assert (rules.may_vote(Put(), AMINA, at) is None) is (phase is Phase.OPEN)


def test_a_ballot_whose_step_owes_something_has_not_opened_whatever_the_date() -> None:
    owing = Put(opened_at=None)
    assert rules.phase(owing, CLOSES + DAY) is Phase.PLANNED
    refusal = rules.may_vote(owing, AMINA, OPENS + DAY)
    assert refusal is not None
    assert refusal.code == "not_open"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (BallotState.DRAFT, "not_found"),
        (BallotState.COUNTED, "closed"),
        (BallotState.CANCELLED, "cancelled"),
    ],
)
def test_only_an_announced_ballot_takes_votes(state: str, code: str) -> None:
    refusal = rules.may_vote(Put(state=state), AMINA, OPENS + DAY)
    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize(
    ("voter", "districts", "code"),
    [
        (AMINA, (), None),
        (AMINA, (HARBOUR, MARKET), None),
        (AMINA, (MARKET,), "other_district"),
        (Voter(9, None), (), "not_resident"),
        (None, (), "not_resident"),
    ],
    ids=["resident", "resident of the district", "of another", "staff", "organisation"],
)
def test_residents_vote_where_they_lived_and_nobody_else_does(
    voter: Voter | None, districts: tuple[int, ...], code: str | None
) -> None:
    refusal = rules.may_vote(Put(districts=districts), voter, OPENS + DAY)
    assert (None if refusal is None else refusal.code) == code


def test_a_step_ended_by_an_outcome_closes_its_ballot_at_once() -> None:
    ended = Put(ended_at=OPENS + DAY)
    assert rules.phase(ended, OPENS + DAY - SECOND) is Phase.OPEN
    assert rules.phase(ended, OPENS + DAY) is Phase.CLOSED


def test_nobody_counts_before_the_last_vote_that_arrived_in_time_is_stored() -> None:
    assert rules.may_count(Put(), CLOSES + rules.DRAIN - SECOND) is not None
    assert rules.may_count(Put(), CLOSES + rules.DRAIN) is None
    assert rules.may_count(Put(opened_at=None), CLOSES + DAY) is not None
    assert rules.may_count(Put(state=BallotState.COUNTED), CLOSES + DAY) is not None


def test_a_vote_that_would_be_stored_while_others_count_is_refused_instead() -> None:
    assert rules.waited_too_long(NOW, NOW + rules.PATIENCE) is None
    assert rules.waited_too_long(NOW, NOW + rules.PATIENCE + SECOND) is not None
    assert rules.PATIENCE < rules.DRAIN


def test_a_ballot_is_extended_while_it_runs_and_never_shortened() -> None:
    assert rules.may_extend(Put(), CLOSES + DAY, OPENS) is None
    assert rules.may_extend(Put(), CLOSES - SECOND, OPENS) is not None
    assert rules.may_extend(Put(), CLOSES + DAY, CLOSES) is not None
    assert rules.may_extend(replace(Put(), opened_at=None), CLOSES + DAY, CLOSES + DAY) is None


@pytest.mark.parametrize(
    ("in_favour", "against", "abstain", "threshold", "quorum", "expected"),
    [
        (51, 49, 0, 50, 0, Result.PASSED),
        (50, 50, 0, 50, 0, Result.NOT_PASSED),
        (2, 1, 400, 50, 0, Result.PASSED),
        (66, 34, 0, 66, 0, Result.NOT_PASSED),
        (67, 33, 0, 66, 0, Result.PASSED),
        (90, 5, 4, 50, 100, Result.QUORUM_MISSED),
        (90, 5, 5, 50, 100, Result.PASSED),
        (0, 0, 100, 50, 100, Result.NOT_PASSED),
        (0, 0, 0, 50, 0, Result.NOT_PASSED),
    ],
)
def test_for_has_to_exceed_its_threshold_once_enough_have_voted(
    in_favour: int, against: int, abstain: int, threshold: int, quorum: int, expected: Result
) -> None:
    counts = {Choice.FOR: in_favour, Choice.AGAINST: against, Choice.ABSTAIN: abstain}
    assert result(counts, threshold=threshold, quorum=quorum) is expected


@pytest.mark.parametrize(
    ("votes", "fresh", "hours", "due"),
    [(9, 9, 99, False), (10, 10, 0, True), (1000, 49, 0, False), (1000, 50, 0, True), (1000, 10, 1, True)],
)
def test_rows_are_mixed_soon_while_few_have_voted_and_in_larger_steps_later(
    votes: int, fresh: int, hours: int, due: bool
) -> None:
    assert rules.mixing_due(votes, fresh, timedelta(hours=hours)) is due
