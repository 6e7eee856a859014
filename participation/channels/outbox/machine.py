"""Hands texts to a translation server and brings back what it makes of them."""

from collections.abc import Callable
from datetime import datetime

from participation.domain.ladder.languages.machine import operations
from participation.domain.ladder.languages.machine.operations import Job
from participation.kit.database import Database
from participation.kit.translating import LATER, LibreTranslate, Translator, Trouble
from participation.settings import Settings

AT_ONCE = 5


class Machine:
    """Asks the server outside of any transaction: one that keeps us waiting holds nothing up."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock

    async def translate(self) -> int:
        """What officials have asked for and is due now; how many texts are done with."""
        async with self._database.transaction() as session:
            jobs = await operations.due(session, at=self._clock(), size=AT_ONCE)
        if not jobs:
            return 0
        url, key = self._settings.translate_url or "", self._settings.translate_key
        async with LibreTranslate.opened(url, key) as translator:
            return sum([await self._done(job, translator) for job in jobs])

    async def _done(self, job: Job, translator: Translator) -> bool:
        """Whether there is nothing more to try."""
        try:
            text = await translator.translate(job.text, job.source, job.language)
        except Trouble as trouble:
            later = trouble.code in LATER
            async with self._database.transaction() as session:
                await operations.fail(
                    session,
                    job=job,
                    trouble=str(trouble.code),
                    detail=trouble.detail,
                    later=later,
                    wait=trouble.wait,
                    at=self._clock(),
                )
            return not later
        async with self._database.transaction() as session:
            await operations.deliver(session, job=job, text=text, provider=translator.name)
        return True
