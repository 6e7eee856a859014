"""Confirms and withdraws the links with which somebody becomes a member of staff, and records it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.people.models import Invitation, Role
from participation.domain.people.rules import acting, first_half, may_confirm, not_waiting
from participation.domain.people.staff import queries
from participation.domain.people.staff.rules import INVITATION
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.errors import NotFound
from participation.kit.i18n import _


async def _record(
    session: AsyncSession, city: CityView, kind: str, role: str, place_id: int, actor: Actor, at: datetime, **more: Any
) -> None:
    facts = {"role": str(role), "place": city.places[place_id].slug, **more}
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts=facts)


async def confirm(session: AsyncSession, *, city: CityView, invitation_id: int, actor: Actor, at: datetime) -> None:
    """A second administrator says yes: from now on, for seven days, the link works."""
    found = await queries.open_invitation(session, city_id=city.id, invitation_id=invitation_id, at=at)
    if found is None or found.confirmed_by is not None:
        raise not_waiting()
    who = acting(actor, Role.ADMINISTRATOR, city, [found.place_id])
    if refusal := may_confirm(found.made_by, actor.person_id):
        raise refusal
    found.confirmed_by, found.confirmed_place = actor.person_id, who.place
    found.expires_at = min(at + INVITATION, found.role_ends_at)
    await session.flush()
    wanted = first_half(Role.ADMINISTRATOR, found.made_place)
    await _record(session, city, "role_invited", found.role, found.place_id, who, at, wanted=wanted)


async def withdraw(session: AsyncSession, *, city: CityView, invitation_id: int, actor: Actor, at: datetime) -> None:
    """The link of an open invitation leads nowhere from now on."""
    found = await queries.open_invitation(session, city_id=city.id, invitation_id=invitation_id, at=at)
    if found is None:
        raise NotFound(
            "invitation",
            _("There is no such invitation."),
            _("Open the list of staff again; it shows who works here now."),
        )
    actor = acting(actor, Role.ADMINISTRATOR, city, [found.place_id])
    await session.delete(found)
    if found.confirmed_by is not None:
        await _record(session, city, "invitation_withdrawn", found.role, found.place_id, actor, at)


async def withdraw_all(session: AsyncSession, city: CityView, person_id: int, actor: Actor, at: datetime) -> None:
    """Whoever is no longer an administrator leaves no open door behind, for others or for themselves."""
    gone = await session.execute(
        sa.delete(Invitation)
        .where(Invitation.city_id == city.id, Invitation.made_by == person_id, Invitation.used_at.is_(None))
        .returning(Invitation.role, Invitation.place_id, Invitation.expires_at, Invitation.confirmed_by)
    )
    for role, place_id, expires_at, confirmed_by in gone.all():
        if expires_at > at and confirmed_by is not None:
            await _record(session, city, "invitation_withdrawn", role, place_id, actor, at)
