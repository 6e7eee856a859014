"""Reads delegates by the numbers that they go by in public: who is put forward, who goes from door to door, who did."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from participation.domain.people.models import Role
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState, Objection
from participation.domain.proxies.delegates.rules import standing
from participation.kit.database import Session

PAGE = 20


def year_of(city: CityView, at: datetime) -> int:
    """The year in the city: numbers change with it."""
    return at.astimezone(city.zone).year


async def numbers(session: Session, *, city_id: int, delegates: Collection[int], year: int) -> dict[int, int]:
    """By delegate, the number of that year, where it has been made: `operations.number_of` makes it on first need."""
    wanted = sa.select(DelegateNumber.delegate_id, DelegateNumber.number).where(
        DelegateNumber.city_id == city_id, DelegateNumber.delegate_id.in_(delegates), DelegateNumber.year == year
    )
    return {row.delegate_id: row.number for row in await session.execute(wanted)}


@dataclass(frozen=True)
class DelegateView:
    """A delegate as everybody may know them, and for staff who put them forward."""

    id: int
    number: int | None
    """Of this year in the city."""
    place_id: int
    state: DelegateState
    """`ENDED` once their time is over."""
    described: dict[str, str]
    interests: dict[str, list[int]]
    proposed_by: int
    proposed_at: datetime
    objections_until: datetime
    appointed_at: datetime | None
    ends_at: datetime
    state_at: datetime
    reason: str | None
    objections: int
    undecided: int


def _view(row: Any, at: datetime) -> DelegateView:
    return DelegateView(**{**row._mapping, "state": standing(row.state, row.ends_at, at)})


def _select(city: CityView, at: datetime) -> sa.Select[Any]:
    objections = sa.select(sa.func.count()).where(Objection.delegate_id == Delegate.id)
    undecided = objections.where(Objection.upheld.is_(None))
    numbered = sa.and_(DelegateNumber.delegate_id == Delegate.id, DelegateNumber.year == year_of(city, at))
    return (
        sa.select(
            *(Delegate.id, DelegateNumber.number, Delegate.place_id, Delegate.state, Delegate.described),
            *(Delegate.interests, Delegate.proposed_by, Delegate.proposed_at, Delegate.objections_until),
            *(Delegate.appointed_at, Delegate.ends_at, Delegate.state_at, Delegate.reason),
            objections.scalar_subquery().label("objections"),
            undecided.scalar_subquery().label("undecided"),
        )
        .outerjoin(DelegateNumber, numbered)
        .where(Delegate.city_id == city.id)
    )


async def some(
    session: Session,
    *,
    city: CityView,
    at: datetime,
    before: int | None = None,
    place_id: int | None = None,
    current: bool = True,
) -> tuple[list[DelegateView], int | None]:
    """A page of them, the newest first, and where the next one begins. `current`: who is put forward, or goes from door to door."""
    stand = (DelegateState.PROPOSED, DelegateState.APPOINTED, DelegateState.SUSPENDED)
    now = sa.and_(Delegate.state.in_(stand), Delegate.ends_at > at)
    wanted = _select(city, at).where(now if current else sa.not_(now))
    if before is not None:
        wanted = wanted.where(Delegate.id < before)
    if place_id is not None:
        wanted = wanted.where(Delegate.place_id == place_id)
    rows = (await session.execute(wanted.order_by(Delegate.id.desc()).limit(PAGE + 1))).all()
    return [_view(row, at) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


@dataclass(frozen=True)
class Appointed:
    """Somebody who goes from door to door now."""

    id: int
    number: int | None
    place_id: int


async def appointed(session: Session, *, city: CityView, at: datetime) -> list[Appointed]:
    """All of them, by district; one statement."""
    numbered = sa.and_(DelegateNumber.delegate_id == Delegate.id, DelegateNumber.year == year_of(city, at))
    wanted = (
        sa.select(Delegate.id, DelegateNumber.number, Delegate.place_id)
        .outerjoin(DelegateNumber, numbered)
        .where(Delegate.city_id == city.id, Delegate.state == DelegateState.APPOINTED, Delegate.ends_at > at)
        .order_by(Delegate.place_id, DelegateNumber.number)
    )
    return [Appointed(*row) for row in await session.execute(wanted)]


async def by_number(session: Session, *, city: CityView, number: int, at: datetime) -> DelegateView | None:
    """Whoever goes by this number this year."""
    row = (await session.execute(_select(city, at).where(DelegateNumber.number == number))).one_or_none()
    return None if row is None else _view(row, at)


async def one(session: Session, *, city: CityView, delegate_id: int, at: datetime) -> DelegateView | None:
    row = (await session.execute(_select(city, at).where(Delegate.id == delegate_id))).one_or_none()
    return None if row is None else _view(row, at)


async def undecided(session: Session, *, delegate_id: int) -> int:
    """Objections that wait for a decision."""
    waiting = sa.select(sa.func.count()).where(Objection.delegate_id == delegate_id, Objection.upheld.is_(None))
    return await session.scalar(waiting) or 0


async def next_moment(session: Session, *, city_id: int, at: datetime) -> datetime | None:
    """When the next time for objections or appointment is over: a page that shows them changes then."""
    moments = sa.union_all(
        *(
            sa.select(column.label("at")).where(Delegate.city_id == city_id, column > at)
            for column in (Delegate.objections_until, Delegate.ends_at)
        )
    ).subquery()
    found: datetime | None = await session.scalar(sa.select(sa.func.min(moments.c.at)))
    return found


def of_resident(city_id: int, person_id: int) -> sa.ScalarSelect[Any]:
    """For a resident's own page: the districts for which they are or were a delegate, as `people.queries.home` takes them."""
    stopped = sa.case((Delegate.state == DelegateState.REVOKED, Delegate.state_at), else_=Delegate.ends_at)
    held = sa.func.json_build_array(sa.literal(str(Role.DELEGATE)), Delegate.place_id, Delegate.appointed_at, stopped)
    theirs = (Delegate.city_id == city_id, Delegate.resident_id == person_id, Delegate.appointed_at.is_not(None))
    listed = sa.func.json_agg(aggregate_order_by(held, Delegate.id), type_=sa.JSON)
    return sa.select(listed).where(*theirs).scalar_subquery()
