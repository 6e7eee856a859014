"""Does what is due: opens steps, counts ballots, seals the record, cleans up. Any number of workers may run; each job is done by one."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from participation.domain.ballots.counting.operations import count, destroy_keys
from participation.domain.ballots.queries import due_for_counting
from participation.domain.ladder import operations as ladder
from participation.domain.people import operations as people
from participation.domain.people.guesses import operations as guesses
from participation.domain.people.guesses.rules import WINDOW
from participation.domain.places.queries import CityView, directory
from participation.domain.record import keys
from participation.domain.record import operations as record
from participation.domain.record.notes import Signer
from participation.kit import changes, repeats
from participation.kit import clock as system_clock
from participation.kit.database import Database, Session
from participation.kit.keys import KeyTrouble
from participation.settings import Settings

log = structlog.get_logger()
PAUSE = 1.0
"""Seconds between two looks at what is due."""
REPEATS_KEPT = timedelta(days=30)
CLEANING = timedelta(hours=1)


@dataclass
class Work:
    """What a worker holds while it runs."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    signers: dict[int, Signer] = field(default_factory=dict)
    cleaned_at: datetime | None = None


async def run(
    settings: Settings,
    database: Database,
    stop: asyncio.Event,
    clock: Callable[[], datetime] = system_clock.now,
) -> None:
    """Until told to stop. A job that fails is logged and tried again at the next look."""
    work = Work(settings, database, clock)
    while not stop.is_set():
        await look(work)
        try:
            await asyncio.wait_for(stop.wait(), PAUSE)
        except TimeoutError:
            continue


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
        await _count(work, city)
        await _job(work, "seal", partial(_seal, work=work, city=city))
    now = work.clock()
    if work.cleaned_at is None or now - work.cleaned_at >= CLEANING:
        work.cleaned_at = now
        await _job(work, "clean", partial(_clean, now=now))


async def _job(work: Work, name: str, act: Callable[[Session], Awaitable[object]]) -> None:
    """Whatever a job fails of, the worker lives and the others are done."""
    try:
        async with work.database.transaction() as session:
            await act(session)
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
    for ballot_id in due:
        await _job(work, "count", partial(count, city=city, ballot_id=ballot_id, at=work.clock()))
    folder = work.settings.keys
    await _job(work, "destroy keys", partial(destroy_keys, city_id=city.id, folder=folder, at=work.clock()))


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
        await changes.touch(session, f"record:{city.id}")


async def _clean(session: Session, now: datetime) -> None:
    await repeats.forget(session, before=now - REPEATS_KEPT)
    await guesses.forget(session, before=now - WINDOW * 6)
    await people.end_old_sessions(session, at=now)
