"""Takes in the votes that delegates carry, holds them and lets them go, and decides between two for the same person.

Whatever is done here ends with all carried votes of the ballot written anew, in the order of their keyed hashes and under one
number: neither its place nor the number of its transaction leads to a vote from an entry, or from what an administrator did with one.
"""

import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import ProgrammingError

from participation.domain.ballots.carried import queries, rules
from participation.domain.ballots.carried.codes.operations import Ours, held_by, meant_in
from participation.domain.ballots.carried.queries import Known, content_of, entry_of
from participation.domain.ballots.carried.rules import Carried, CarriedBy
from participation.domain.ballots.choice_codes.operations import sheet_row
from participation.domain.ballots.choice_codes.rules import Meant, hidden, holder_of, not_yours, returned
from participation.domain.ballots.models import Ballot, BallotState, CarriedState, Choice
from participation.domain.ballots.queries import CARRIED, SHEETS, BallotView, by_id, select_ballots, view_of, voter_of
from participation.domain.ballots.repeats.operations import key_of, not_counted
from participation.domain.people.codes.operations import ENDING
from participation.domain.places.queries import CityView
from participation.kit import changes, partitions
from participation.kit.database import Session
from participation.kit.errors import NotFound, Refusal
from participation.kit.hashing import same

log = structlog.get_logger()
WAITS = 5_000
"""Milliseconds for which a batch waits for its turn; later it is sent again."""
Row = Mapping[str, Any]
Waiting = Callable[[Session], Awaitable[Collection[uuid.UUID]]]
"""Says which entries count nowhere for now."""
Answers = dict[uuid.UUID, Refusal | None]
"""Entry -> why its vote was not taken; nothing where it is there, or was before."""


async def check(session: Session, *, city: CityView, vote: Carried, folder: Path, at: datetime) -> Refusal | None:
    """What `carry` would refuse, before anything is written of the entry. Three statements, with a choice code five.

    A transaction that writes asks it of one ballot alone: of two, it could wait for a batch that waits for it.
    """
    ballot = await by_id(session, city_id=city.id, ballot_id=vote.ballot_id)
    if ballot is None:
        return NotFound()
    if not _takes(ballot):
        return rules.may_arrive(ballot, at)
    try:
        ours = Ours(city, {ballot.id: ballot}, {ballot.id: key_of(ballot, folder)}, at)
        judged = await _judged(session, ours, [vote], await meant_in(session, ours, [vote]))
    except Refusal as trouble:
        return trouble
    return judged.answers[vote.entry]


async def carry(
    session: Session,
    *,
    city: CityView,
    votes: Sequence[Carried],
    folder: Path,
    at: datetime,
    waiting: Waiting | None = None,
) -> Answers:
    """Store the votes of a batch, in one transaction, and say of each entry whether its vote is there.

    `waiting`: asked once nobody else changes these ballots, since their entries may have been held after they were taken.
    Judged by the moment at which each was finished. Nothing goes into the record and nobody is told. Seven statements, and four for
    each further ballot; seven more where sheets with choice codes were printed for it. Raises `Unavailable`, with nothing stored, where a ballot is being counted just now.
    """
    ballots = await _running(session, city, {vote.ballot_id for vote in votes})
    answers: Answers = {vote.entry: _arrives(ballots.get(vote.ballot_id), at) for vote in votes}
    wanted = [vote for vote in votes if _takes(ballots.get(vote.ballot_id))]
    if not wanted:
        return answers
    touched = sorted({vote.ballot_id for vote in wanted})
    ours = Ours(city, ballots, {number: key_of(ballots[number], folder) for number in touched}, at)
    meant = await meant_in(session, ours, wanted)
    if with_sheets := [number for number in touched if ballots[number].sheets]:
        await _lock(session, SHEETS, *with_sheets)
    await _lock(session, CARRIED, *touched)
    if waiting is not None:
        held = await waiting(session)
        wanted = [replace(vote, held=vote.held or vote.entry in held) for vote in wanted]
    judged = await _judged(session, ours, wanted, meant)
    for ballot_id in touched:
        await partitions.lay_down(session, CARRIED, ballot_id, order="entry", more=judged.votes[ballot_id])
        changes.mark(session, f"ballot:{ballot_id}")
    for ballot_id in with_sheets:
        # Also where no vote came by code, so that nothing tells whether one did.
        await partitions.lay_down(session, SHEETS, ballot_id, order="sheet", more=judged.sheets[ballot_id])
    return answers | judged.answers


def _takes(ballot: BallotView | None) -> bool:
    """Whether it has a table of carried votes; what was brought in time and comes again later is found there until they are counted."""
    return ballot is not None and ballot.grace_hours > 0 and ballot.state == BallotState.ANNOUNCED


def _arrives(ballot: BallotView | None, at: datetime) -> Refusal | None:
    return NotFound() if ballot is None else rules.may_arrive(ballot, at)


async def _running(session: Session, city: CityView, ballot_ids: Collection[int]) -> dict[int, BallotView]:
    """These ballots. Codes of the city go on counting until this transaction ends; see `codes.still_counts`."""
    waiting = sa.func.pg_advisory_xact_lock_shared(ENDING, city.id).label("waiting")
    found = select_ballots(waiting).where(
        Ballot.city_id == city.id, Ballot.id.in_(ballot_ids), Ballot.state != BallotState.DRAFT
    )
    return {row["id"]: view_of(row) for row in (await session.execute(found)).mappings()}


async def _lock(session: Session, table: sa.Table, *ballot_ids: int) -> None:
    """One batch after the other; whoever counts waits for it. Nobody who holds this looks at the votes themselves afterwards.

    Not for long behind somebody who reads all of the database: whoever looks at a ballot's page meanwhile waits behind us.
    """
    try:
        await partitions.lock(session, table, *ballot_ids, within=WAITS)
    except (ProgrammingError, partitions.Busy) as error:
        log.error("ballot_tables", ballots=ballot_ids, error=type(error).__name__)
        raise not_counted() from None


@dataclass(frozen=True)
class _Judged:
    """What is refused; of what is not the rows, and those of sheets that vote for the first time."""

    answers: Answers
    votes: Mapping[int, list[Row]]
    sheets: Mapping[int, list[Row]]


async def _judged(
    session: Session, ours: Ours, votes: Sequence[Carried], meant: Mapping[uuid.UUID, Meant | Refusal]
) -> _Judged:
    """Of several for one person, and of several by one sheet, what was finished first comes first."""
    pairs = {(vote.ballot_id, vote.person_id) for vote in votes}
    people = await queries.known(session, city_id=ours.city.id, pairs=pairs)
    there: dict[int, list[Row]] = defaultdict(list)
    for stored in await queries.of_voters(session, wanted=_hashes(votes, ours.keys)):
        there[stored["ballot_id"]].append(stored)
    held = await held_by(session, votes, meant)
    answers: Answers = {}
    fresh: dict[int, list[Row]] = defaultdict(list)
    sheets: dict[int, list[Row]] = defaultdict(list)
    for vote in sorted(votes, key=lambda vote: vote.finished):
        ballot, before, chosen = ours.ballots[vote.ballot_id], there[vote.ballot_id], meant[vote.entry]
        if isinstance(chosen, Refusal):
            answers[vote.entry] = chosen
            continue
        mine, row = people.get((ballot.id, vote.person_id)), _row(ours.keys[ballot.id], ours.city, vote, chosen.choice)
        again = next((stored for stored in before if stored["entry"] == row["entry"]), None)
        if again is not None:
            answers[vote.entry] = None if same(again["content"], row["content"]) else rules.another_choice()
            continue
        holder = holder_of(ours.keys[ballot.id], vote.person_id)
        refusal = _refused(ballot, mine, vote, row, before, ours.at)
        if refusal is None and chosen.sheet and held.get(chosen.sheet, holder) != holder:
            refusal = not_yours()
        answers[vote.entry] = refusal
        if refusal is None and mine is not None:
            row["district_id"] = mine.voter.district_id
            before.append(row)
            fresh[ballot.id].append(row)
            if chosen.sheet and chosen.sheet not in held:
                held[chosen.sheet] = holder
                sheets[ballot.id].append(sheet_row(ballot, chosen, holder))
    return _Judged(answers, fresh, sheets)


def _hashes(votes: Sequence[Carried], keys: Mapping[int, bytes]) -> list[tuple[int, list[bytes], list[bytes]]]:
    return [
        (
            number,
            [entry_of(key, vote.entry) for vote in votes if vote.ballot_id == number],
            [voter_of(key, vote.person_id) for vote in votes if vote.ballot_id == number],
        )
        for number, key in sorted(keys.items())
    ]


def _row(key: bytes, city: CityView, vote: Carried, choice: Choice) -> dict[str, Any]:
    entry, voter = entry_of(key, vote.entry), voter_of(key, vote.person_id)
    return {
        "ballot_id": vote.ballot_id,
        "entry": entry,
        "city_id": city.id,
        "voter": voter,
        "content": content_of(key, entry, voter, choice),
        "returned": hidden(key, entry, returned(key, vote.choice)),
        "via": str(vote.via),
        "delegate": vote.delegate,
        "state": str(CarriedState.HELD if vote.held else CarriedState.COUNTS),
    }


def _refused(
    ballot: BallotView, mine: Known | None, vote: Carried, row: Row, there: Sequence[Row], at: datetime
) -> Refusal | None:
    refusal = rules.may_carry(ballot, None if mine is None else mine.voter, vote, at)
    if refusal is not None:
        return refusal
    if mine is None or not mine.has_code:
        return rules.code_ended()
    before = [
        CarriedBy(other["delegate"], CarriedState(other["state"])) for other in there if other["voter"] == row["voter"]
    ]
    return rules.may_follow(vote, before)


# Afterwards


async def hold(session: Session, *, ballot: BallotView, entry: uuid.UUID, folder: Path) -> None:
    """It does not count while somebody looks at its entry. Done in the same way where the entry holds no vote: nobody can tell."""
    await _change(session, ballot, folder, {entry: CarriedState.HELD}, only=CarriedState.COUNTS)


async def hold_all(session: Session, *, ballot: BallotView, entries: Collection[uuid.UUID], folder: Path) -> None:
    """The same for many at once: those of a delegate who is suspended."""
    if entries:
        await _change(session, ballot, folder, dict.fromkeys(entries, CarriedState.HELD), only=CarriedState.COUNTS)


async def release(session: Session, *, ballot: BallotView, entry: uuid.UUID, folder: Path) -> None:
    """What was held counts; beside another delegate's vote for the same person both are contested."""
    await _change(session, ballot, folder, {entry: CarriedState.COUNTS}, only=CarriedState.HELD)


async def spoil(session: Session, *, ballot: BallotView, entry: uuid.UUID, folder: Path) -> None:
    """It never counts. The same entry sent again changes nothing; the person can vote themselves, or be visited again."""
    await _change(session, ballot, folder, {entry: CarriedState.SPOILED})


async def settle(
    session: Session, *, ballot: BallotView, entries: Collection[uuid.UUID], keep: uuid.UUID | None, folder: Path
) -> None:
    """Of the votes that several delegates brought for the same person one counts, or none. Somebody else may have been quicker."""
    if not _takes(ballot):
        raise rules.settled()
    await _lock(session, CARRIED, ballot.id)
    rows = partitions.partition(CARRIED, ballot.id)
    named = queries.names(ballot, entries, folder)
    counting = (rows.c.entry.in_(named), rows.c.state == CarriedState.COUNTS)
    if await session.scalar(sa.select(sa.func.count()).select_from(rows).where(*counting)) != len(named):
        raise rules.settled()
    others = [entry for entry in entries if entry != keep]
    await _change(session, ballot, folder, dict.fromkeys(others, CarriedState.SPOILED))


async def _change(
    session: Session,
    ballot: BallotView,
    folder: Path,
    states: Mapping[uuid.UUID, CarriedState],
    *,
    only: CarriedState | None = None,
) -> None:
    """Nothing where the votes have been counted, or none can be carried."""
    if not _takes(ballot):
        return
    key, rows = key_of(ballot, folder), partitions.partition(CARRIED, ballot.id)
    await _lock(session, CARRIED, ballot.id)
    named = {entry_of(key, entry): state for entry, state in states.items()}
    change = sa.update(rows).where(rows.c.entry.in_(named), *(() if only is None else (rows.c.state == only,)))
    await session.execute(
        change.values(state=sa.case(*((rows.c.entry == entry, str(state)) for entry, state in named.items())))
    )
    await partitions.lay_down(session, CARRIED, ballot.id, order="entry")
    changes.mark(session, f"ballot:{ballot.id}")
