"""Reads the staff of a city, their roles and the invitations that are out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Invitation, Role, RoleGrant, StaffCredential
from participation.domain.record.actors import Grant
from participation.kit.database import Session


async def staff(session: Session, *, city_id: int, at: datetime) -> Sequence[Any]:
    """One row for each role that is running: login, role, place, end; and who has none."""
    running = sa.and_(
        RoleGrant.person_id == StaffCredential.person_id, RoleGrant.taken_at.is_(None), RoleGrant.ends_at > at
    )
    return (
        await session.execute(
            sa.select(
                StaffCredential.person_id,
                StaffCredential.login,
                RoleGrant.id.label("grant_id"),
                RoleGrant.role,
                RoleGrant.place_id,
                RoleGrant.ends_at,
            )
            .outerjoin(RoleGrant, running)
            .where(StaffCredential.city_id == city_id)
            .order_by(StaffCredential.login, RoleGrant.id)
        )
    ).all()


async def open_invitations(session: Session, *, city_id: int, at: datetime) -> Sequence[Any]:
    return (
        await session.execute(
            sa.select(
                *(Invitation.id, Invitation.role, Invitation.place_id, Invitation.expires_at),
                *(Invitation.made_by, Invitation.confirmed_by),
            )
            .where(Invitation.city_id == city_id, Invitation.used_at.is_(None), Invitation.expires_at > at)
            .order_by(Invitation.id)
        )
    ).all()


async def open_invitation(session: Session, *, city_id: int, invitation_id: int, at: datetime) -> Invitation | None:
    """One that can still be accepted, held until it is withdrawn."""
    return (
        await session.execute(
            sa.select(Invitation)
            .where(
                Invitation.city_id == city_id,
                Invitation.id == invitation_id,
                Invitation.used_at.is_(None),
                Invitation.expires_at > at,
            )
            .with_for_update()
        )
    ).scalar_one_or_none()


async def administers(session: Session, *, city_id: int, person_id: int, at: datetime) -> set[int]:
    """The places for which somebody is an administrator at this moment."""
    found = await session.scalars(
        sa.select(RoleGrant.place_id).where(
            RoleGrant.city_id == city_id,
            RoleGrant.person_id == person_id,
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.taken_at.is_(None),
            RoleGrant.granted_at <= at,
            RoleGrant.ends_at > at,
        )
    )
    return set(found)


async def invitation(
    session: Session, *, city_id: int, digests: Sequence[bytes], lock: bool = False
) -> Invitation | None:
    query = sa.select(Invitation).where(Invitation.city_id == city_id, Invitation.digest.in_(digests))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def login_of(session: Session, *, person_id: int) -> str | None:
    """The login of a member of staff; residents have none."""
    return await session.scalar(sa.select(StaffCredential.login).where(StaffCredential.person_id == person_id))


async def by_login(session: Session, *, city_id: int, login: str, at: datetime) -> tuple[int, list[Grant]] | None:
    """A member of staff and the roles that they hold now, for whoever acts in their name on the command line."""
    running = sa.and_(
        RoleGrant.person_id == StaffCredential.person_id,
        RoleGrant.taken_at.is_(None),
        RoleGrant.granted_at <= at,
        RoleGrant.ends_at > at,
    )
    rows = (
        await session.execute(
            sa.select(StaffCredential.person_id, RoleGrant.role, RoleGrant.place_id)
            .outerjoin(RoleGrant, running)
            .where(StaffCredential.city_id == city_id, StaffCredential.login == login)
        )
    ).all()
    if not rows:
        return None
    return rows[0].person_id, [Grant(row.role, row.place_id) for row in rows if row.role is not None]
