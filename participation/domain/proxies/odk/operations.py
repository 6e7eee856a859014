"""Makes forms (in a worker, where pyxform is), gives app users out, and takes submissions through the door that every entry goes through."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations.about.queries import About
from participation.domain.places.queries import CityView
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices.models import Device, DeviceKind, ReservedReceipt
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.devices.rules import RECEIPT
from participation.domain.proxies.odk import queries, rules
from participation.domain.proxies.odk.models import OdkForm
from participation.domain.proxies.odk.questions.forms import Source, fixed_part, whole, workbook
from participation.domain.proxies.operations import Arrived, Subject, Taken, take
from participation.domain.proxies.rules import CONSENT, ForeignReceipt
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Refusal, Unavailable
from participation.kit.hashing import Secrets, random_number
from participation.kit.i18n import _
from participation.kit.prompts import Prompts
from participation.kit.sealing import opened, renewed, seal

HA1 = "what ODK signs in with"
AT_ONCE = 200

# Forms


async def make_forms(
    session: Session, *, city: CityView, prompts: Prompts, own: Mapping[int, Prompts], at: datetime
) -> int:
    """A new version of each form that says something else than its newest one; how many these were. Never in a web server: it imports pyxform.

    `prompts`: recordings of questions for all forms; `own`: those of a project's form alone.
    """
    sources = await queries.sources(session, city=city, prompts=prompts, own=own, at=at)
    made = await queries.made(session, city.id)
    await _silence(session, city.id)
    quoted = {id_ for one in made.values() for id_ in one.statements}
    shown = await queries.shown(session, quoted)
    count = 0
    for project_id, source in sources.items():
        fixed, said, before = fixed_part(city, source), whole(city, source), made.get(project_id)
        if rules.due(before, fixed, said, shown, at):
            version = 1 if before is None else before.version + 1
            await _make(session, city, project_id, source, version, (fixed, said), at)
            count += 1
    return count


async def _make(
    session: Session,
    city: CityView,
    project_id: int,
    source: Source,
    version: int,
    hashes: tuple[bytes, bytes],
    at: datetime,
) -> None:
    xml = await asyncio.to_thread(xform, workbook(city, source, version))
    spoken = {prompt.name: prompt for prompt in source.prompts.values()}
    media = [{"name": one.name, "md5": one.md5, "path": one.path} for one in spoken.values() if f"/{one.name}<" in xml]
    await session.execute(
        insert(OdkForm)
        .values(
            project_id=project_id,
            version=version,
            city_id=city.id,
            fixed=hashes[0],
            said=hashes[1],
            statements=[one.id for one in source.statements],
            consent_version=CONSENT,
            xml=xml,
            hash=hashlib.md5(xml.encode(), usedforsecurity=False).hexdigest(),
            media=media,
            made_at=at,
        )
        # Another worker was quicker.
        .on_conflict_do_nothing()
    )


def xform(workbook: dict[str, list[dict[str, str]]]) -> str:
    """The XForm that ODK Collect shows."""
    from pyxform.xls2xform import convert

    made: str = convert(workbook, form_name="data", warnings=[]).xform
    return made


async def _silence(session: Session, city_id: int) -> None:
    """No version quotes what a moderator has hidden or its author has erased."""
    quoting = await queries.quoting(session, city_id)
    shown = await queries.shown(session, {id_ for quoted in quoting.values() for id_ in quoted})
    gone = [key for key, quoted in quoting.items() if not quoted <= shown]
    if gone:
        await session.execute(
            sa.update(OdkForm)
            .where(sa.tuple_(OdkForm.project_id, OdkForm.version).in_(gone))
            .values(xml=None)
            .execution_options(synchronize_session=False)
        )


# App users


@dataclass(frozen=True)
class AppUser:
    """A device that ODK Collect signs in as; the password in clear this one time."""

    device: DeviceView
    password: str


async def give_app_user(
    session: Session,
    *,
    city: CityView,
    delegate_id: int,
    label: str,
    own_code_person: int | None,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> AppUser:
    """One for each telephone, so that one that is lost can be revoked alone; given by whoever may enrol a device."""
    kind = DeviceKind.ODK
    code = await devices.make_code(
        session, city=city, delegate_id=delegate_id, kind=kind, secrets=secrets, actor=actor, at=at
    )
    enrolled = await devices.enrol(
        session,
        city=city,
        code=code,
        kind=kind,
        label=label,
        own_code_person=own_code_person,
        sources={},
        secrets=secrets,
        at=at,
    )
    if isinstance(enrolled, Refusal):
        raise enrolled
    user = AppUser(enrolled.device, enrolled.token)
    await keep_ha1(session, user.device, ha1(user.device, user.password), secrets)
    return user


def ha1(device: DeviceView, password: str) -> str:
    """What Digest is reckoned with, on both sides."""
    text = f"{device.public_id}:{rules.REALM}:{password}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


async def keep_ha1(session: Session, device: DeviceView, value: str, secrets: Secrets) -> None:
    sealed = seal(value, secrets, HA1)
    await session.execute(sa.update(Device).where(Device.id == device.id).values(digest_ha1=sealed))


async def ha1_of(session: Session, device: DeviceView, secrets: Secrets) -> str | None:
    sealed = await session.scalar(sa.select(Device.digest_ha1).where(Device.id == device.id))
    return None if sealed is None else opened(bytes(sealed), secrets, HA1)


async def renew(session: Session, *, secrets: Secrets, after: int = 0) -> int:
    """While the master secret is being replaced: seal some more under the new one. The last that was looked at; 0 at the end."""
    some = sa.select(Device).where(Device.id > after, Device.digest_ha1.is_not(None)).order_by(Device.id).limit(AT_ONCE)
    last = 0
    for device in (await session.scalars(some.with_for_update())).all():
        device.digest_ha1 = renewed(bytes(device.digest_ha1 or b""), secrets, HA1, row=device.id)
        last = device.id
    await session.flush()
    return last


# Submissions


async def submit(
    session: Session,
    *,
    city: CityView,
    device: DeviceView,
    digest: bytes,
    about: About,
    arrived: Arrived,
    subject: Subject,
    that_day: int,
    secrets: Secrets,
    at: datetime,
) -> Taken:
    """An entry like any other, under a receipt that is reserved for the device now: it had none with it."""
    if rules.unheard(device.last_seen_at, at) or device.number is None or device.digest != digest:
        device = await devices.seen(session, city=city, device=device, digest=digest, at=at)
    for _attempt in range(5):
        receipt = arrived.said.receipt
        try:
            taken = await take(
                session,
                city=city,
                device=device,
                about=about,
                arrived=arrived,
                subject=subject,
                that_day=that_day,
                secrets=secrets,
                at=at,
                receipt=_reserved(city.id, device, receipt, at),
            )
        except ForeignReceipt:
            receipt = random_number(RECEIPT)
            arrived = replace(arrived, said=replace(arrived.said, receipt=receipt))
            continue
        if taken.receipt != receipt:
            # The same came at the same moment, and was quicker: this number is nobody's.
            await session.execute(sa.delete(ReservedReceipt).where(ReservedReceipt.receipt == receipt))
        return taken
    raise Unavailable(
        "receipt", _("This could not be stored just now. Nothing was changed."), _("Please try again in a moment.")
    )


def _reserved(city_id: int, device: DeviceView, receipt: str, at: datetime) -> sa.CTE:
    """Reserved by the statement that uses it; also for a device that was revoked: what comes from it is held under a receipt of its own."""
    free = [~sa.exists().where(column == receipt) for column in devices.TAKEN]
    values = (receipt, city_id, device.id, at, True)
    row = sa.select(*(sa.literal(value) for value in values)).where(*free)
    names = ["receipt", "city_id", "device_id", "given_at", "used"]
    made = insert(ReservedReceipt).from_select(names, row).on_conflict_do_nothing()
    return made.returning(ReservedReceipt.receipt).cte("used")
