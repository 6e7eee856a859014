"""Reads what a sheet asks, and whose one is that comes back."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from participation.domain.consultations.about.queries import about
from participation.domain.consultations.rules import closed
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature
from participation.domain.proxies.devices.models import Device, DeviceKind, ReservedReceipt
from participation.domain.proxies.paper.models import PaperSheet
from participation.domain.proxies.paper.rules import elsewhere
from participation.domain.proxies.spreadsheets import rules
from participation.domain.proxies.spreadsheets.forms import Statement
from participation.domain.proxies.taken_along.queries import AHEAD, concerns, statements
from participation.kit.database import Session

TAKEN = (Feature.COMMENT, Feature.REACT)


async def asked(session: Session, *, city: CityView, slug: str, place_id: int, at: datetime) -> list[Statement]:
    """What others said, to react to; raises the refusal of a project that takes nothing in this district now or soon."""
    project = await about(session, city_id=city.id, slug=slug)
    if not concerns(city, project.places, place_id):
        raise elsewhere()
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


async def on_paper(session: Session, *, city_id: int, receipts: Collection[str]) -> set[str]:
    """Of these receipts, those that stand on printed forms: what is on one is read off by two people, and typed in nowhere else."""
    printed = (PaperSheet.city_id == city_id, PaperSheet.receipt.in_(list(receipts)))
    return set(await session.scalars(sa.select(PaperSheet.receipt).where(*printed)))
