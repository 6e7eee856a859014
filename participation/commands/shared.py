"""What commands share: the settings and the database that they work on, and the way to stop with one line."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from participation.settings import Settings, from_environment

if TYPE_CHECKING:
    from participation.kit.database import Database

T = TypeVar("T")
OfCity = Annotated[str | None, typer.Option("--city", metavar="SLUG", help="The city, where there are several.")]


class Stop(Exception):
    """The command cannot go on; the text is the one line that says why."""


def current_settings() -> Settings:
    """For commands beside a running installation: the demonstration's own secret serves where none is set."""
    kept = Path(os.environ.get("PARTICIPATION_KEYS", "var/keys")) / "demonstration.secret"
    return from_environment(demonstration=kept.exists())


@contextmanager
def reached(settings: Settings) -> Iterator[Settings]:
    """The settings with the address of a database: the one that is set, else the embedded one, started if need be."""
    if settings.database_url:
        yield settings
        return
    from participation.kit.postgres import served

    with served(settings.data) as url:
        yield replace(settings, database_url=url)


@contextmanager
def stopping(*kinds: type[Exception]) -> Iterator[None]:
    """Errors of these kinds are bad arguments: their text is the one line that says why."""
    try:
        yield
    except kinds as error:
        raise Stop(str(error)) from None


def with_database(work: Callable[[Settings, "Database"], Awaitable[T]]) -> T:
    """Run a command's work on an up-to-date database; the work opens its own transactions, and so commits."""
    from participation.kit.database import Database, make_engine

    async def run(settings: Settings) -> T:
        engine = make_engine(settings.database_url or "")
        try:
            return await work(settings, Database(engine))
        finally:
            await engine.dispose()

    with reached(current_settings()) as settings:
        require_schema(settings)
        return asyncio.run(run(settings))


def require_schema(settings: Settings) -> None:
    from participation.kit import schema

    if asyncio.run(schema.current(settings.database_url or "")) != schema.newest():
        raise Stop("The tables of the database are not up to date; run `participation migrate`.")
