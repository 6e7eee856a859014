"""Verbs of roles: wanted by one administrator, confirmed by another, dropped, given up by whoever holds them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.people.invitations.operations import withdraw_all
from participation.domain.people.models import Role, RoleChange, RoleGrant, SignIn, StaffCredential
from participation.domain.people.roles import queries, rules
from participation.domain.people.rules import acting, first_half, not_waiting
from participation.domain.people.staff.forms import NewRole
from participation.domain.people.staff.queries import administers
from participation.domain.people.staff.rules import may_end_at, not_staff
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append


async def give(
    session: AsyncSession,
    *,
    city: CityView,
    person_id: int,
    new: NewRole,
    wanted_by: int | None,
    wanted_place: str | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """The second half: the role holds from now on. `wanted_by` is whoever did the first, nobody for the command line."""
    if refusal := may_end_at(new.ends_at, at):
        raise refusal
    session.add(
        RoleGrant(
            city_id=city.id,
            person_id=person_id,
            role=new.role,
            place_id=new.place_id,
            granted_by=wanted_by,
            confirmed_by=actor.person_id,
            granted_at=at,
            ends_at=new.ends_at,
        )
    )
    facts = {
        "role": str(new.role),
        "place": city.places[new.place_id].slug,
        # The day that was typed, which begins in the city when it is still the day before in UTC.
        "ends": new.ends_at.astimezone(city.zone).date().isoformat(),
    }
    await _record(session, city, "role_granted", facts, wanted_by, wanted_place, actor, at)


async def want_given(
    session: AsyncSession, *, city: CityView, person_id: int, new: NewRole, actor: Actor, at: datetime
) -> RoleChange:
    """A role for somebody who works here already; it waits for a second administrator."""
    who = acting(actor, Role.ADMINISTRATOR, city, [new.place_id])
    if refusal := may_end_at(new.ends_at, at):
        raise refusal
    known = await session.scalar(
        sa.select(StaffCredential.person_id).where(
            StaffCredential.city_id == city.id, StaffCredential.person_id == person_id
        )
    )
    if known is None:
        raise not_staff()
    wanted = {"role": str(new.role), "place_id": new.place_id, "ends_at": new.ends_at}
    return await _wait(session, city, who, at, person_id=person_id, grant_id=None, **wanted)


async def want_taken(
    session: AsyncSession, *, city: CityView, grant_id: int, actor: Actor, at: datetime
) -> RoleChange | None:
    """The end of somebody's role, which waits for a second administrator; a role of one's own ends at once."""
    grant = await queries.running_grant(session, city_id=city.id, grant_id=grant_id, at=at)
    if grant is None:
        raise rules.role_ended()
    who = acting(actor, Role.ADMINISTRATOR, city, [grant.place_id])
    if refusal := rules.may_take(grant.role):
        raise refusal
    if grant.person_id == actor.person_id:
        await _give_up(session, city, grant, actor, at)
        return None
    before = await session.scalar(sa.select(RoleChange).where(RoleChange.grant_id == grant_id).with_for_update())
    if before is not None:
        if at < before.proposed_at + rules.WAITS:
            raise rules.waiting_already()
        # Nobody confirmed it in time, and no list shows it any more.
        await session.delete(before)
        await session.flush()
    wanted = {"role": grant.role, "place_id": grant.place_id, "ends_at": grant.ends_at}
    return await _wait(session, city, who, at, person_id=grant.person_id, grant_id=grant.id, **wanted)


async def _wait(session: AsyncSession, city: CityView, who: Actor, at: datetime, **wanted: Any) -> RoleChange:
    change = RoleChange(
        city_id=city.id, proposed_by=who.person_id, proposed_place=who.place or "", proposed_at=at, **wanted
    )
    session.add(change)
    await session.flush()
    return change


async def confirm(session: AsyncSession, *, city: CityView, change_id: int, actor: Actor, at: datetime) -> None:
    """The second administrator says yes: now the role holds, or has ended."""
    change = await queries.change(session, city_id=city.id, change_id=change_id)
    if change is None:
        raise not_waiting()
    who = acting(actor, Role.ADMINISTRATOR, city, [change.place_id])
    refusal = rules.may_confirm_change(
        proposed_by=change.proposed_by,
        proposed_at=change.proposed_at,
        person_id=change.person_id,
        giving=change.grant_id is None,
        actor_id=actor.person_id,
        at=at,
    )
    if refusal is not None:
        raise refusal
    # What an administrator wanted counts as long as they may want it.
    theirs = await administers(session, city_id=city.id, person_id=change.proposed_by, at=at)
    if not theirs & set(city.above(change.place_id)):
        raise rules.proposer_gone()
    await session.delete(change)
    if change.grant_id is None:
        new = NewRole(Role(change.role), change.place_id, change.ends_at)
        wanted: dict[str, Any] = {"wanted_by": change.proposed_by, "wanted_place": change.proposed_place}
        await give(session, city=city, person_id=change.person_id, new=new, actor=who, at=at, **wanted)
        return
    grant = await queries.running_grant(session, city_id=city.id, grant_id=change.grant_id, at=at)
    if grant is None:
        raise rules.role_ended()
    grant.taken_by, grant.taken_confirmed_by = change.proposed_by, actor.person_id
    await _end(session, city, grant, change.proposed_by, change.proposed_place, who, at)


async def drop(session: AsyncSession, *, city: CityView, change_id: int, actor: Actor, at: datetime) -> None:
    """Whoever wanted it thinks again, or another administrator says no; nothing has changed."""
    change = await queries.change(session, city_id=city.id, change_id=change_id)
    if change is None:
        raise not_waiting()
    acting(actor, Role.ADMINISTRATOR, city, [change.place_id])
    await session.delete(change)
    await session.flush()


async def give_up(session: AsyncSession, *, city: CityView, grant_id: int, actor: Actor, at: datetime) -> None:
    """A role of one's own ends now: one person is enough."""
    grant = await queries.running_grant(session, city_id=city.id, grant_id=grant_id, at=at)
    if grant is None or grant.person_id != actor.person_id:
        raise rules.role_ended()
    if refusal := rules.may_take(grant.role):
        raise refusal
    await _give_up(session, city, grant, actor, at)


async def _give_up(session: AsyncSession, city: CityView, grant: RoleGrant, actor: Actor, at: datetime) -> None:
    # Two administrators who leave at the same moment come one after the other.
    await session.execute(sa.text("select id from city where id = :id for no key update"), {"id": city.id})
    who = acting(actor, Role(grant.role), city, [grant.place_id])
    above = list(city.above(grant.place_id))
    others = await queries.administrators(session, city_id=city.id, places=above, at=at, but=actor.person_id)
    if refusal := rules.may_end_own(role=grant.role, others=others):
        raise refusal
    grant.taken_by = actor.person_id
    await _end(session, city, grant, None, None, who, at)


async def _end(
    session: AsyncSession,
    city: CityView,
    grant: RoleGrant,
    wanted_by: int | None,
    wanted_place: str | None,
    who: Actor,
    at: datetime,
) -> None:
    """With it the sessions of whoever held it end, and what an administrator had begun."""
    grant.taken_at = at
    await session.execute(sa.delete(SignIn).where(SignIn.person_id == grant.person_id, SignIn.staff))
    begun = RoleChange.grant_id == grant.id
    if grant.role == Role.ADMINISTRATOR:
        begun = sa.or_(begun, RoleChange.proposed_by == grant.person_id)
    await session.execute(sa.delete(RoleChange).where(begun))
    facts = {"role": grant.role, "place": city.places[grant.place_id].slug}
    await _record(session, city, "role_taken", facts, wanted_by, wanted_place, who, at)
    if grant.role == Role.ADMINISTRATOR:
        await withdraw_all(session, city, grant.person_id, who, at)


async def _record(
    session: AsyncSession,
    city: CityView,
    kind: str,
    facts: Mapping[str, Any],
    wanted_by: int | None,
    wanted_place: str | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Both halves stand in the record: the second one's actor, and beside it as whom the first was done."""
    await session.flush()
    halves = {} if wanted_by is None else {"wanted": first_half(Role.ADMINISTRATOR, wanted_place)}
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts={**facts, **halves})
