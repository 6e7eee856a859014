"""Reads devices: whose one is that signs in, and all those of a delegate."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.places.models import City
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState
from participation.domain.proxies.delegates.rules import standing
from participation.domain.proxies.devices.models import Device, DeviceKind
from participation.domain.record.actors import Actor, Grant, Via
from participation.kit.database import Session


@dataclass(frozen=True)
class DeviceView:
    """A device, and how its delegate stands at the moment that was asked for."""

    id: int
    public_id: uuid.UUID
    kind: DeviceKind
    label: str
    delegate_id: int
    person_id: int
    """Made for the delegate alone."""
    resident_id: int | None
    """Who they are as a resident, if they have said so: nobody enters for themselves."""
    place_id: int
    state: DelegateState
    """`ENDED` once their time is over."""
    ends_at: datetime
    number: int | None
    """Of this year in the city; None until it is needed first: `operations.seen` makes it."""
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None
    digest: bytes | None
    """Under which its token was found; another one than the newest is renewed by `operations.seen`. An office has none."""

    @property
    def works(self) -> bool:
        """What it brings in counts; else it is kept and held."""
        return self.revoked_at is None and self.state is DelegateState.APPOINTED

    def actor(self, city: CityView, via: Via = Via.DELEGATE) -> Actor:
        """The delegate as they act, and as the record names them: the number of the year and the place."""
        return Actor(
            city_id=city.id,
            person_id=self.person_id,
            via=via,
            grants=(Grant(Role.DELEGATE, self.place_id),) if self.state is DelegateState.APPOINTED else (),
            role=Role.DELEGATE,
            place=city.places[self.place_id].slug,
            number=self.number,
        )


async def device_of(session: Session, *, city_id: int, digests: Sequence[bytes], at: datetime) -> DeviceView | None:
    """The device that signs in with a token of these digests (`rules.token_digests`), also a revoked one. One statement."""
    return await _one(session, at, Device.city_id == city_id, Device.token_digest.in_(list(digests)))


async def device(session: Session, *, city_id: int, public_id: uuid.UUID, at: datetime) -> DeviceView | None:
    return await _one(session, at, Device.city_id == city_id, Device.public_id == public_id)


async def office(session: Session, *, city_id: int, delegate_id: int, at: datetime) -> DeviceView | None:
    """What is typed in for this delegate comes from here."""
    return await _one(
        session, at, Device.city_id == city_id, Device.delegate_id == delegate_id, Device.kind == DeviceKind.OFFICE
    )


async def _one(session: Session, at: datetime, *where: sa.ColumnElement[bool]) -> DeviceView | None:
    year = sa.func.extract("year", sa.func.timezone(City.time_zone, sa.literal(at, sa.TIMESTAMP(timezone=True))))
    wanted = (
        sa.select(
            *(Device.id, Device.public_id, Device.kind, Device.label, Device.delegate_id),
            *(Device.enrolled_at, Device.last_seen_at, Device.revoked_at, Device.token_digest),
            *(Delegate.person_id, Delegate.resident_id, Delegate.place_id, Delegate.state, Delegate.ends_at),
            DelegateNumber.number,
        )
        .join(Delegate, Delegate.id == Device.delegate_id)
        .join(City, City.id == Device.city_id)
        .outerjoin(
            DelegateNumber,
            sa.and_(DelegateNumber.delegate_id == Delegate.id, DelegateNumber.year == sa.cast(year, sa.Integer)),
        )
        .where(*where)
    )
    row = (await session.execute(wanted)).one_or_none()
    return None if row is None else view(row, row, row.number, at)


def view(device: Any, delegate: Any, number: int | None, at: datetime) -> DeviceView:
    """From two rows, or from one that has all of it."""
    return DeviceView(
        id=device.id,
        public_id=device.public_id,
        kind=DeviceKind(device.kind),
        label=device.label,
        delegate_id=device.delegate_id,
        person_id=delegate.person_id,
        resident_id=delegate.resident_id,
        place_id=delegate.place_id,
        state=standing(delegate.state, delegate.ends_at, at),
        ends_at=delegate.ends_at,
        number=number,
        enrolled_at=device.enrolled_at,
        last_seen_at=device.last_seen_at,
        revoked_at=device.revoked_at,
        digest=device.token_digest,
    )


@dataclass(frozen=True)
class Shown:
    """A device as whoever looks after its delegate sees it."""

    public_id: uuid.UUID
    kind: DeviceKind
    label: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None
    own_code: bool
    """Its delegate has given the access code that they have as a resident."""


async def of_delegate(session: Session, *, city_id: int, delegate_id: int) -> list[Shown]:
    """The newest first; without the office, which nobody can lose."""
    wanted = (
        sa.select(
            *(Device.public_id, Device.kind, Device.label),
            *(
                Device.enrolled_at,
                Device.last_seen_at,
                Device.revoked_at,
                Delegate.resident_id.is_not(None).label("own_code"),
            ),
        )
        .join(Delegate, Delegate.id == Device.delegate_id)
        .where(Device.city_id == city_id, Device.delegate_id == delegate_id, Device.kind != DeviceKind.OFFICE)
        .order_by(Device.id.desc())
    )
    return [
        Shown(
            row.public_id,
            DeviceKind(row.kind),
            row.label,
            row.enrolled_at,
            row.last_seen_at,
            row.revoked_at,
            row.own_code,
        )
        for row in await session.execute(wanted)
    ]
