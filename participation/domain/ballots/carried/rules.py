"""Which votes a delegate may carry, and what becomes of two for the same person: pure decisions."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from participation.domain.ballots.choice_codes.rules import Said
from participation.domain.ballots.models import BallotState, CarriedState
from participation.domain.ballots.rules import Counted, Phase, Voter, may_vote, phase, waits_until
from participation.domain.people.codes.rules import ended
from participation.domain.record.actors import Via
from participation.kit.errors import Closed, Conflict, NotAllowed, Refusal
from participation.kit.i18n import _


@dataclass(frozen=True)
class Carried:
    """One vote in an entry, as it is brought."""

    entry: uuid.UUID
    """By which the delegate's device calls the entry."""
    ballot_id: int
    person_id: int
    choice: Said
    """The option, or a choice code that the delegate cannot read."""
    delegate: int
    finished: datetime
    """By the device's clock, corrected."""
    via: Via = Via.DELEGATE
    held: bool = False
    """Kept, and counted only once somebody has let it go."""


class Standing(StrEnum):
    """How a vote that was carried for somebody stands."""

    COUNTS = "counts"
    CONTESTED = "contested"
    """Two delegates brought one: the first counts for the time being, and at the end neither, unless it is decided which."""
    HELD = "held"
    SPOILED = "spoiled"


class Carrying(Counted, Protocol):
    @property
    def districts(self) -> tuple[int, ...]: ...


@dataclass(frozen=True)
class CarriedBy:
    """A vote that was carried for the same person before."""

    delegate: int
    state: CarriedState


def may_arrive(ballot: Counted, at: datetime) -> Refusal | None:
    """Whether a carried vote that arrives now is in time."""
    if not ballot.grace_hours:
        return NotAllowed(
            "not_carried",
            _("In this ballot delegates carry no votes."),
            _("The person can vote themselves; the ballot's page says how."),
        )
    if ballot.state == BallotState.CANCELLED:
        return Closed("cancelled", _("This ballot was cancelled."), _("Its page says why."))
    if phase(ballot, at) in (Phase.DRAFT, Phase.PLANNED):
        return early()
    if ballot.state != BallotState.ANNOUNCED or at >= waits_until(ballot):
        return Closed(
            "late",
            _("This vote arrived after the last moment for votes that delegates carry. It is not counted."),
            _("Tell the person that it came too late, and send your entries earlier the next time."),
        )
    return None


def early() -> Closed:
    return Closed(
        "not_open",
        _("This was finished before voting had opened. It is not counted."),
        _("Visit the person again once voting is open."),
    )


def may_carry(ballot: Carrying, voter: Voter | None, vote: Carried, at: datetime) -> Refusal | None:
    """Judged by the moment at which it was finished, as if the person had voted then, if it arrives within the grace.

    Of one that is held the moment may be what nobody believes: that is for whoever looks at it.
    """
    refusal = may_arrive(ballot, at)
    if refusal is not None:
        return refusal
    refusal = may_vote(ballot, voter, max(ballot.opens_at, ballot.opened_at or at) if vote.held else vote.finished)
    if refusal is None or refusal.code == "other_district":
        return refusal
    if refusal.code == "not_open":
        return early()
    if refusal.code == "closed":
        return Closed(
            "closed",
            _("This was finished after voting had closed. It is not counted."),
            _(
                "Tell the person that voting was over. The ballot's page shows the result as soon as the votes are counted."
            ),
        )
    return NotAllowed(
        "not_resident",
        _("Only residents vote, each with their own access code."),
        _("Ask the person for the code on their own slip."),
    )


def may_follow(vote: Carried, before: Collection[CarriedBy]) -> Refusal | None:
    """The same delegate brings one vote of a person and no second one, which could be another than the person's: whoever has changed
    their mind votes themselves. Another delegate may, and both are looked at."""
    if any(other.delegate == vote.delegate and other.state != CarriedState.SPOILED for other in before):
        return Conflict(
            "carried_before",
            _("You have brought a vote of this person before. The first one stays."),
            _(
                "If the person has changed their mind, they can vote themselves: their own vote always goes before yours."
            ),
        )
    return None


def another_choice() -> Conflict:
    return Conflict(
        "repeat",
        _("This entry was already sent with another vote. The first one stays."),
        _("If the person has changed their mind, they can vote themselves: their own vote always goes before yours."),
    )


def settled() -> Conflict:
    return Conflict(
        "settled",
        _("These votes do not wait any more: somebody has decided about them, or they were counted."),
        _("Go on with the next ones. The list shows all that wait."),
    )


def code_ended() -> Refusal:
    """Whoever had their slip replaced or declared void between the visit and its arrival."""
    return ended()


def standing(state: CarriedState, counting: int) -> Standing:
    """`counting`: how many votes that count were carried for the same person."""
    if state == CarriedState.COUNTS and counting > 1:
        return Standing.CONTESTED
    return Standing(state)
