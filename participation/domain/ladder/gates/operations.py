"""An administrator makes the table of what steps owe stricter, and keeps the list of holidays; both in the record."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ladder.gates.forms import GatesSaid
from participation.domain.ladder.gates.queries import settled
from participation.domain.ladder.gates.rules import Holiday, wrong_holiday
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.models import City
from participation.domain.places.queries import CityView, directory
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor, system
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound


async def describe(
    session: Session, *, city: CityView, gates: GatesSaid, holidays: Sequence[Holiday], at: datetime
) -> CityView:
    """The operator's act, with the founding of a city: what its description says about steps and holidays."""
    if gates.owed or gates.numbers or gates.documents:
        await _store(session, city, {"gates": gates.stored | {"version": 1}})
        await _record(session, city, "gates_set", system(city.id), at, gates.stored)
    if holidays:
        await _store(session, city, {"holidays": [_row(one) for one in holidays]})
        facts = {"holidays": [_row(one) for one in holidays]}
        await _record(session, city, "holidays_listed", system(city.id), at, facts)
    return await _fresh(session, city)


async def set_gates(
    session: Session, *, city: CityView, said: GatesSaid, version: int, actor: Actor, at: datetime
) -> None:
    """The whole table. Steps that have opened keep what they owed then; those that have not owe the new table from now on."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    before = (await _locked(session, city)).gates
    if before.get("version", 0) > version:
        raise overwritten()
    if {name: value for name, value in before.items() if name != "version" and value} == {
        name: value for name, value in said.stored.items() if value
    }:
        return
    await _store(session, city, {"gates": said.stored | {"version": before.get("version", 0) + 1}})
    facts = said.stored | {"before": {name: before.get(name, {}) for name in said.stored}}
    await _record(session, city, "gates_set", who, at, facts)


async def add_holiday(session: Session, *, city: CityView, said: Holiday, actor: Actor, at: datetime) -> None:
    who = acting(actor, Role.ADMINISTRATOR, city)
    now = await _locked(session, city)
    errors = wrong_holiday(said, settled(now).holidays)
    if errors:
        raise Invalid(errors)
    await _store(session, city, {"holidays": [*now.holidays, _row(said)]})
    await _record(session, city, "holidays_listed", who, at, {"holidays": [_row(said)]})


async def remove_holiday(session: Session, *, city: CityView, first: date, actor: Actor, at: datetime) -> None:
    """By its first day: no two share one."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    now = await _locked(session, city)
    gone = [row for row in now.holidays if row["first"] == first.isoformat()]
    if not gone:
        raise NotFound()
    await _store(session, city, {"holidays": [row for row in now.holidays if row not in gone]})
    await _record(session, city, "holidays_unlisted", who, at, {"holidays": gone})


def _row(one: Holiday) -> dict[str, Any]:
    return {"first": one.first.isoformat(), "last": one.last.isoformat(), "names": dict(one.names)}


async def _locked(session: Session, city: CityView) -> CityView:
    """As it stands now, kept from other administrators until the end of the transaction."""
    await session.execute(sa.select(City.id).where(City.id == city.id).with_for_update(key_share=True))
    return await _fresh(session, city)


async def _fresh(session: Session, city: CityView) -> CityView:
    return next(one for one in (await directory(session)).cities if one.id == city.id)


async def _store(session: Session, city: CityView, values: dict[str, Any]) -> None:
    await session.execute(sa.update(City).where(City.id == city.id).values(**values))


async def _record(session: Session, city: CityView, kind: str, who: Actor, at: datetime, facts: dict[str, Any]) -> None:
    """Into the record; every page of the city may say something else now."""
    await append(session, city_id=city.id, kind=kind, actor=who, at=at, facts=facts)
    touch(session, f"city:{city.id}", f"projects:{city.id}")
