"""Adds organisations and changes what is said about them; each change stands in the record."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting, may_act
from participation.domain.places.queries import CityView
from participation.domain.projects.organisations import rules
from participation.domain.projects.organisations.forms import OrganisationSaid
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session

FIELDS = ("kind", "names", "gains", "payer", "declared_on")


async def add(session: Session, *, city: CityView, said: OrganisationSaid, actor: Actor, at: datetime) -> Organisation:
    who = _acting(actor, city)
    _check(said, city, at)
    made = Organisation(city_id=city.id, version=1, created_at=at)
    _register(made, who)
    _write(made, said)
    session.add(made)
    await session.flush()
    await _note(session, made, "organisation_added", who, at, {})
    return made


async def change(
    session: Session,
    *,
    city: CityView,
    organisation_id: int,
    version: int,
    said: OrganisationSaid,
    actor: Actor,
    at: datetime,
) -> None:
    """What was published with a filing stays as it was then; this goes for what comes after."""
    who = _acting(actor, city)
    found = await locked(session, city=city, organisation_id=organisation_id)
    _check(said, city, at)
    changed = [name for name in FIELDS if getattr(found, name) != getattr(said, name)]
    if not changed:
        return
    if found.version != version:
        raise overwritten()
    if "kind" in changed:
        _register(found, who)
    _write(found, said)
    found.version += 1
    await _note(session, found, "organisation_changed", who, at, {"fields": changed})


async def declare(session: Session, *, found: Organisation, said: OrganisationSaid, actor: Actor, at: datetime) -> None:
    """What an organisation has declared with a filing goes for it from now on."""
    if (found.gains, found.payer) == (said.gains, said.payer):
        return
    _write(found, said)
    found.version += 1
    await _note(session, found, "organisation_changed", actor, at, {"fields": ["gains", "payer", "declared_on"]})


async def locked(session: Session, *, city: CityView, organisation_id: int) -> Organisation:
    mine = (Organisation.id == organisation_id, Organisation.city_id == city.id)
    found = await session.scalar(sa.select(Organisation).where(*mine).with_for_update())
    if found is None:
        raise rules.missing()
    return found


def _acting(actor: Actor, city: CityView) -> Actor:
    """Any official of the city, of whatever place: organisations are the whole city's."""
    if may_act(actor, Role.OFFICIAL, city) is None:
        return acting(actor, Role.OFFICIAL, city)
    return acting(actor, Role.OFFICIAL, city, [grant.place_id for grant in actor.grants if grant.role == Role.OFFICIAL])


def _check(said: OrganisationSaid, city: CityView, at: datetime) -> None:
    today = at.astimezone(city.zone).date()
    if refusal := rules.may_declare(said.declared_on, said.gains, said.payer, today):
        raise refusal


def _register(row: Organisation, who: Actor) -> None:
    row.registered_by, row.registered_place = who.person_id, who.place


def _write(row: Organisation, said: OrganisationSaid) -> None:
    row.kind, row.names = said.kind, said.names
    row.gains, row.payer = said.gains, said.payer
    row.declared_on = said.declared_on if said.gains else None


async def _note(
    session: Session, found: Organisation, kind: str, actor: Actor, at: datetime, more: dict[str, Any]
) -> None:
    await session.flush()
    interests = {"gains": found.gains, "payer": found.payer}
    facts = {
        "organisation": named(found.id, found.kind, found.names),
        "interests": hashlib.sha256(rfc8785.dumps(interests)).hexdigest(),
        **more,
    }
    about = ("organisation", str(found.id))
    await append(session, city_id=found.city_id, kind=kind, actor=actor, at=at, facts=facts, about=about)
    touch(session, f"organisations:{found.city_id}")


def named(number: int, kind: str, names: Mapping[str, str]) -> dict[str, Any]:
    """As the record names an organisation."""
    return {"number": number, "kind": str(kind), "names": dict(names)}
