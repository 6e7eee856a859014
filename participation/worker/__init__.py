"""Does what is due: opens steps, counts ballots, seals the record, cleans up. Any number of workers may run; each job is done by one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from participation.channels.outbox.machine import Machine
from participation.channels.outbox.post import PostOffice
from participation.channels.outbox.recordings import RecordingOffice
from participation.channels.outbox.telephone import CallOffice
from participation.channels.outbox.texts import TextOffice
from participation.domain.ballots.counting.operations import count, destroy_keys, mix
from participation.domain.ballots.counting.queries import due_for_counting, taking_votes
from participation.domain.consultations.spoken import operations as spoken
from participation.domain.ladder import operations as ladder
from participation.domain.notices.subscriptions import operations as subscriptions
from participation.domain.places.queries import CityView, directory
from participation.domain.projects.assessments.withheld.operations import open_due
from participation.domain.proxies.checks.consequences.operations import act as act_on_answers
from participation.domain.proxies.odk import operations as odk
from participation.domain.proxies.paper.readings import operations as readings
from participation.domain.proxies.reviews import operations as reviews
from participation.domain.record import keys
from participation.domain.record import operations as record
from participation.domain.record.notes import Signer
from participation.kit import changes, speaking
from participation.kit import clock as system_clock
from participation.kit.database import Database, Session
from participation.kit.hashing import Secrets
from participation.kit.keys import KeyTrouble
from participation.kit.partitions import Busy
from participation.settings import Settings
from participation.worker.aloud import keep_reading
from participation.worker.chores import DAY, OF_ALL, OF_CITIES, Chore

log = structlog.get_logger()
MIXING = timedelta(minutes=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
PAUSE = 1.0
"""Seconds between two looks at what is due."""
POST = 5.0
"""Seconds between two looks at letters that are due."""
MAIL_SERVER_AWAY = 60.0
"""Seconds for which a mail server that does not answer is left alone."""


@dataclass
class Work:
    """What a worker holds while it runs."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    signers: dict[int, Signer] = field(default_factory=dict)
    looked_at_votes: dict[int, datetime] = field(default_factory=dict)
    """City -> when."""
    mixed: dict[int, datetime] = field(default_factory=dict)
    """Ballot -> when its votes were last written in another order."""
    done: dict[str, datetime] = field(default_factory=dict)
    """When each chore was done last, of a city or of all."""


async def run(
    settings: Settings,
    database: Database,
    stop: asyncio.Event,
    clock: Callable[[], datetime] = system_clock.now,
) -> None:
    """Until told to stop. A job that fails is logged and tried again at the next look."""
    work = Work(settings, database, clock)
    async with asyncio.TaskGroup() as group:
        if settings.smtp_url is not None:
            group.create_task(post(work, stop))
        if settings.gateways is not None:
            group.create_task(send_texts(work, stop))
            group.create_task(call_back(work, stop))
            group.create_task(fetch_recordings(work, stop))
        if settings.translate_url is not None:
            group.create_task(keep_translating(work, stop))
        if not speaking.missing():
            group.create_task(keep_reading(work, stop))
        while not stop.is_set():
            await look(work)
            await _pause(stop, PAUSE)


async def post(work: Work, stop: asyncio.Event) -> None:
    """Beside everything else: a mail server that hangs keeps no step closed."""
    office = PostOffice(work.settings, work.database, work.clock)
    while not stop.is_set():
        try:
            reached = await office.deliver()
        except Exception as error:
            log.error("job_failed", job="send letters", error=type(error).__name__, exc_info=error)
            reached = False
        await _pause(stop, POST if reached else MAIL_SERVER_AWAY)


async def send_texts(work: Work, stop: asyncio.Event) -> None:
    """Answers to text messages: whoever wrote waits for them, so they are looked for often."""
    office = TextOffice(work.settings, work.database, work.clock)
    while office.needed and not stop.is_set():
        try:
            await office.deliver()
        except Exception as error:
            log.error("job_failed", job="send text messages", error=type(error).__name__, exc_info=error)
        await _pause(stop, PAUSE)


async def call_back(work: Work, stop: asyncio.Event) -> None:
    """Whoever let it ring waits beside the telephone."""
    office = CallOffice(work.settings, work.database, work.clock)
    while office.needed and not stop.is_set():
        try:
            await office.deliver()
        except Exception as error:
            log.error("job_failed", job="call back", error=type(error).__name__, exc_info=error)
        await _pause(stop, PAUSE)


async def fetch_recordings(work: Work, stop: asyncio.Event) -> None:
    """What was spoken leaves the telephone company as soon as it has it ready."""
    office = RecordingOffice(work.settings, work.database, work.clock)
    while office.needed and not stop.is_set():
        try:
            await office.deliver()
        except Exception as error:
            log.error("job_failed", job="fetch recordings", error=type(error).__name__, exc_info=error)
        await _pause(stop, POST)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def look(work: Work) -> None:
    """Everything that is due now, once."""
    try:
        async with work.database.reading() as session:
            cities = (await directory(session)).cities
    except (OSError, SQLAlchemyError) as error:
        log.warning("database_away", error=type(error).__name__)
        return
    except Exception as error:
        log.error("job_failed", job="read cities", error=type(error).__name__, exc_info=error)
        return
    for city in cities:
        await _job(work, "open steps", partial(ladder.open_due, city=city, at=work.clock()))
        await _job(work, "open answers", partial(open_due, city=city, at=work.clock()))
        await _count(work, city)
        await _mix(work, city)
        for chore in OF_CITIES:
            await _do(work, chore, f"{chore.name} of {city.id}", city=city)
        await _job(work, "seal", partial(_seal, work=work, city=city))
    await _renew_addresses(work)
    for chore in OF_ALL:
        await _do(work, chore, chore.name)


async def _do(work: Work, chore: Chore, what: str, **more: Any) -> None:
    now = work.clock()
    if now - work.done.get(what, LONG_AGO) >= chore.pause:
        work.done[what] = now
        await _job(work, chore.name, partial(chore.do, settings=work.settings, at=now, **more))


async def _job(work: Work, name: str, act: Callable[[Session], Awaitable[object]]) -> None:
    """Whatever a job fails of, the worker lives and the others are done."""
    try:
        async with work.database.transaction() as session:
            await act(session)
    except Busy:
        log.info("job_later", job=name)
    except (keys.KeyMissing, KeyTrouble) as error:
        log.error("job_failed", job=name, error=type(error).__name__, detail=str(error)[:200])
    except Exception as error:
        log.error("job_failed", job=name, error=type(error).__name__, exc_info=error)


async def _count(work: Work, city: CityView) -> None:
    """Each ballot that is due in a transaction of its own; then the keys of those that have ended."""
    due: list[int] = []

    async def find(session: Session) -> None:
        due.extend(await due_for_counting(session, city_id=city.id, at=work.clock()))

    await _job(work, "find ballots", find)
    folder = work.settings.keys
    if due:
        await _job(
            work, "act on answers", partial(act_on_answers, city=city, folder=folder, at=work.clock(), counting=True)
        )
    for ballot_id in due:
        await _job(work, "count", partial(count, city=city, ballot_id=ballot_id, folder=folder, at=work.clock()))
    await _job(work, "destroy keys", partial(destroy_keys, city_id=city.id, folder=folder, at=work.clock()))


async def _mix(work: Work, city: CityView) -> None:
    """Once a minute, the votes of each ballot that is open are looked at, and written in another order where that is due."""
    now, open_now = work.clock(), dict[int, bool]()
    if now - work.looked_at_votes.get(city.id, LONG_AGO) < MIXING:
        return
    work.looked_at_votes[city.id] = now

    async def find(session: Session) -> None:
        open_now.update(await taking_votes(session, city_id=city.id, at=now))

    async def act(session: Session, ballot_id: int, closed: bool) -> None:
        since_last = now - work.mixed.get(ballot_id, LONG_AGO)
        if await mix(session, ballot_id=ballot_id, since_last=since_last, closed=closed):
            work.mixed[ballot_id] = now

    await _job(work, "find open ballots", find)
    for ballot_id, closed in open_now.items():
        await _job(work, "mix votes", partial(act, ballot_id=ballot_id, closed=closed))


async def _renew_addresses(work: Work) -> None:
    """Once a day while the master secret is being replaced, so that nothing is left that only the old one opens."""
    secrets = Secrets(work.settings.secret, work.settings.secret_previous)
    now = work.clock()
    if secrets.previous is None or now - work.done.get("renew addresses", LONG_AGO) < DAY:
        return
    work.done["renew addresses"] = now
    for name, renew in (
        ("renew addresses", subscriptions.renew),
        ("renew app users", odk.renew),
        ("renew readings", readings.renew),
        ("renew entries", reviews.renew),
        ("renew recordings", spoken.renew),
    ):
        await _renew(work, name, partial(renew, secrets=secrets))


async def _renew(work: Work, name: str, renew: Callable[..., Awaitable[int]]) -> None:
    """Some at a time, until there are no more."""
    after = [0]

    async def some(session: Session) -> None:
        last, after[0] = after[0], 0
        after[0] = await renew(session, after=last)

    while True:
        await _job(work, name, some)
        if after[0] == 0:
            return


async def keep_translating(work: Work, stop: asyncio.Event) -> None:
    """Beside everything else: a translation server that hangs holds nothing up, not even the end."""
    machine, ended = Machine(work.settings, work.database, work.clock), asyncio.create_task(stop.wait())
    while not ended.done():
        asking = asyncio.create_task(machine.translate())
        await asyncio.wait((asking, ended), return_when=asyncio.FIRST_COMPLETED)
        if not asking.done():
            asking.cancel()
        try:
            done = await asking
        except asyncio.CancelledError:
            return
        except Exception as error:
            log.error("job_failed", job="translate", error=type(error).__name__, exc_info=error)
            done = 0
        if not done:
            await _pause(stop, PAUSE)


async def _seal(session: Session, work: Work, city: CityView) -> None:
    """Number and sign what was recorded; the key is looked up again when it was changed meanwhile."""
    signer = work.signers.get(city.id)
    if signer is None:
        host = city.host or work.settings.host
        signer = await record.start(session, city_id=city.id, host=host, folder=work.settings.keys, at=work.clock())
        work.signers[city.id] = signer
    try:
        sealed = 0
        while (count := await record.seal(session, city_id=city.id, signer=signer, at=work.clock())) > 0:
            sealed += count
    except record.WrongKey:
        work.signers.pop(city.id)
        return
    if sealed:
        changes.touch(session, f"record:{city.id}")
