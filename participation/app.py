"""Builds the application: settings, database, routes, layers, pages for what goes wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from participation.channels.http import routing
from participation.channels.http.front import Front
from participation.channels.http.listening import Changes
from participation.channels.http.site import Site
from participation.channels.http.templates import templates
from participation.channels.phone.gateway import read_gateways
from participation.channels.routes import served
from participation.kit import clock as system_clock
from participation.kit.database import Database, make_engine
from participation.settings import Settings


def build(
    settings: Settings,
    database: Database | None = None,
    clock: Callable[[], datetime] = system_clock.now,
) -> Front:
    """The ASGI application. Without a database it opens the one that the settings name, and closes it at the end."""
    if database is None:
        if settings.database_url is None:
            raise ValueError("a database or its address is needed")
        url = settings.database_url
        database = Database(make_engine(url, pool_size=8), reading=make_engine(url, pool_size=5, reading=True))
    site = Site(settings, database, templates(), clock, gateways=read_gateways(settings.gateways))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await site.load()
        changes = Changes(site)
        tasks = [asyncio.create_task(changes.listen()), asyncio.create_task(changes.tick())]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        with suppress(OSError, SQLAlchemyError):
            await site.note_answers(now=True)
            await site.note_spent(now=True)
        await database.close()

    app = Starlette(
        routes=served(),
        lifespan=lifespan,
        exception_handlers={HTTPException: routing.missing, Exception: routing.failed},
    )
    app.state.site = site
    front = Front(app, site.cache, clock, settings)
    front.site = site  # type: ignore[attr-defined]
    return front
