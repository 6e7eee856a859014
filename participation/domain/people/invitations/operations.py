"""Withdraws the links with which somebody could still become a member of staff, and records it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.people.models import Invitation, Role
from participation.domain.people.rules import acting
from participation.domain.people.staff import queries
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.errors import NotFound
from participation.kit.i18n import _


async def record_invitation(
    session: AsyncSession, city: CityView, kind: str, role: str, place_id: int, actor: Actor, at: datetime
) -> None:
    facts = {"role": str(role), "place": city.places[place_id].slug}
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts=facts)


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
    await record_invitation(session, city, "invitation_withdrawn", found.role, found.place_id, actor, at)


async def withdraw_all(session: AsyncSession, city: CityView, person_id: int, actor: Actor, at: datetime) -> None:
    """Whoever is no longer an administrator leaves no open door behind, for others or for themselves."""
    gone = await session.execute(
        sa.delete(Invitation)
        .where(Invitation.city_id == city.id, Invitation.made_by == person_id, Invitation.used_at.is_(None))
        .returning(Invitation.role, Invitation.place_id, Invitation.expires_at)
    )
    for role, place_id, expires_at in gone.all():
        if expires_at > at:
            await record_invitation(session, city, "invitation_withdrawn", role, place_id, actor, at)
