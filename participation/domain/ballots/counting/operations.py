"""How a ballot ends: counted, cancelled, or run again; and that nothing is left by which anybody could learn who voted what."""

import random
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from participation.domain.ballots import queries
from participation.domain.ballots import rules as ballot_rules
from participation.domain.ballots.carried.queries import Brought, brought
from participation.domain.ballots.choice_codes.queries import used
from participation.domain.ballots.counting import rules
from participation.domain.ballots.counting.queries import fresh
from participation.domain.ballots.models import Ballot, BallotState, Choice
from participation.domain.ballots.operations import announce, draft, tables_of
from participation.domain.ballots.queries import CARRIED, RECEIPTS, SHEETS, VOTES, key_file
from participation.domain.ballots.repeats.operations import REPEATS
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, Step
from participation.domain.projects.operations import note, places_of
from participation.domain.record.actors import Actor, system
from participation.kit import keys, partitions, states
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotFound, Unavailable
from participation.kit.i18n import _

ORDERS = {REPEATS: "token", VOTES: "voter", RECEIPTS: "receipt", SHEETS: "sheet", CARRIED: "entry"}
"""Of no meaning to whoever lacks the key. Locked in the order in which everybody does. Codes are written with their batch alone."""
WAITS = 2_000
"""Milliseconds for which mixing waits for its turn; it is tried again a minute later."""
log = structlog.get_logger()
Votes = Sequence[tuple[int, str, Choice, int]]
"""District, channel, choice, how many: added up by the database, and nowhere kept."""


async def count(session: Session, *, city: CityView, ballot_id: int, folder: Path, at: datetime) -> dict[str, Any]:
    """Add up the votes, keep what can be published, drop the votes. The key is destroyed once this is committed.

    It is read only where delegates may have carried votes, which tell nothing without it.
    """
    ballot = await _locked(session, Ballot.id == ballot_id, city_id=city.id)
    view = await queries.by_id(session, city_id=city.id, ballot_id=ballot.id)
    if view is None:
        raise NotFound()
    refusal = ballot_rules.may_count(view, at)
    if refusal is not None:
        raise refusal
    if not await _wait_for_votes(session, ballot):
        raise _votes_missing()
    votes = await _added_up(session, ballot)
    carried = await _carried(session, ballot, folder) if ballot.grace_hours else None
    sheets = await used(session, ballot_id=ballot.id) if ballot.sheets else None
    states.advance(ballot, BallotState.COUNTED, ballot_rules.TRANSITIONS)
    ballot.counted_at = at
    ballot.result = _published(city, ballot, votes, carried, sheets)
    await session.flush()
    await _drop_votes(session, ballot)
    await _note(session, ballot, "ballot_counted", at, ballot.result)
    return ballot.result


async def _locked(session: Session, *where: sa.ColumnElement[bool], city_id: int) -> Ballot:
    query = sa.select(Ballot).where(Ballot.city_id == city_id, *where).with_for_update()
    ballot = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    if ballot is None:
        raise NotFound()
    return ballot


async def _wait_for_votes(session: Session, ballot: Ballot) -> bool:
    """Until the votes that are being stored are stored. Receipts can be looked up meanwhile. Whether every table is there."""
    tables = tables_of(ballot)
    there = [table for table in tables if await partitions.exists(session, table, ballot.id)]
    for table in there:
        await partitions.lock(session, table, ballot.id, readable=table is RECEIPTS)
    return len(there) == len(tables)


def _votes_missing() -> Unavailable:
    return Unavailable(
        "ballot_tables",
        _("The votes of this ballot are not where they should be. Nothing was counted and nothing was dropped."),
        _("Restore the database, or cancel the ballot with reasons and run it again."),
    )


async def _carried(session: Session, ballot: Ballot, folder: Path) -> Brought:
    try:
        key = keys.read(key_file(folder, ballot.key))
    except keys.KeyTrouble as trouble:
        log.error("ballot_key", ballot=ballot.id, trouble=str(trouble))
        raise _votes_missing() from trouble
    return await brought(session, ballot_id=ballot.id, key=key)


async def mix(session: Session, *, ballot_id: int, since_last: timedelta, closed: bool = False) -> bool:
    """Write all votes anew, in the order of their keyed hashes and under one transaction's number, while the ballot is open.

    Rows that lie in the order of arrival, each under a number of its own, could be laid beside who signed in when. Whether it was due.
    Raises `Busy` rather than let every voter wait behind somebody who reads all of the database.
    """
    held = sa.select(Ballot.id).where(Ballot.id == ballot_id).with_for_update(skip_locked=True, key_share=True)
    if await session.scalar(held) is None:
        return False  # another worker is at it
    votes, one_by_one = await fresh(session, ballot_id=ballot_id)
    if not ballot_rules.mixing_due(votes, one_by_one, since_last, closed=closed):
        return False
    for table in tables_of(await session.get_one(Ballot, ballot_id)):
        if table in ORDERS:
            await partitions.mix(session, table, ballot_id, order=ORDERS[table], within=WAITS)
    return True


async def _added_up(session: Session, ballot: Ballot) -> Votes:
    votes = partitions.partition(VOTES, ballot.id)
    cell = (votes.c.district_id, votes.c.via, votes.c.choice)
    rows = await session.execute(sa.select(*cell, sa.func.count()).group_by(*cell))
    return [(district, via, Choice(choice), number) for district, via, choice, number in rows.all()]


def _published(
    city: CityView, ballot: Ballot, votes: Votes, carried: Brought | None, sheets: int | None
) -> dict[str, Any]:
    choices: Counter[Choice] = Counter()
    places: Counter[int] = Counter()
    channels: Counter[str] = Counter()
    for district, via, choice, number in [*votes, *(carried.votes if carried else ())]:
        choices[choice] += number
        places[district] += number
        channels[via] += number
    eligible = ballot.districts or [place.id for place in city.districts]
    known = [city.places[place] for place in dict.fromkeys([*eligible, *places]) if place in city.places]
    chance = secrets.SystemRandom()
    return rules.published(
        choices,
        _merged([rules.Cell((place.slug,), places[place.id], place.population) for place in known], chance),
        _merged([rules.Cell((via,), number) for via, number in sorted(channels.items())], chance),
        threshold=ballot.threshold,
        quorum=ballot.quorum,
        spoiled=None if carried is None else carried.spoiled,
        sheets=sheets,
    )


def _merged(cells: Sequence[rules.Cell[str]], chance: random.Random) -> list[rules.Cell[str]]:
    return rules.merged(cells, chance.sample(cells, len(cells)))


async def _drop_votes(session: Session, ballot: Ballot) -> None:
    """Receipts stay, in an order and under a transaction number that tell nothing of when each came."""
    if await partitions.exists(session, RECEIPTS, ballot.id):
        await partitions.mix(session, RECEIPTS, ballot.id, order="receipt")
    for table in tables_of(ballot):
        if table is not RECEIPTS:
            await partitions.drop(session, table, ballot.id)


async def _note(session: Session, ballot: Ballot, kind: str, at: datetime, facts: Mapping[str, Any]) -> None:
    project = await session.get_one(Project, ballot.project_id)
    await note(session, project, kind, system(ballot.city_id), at, {"ballot": ballot.id, **facts})


async def destroy_keys(session: Session, *, city_id: int, folder: Path, at: datetime) -> int:
    """Destroy the keys of ballots that have ended, and record it. Done again after a crash, until the record says so."""
    query = (
        sa.select(Ballot)
        .where(
            Ballot.city_id == city_id,
            Ballot.state.in_((BallotState.COUNTED, BallotState.CANCELLED)),
            Ballot.key_destroyed_at.is_(None),
        )
        .order_by(Ballot.id)
        .with_for_update(skip_locked=True)
    )
    ended = (await session.scalars(query)).all()
    for ballot in ended:
        keys.destroy(key_file(folder, ballot.key))
        ballot.key_destroyed_at = at
        await session.flush()
        await _note(session, ballot, "ballot_key_destroyed", at, {})
    return len(ended)


async def cancel(
    session: Session,
    *,
    city: CityView,
    project: Project,
    ballot_id: int,
    reasons: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> Ballot:
    """After a proven fault: votes are dropped uncounted, or a result no longer holds. `destroy_keys` follows the commit."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    if not reasons:
        raise Invalid({"reasons": _("A ballot can only be cancelled with reasons.")})
    ballot = await _locked(session, Ballot.id == ballot_id, Ballot.project_id == project.id, city_id=city.id)
    counted = ballot.state == BallotState.COUNTED
    states.advance(ballot, BallotState.CANCELLED, ballot_rules.TRANSITIONS)
    ballot.cancelled_at, ballot.cancel_reasons = at, dict(reasons)
    await session.flush()
    if not counted:
        await _wait_for_votes(session, ballot)
        await _drop_votes(session, ballot)
    await note(
        session,
        project,
        "ballot_cancelled",
        who,
        at,
        {"ballot": ballot.id, "reasons": dict(reasons), "counted": counted},
    )
    return ballot


async def repeat(
    session: Session,
    *,
    city: CityView,
    project: Project,
    step: Step,
    ballot: Ballot,
    folder: Path,
    actor: Actor,
    at: datetime,
) -> Ballot:
    """The same question by the same rule, put again at the step's new dates, after a ballot that was cancelled."""
    if ballot.state != BallotState.CANCELLED:
        raise Conflict(
            "state",
            _("A ballot is run again only after it was cancelled."),
            _("Cancel this one first, or put another question to the vote."),
        )
    await draft(
        session,
        city=city,
        project=project,
        step=step,
        questions=ballot.questions,
        threshold=ballot.threshold,
        quorum=ballot.quorum,
        binding=ballot.binding,
        districts=ballot.districts,
        grace_hours=ballot.grace_hours,
        actor=actor,
        at=at,
    )
    return await announce(session, city=city, project=project, step=step, folder=folder, actor=actor, at=at)
