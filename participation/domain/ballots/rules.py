"""Who may vote, when, and by which rule: pure decisions over dates, districts and what was announced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from participation.domain.ballots.models import BallotState, Choice, Result
from participation.kit.errors import Closed, Conflict, NotAllowed, NotFound, Refusal, Unavailable
from participation.kit.i18n import Message, _

LEAST = 10
"""Fewer people than this are never told of as a number."""
PATIENCE = timedelta(seconds=30)
"""For so long after its arrival a vote may wait for its turn; later it is refused, and its sender told."""
DRAIN = timedelta(seconds=60)
"""Counting begins this long after closing, when every vote that arrived in time is stored or has been refused."""

GRACE_HOURS = 72
"""For so long after closing a vote may arrive that was finished before it, in front of a delegate who had no network."""

OPTION_WORDS: Mapping[Choice, Message] = {
    Choice.FOR: _("For"),
    Choice.AGAINST: _("Against"),
    Choice.ABSTAIN: _("I abstain"),
}
"""What each option is called, on every channel."""

RESULTS: Mapping[Result, Message] = {
    Result.PASSED: _("Residents voted for it."),
    Result.NOT_PASSED: _("Residents did not vote for it."),
    Result.QUORUM_MISSED: _("Too few people voted: the result does not count."),
}

TRANSITIONS: Mapping[BallotState, frozenset[BallotState]] = {
    BallotState.DRAFT: frozenset({BallotState.ANNOUNCED}),
    BallotState.ANNOUNCED: frozenset({BallotState.COUNTED, BallotState.CANCELLED}),
    BallotState.COUNTED: frozenset({BallotState.CANCELLED}),
    BallotState.CANCELLED: frozenset(),
}


class Phase(StrEnum):
    """What a ballot is to somebody who looks at it now."""

    DRAFT = "draft"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    CANCELLED = "cancelled"


class Dated(Protocol):
    """A ballot together with the step that it belongs to."""

    @property
    def state(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def opened_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Restricted(Dated, Protocol):
    @property
    def districts(self) -> Sequence[int]: ...


class Counted(Dated, Protocol):
    @property
    def grace_hours(self) -> int: ...


@dataclass(frozen=True)
class Voter:
    """Somebody known, and the district that they lived in when the ballot opened; None for staff, who have none."""

    person_id: int
    district_id: int | None


def phase(ballot: Dated, at: datetime) -> Phase:
    """Open from the announced moment, once its step has really opened, until the closing: the last moment is already too late."""
    if ballot.state != BallotState.ANNOUNCED:
        return Phase(ballot.state)
    if ballot.ended_at is not None and ballot.ended_at <= at:
        return Phase.CLOSED
    if ballot.opened_at is None or at < max(ballot.opened_at, ballot.opens_at):
        return Phase.PLANNED
    return Phase.OPEN if at < ballot.closes_at else Phase.CLOSED


def may_take_votes(ballot: Dated, at: datetime) -> Refusal | None:
    """Whether a vote that arrives now is in time, whoever sends it."""
    now = phase(ballot, at)
    if now is Phase.OPEN:
        return None
    if now is Phase.DRAFT:
        return NotFound()
    if now is Phase.PLANNED:
        return Closed(
            "not_open",
            _("Voting has not opened yet."),
            _("The ballot's page says when it opens. Please come back then."),
        )
    if now is Phase.CANCELLED:
        return Closed("cancelled", _("This ballot was cancelled."), _("Its page says why."))
    return Closed(
        "closed",
        _("Voting had closed when this arrived. It was not counted."),
        _("The ballot's page shows the result as soon as the votes are counted."),
    )


def may_vote(ballot: Restricted, voter: Voter | None, at: datetime) -> Refusal | None:
    """Residents vote, in the district where they lived when the ballot opened. Staff and organisations never do."""
    refusal = may_take_votes(ballot, at)
    if refusal is not None:
        return refusal
    if voter is None or voter.district_id is None:
        return NotAllowed(
            "not_resident",
            _("Only residents vote, each with their own access code."),
            _("If you are a resident, sign out and vote with the code on your slip."),
        )
    if ballot.districts and voter.district_id not in ballot.districts:
        return NotAllowed(
            "other_district",
            _("This ballot is for residents of other districts."),
            _("What counts is the district where you lived when the ballot opened."),
        )
    return None


def waited_too_long(arrived: datetime, now: datetime) -> Refusal | None:
    """A vote that waited so long for its turn might miss the count: its sender is told while there is time to send it again."""
    if now - arrived <= PATIENCE:
        return None
    return Unavailable(
        "busy",
        _("Too many people are voting at this moment. Your vote was not counted."),
        _("Please send it again."),
    )


def mixing_due(votes: int, fresh: int, since_last: timedelta, *, closed: bool = False) -> bool:
    """Whether rows in the order of their arrival are to be put into another one: soon while few have voted, in larger steps
    later, since all of them are written anew. Never fewer than ten, which could be told apart; once voting has `closed`, what is
    left of them all the same, which would else lie there as long as votes are waited for that delegates carry."""
    if closed:
        return fresh > 0 and votes > 1
    return fresh >= LEAST and (fresh * 20 >= votes or since_last >= timedelta(hours=1))


def waits_until(ballot: Counted) -> datetime:
    """The first moment that is too late for any vote, also for one that a delegate carries."""
    return ballot.closes_at + timedelta(hours=ballot.grace_hours)


def tells_arrived(ballot: Counted, at: datetime) -> bool:
    """Whether it is told how many have voted so far. Not while only delegates still bring votes: beside the numbers that are
    published afterwards it would tell for how few people one did not count."""
    now = phase(ballot, at)
    return now is Phase.OPEN or (now is Phase.CLOSED and not ballot.grace_hours)


def may_count(ballot: Counted, at: datetime) -> Refusal | None:
    """Nobody counts before every vote that arrived in time has been stored, those that delegates carry among them."""
    if ballot.state != BallotState.ANNOUNCED:
        return Conflict(
            "state",
            _("This ballot is not waiting to be counted."),
            _("Open the page again; it shows how things stand now."),
        )
    if phase(ballot, at) is not Phase.CLOSED or at < waits_until(ballot) + DRAIN:
        return Closed(
            "not_closed",
            _("Nobody can count a ballot while votes may still arrive."),
            _("Wait until none can come any more; then it is counted by itself."),
        )
    return None


def not_written() -> Conflict:
    return Conflict(
        "no_ballot",
        _("Nothing has been put to the vote in this step yet."),
        _("Write the question and the rule first."),
    )


def announced() -> Conflict:
    return Conflict(
        "announced",
        _("This ballot is announced: its question and its rule cannot change any more."),
        _("After a proven fault it can be cancelled, with reasons, and run again."),
    )


def announced_late() -> Conflict:
    return Conflict(
        "too_late",
        _("A ballot has to be announced before it opens."),
        _("Cancel the ballot with reasons, and run it again with new dates."),
    )


def may_extend(ballot: Dated, closes_at: datetime, at: datetime) -> Refusal | None:
    """Only to later, and only while votes are still taken."""
    if phase(ballot, at) not in (Phase.DRAFT, Phase.PLANNED, Phase.OPEN):
        return Closed(
            "closed",
            _("This ballot has closed. It cannot be extended."),
            _("The city decides next, and can cancel the ballot with reasons and run it again."),
        )
    if closes_at < ballot.closes_at:
        return Conflict(
            "shortened",
            _("A ballot can only be extended to a later moment, never shortened."),
            _("Choose a later closing. To end it early, cancel it with reasons."),
        )
    return None


def missing(questions: Mapping[str, str], required: Sequence[str]) -> list[str]:
    """Languages in which the question still has to be written."""
    return [language for language in required if not questions.get(language)]


def in_words(threshold: int, quorum: int) -> list[Message]:
    """The rule by which the votes will be counted."""
    if threshold == 50:
        share = _("The proposal passes if more people vote for it than against it. Abstentions do not count here.")
    else:
        share = _(
            "The proposal passes if more than %(threshold)s of every 100 votes for or against are for it. Abstentions do not count here.",
            threshold=threshold,
        )
    if quorum == 0:
        return [share, _("There is no minimum number of votes.")]
    return [share, _("At least %(quorum)s votes are needed, abstentions among them.", quorum=quorum)]
