"""Reads whom sheets can be made for, what one asks, and whose a sheet is that comes back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.consultations.queries import about
from participation.domain.consultations.rules import closed
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.proxies.devices.models import Device, DeviceKind, ReservedReceipt
from participation.domain.proxies.spreadsheets import rules
from participation.domain.proxies.spreadsheets.forms import Statement
from participation.domain.proxies.taken_along.queries import AHEAD, statements
from participation.kit.database import Session

TAKEN = (Feature.COMMENT, Feature.REACT)


@dataclass(frozen=True)
class Collecting:
    """A delegate for whom a sheet can be made."""

    id: int
    number: int | None
    place_id: int


async def collecting(session: Session, *, city: CityView, at: datetime) -> list[Collecting]:
    """All who are appointed now; one statement."""
    numbered = sa.and_(DelegateNumber.delegate_id == Delegate.id, DelegateNumber.year == year_of(city, at))
    wanted = (
        sa.select(Delegate.id, DelegateNumber.number, Delegate.place_id)
        .outerjoin(DelegateNumber, numbered)
        .where(Delegate.city_id == city.id, Delegate.state == DelegateState.APPOINTED, Delegate.ends_at > at)
        .order_by(Delegate.place_id, DelegateNumber.number)
    )
    return [Collecting(*row) for row in await session.execute(wanted)]


async def asked(session: Session, *, city: CityView, slug: str, at: datetime) -> list[Statement]:
    """What others said, to react to; raises the refusal of a project that takes nothing now or soon."""
    project = await about(session, city_id=city.id, slug=slug)
    takes = {
        feature
        for feature in TAKEN
        for moment in (at, at + AHEAD)
        if closed(project.steps, feature, moment, city.zone) is None
    }
    if not takes:
        raise rules.nothing_asked()
    found = await statements(session, project.id) if Feature.REACT in takes else []
    return [Statement(one["id"], one["body"]) for one in found]


async def whose(session: Session, *, city_id: int, receipts: Collection[str]) -> int | None:
    """The delegate for whose sheet most of these receipts were given."""
    wanted = (
        sa.select(Device.delegate_id)
        .join(ReservedReceipt, ReservedReceipt.device_id == Device.id)
        .where(Device.city_id == city_id, Device.kind == DeviceKind.OFFICE, ReservedReceipt.receipt.in_(list(receipts)))
        .group_by(Device.delegate_id)
        .order_by(sa.func.count().desc())
        .limit(1)
    )
    found: int | None = await session.scalar(wanted)
    return found
