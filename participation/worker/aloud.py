"""Reads aloud what nobody has recorded: one text after the other, beside everything else, outside of any transaction."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from participation.domain.ladder.heard.queries import Unsaid, unsaid
from participation.domain.places.queries import CityView, directory
from participation.domain.projects.sounds.forms import SoundSaid
from participation.domain.projects.sounds.operations import keep, put_synthesised
from participation.kit import speaking
from participation.kit.database import Database
from participation.kit.examining import Refused
from participation.kit.files import Files
from participation.settings import Settings

log = structlog.get_logger()
PAUSE = 15.0
"""Seconds before each look at what nothing says yet: whatever has just been started comes first."""


class Working(Protocol):
    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...


@dataclass
class Reader:
    """Whoever reads; what a voice can make nothing of is tried once."""

    work: Working
    given_up: set[Unsaid] = field(default_factory=set)
    rest: float = 1.0
    """After each text, as a share of the time that it took."""

    async def read(self, stop: asyncio.Event) -> int:
        """Everything that nothing says yet; how many readings were made."""
        async with self.work.database.reading() as session:
            cities = [city for city in (await directory(session)).cities if city.synthesis]
            waiting = [(city, one) for city in cities for one in await unsaid(session, city, speaking.VOICES)]
        made = 0
        for city, one in waiting:
            if not stop.is_set() and one not in self.given_up:
                began = time.monotonic()
                made += await self._make(city, one)
                # As long as it took: a city's texts, read for the first time, take half a processor and no more.
                await paused(stop, (time.monotonic() - began) * self.rest)
        return made

    async def _make(self, city: CityView, one: Unsaid) -> bool:
        try:
            heard = await speaking.speak(one.text, one.language)
        except Refused as refused:
            log.warning("not_read_aloud", part=one.part, language=one.language, reason=refused.code)
            self.given_up.add(one)
            return False
        new = await keep(Files(self.work.settings.store), heard)
        async with self.work.database.transaction() as session:
            await put_synthesised(
                session,
                city=city,
                project_id=one.project_id,
                said=SoundSaid(one.part, one.language),
                text=one.text,
                new=new,
                at=self.work.clock(),
            )
        return True


async def keep_reading(work: Working, stop: asyncio.Event) -> None:
    """Until told to stop. A failure is logged, and everything tried again at the next look."""
    reader = Reader(work)
    while not await paused(stop, PAUSE):
        try:
            await reader.read(stop)
        except Exception as error:
            log.error("job_failed", job="read aloud", error=type(error).__name__, exc_info=error)


async def paused(stop: asyncio.Event, seconds: float) -> bool:
    """Whether it was told to stop meanwhile."""
    try:
        return await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
