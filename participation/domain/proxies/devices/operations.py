"""Makes codes that enrol a device, enrols, gives it a stock of receipts, hears of it, revokes it."""

import secrets as randomness
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.ballots.queries import RECEIPTS
from participation.domain.consultations.models import Comment, Reaction
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.models import Role
from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Delegate, Objection
from participation.domain.proxies.delegates.operations import held, note, number_of
from participation.domain.proxies.delegates.rules import standing
from participation.domain.proxies.devices import queries, rules
from participation.domain.proxies.devices.models import Device, DeviceKind, Enrolment, ReservedReceipt
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.models import Entry
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Refusal
from participation.kit.hashing import Secrets, random_number

GUESSED = "enrolment"
"""Wrong codes that should enrol a device are counted apart from residents' codes (`people.guesses`)."""
ENROLLERS = (Role.ADMINISTRATOR, Role.OFFICIAL)
TAKEN = (
    Comment.receipt,
    Reaction.receipt,
    RECEIPTS.c.receipt,
    ReservedReceipt.receipt,
    Entry.receipt,
    Objection.receipt,
)
"""Whatever a receipt may stand for: a new one stands for nothing yet."""


@dataclass(frozen=True)
class Enrolled:
    """A device that may send from now on, and what it signs in with, in clear this one time."""

    device: DeviceView
    token: str


async def make_code(
    session: Session,
    *,
    city: CityView,
    delegate_id: int,
    kind: DeviceKind,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> str:
    """12 digits that enrol one device, once, within 24 hours; in clear this one time. One that waits for the same kind stops working."""
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = acting_as_one_of(actor, ENROLLERS, city, [delegate.place_id])
    if refusal := rules.may_bring(standing(delegate.state, delegate.ends_at, at)):
        raise refusal
    code = random_number(rules.CODE)
    unused = (Enrolment.delegate_id == delegate.id, Enrolment.kind == kind, Enrolment.used_at.is_(None))
    await session.execute(sa.delete(Enrolment).where(*unused))
    session.add(
        Enrolment(
            city_id=city.id,
            delegate_id=delegate.id,
            kind=kind,
            digest=rules.code_digests(secrets, code)[0],
            made_by=who.person_id,
            made_at=at,
            expires_at=at + rules.WORKS_FOR,
        )
    )
    facts = {"device": str(kind)}
    await note(session, city=city, kind="enrolment_made", delegate=delegate, actor=who, at=at, facts=facts)
    return code


async def enrol(
    session: Session,
    *,
    city: CityView,
    code: str,
    kind: DeviceKind,
    label: str,
    own_code_person: int | None,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    at: datetime,
) -> Enrolled | Refusal:
    """A device for the delegate of this code. A refusal comes back and is not raised: a wrong guess was counted, and is to be committed.

    `own_code_person`: who the delegate is as a resident, recognised by the access code on their own slip.
    """
    known = (Enrolment.city_id == city.id, Enrolment.digest.in_(rules.code_digests(secrets, code)))
    # The delegate first, as in every verb: two at once wait for each other in one order.
    whose = sa.select(Delegate).join(Enrolment, Enrolment.delegate_id == Delegate.id).where(*known)
    delegate = await session.scalar(whose.with_for_update(of=Delegate))
    enrolment = None if delegate is None else await session.scalar(sa.select(Enrolment).where(*known).with_for_update())
    if delegate is None or delegate.person_id is None or enrolment is None:
        await count_wrong(session, city_id=city.id, kind=GUESSED, sources=sources, at=at)
        return rules.unknown_code()
    if refusal := rules.may_enrol(enrolment, kind, standing(delegate.state, delegate.ends_at, at), at):
        return refusal
    if own_code_person is not None and delegate.resident_id not in (None, own_code_person):
        return rules.another_resident()
    delegate.resident_id = own_code_person or delegate.resident_id
    enrolment.used_at = at
    token = randomness.token_urlsafe(32)
    made = Device(
        city_id=city.id,
        delegate_id=delegate.id,
        public_id=uuid.uuid4(),
        kind=kind,
        token_digest=rules.token_digests(secrets, token)[0],
        label=label,
        enrolled_at=at,
        last_seen_at=at,
    )
    session.add(made)
    await session.flush()
    number = await number_of(session, city=city, delegate_id=delegate.id, at=at)
    device = queries.view(made, delegate, number, at)
    facts = {"device": str(kind)}
    who = device.actor(city)
    await note(
        session, city=city, kind="device_enrolled", delegate=delegate, actor=who, at=at, facts=facts, number=number
    )
    return Enrolled(device, token)


async def seen(session: Session, *, city: CityView, device: DeviceView, digest: bytes, at: datetime) -> DeviceView:
    """A device has made itself heard: the moment is noted, its hash renewed, and its delegate has a number this year.

    `digest`: the newest hash of its token, the first of `rules.token_digests`.
    """
    noted = {"last_seen_at": at, "token_digest": digest}
    await session.execute(sa.update(Device).where(Device.id == device.id).values(noted))
    number = device.number or await number_of(session, city=city, delegate_id=device.delegate_id, at=at)
    return replace(device, number=number, last_seen_at=at, digest=digest)


async def stock(session: Session, device: DeviceView, wanted: int, at: datetime) -> list[str]:
    """So many new receipts for a device that works, as far as it has room for them.

    Where it has not, all of its unused ones come (again): what was given and lost on its way. A device takes those that it has
    neither handed out nor got already.
    """
    if wanted <= 0 or not device.works:
        return []
    # Two requests of one device come one after the other, so that together they stay within its room.
    await session.execute(sa.select(Device.id).where(Device.id == device.id).with_for_update())
    theirs = (ReservedReceipt.device_id == device.id, ReservedReceipt.used.is_(False))
    unused = list(await session.scalars(sa.select(ReservedReceipt.receipt).where(*theirs)))
    made: list[str] = []
    room = min(wanted, rules.MOST_RECEIPTS - len(unused))
    if room > 0:
        made = await reserve(session, device, room, at)
    return made if len(made) >= wanted else [*unused, *made]


async def reserve(session: Session, device: DeviceView, count: int, at: datetime) -> list[str]:
    """Random ones that stand for nothing; one that does is left out, and another is drawn the next time."""
    drawn = sa.values(sa.column("receipt", sa.Text), name="drawn").data(
        [(number,) for number in {random_number(rules.RECEIPT) for _one in range(count)}]
    )
    free = [~sa.exists().where(column == drawn.c.receipt) for column in TAKEN]
    city_id = sa.select(Device.city_id).where(Device.id == device.id).scalar_subquery()
    rows = sa.select(drawn.c.receipt, city_id, sa.literal(device.id), sa.literal(at)).where(*free)
    reserved = (
        insert(ReservedReceipt)
        .from_select(["receipt", "city_id", "device_id", "given_at"], rows)
        .on_conflict_do_nothing()
        .returning(ReservedReceipt.receipt)
    )
    return list(await session.scalars(reserved))


async def revoke(session: Session, *, city: CityView, public_id: uuid.UUID, actor: Actor, at: datetime) -> None:
    """Lost, stolen or handed back: what arrives from it later is held. One member of staff is enough, so that it is quick."""
    mine = (Device.city_id == city.id, Device.public_id == public_id)
    whose = sa.select(Delegate).join(Device, Device.delegate_id == Delegate.id).where(*mine)
    delegate = await session.scalar(whose.with_for_update(of=Delegate))
    device = await session.scalar(sa.select(Device).where(*mine).with_for_update())
    if delegate is None or device is None:
        raise rules.no_device()
    who = acting_as_one_of(actor, ENROLLERS, city, [delegate.place_id])
    if device.revoked_at is not None:
        raise rules.revoked_already()
    device.revoked_at = at
    facts = {"device": device.kind}
    await note(session, city=city, kind="device_revoked", delegate=delegate, actor=who, at=at, facts=facts)


async def forget(session: Session, *, at: datetime) -> None:
    """Codes that nobody used in time."""
    await session.execute(sa.delete(Enrolment).where(Enrolment.used_at.is_(None), Enrolment.expires_at <= at))
