"""What a decision has to say before it is public, and when it departs from what residents voted: pure decisions."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from participation.domain.ballots.models import Result
from participation.domain.ballots.rules import Phase
from participation.domain.outcomes.models import Decision, Disposition, OutcomeState
from participation.domain.people.rules import read_again
from participation.kit.errors import Conflict, NotAllowed, NotFound, Refusal
from participation.kit.i18n import Message, _

TRANSITIONS: Mapping[OutcomeState, frozenset[OutcomeState]] = {
    OutcomeState.DRAFT: frozenset({OutcomeState.REVIEW}),
    OutcomeState.REVIEW: frozenset({OutcomeState.DRAFT, OutcomeState.PUBLISHED}),
    OutcomeState.PUBLISHED: frozenset(),
}

ON_BALLOT = frozenset({Decision.BALLOT_CANCELLED, Decision.BALLOT_REPEATED})
"""Outcomes that end a ballot and leave the project where it is."""

DECISIONS: dict[Decision, Message] = {
    Decision.ADOPTED: _("The city adopted this project."),
    Decision.ADOPTED_IN_PART: _("The city adopted this project in part."),
    Decision.REJECTED: _("The city rejected this project."),
    Decision.WITHDRAWN: _("The city withdrew this project."),
    Decision.BALLOT_CANCELLED: _("The city cancelled the ballot."),
    Decision.BALLOT_REPEATED: _("The city cancelled the ballot and asks again."),
}

DISPOSITIONS: dict[Disposition, Message] = {
    Disposition.ACCEPTED: _("Accepted"),
    Disposition.ACCEPTED_IN_PART: _("Accepted in part"),
    Disposition.REJECTED: _("Not accepted"),
    Disposition.OUT_OF_SCOPE: _("Not for this project to settle"),
    Disposition.ALREADY_PLANNED: _("Planned already"),
}

TEXTS: dict[str, Message] = {
    "decided": _("What the city decided"),
    "reasons": _("Reasons"),
    "follows": _("What follows"),
    "result_note": _("About the result of the vote"),
}
REQUIRED = ("decided", "reasons", "follows")


class CommitmentState(StrEnum):
    OPEN = "open"
    LATE = "late"
    DONE = "done"


PROMISES: dict[CommitmentState, Message] = {
    CommitmentState.OPEN: _("Promised"),
    CommitmentState.LATE: _("Late"),
    CommitmentState.DONE: _("Done"),
}


def departs(decision: Decision, result: Result | None) -> bool:
    """Whether the city does something else than residents last voted, in whole or in part. A missed quorum says nothing."""
    if decision in ON_BALLOT or result in (None, Result.QUORUM_MISSED):
        return False
    if result is Result.PASSED:
        return decision is not Decision.ADOPTED
    return decision in (Decision.ADOPTED, Decision.ADOPTED_IN_PART)


def not_decided() -> NotFound:
    return NotFound(
        "outcome", _("The city has not decided yet."), _("When it does, its decision and its reasons stand here.")
    )


def done_already() -> Conflict:
    return Conflict(
        "done",
        _("This is on the page as done already."),
        _("If the day is wrong, publish a correction that says so."),
    )


Reading = tuple[int, int]
"""Which text somebody has read: its number, and its version."""


def may_be_second(*, handed_in_by: int | None, actor_id: int | None, read: Reading, now: Reading) -> Refusal | None:
    """Two people: one hands a decision or its correction in, another one publishes it, as they have read it."""
    if handed_in_by is None:
        return Conflict(
            "not_handed_in",
            _("This decision has not been handed in, or has been changed since."),
            _("Hand the decision in first; then a second official publishes it."),
        )
    if actor_id is None or handed_in_by == actor_id:
        return NotAllowed(
            "same_person",
            _("Whoever handed this decision in cannot publish it."),
            _("A second official has to read this decision and publish it."),
        )
    return None if read == now else read_again()


def may_publish(
    decision: Decision, ballot: Phase | None, *, binding: bool, result: Result | None, announced: bool
) -> Refusal | None:
    """A city decides after all that it has announced is over, and follows a vote that it declared binding.

    `ballot` is the newest; `binding` and `result` are those of the last one that was counted, cancelled since or not.
    `announced`: a step is open or still to come. Only a withdrawal ends it early.
    """
    if decision in ON_BALLOT:
        return _may_end_ballot(decision, ballot, result)
    if decision is Decision.WITHDRAWN:
        return None
    if ballot in (Phase.PLANNED, Phase.OPEN, Phase.CLOSED):
        return Conflict(
            "not_counted",
            _("The ballot is not counted yet. The city decides when it knows how residents voted."),
            _("A project can be withdrawn, or a ballot cancelled, at any time and with reasons."),
        )
    if announced:
        return Conflict(
            "announced",
            _("A step of this project is open or still to come. The city decides when it is over."),
            _("Wait until it has closed, or withdraw the project with reasons."),
        )
    if binding and ballot is Phase.CANCELLED and result is not None:
        return Conflict(
            "undone",
            _("Residents had voted in a binding ballot, and it was cancelled. The city cannot decide without them."),
            _("Run the ballot again, or withdraw the project."),
        )
    if binding and departs(decision, result):
        return Conflict(
            "binding",
            _("This ballot was declared binding: the decision has to follow its result."),
            _("Choose the decision that the result calls for."),
        )
    return None


def _may_end_ballot(decision: Decision, ballot: Phase | None, result: Result | None) -> Refusal | None:
    """After a result was cancelled residents can still be asked again; nothing is left to cancel."""
    again = decision is Decision.BALLOT_REPEATED and result is not None
    if ballot in (None, Phase.DRAFT) or (ballot is Phase.CANCELLED and not again):
        return Conflict("no_ballot", _("There is no ballot that could be cancelled."), _("Choose another decision."))
    return None


def missing(texts: Mapping[str, Mapping[str, str]], required: Sequence[str]) -> list[tuple[str, str]]:
    """Fields and languages that are still to be written: decision, reasons and what follows, for every reader."""
    return [(field, language) for field in REQUIRED for language in required if not texts[field].get(language)]


def emptied(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What could be read before a correction and could not any more."""
    return [field for field, value in before.items() if value and not after.get(field)]


def commitment_state(due: date, done_on: date | None, today: date) -> CommitmentState:
    """A promise is late from the day after its date until it is kept."""
    if done_on is not None:
        return CommitmentState.DONE
    return CommitmentState.LATE if due < today else CommitmentState.OPEN
