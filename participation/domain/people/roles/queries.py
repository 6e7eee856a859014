"""Reads the roles that wait for a second administrator, one's own, and who administers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Role, RoleChange, RoleGrant, StaffCredential
from participation.domain.people.roles.rules import WAITS
from participation.kit.database import Session


def running(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(RoleGrant.taken_at.is_(None), RoleGrant.granted_at <= at, RoleGrant.ends_at > at)


async def administrators(
    session: Session, *, city_id: int, places: Collection[int], at: datetime, but: int | None = None
) -> int:
    """How many people administer one of these places now; `but` one of them."""
    wanted = sa.select(sa.func.count(RoleGrant.person_id.distinct())).where(
        RoleGrant.city_id == city_id,
        RoleGrant.role == Role.ADMINISTRATOR,
        RoleGrant.place_id.in_(places),
        running(at),
    )
    if but is not None:
        wanted = wanted.where(RoleGrant.person_id != but)
    return await session.scalar(wanted) or 0


async def waiting(session: Session, *, city_id: int, at: datetime) -> Sequence[Any]:
    """Everything that waits for a second administrator, the oldest first."""
    columns = (
        *(RoleChange.id, RoleChange.grant_id, RoleChange.role, RoleChange.place_id, RoleChange.ends_at),
        *(RoleChange.person_id, RoleChange.proposed_by, StaffCredential.login),
    )
    wanted = (
        sa.select(*columns)
        .outerjoin(StaffCredential, StaffCredential.person_id == RoleChange.person_id)
        .where(RoleChange.city_id == city_id, RoleChange.proposed_at > at - WAITS)
        .order_by(RoleChange.id)
    )
    return (await session.execute(wanted)).all()


async def change(session: Session, *, city_id: int, change_id: int) -> RoleChange | None:
    """Held until the end of the transaction, so that only one confirms it."""
    wanted = sa.select(RoleChange).where(RoleChange.city_id == city_id, RoleChange.id == change_id)
    return (await session.execute(wanted.with_for_update())).scalar_one_or_none()


async def running_grant(session: Session, *, city_id: int, grant_id: int, at: datetime) -> RoleGrant | None:
    wanted = sa.select(RoleGrant).where(RoleGrant.city_id == city_id, RoleGrant.id == grant_id, running(at))
    return (await session.execute(wanted.with_for_update())).scalar_one_or_none()


async def own(session: Session, *, city_id: int, person_id: int, at: datetime) -> Sequence[Any]:
    """The roles that somebody holds now."""
    wanted = sa.select(RoleGrant.id, RoleGrant.role, RoleGrant.place_id, RoleGrant.ends_at).where(
        RoleGrant.city_id == city_id, RoleGrant.person_id == person_id, running(at)
    )
    return (await session.execute(wanted.order_by(RoleGrant.id))).all()
