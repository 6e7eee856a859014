"""Reads votes that delegates carried: only through the key of their ballot, and never what was chosen until they are counted."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.carried import rules
from participation.domain.ballots.carried.rules import Standing
from participation.domain.ballots.choice_codes.rules import shown
from participation.domain.ballots.counting.queries import WAITS_UNTIL
from participation.domain.ballots.models import Ballot, BallotState, CarriedState, Choice
from participation.domain.ballots.queries import (
    CARRIED,
    VOTES,
    BallotView,
    district_then,
    key_file,
    select_ballots,
    view_of,
    voter_of,
)
from participation.domain.ballots.rules import Voter
from participation.domain.people.models import AccessCode, Batch, CodeState, Person
from participation.domain.projects.models import Step
from participation.kit import keys, partitions
from participation.kit.database import Session
from participation.kit.hashing import keyed, same

ORDER = (Standing.COUNTS, Standing.CONTESTED, Standing.HELD, Standing.SPOILED)
"""Of several the one that says most."""


def entry_of(key: bytes, entry: uuid.UUID) -> bytes:
    """What stands on a carried vote instead of its entry: nobody can make it without the ballot's own key."""
    return keyed(key, "entry", entry.bytes)


def content_of(key: bytes, entry: bytes, voter: bytes, choice: Choice) -> bytes:
    """In place of the choice: it can be compared with one, by whoever has the key, and with nothing else."""
    return keyed(key, "carried", entry, voter, int(choice))


def _key(ballot: BallotView, folder: Path) -> bytes:
    return keys.read(key_file(folder, ballot.key))


@dataclass(frozen=True)
class Known:
    """Somebody as the rule of a ballot sees them, and whether a code of theirs counts."""

    voter: Voter
    has_code: bool


async def known(session: Session, *, city_id: int, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Known]:
    """By ballot and person; who was erased is not among them. One statement."""
    ballot, person, step = (model.__table__ for model in (Ballot, Person, Step))
    holds = sa.exists().where(
        AccessCode.person_id == person.c.id,
        AccessCode.state == CodeState.VALID,
        AccessCode.batch_id == Batch.id,
        Batch.stopped_at.is_(None),
    )
    rows = await session.execute(
        sa.select(ballot.c.id, person.c.id, district_then(), holds.correlate(person))
        .join_from(ballot, step, step.c.id == ballot.c.step_id)
        .join(person, person.c.city_id == ballot.c.city_id)
        .where(
            ballot.c.city_id == city_id,
            person.c.erased_at.is_(None),
            sa.tuple_(ballot.c.id, person.c.id).in_(sorted(pairs)),
        )
    )
    return {(number, who): Known(Voter(who, district), code) for number, who, district, code in rows}


async def of_voters(
    session: Session, *, wanted: Sequence[tuple[int, Collection[bytes], Collection[bytes]]]
) -> Sequence[Mapping[str, Any]]:
    """Rows of these ballots by entry or by voter. One statement, whatever the number of ballots."""
    looks = []
    for ballot_id, entries, voters in wanted:
        rows = partitions.partition(CARRIED, ballot_id)
        mine = sa.or_(rows.c.entry.in_(entries), rows.c.voter.in_(voters))
        looks.append(sa.select(rows).where(rows.c.ballot_id == ballot_id, mine))
    return [dict(row) for row in (await session.execute(sa.union_all(*looks))).mappings()] if looks else []


async def running_in(
    session: Session, *, city_id: int, projects: Collection[int] | None = None
) -> dict[int, BallotView]:
    """By project, of these or of the whole city, the ballot whose carried votes have not been counted yet; one statement."""
    running = select_ballots().where(
        Ballot.city_id == city_id,
        sa.true() if projects is None else Ballot.project_id.in_(projects),
        Ballot.state == BallotState.ANNOUNCED,
        Ballot.grace_hours > 0,
    )
    views = [view_of(row) for row in (await session.execute(running.order_by(Ballot.id))).mappings()]
    return {ballot.project_id: ballot for ballot in views}


# For the person, and for whoever calls them back


@dataclass(frozen=True)
class ForPerson:
    """How a vote that was carried for somebody stands, and the return code by which they see that it arrived as meant."""

    standing: Standing
    returned: str | None = None
    """Only of a choice code, and where one vote was carried."""


async def carried_for(session: Session, *, ballot: BallotView, person_id: int, folder: Path) -> ForPerson | None:
    """Whether a vote was carried for this person, and how it stands. Never what was chosen."""
    if not ballot.grace_hours or ballot.state != BallotState.ANNOUNCED:
        return None
    rows = partitions.partition(CARRIED, ballot.id)
    key = _key(ballot, folder)
    mine = sa.select(rows.c.state, rows.c.entry, rows.c.returned).where(rows.c.voter == voter_of(key, person_id))
    found = (await session.execute(mine)).all()
    counting = sum(row.state == CarriedState.COUNTS for row in found)
    stands = {rules.standing(CarriedState(row.state), counting) for row in found}
    standing = next((standing for standing in ORDER if standing in stands), None)
    if standing is None:
        return None
    return ForPerson(standing, shown(key, bytes(found[0].entry), bytes(found[0].returned)) if len(found) == 1 else None)


async def holds_vote(session: Session, *, ballot: BallotView, entry: uuid.UUID, folder: Path) -> bool:
    """Whether this entry brought a vote, which nothing else tells; never what was chosen."""
    if not ballot.grace_hours or ballot.state != BallotState.ANNOUNCED:
        return False
    rows = partitions.partition(CARRIED, ballot.id)
    return bool(
        await session.scalar(sa.select(sa.exists().where(rows.c.entry == entry_of(_key(ballot, folder), entry))))
    )


async def brought_for(session: Session, *, ballot: BallotView, entry: uuid.UUID, person_id: int, folder: Path) -> bool:
    """Whether this entry brought a vote for this person, who asks for it themselves."""
    if not ballot.grace_hours or ballot.state != BallotState.ANNOUNCED:
        return False
    key, rows = _key(ballot, folder), partitions.partition(CARRIED, ballot.id)
    theirs = (rows.c.entry == entry_of(key, entry), rows.c.voter == voter_of(key, person_id))
    return bool(await session.scalar(sa.select(sa.exists().where(*theirs))))


async def brought_of(
    session: Session, *, ballot: BallotView, entries: Collection[uuid.UUID], person_id: int, folder: Path
) -> set[uuid.UUID]:
    """Those of these entries that brought a vote for this person, who has it all erased; one statement."""
    key, rows = _key(ballot, folder), partitions.partition(CARRIED, ballot.id)
    theirs = await session.scalars(sa.select(rows.c.entry).where(rows.c.voter == voter_of(key, person_id)))
    found = {bytes(entry) for entry in theirs}
    return {entry for entry in entries if entry_of(key, entry) in found}


async def carried_votes(session: Session, *, city_id: int, person_id: int, folder: Path, at: datetime) -> list[str]:
    """Slugs of the projects whose ballots still take votes and to which one was carried for this person. Two statements."""
    running = select_ballots().where(
        Ballot.city_id == city_id,
        Ballot.state == BallotState.ANNOUNCED,
        Ballot.grace_hours > 0,
        at < WAITS_UNTIL,
        Step.opened_at <= at,
    )
    ballots = [view_of(row) for row in (await session.execute(running.order_by(Ballot.id))).mappings()]
    looks = []
    for ballot in ballots:
        rows = partitions.partition(CARRIED, ballot.id)
        looks.append(sa.select(rows.c.ballot_id).where(rows.c.voter == voter_of(_key(ballot, folder), person_id)))
    found = set((await session.scalars(sa.union_all(*looks))).all()) if looks else set()
    return [ballot.slug for ballot in ballots if ballot.id in found]


@dataclass(frozen=True)
class Contest:
    """Votes that several delegates brought for the same person: to be settled before they are counted."""

    ballot_id: int
    entries: frozenset[bytes]
    """As they stand in the ballot's own table; see `names`."""


async def contested(session: Session, *, ballots: Collection[BallotView]) -> list[Contest]:
    """One statement, whatever the number of ballots.

    Whoever has voted themselves meanwhile is among them: that one goes away by itself would tell that they did.
    """
    looks = []
    for ballot in ballots:
        if ballot.grace_hours and ballot.state == BallotState.ANNOUNCED:
            rows = partitions.partition(CARRIED, ballot.id)
            together = sa.select(rows.c.ballot_id, sa.func.array_agg(rows.c.entry))
            several = together.group_by(rows.c.ballot_id, rows.c.voter).having(sa.func.count() > 1)
            looks.append(several.where(rows.c.state == CarriedState.COUNTS))
    found = (await session.execute(sa.union_all(*looks))).all() if looks else []
    return [Contest(ballot_id, frozenset(map(bytes, entries))) for ballot_id, entries in found]


def names(ballot: BallotView, entries: Collection[uuid.UUID], folder: Path) -> dict[bytes, uuid.UUID]:
    """These entries by what stands for each in the ballot's own table, whether it brought a vote or not."""
    key = _key(ballot, folder)
    return {entry_of(key, entry): entry for entry in entries}


# When the votes are counted


@dataclass(frozen=True)
class Brought:
    """District, channel, choice, how many; and for how many people a vote was brought that does not count."""

    votes: Sequence[tuple[int, str, Choice, int]]
    spoiled: int


async def brought(session: Session, *, ballot_id: int, key: bytes) -> Brought:
    """Of whoever has voted themselves nothing that was carried counts, whichever came first; of two delegates neither.

    A row whose content nobody with the key has written does not count either.
    """
    votes, rows = partitions.partition(VOTES, ballot_id), partitions.partition(CARRIED, ballot_id)
    own = sa.exists().where(votes.c.voter == rows.c.voter)
    voters: defaultdict[bytes, list[sa.Row[Any]]] = defaultdict(list)
    for row in (await session.execute(sa.select(rows).where(~own))).all():
        voters[row.voter].append(row)
    counted: Counter[tuple[int, str, Choice]] = Counter()
    spoiled = 0
    for carried in voters.values():
        counting = [row for row in carried if row.state == CarriedState.COUNTS]
        choice = _choice(key, counting[0]) if len(counting) == 1 else None
        if choice is None:
            spoiled += 1
        else:
            counted[counting[0].district_id, counting[0].via, choice] += 1
    return Brought([(*cell, number) for cell, number in sorted(counted.items())], spoiled)


def _choice(key: bytes, row: sa.Row[Any]) -> Choice | None:
    made = (choice for choice in Choice if same(row.content, content_of(key, row.entry, row.voter, choice)))
    return next(made, None)
