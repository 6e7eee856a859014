"""Reads the election periods of a city: those that count, and those that wait for a second administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from participation.domain.places.models import City
from participation.domain.places.queries import CityView
from participation.domain.projects.elections import rules
from participation.domain.projects.elections.models import ElectionPeriod
from participation.domain.projects.elections.rules import Period
from participation.kit.database import Session
from participation.kit.errors import Refusal
from participation.kit.i18n import Message

COUNTS = sa.and_(ElectionPeriod.confirmed_at.is_not(None), ElectionPeriod.removed_at.is_(None))
"""Confirmed, and not removed."""


MOST = 50
"""Periods on the administrators' page."""


def today(city: CityView, at: datetime) -> date:
    return at.astimezone(city.zone).date()


async def declared(session: Session, *, city_id: int, since: date) -> list[Period]:
    """Those that count and have not ended before that day, the next one first."""
    rows = await session.execute(
        sa.select(ElectionPeriod.id, ElectionPeriod.names, ElectionPeriod.from_day, ElectionPeriod.until_day)
        .where(COUNTS, ElectionPeriod.city_id == city_id, ElectionPeriod.until_day >= since)
        .order_by(ElectionPeriod.from_day)
    )
    return [Period(**row._mapping) for row in rows]


def declared_json(city_id: int, since: date) -> sa.ColumnElement[Any]:
    """The same as one value, for a statement that asks for other things too."""
    line = sa.func.json_build_object(
        *("id", ElectionPeriod.id, "names", ElectionPeriod.names),
        *("from_day", ElectionPeriod.from_day, "until_day", ElectionPeriod.until_day),
    )
    found = sa.select(sa.func.json_agg(sa.type_coerce(line, sa.JSON)))
    found = found.where(COUNTS, ElectionPeriod.city_id == city_id, ElectionPeriod.until_day >= since)
    return sa.type_coerce(found.scalar_subquery(), sa.JSON)


def read_json(found: Sequence[dict[str, Any]] | None) -> tuple[Period, ...]:
    days = ("from_day", "until_day")
    periods = [Period(**{**one, **{day: date.fromisoformat(one[day]) for day in days}}) for one in found or ()]
    return tuple(sorted(periods, key=lambda period: period.from_day))


def held_until(city_id: Any, opens_at: Any) -> sa.ColumnElement[datetime | None]:
    """For the database: the end of the period in which a date lies, and of those that follow it without a day between."""
    begins, ends = (
        sa.func.timezone(City.time_zone, sa.cast(day, sa.TIMESTAMP))
        for day in (ElectionPeriod.from_day, ElectionPeriod.until_day + 1)
    )
    following = ElectionPeriod.__table__.alias("following")
    goes_on = sa.exists().where(
        following.c.city_id == ElectionPeriod.city_id,
        following.c.confirmed_at.is_not(None),
        following.c.removed_at.is_(None),
        following.c.from_day == ElectionPeriod.until_day + 1,
    )
    mine = (COUNTS, ElectionPeriod.city_id == city_id, ends > opens_at)
    city = sa.select(ElectionPeriod.id).join(City, City.id == ElectionPeriod.city_id).where(*mine)
    # Periods that count never overlap: the first that ends, with none right after it, ends what the date lies in.
    last = city.with_only_columns(sa.func.min(ends)).where(~goes_on).scalar_subquery()
    held = sa.case((city.where(begins <= opens_at).exists(), last))
    return sa.type_coerce(held, sa.TIMESTAMP(timezone=True))


def runs(city: CityView, at: datetime) -> sa.ColumnElement[bool]:
    """For the database: a period runs at this moment."""
    day = today(city, at)
    now = sa.and_(ElectionPeriod.from_day <= day, ElectionPeriod.until_day >= day)
    return sa.exists(sa.select(1).select_from(ElectionPeriod).where(COUNTS, ElectionPeriod.city_id == city.id, now))


async def running(session: Session, *, city: CityView, at: datetime) -> Period | None:
    day = today(city, at)
    return rules.held(await declared(session, city_id=city.id, since=day), day)


async def why_not_decided(session: Session, *, city: CityView, at: datetime) -> Refusal | None:
    """Why nothing can be decided at this moment; one statement."""
    day = today(city, at)
    return rules.may_be_public(await declared(session, city_id=city.id, since=day), day)


async def why_not_open(session: Session, *, city: CityView, at: datetime) -> Refusal | None:
    """Why no step can open at this moment; one statement."""
    day = today(city, at)
    return rules.may_open(await declared(session, city_id=city.id, since=day), day)


async def wrong_opening(session: Session, *, city: CityView, opens_at: datetime, at: datetime) -> Message | None:
    """What is wrong with a date on which a step is to open; one statement."""
    periods = await declared(session, city_id=city.id, since=today(city, at))
    return rules.opens_inside(periods, today(city, opens_at))


async def out_of_periods(session: Session, *, city: CityView, moment: datetime) -> datetime:
    """This moment, or the first one after the election period in which it lies."""
    day = today(city, moment)
    free = rules.next_day(await declared(session, city_id=city.id, since=day), day)
    return moment if free == day else datetime.combine(free, time.min, city.zone).astimezone(UTC)


@dataclass(frozen=True)
class PeriodView(Period):
    """A period before its administrators."""

    proposed_by: int
    confirmed_at: datetime | None
    removal_by: int | None


async def all_of(session: Session, *, city_id: int) -> list[PeriodView]:
    """For its administrators: those that wait and those that count, the newest first."""
    columns = (
        *(ElectionPeriod.id, ElectionPeriod.names, ElectionPeriod.from_day, ElectionPeriod.until_day),
        *(ElectionPeriod.proposed_by, ElectionPeriod.confirmed_at, ElectionPeriod.removal_by),
    )
    wanted = sa.select(*columns).where(ElectionPeriod.city_id == city_id, ElectionPeriod.removed_at.is_(None))
    rows = await session.execute(wanted.order_by(ElectionPeriod.from_day.desc(), ElectionPeriod.id.desc()).limit(MOST))
    return [PeriodView(**row._mapping) for row in rows]


async def one(session: Session, *, city_id: int, period_id: int) -> ElectionPeriod | None:
    """Held until the end of the transaction, so that only one confirms it."""
    wanted = sa.select(ElectionPeriod).where(
        ElectionPeriod.city_id == city_id, ElectionPeriod.id == period_id, ElectionPeriod.removed_at.is_(None)
    )
    return (await session.execute(wanted.with_for_update())).scalar_one_or_none()
