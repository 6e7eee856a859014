"""Reads objections: for administrators with their words, and by receipt what became of one."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.places.models import Place
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState, Objection
from participation.kit.database import Session

MOST = 100
"""Shown at once, those that wait first; whoever decides about them sees the next ones."""


@dataclass(frozen=True)
class ObjectionView:
    id: int
    body: str
    language: str
    at: datetime
    upheld: bool | None
    decided_at: datetime | None


async def of_delegate(session: Session, *, city_id: int, delegate_id: int) -> list[ObjectionView]:
    columns = (
        *(Objection.id, Objection.body, Objection.language),
        *(Objection.at, Objection.upheld, Objection.decided_at),
    )
    wanted = (
        sa.select(*columns)
        .where(Objection.city_id == city_id, Objection.delegate_id == delegate_id)
        .order_by(Objection.upheld.is_not(None), Objection.id)
        .limit(MOST)
    )
    return [ObjectionView(**row._mapping) for row in await session.execute(wanted)]


@dataclass(frozen=True)
class Became:
    """What became of one, for whoever holds its receipt."""

    upheld: bool | None
    state: DelegateState
    number: int | None
    """Their newest one."""
    names: dict[str, str]
    """Of the district, per language."""


async def by_receipt(session: Session, *, city_id: int, receipt: str) -> Became | None:
    newest = (
        sa.select(DelegateNumber.number)
        .where(DelegateNumber.delegate_id == Delegate.id)
        .order_by(DelegateNumber.year.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        sa.select(Objection.upheld, Delegate.state, newest.label("number"), Place.names)
        .join(Delegate, Delegate.id == Objection.delegate_id)
        .join(Place, Place.id == Delegate.place_id)
        .where(Objection.receipt == receipt, Objection.city_id == city_id)
    )
    row = (await session.execute(wanted)).one_or_none()
    return None if row is None else Became(row.upheld, DelegateState(row.state), row.number, row.names)
