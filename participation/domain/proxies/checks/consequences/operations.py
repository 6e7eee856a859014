"""Acts on what people answered. The worker calls this: the platform itself suspends, and no official decides whether."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.carried.operations import hold_all
from participation.domain.ballots.carried.queries import running_in
from participation.domain.consultations.entries.operations import hold
from participation.domain.moderation.models import Reason as Why
from participation.domain.places.queries import CityView
from participation.domain.proxies.checks import rules
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.checks.queries import cases_of
from participation.domain.proxies.delegates.models import Delegate, DelegateState, Reason
from participation.domain.proxies.delegates.operations import note, suspend
from participation.domain.proxies.delegates.rules import standing
from participation.domain.proxies.models import Entry, EntryState
from participation.domain.proxies.reviews.rules import disputed_at
from participation.domain.proxies.rules import Held
from participation.domain.record.actors import system
from participation.domain.record.operations import append_each
from participation.kit.changes import touch
from participation.kit.database import Session

OTHERWISE = (CaseState.NO, CaseState.ABSENT)


async def act(session: Session, *, city: CityView, folder: Path, at: datetime, counting: bool = False) -> int:
    """Of the days before disputes each entry of which the person said otherwise, and judges its delegate anew; how many answers there were.

    `counting`: votes are counted now, so that today's answers come too late otherwise.
    """
    new = (
        *(CheckCase.city_id == city.id, CheckCase.state.in_(OTHERWISE), ~CheckCase.acted_on),
        sa.true() if counting else CheckCase.answered_at < rules.before(at, city.zone),
    )
    columns = (CheckCase.entry_id, CheckCase.delegate_id, CheckCase.number, CheckCase.place_id)
    found = (
        await session.execute(
            sa.select(*columns).where(*new).order_by(CheckCase.entry_id).with_for_update(skip_locked=True)
        )
    ).all()
    if not found:
        return 0
    ids = [row.entry_id for row in found]
    disputed = await _hold(session, city, Entry.id.in_(ids), EntryState.DISPUTED, None, Why.DISPUTED, folder, at)
    places = {row.entry_id: city.places[row.place_id].slug for row in found}
    entries = [disputed_at(places[row.id]) for row in disputed]
    await append_each(session, city_id=city.id, kind="entry_disputed", actor=system(city.id), at=at, entries=entries)
    for delegate_id, number in sorted({(row.delegate_id, row.number) for row in found}):
        await _judge(session, city, delegate_id, number, folder, at)
    mine = CheckCase.entry_id.in_(ids)
    await session.execute(sa.update(CheckCase).where(mine).values(acted_on=True))
    touch(session, f"delegates:{city.id}")
    return len(found)


async def _judge(session: Session, city: CityView, delegate_id: int, number: int, folder: Path, at: datetime) -> None:
    """Over the threshold the delegate is suspended, and all is held that nobody has confirmed, also of the year before: the number changes in
    January, the person does not."""
    stands = await cases_of(session, delegate_id=delegate_id, number=number)
    otherwise = sum(stands.get(state, 0) for state in OTHERWISE)
    if not rules.suspends(otherwise, otherwise + stands.get(CaseState.YES, 0)):
        return
    delegate = await session.get_one(Delegate, delegate_id, with_for_update=True)
    if standing(delegate.state, delegate.ends_at, at) is DelegateState.APPOINTED:
        reason, who = Reason.CHECKS, system(city.id)
        await suspend(session, city=city, delegate_id=delegate_id, reason=reason, actor=who, at=at)
    confirmed = sa.exists().where(CheckCase.entry_id == Entry.id, CheckCase.state == CaseState.YES)
    rest = sa.and_(Entry.delegate_id == delegate_id, ~confirmed)
    if await _hold(session, city, rest, EntryState.HELD, Held.CHECKS, Why.DELEGATE, folder, at):
        await note(session, city=city, kind="entries_held", delegate=delegate, actor=system(city.id), at=at)


async def _hold(
    session: Session,
    city: CityView,
    which: sa.ColumnElement[bool],
    state: EntryState,
    reason: Held | None,
    why: Why,
    folder: Path,
    at: datetime,
) -> Sequence[Any]:
    """Of these entries those that count: their comments, reactions and votes count no more."""
    taken = (
        sa.update(Entry)
        .where(Entry.city_id == city.id, Entry.state == EntryState.ACCEPTED, which)
        .values(state=state, reason=reason, state_at=at)
        .returning(Entry.id, Entry.project_id, Entry.client_id)
        .execution_options(synchronize_session=False)
    )
    rows = (await session.execute(taken)).all()
    if rows:
        await hold(session, entry_ids=[row.id for row in rows], reason=why)
        await _hold_votes(session, city, rows, folder)
    return rows


async def _hold_votes(session: Session, city: CityView, rows: Sequence[Any], folder: Path) -> None:
    """Of all of them alike, whether they brought a vote or not: which did, nobody can tell."""
    brought: defaultdict[int, list[uuid.UUID]] = defaultdict(list)
    for row in rows:
        brought[row.project_id].append(row.client_id)
    ballots = await running_in(session, city_id=city.id, projects=list(brought))
    for ballot in sorted(ballots.values(), key=lambda ballot: ballot.id):
        await hold_all(session, ballot=ballot, entries=brought[ballot.project_id], folder=folder)
