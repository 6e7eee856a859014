"""Verbs of election periods: declared and removed by two administrators, before they begin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting, first_half, may_confirm, not_waiting
from participation.domain.places.queries import CityView
from participation.domain.projects.elections import queries, rules
from participation.domain.projects.elections.forms import PeriodSaid
from participation.domain.projects.elections.models import ElectionPeriod
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Invalid


async def declare(session: Session, *, city: CityView, said: PeriodSaid, actor: Actor, at: datetime) -> ElectionPeriod:
    """One administrator wants it; it waits for another one, and counts for nothing until then."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    await _fits(session, city, said.from_day, said.until_day, at)
    period = ElectionPeriod(
        city_id=city.id,
        names=said.names,
        from_day=said.from_day,
        until_day=said.until_day,
        proposed_by=actor.person_id,
        proposed_place=who.place,
        proposed_at=at,
    )
    session.add(period)
    await session.flush()
    return period


async def _fits(session: Session, city: CityView, from_day: Any, until_day: Any, at: datetime) -> None:
    day = queries.today(city, at)
    # Two that are declared at once do not both pass by each other.
    await session.execute(sa.text("select id from city where id = :id for no key update"), {"id": city.id})
    others = await queries.declared(session, city_id=city.id, since=day)
    if errors := rules.wrong_period(from_day, until_day, others, day):
        raise Invalid(errors)


async def confirm(session: Session, *, city: CityView, period_id: int, actor: Actor, at: datetime) -> None:
    """The second administrator says yes: to the period, or to its removal."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    period = await queries.one(session, city_id=city.id, period_id=period_id)
    if period is None or (period.confirmed_at is not None and period.removal_by is None):
        raise not_waiting()
    removing = period.confirmed_at is not None
    if refusal := may_confirm(period.removal_by if removing else period.proposed_by, actor.person_id):
        raise refusal
    if refusal := rules.may_still(period.from_day, queries.today(city, at)):
        raise refusal
    if removing:
        period.removed_by, period.removed_at = actor.person_id, at
        await _record(session, city, "election_removed", period, period.removal_place, who, at)
    else:
        await _fits(session, city, period.from_day, period.until_day, at)
        period.confirmed_by, period.confirmed_at = actor.person_id, at
        await _record(session, city, "election_declared", period, period.proposed_place, who, at)


async def want_removed(session: Session, *, city: CityView, period_id: int, actor: Actor, at: datetime) -> None:
    """Before it begins; a shorter one is another one in its place."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    period = await queries.one(session, city_id=city.id, period_id=period_id)
    if period is None or period.confirmed_at is None:
        raise not_waiting()
    if refusal := rules.may_still(period.from_day, queries.today(city, at)):
        raise refusal
    period.removal_by, period.removal_place, period.removal_at = actor.person_id, who.place, at
    await session.flush()


async def drop(session: Session, *, city: CityView, period_id: int, actor: Actor) -> None:
    """What waits for a second administrator does not wait any more: the period goes, or stays."""
    acting(actor, Role.ADMINISTRATOR, city)
    period = await queries.one(session, city_id=city.id, period_id=period_id)
    if period is None or (period.confirmed_at is not None and period.removal_by is None):
        raise not_waiting()
    if period.confirmed_at is None:
        await session.delete(period)
    else:
        period.removal_by = period.removal_place = period.removal_at = None
    await session.flush()


async def _record(
    session: Session,
    city: CityView,
    kind: str,
    period: ElectionPeriod,
    wanted_place: str | None,
    who: Actor,
    at: datetime,
) -> None:
    await session.flush()
    facts: Mapping[str, Any] = {
        "names": period.names,
        "from": period.from_day.isoformat(),
        "until": period.until_day.isoformat(),
        "wanted": first_half(Role.ADMINISTRATOR, wanted_place),
    }
    await append(session, city_id=city.id, kind=kind, actor=who, at=at, facts=facts)
    touch(session, f"city:{city.id}", f"projects:{city.id}")
