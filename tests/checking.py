"""Entries for tests of checks: as if a delegate's device had brought them."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.proxies.checks import operations
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.delegates.operations import number_of
from participation.domain.proxies.devices.models import Device, DeviceKind
from participation.domain.proxies.models import Entry, EntryKind, EntryState
from participation.domain.proxies.operations import CONTACT
from participation.domain.record import operations as record
from participation.kit.database import Session
from participation.kit.hashing import Secrets, random_number
from participation.kit.sealing import seal
from participation.settings import Settings
from tests.cast import NOW, Cast
from tests.slips import SECRETS

PHONE = "+255 700 123 456"


async def entries(
    session: Session,
    cast: Cast,
    whose: Delegate,
    project_id: int,
    count: int,
    *,
    at: datetime = NOW,
    phone: str | None = PHONE,
    secrets: Secrets = SECRETS,
    **more: Any,
) -> list[Entry]:
    """So many visits of a delegate of the cast's city."""
    given: dict[str, Any] = {"at": at, "phone": phone, "secrets": secrets, **more}
    place_id = given.pop("place_id", cast.harbour)
    return await entries_of(session, cast.city, whose, project_id, place_id, count, **given)


async def entries_of(
    session: Session,
    city: CityView,
    whose: Delegate,
    project_id: int,
    place_id: int,
    count: int,
    *,
    at: datetime = NOW,
    phone: str | None = PHONE,
    secrets: Secrets = SECRETS,
    **more: Any,
) -> list[Entry]:
    """Nothing but the rows of the entries."""
    number = await number_of(session, city=city, delegate_id=whose.id, at=at)
    device = await session.scalar(sa.select(Device).where(Device.delegate_id == whose.id))
    if device is None:
        device = Device(
            city_id=city.id,
            delegate_id=whose.id,
            public_id=uuid.uuid4(),
            kind=DeviceKind.PAGE,
            token_digest=uuid.uuid4().bytes,
            label="Tablet",
            enrolled_at=at,
        )
        session.add(device)
        await session.flush()
    made = []
    for _one in range(count):
        client = uuid.uuid4()
        values: dict[str, Any] = {
            "city_id": city.id,
            "project_id": project_id,
            "device_id": device.id,
            "delegate_id": whose.id,
            "number": number,
            "client_id": client,
            "digest": hashlib.sha256(client.bytes).digest(),
            "via": "delegate",
            "kind": EntryKind.PROXY,
            "place_id": place_id,
            "age": "60-over",
            "language": "sw",
            "consent": "spoken",
            "consent_version": 1,
            "consent_language": "sw",
            "witnessed": False,
            "seconds": 240,
            "finished_at": at,
            "received_at": at,
            "state": EntryState.ACCEPTED,
            "state_at": at,
            "receipt": random_number(12),
            "contact": None if phone is None else seal(phone, secrets, CONTACT),
        }
        made.append(Entry(**(values | more)))
    session.add_all(made)
    await session.flush()
    return made


async def sealed(session: Session, cast: Cast, settings: Settings, at: datetime = NOW) -> None:
    """The record up to now, numbered and signed."""
    signer = await record.start(session, city_id=cast.city.id, host="testserver", folder=settings.keys, at=at)
    await record.seal(session, city_id=cast.city.id, signer=signer, at=at)


async def drawn(session: Session, cast: Cast, settings: Settings, at: datetime = NOW) -> int:
    """A round from its lists to the draw; how many entries were drawn."""
    await operations.make_lists(session, city=cast.city, at=at)
    await sealed(session, cast, settings, at)
    return await operations.draw(session, city=cast.city, at=at)
