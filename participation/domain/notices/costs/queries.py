"""Reads what phones cost a city in a month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from participation.domain.notices.costs.models import PhoneCost
from participation.kit.database import Session


@dataclass(frozen=True)
class CostView:
    gateway: str
    project: int
    messages: int
    units: int
    cost: Decimal


async def of_month(session: Session, *, city_id: int, month: date) -> list[CostView]:
    """By gateway and project."""
    columns = [getattr(PhoneCost, name) for name in CostView.__dataclass_fields__]
    wanted = sa.select(*columns).where(PhoneCost.city_id == city_id, PhoneCost.month == month)
    rows = await session.execute(wanted.order_by(PhoneCost.gateway, PhoneCost.project))
    return [CostView(*row) for row in rows]


async def months(session: Session, *, city_id: int, before: date, most: int = 12) -> list[tuple[date, Decimal]]:
    """The last earlier months that cost anything, the newest first, with what each cost."""
    wanted = (
        sa.select(PhoneCost.month, sa.func.sum(PhoneCost.cost))
        .where(PhoneCost.city_id == city_id, PhoneCost.month < before)
        .group_by(PhoneCost.month)
        .order_by(PhoneCost.month.desc())
        .limit(most)
    )
    return [(month, Decimal(cost)) for month, cost in await session.execute(wanted)]


async def spent(session: Session, *, city_id: int, month: date, gateway: str) -> Decimal:
    """Through one gateway so far."""
    cost = sa.select(sa.func.coalesce(sa.func.sum(PhoneCost.cost), 0)).where(
        PhoneCost.city_id == city_id, PhoneCost.month == month, PhoneCost.gateway == gateway
    )
    return Decimal(await session.scalar(cost) or 0)
