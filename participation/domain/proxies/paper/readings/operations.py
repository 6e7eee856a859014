"""Stores what somebody read off a sheet, takes it once two agree or a third has settled it, and forgets what nobody took."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from participation.domain.consultations.about.queries import about
from participation.domain.consultations.brought.operations import may_bring
from participation.domain.consultations.rules import taking
from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature
from participation.domain.proxies.devices.offices.operations import office_device
from participation.domain.proxies.forms import read_entry
from participation.domain.proxies.operations import Arrived, Subject, take
from participation.domain.proxies.paper.models import PaperBatch, PaperReading, PaperSheet, SheetState
from participation.domain.proxies.paper.readings import queries, rules
from participation.domain.proxies.paper.readings.forms import content
from participation.domain.proxies.paper.readings.queries import READINGS, SheetView
from participation.domain.proxies.paper.rules import OFFICE, client_id
from participation.domain.proxies.rules import GRACE
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import renewed, seal

AT_ONCE = 200


async def read(
    session: Session,
    *,
    city: CityView,
    number: tuple[int, int],
    fields: Mapping[str, str],
    subject: Subject | None,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> SheetState:
    """One person's reading; how the sheet stands after it.

    `subject`: the person of the code in it, looked up where it agrees with the first. The first reading settles when the sheet counts as finished.
    """
    sheet = await queries.sheet(session, city=city, number=number, secrets=secrets, lock=True)
    who = acting_as_one_of(actor, OFFICE, city, [sheet.place_id])
    if refusal := rules.may_read(sheet.state, sheet.read_by(who.person_id)):
        raise refusal
    if not sheet.readings:
        finished = await _finished(session, city, sheet, fields, at)
        await _keep(session, city, sheet, fields, secrets, who)
        return await _stands(session, sheet, SheetState.READ, finished)
    first = sheet.readings[0].fields
    if rules.differing(first, fields):
        await _keep(session, city, sheet, fields, secrets, who)
        return await _stands(session, sheet, SheetState.DIFFERS)
    return await _settled(session, city, sheet, first, subject, secrets, at)


async def settle(
    session: Session,
    *,
    city: CityView,
    number: tuple[int, int],
    fields: Mapping[str, str],
    subject: Subject,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> SheetState:
    """What a third person makes of two readings that differ."""
    sheet = await queries.sheet(session, city=city, number=number, secrets=secrets, lock=True)
    who = acting_as_one_of(actor, OFFICE, city, [sheet.place_id])
    if refusal := rules.may_settle(sheet.state, sheet.read_by(who.person_id)):
        raise refusal
    return await _settled(session, city, sheet, fields, subject, secrets, at)


async def _finished(
    session: Session, city: CityView, sheet: SheetView, fields: Mapping[str, str], at: datetime
) -> datetime:
    """When it counts as finished. Nobody types a sheet twice to hear then that it came too late."""
    if rules.VOID in fields:
        return at
    said = read_entry(content(fields, sheet.asked, sheet.receipt), city)
    asked = await about(session, city_id=city.id, slug=sheet.asked.project)
    step = taking(asked.steps, Feature.COMMENT if said.comment else Feature.REACT, at)
    finished = at
    if step is not None:
        finished = rules.finished(at, sheet.printed_at, min(step.closes_at, step.ended_at or step.closes_at))
    if refusal := may_bring(city, asked, said.comment, said.reactions, finished):
        raise refusal
    return finished


async def _settled(
    session: Session,
    city: CityView,
    sheet: SheetView,
    fields: Mapping[str, str],
    subject: Subject | None,
    secrets: Secrets,
    at: datetime,
) -> SheetState:
    """The sheet becomes an entry like any other, or is void; who read what is kept no longer."""
    state = SheetState.VOID
    if rules.VOID not in fields:
        if subject is None or sheet.first_read_at is None:
            raise rules.quicker()
        await _take(session, city, sheet, fields, subject, sheet.first_read_at, secrets, at)
        state = SheetState.TAKEN
    theirs = (PaperReading.batch_id == sheet.batch, PaperReading.serial == sheet.serial)
    await session.execute(sa.delete(PaperReading).where(*theirs))
    return await _stands(session, sheet, state)


async def _take(
    session: Session,
    city: CityView,
    sheet: SheetView,
    fields: Mapping[str, str],
    subject: Subject,
    finished: datetime,
    secrets: Secrets,
    at: datetime,
) -> None:
    said = content(fields, sheet.asked, sheet.receipt)
    entry = client_id(sheet.batch, sheet.serial)
    arrived = Arrived(
        id=entry,
        # Of the number alone: a hash of what it says would give its access code and telephone away.
        digest=hashlib.sha256(entry.bytes).digest(),
        finished=finished,
        said=read_entry(said, city),
        via=Via.PAPER,
    )
    await take(
        session,
        city=city,
        device=await office_device(session, city=city, delegate_id=sheet.delegate_id, at=at),
        about=await about(session, city_id=city.id, slug=sheet.asked.project),
        arrived=arrived,
        subject=subject,
        # An office types many sheets on one day; how many there can be, their batches say.
        that_day=0,
        secrets=secrets,
        at=at,
    )


async def _keep(
    session: Session, city: CityView, sheet: SheetView, fields: Mapping[str, str], secrets: Secrets, who: Actor
) -> None:
    sealed = seal(json.dumps(dict(fields), ensure_ascii=False), secrets, READINGS)
    values = {"batch_id": sheet.batch, "serial": sheet.serial, "person_id": who.person_id, "sealed": sealed}
    await session.execute(sa.insert(PaperReading).values(city_id=city.id, **values))


async def _stands(
    session: Session, sheet: SheetView, state: SheetState, first_read_at: datetime | None = None
) -> SheetState:
    noted = {"state": state} | ({} if first_read_at is None else {"first_read_at": first_read_at})
    mine = (PaperSheet.batch_id == sheet.batch, PaperSheet.serial == sheet.serial)
    await session.execute(sa.update(PaperSheet).where(*mine).values(noted))
    return state


async def forget(session: Session, *, at: datetime) -> None:
    """Readings of which nothing can become any more, since the closing and its grace are over; the sheets count as unread."""
    over = sa.select(PaperBatch.id).where(queries.closed_for(GRACE, at))
    await session.execute(sa.delete(PaperReading).where(PaperReading.batch_id.in_(over)))
    unread = (PaperSheet.batch_id.in_(over), PaperSheet.state.in_((SheetState.READ, SheetState.DIFFERS)))
    await session.execute(sa.update(PaperSheet).where(*unread).values(state=SheetState.PRINTED, first_read_at=None))


async def renew(session: Session, *, secrets: Secrets, after: int = 0) -> int:
    """While the master secret is being replaced: seal some more under the new one. The last that was looked at; 0 at the end."""
    some = sa.select(PaperReading).where(PaperReading.id > after).order_by(PaperReading.id).limit(AT_ONCE)
    last = 0
    for reading in (await session.scalars(some.with_for_update())).all():
        reading.sealed = renewed(reading.sealed, secrets, READINGS, row=reading.id)
        last = reading.id
    await session.flush()
    return last
