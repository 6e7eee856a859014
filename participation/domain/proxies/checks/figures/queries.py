"""Reads what the checks found by delegate's number; and, for administrators and auditors alone, what stands out in how entries came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Reaction
from participation.domain.places.models import Place
from participation.domain.places.queries import CityView
from participation.domain.proxies.checks import rules
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.models import Entry
from participation.kit.database import Session

PAGE = 50


@dataclass(frozen=True)
class Found:
    """What the checks of one delegate found in a year, as it is published: down to tens."""

    number: int
    place_id: int
    drawn: int | None
    answered: int | None
    otherwise: int | None
    unreached: int | None
    over: bool | None
    """More than a tenth of those who answered said otherwise; unsaid of fewer than ten."""


async def found(session: Session, *, city: CityView, year: int, number: int | None = None) -> list[Found]:
    """By number; of one delegate alone where a number is given. One statement."""

    def counted(*states: CaseState) -> sa.ColumnElement[int]:
        return sa.func.count().filter(CheckCase.state.in_(states))

    answered = (CaseState.YES, CaseState.NO, CaseState.ABSENT)
    wanted = sa.select(
        *(CheckCase.number, sa.func.max(CheckCase.place_id), sa.func.count(), counted(*answered)),
        *(counted(CaseState.NO, CaseState.ABSENT), counted(CaseState.UNREACHED)),
    ).where(CheckCase.city_id == city.id, CheckCase.year == year, CheckCase.drawn_at.is_not(None))
    if number is not None:
        wanted = wanted.where(CheckCase.number == number)
    rows = await session.execute(wanted.group_by(CheckCase.number).order_by(CheckCase.number).limit(PAGE * 20))
    return [
        Found(
            number=goes_by,
            place_id=place,
            drawn=rules.tens(drawn),
            answered=rules.tens(said),
            otherwise=rules.tens(otherwise),
            unreached=rules.tens(unreached),
            over=None if rules.tens(said) is None else rules.suspends(otherwise, said),
        )
        for goes_by, place, drawn, said, otherwise, unreached in rows
    ]


@dataclass(frozen=True)
class Signal:
    """How one delegate's entries came: nothing is added up, and nothing follows from it but that somebody looks."""

    number: int
    place_id: int
    entries: int
    seconds: int
    """Half of the entries of which it is known took no longer."""
    quick: int
    """Entries that took less than a minute."""
    repeated: int
    """Comments that say, word for word, what an earlier one of the same delegate says."""
    outside: int
    """Of people who live outside the delegate's district, as they said."""
    described: int
    comments: int
    alike: int
    """Comments of the commonest stance."""
    reactions: int
    reacted_alike: int


QUICK = 60


async def signals(session: Session, *, city: CityView, at: datetime, after: int) -> tuple[list[Signal], int | None]:
    """Of this year, by delegate's number; four statements, and where the next page begins."""
    since = at.astimezone(city.zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    inside = sa.exists().where(
        Place.id == Entry.place_id, sa.or_(Place.id == Delegate.place_id, Place.parent_id == Delegate.place_id)
    )
    described = Entry.place_id.is_not(None)
    # What was typed in at an office says nothing of how long it took.
    timed = Entry.seconds > 0
    half = sa.func.percentile_disc(0.5).within_group(Entry.seconds).filter(timed)
    wanted = (
        sa.select(
            *(Entry.number, Delegate.place_id, sa.func.count().label("entries")),
            sa.func.coalesce(half, 0).label("seconds"),
            sa.func.count().filter(timed, Entry.seconds < QUICK).label("quick"),
            sa.func.count().filter(described, ~inside).label("outside"),
            sa.func.count().filter(described).label("described"),
        )
        .join(Delegate, Delegate.id == Entry.delegate_id)
        .where(Entry.city_id == city.id, Entry.received_at >= since, Entry.number > after)
        .group_by(Entry.number, Delegate.place_id)
        .order_by(Entry.number)
        .limit(PAGE + 1)
    )
    rows = (await session.execute(wanted)).all()
    shown = rows[:PAGE]
    numbers = [row.number for row in shown]
    theirs = (Comment.entry_id == Entry.id, Entry.received_at >= since)
    said = sa.func.md5(sa.func.lower(Comment.body))
    mine = (Comment.city_id == city.id, Comment.carrier.in_(numbers), Comment.body != "", *theirs)
    repeated = {
        row.carrier: (row.all, row.all - row.words)
        for row in await session.execute(
            sa.select(Comment.carrier, sa.func.count().label("all"), sa.func.count(sa.distinct(said)).label("words"))
            .where(*mine)
            .group_by(Comment.carrier)
        )
    }
    stances = await _alike(session, sa.select(Comment.carrier, Comment.stance).where(*mine))
    reacted = await _alike(
        session,
        sa.select(Entry.number, Reaction.kind)
        .join(Entry, Entry.id == Reaction.entry_id)
        .where(Entry.city_id == city.id, Entry.received_at >= since, Entry.number.in_(numbers)),
    )
    return [
        Signal(
            number=row.number,
            place_id=row.place_id,
            entries=row.entries,
            seconds=row.seconds,
            quick=row.quick,
            repeated=repeated.get(row.number, (0, 0))[1],
            outside=row.outside,
            described=row.described,
            comments=repeated.get(row.number, (0, 0))[0],
            alike=rules.most_often(stances.get(row.number, ())),
            reactions=sum(reacted.get(row.number, ())),
            reacted_alike=rules.most_often(reacted.get(row.number, ())),
        )
        for row in shown
    ], shown[-1].number if len(rows) > PAGE else None


async def _alike(session: Session, given: Any) -> dict[int, Sequence[int]]:
    """By number, how often each answer was given."""
    each = given.subquery()
    number, answer = each.c
    rows = await session.execute(sa.select(number, sa.func.count()).group_by(number, answer))
    counts: dict[int, list[int]] = {}
    for goes_by, count in rows:
        counts.setdefault(goes_by, []).append(count)
    return dict(counts)
