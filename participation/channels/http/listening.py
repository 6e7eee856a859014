"""Hears from the database what other processes have changed, and tells them of what happens often here."""

import asyncio
from typing import Any

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from participation.channels.http.site import Site
from participation.kit.changes import CHANNEL, touch

log = structlog.get_logger()
TICK = 0.5
"""Seconds between two notices about the same project, at least."""


class Changes:
    """Joins the page cache to what is committed, here and elsewhere."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._marked: set[str] = set()
        site.database.after_commit = self.committed

    def committed(self, touched: set[str], marked: set[str]) -> None:
        if touched or marked:
            self._site.cache.changed(touched | marked)
            self._marked |= marked

    async def listen(self) -> None:
        """Runs until cancelled. While the connection is away, no page is kept or served from the cache."""
        while True:
            try:
                await self._listen_once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
                log.warning("listening_lost", error=type(error).__name__)
            finally:
                self._site.cache.listening = False
                self._site.cache.clear()
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        gone = asyncio.Event()
        async with self._site.database.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(lambda _: gone.set())
            await raw.add_listener(CHANNEL, self._heard)
            try:
                await self._site.load()
                self._site.cache.listening = True
                await gone.wait()
            finally:
                if not raw.is_closed():
                    await raw.remove_listener(CHANNEL, self._heard)

    def _heard(self, _connection: Any, _pid: int, _channel: str, topic: object) -> None:
        self._site.cache.changed([str(topic)])
        if str(topic).startswith("city:"):
            self._reload = asyncio.get_running_loop().create_task(self._site.load())

    async def tick(self) -> None:
        """Runs until cancelled: one notice per topic and tick, however often it was marked; and what waits to be noted of codes, phones and kiosks."""
        while True:
            await asyncio.sleep(TICK)
            marked, self._marked = self._marked, set()
            try:
                if marked:
                    await self._tell(marked)
                    marked = set()
                await self._site.note_answers()
                await self._site.note_uses()
                await self._site.note_spent()
                await self._site.note_present()
            except (OSError, asyncpg.PostgresError, SQLAlchemyError):
                self._marked |= marked

    async def _tell(self, topics: set[str]) -> None:
        async with self._site.database.transaction() as session:
            touch(session, *sorted(topics))
