"""Finds or makes the office of a delegate, and reserves receipts for what is typed in there."""

import uuid
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.delegates.operations import number_of
from participation.domain.proxies.delegates.rules import no_delegate
from participation.domain.proxies.devices import queries
from participation.domain.proxies.devices.models import Device, DeviceKind
from participation.domain.proxies.devices.operations import reserve
from participation.domain.proxies.devices.queries import DeviceView
from participation.kit.database import Session
from participation.kit.errors import Unavailable
from participation.kit.i18n import _

TRIES = 5


async def office_device(session: Session, *, city: CityView, delegate_id: int, at: datetime) -> DeviceView:
    """The one office of this delegate, made on first use, with the delegate's number of the year.

    It is there since they were appointed, so that a visit from before its first use counts; whoever was never appointed has none.
    Nobody signs in as an office: staff type, under their own names.
    """
    found = await queries.office(session, city_id=city.id, delegate_id=delegate_id, at=at)
    if found is None:
        await _make(session, city, delegate_id)
        found = await queries.office(session, city_id=city.id, delegate_id=delegate_id, at=at)
    if found is None:
        raise no_delegate()
    if found.number is None:
        number = await number_of(session, city=city, delegate_id=delegate_id, at=at)
        found = replace(found, number=number)
    return found


async def _make(session: Session, city: CityView, delegate_id: int) -> None:
    """Of two at once one makes it, and the other waits and finds it. One made after a revocation is revoked like the others."""
    appointed = sa.select(
        sa.literal(city.id),
        Delegate.id,
        sa.literal(uuid.uuid4()),
        sa.literal(str(DeviceKind.OFFICE)),
        sa.literal(""),
        Delegate.appointed_at,
        sa.case((Delegate.state == DelegateState.REVOKED, Delegate.state_at)),
    ).where(Delegate.id == delegate_id, Delegate.city_id == city.id, Delegate.appointed_at.is_not(None))
    columns = ["city_id", "delegate_id", "public_id", "kind", "label", "enrolled_at", "revoked_at"]
    await session.execute(insert(Device).from_select(columns, appointed).on_conflict_do_nothing())


async def receipts(session: Session, device: DeviceView, count: int, at: datetime) -> list[str]:
    """So many that stand for nothing yet: an office asks for as many as it prints or types, and keeps no stock."""
    made: list[str] = []
    for _attempt in range(TRIES):
        made += await reserve(session, device, count - len(made), at)
        if len(made) == count:
            return made
    raise Unavailable(
        "receipt", _("This could not be stored just now. Nothing was changed."), _("Please try again in a moment.")
    )
