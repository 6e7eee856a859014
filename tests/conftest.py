"""What tests stand on: a real PostgreSQL, settings, and two kinds of database, one rolled back and one that commits."""

import itertools
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from participation.kit.database import Database, Session, bounded, make_engine
from participation.settings import Settings, from_environment
from tests import postgres
from tests.browser.windows import served_world, windows
from tests.phoning import gateways_file
from tests.stage import app, cast, clock, visitor
from tests.world import own_world, told, world

__all__ = ["app", "cast", "clock", "own_world", "served_world", "told", "visitor", "windows", "world"]

_numbers = itertools.count(1)


# One server for the whole run: with xdist the controller starts it and tells the workers.


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        running = ExitStack()
        config.stash[_URL] = running.enter_context(postgres.server())
        config.add_cleanup(running.close)


_URL = pytest.StashKey[str]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["postgres"] = node.config.stash[_URL]  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The server of this run."""
    told = getattr(request.config, "workerinput", None)
    if told:
        yield told["postgres"]
        return
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    name = f"shared_{os.getpid()}"
    async with postgres.fresh_database(postgres_url, name) as url:
        engine = make_engine(url)
        yield engine
        await engine.dispose()


# Ordinary tests: everything happens inside one transaction that is rolled back.


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield connection
        await outer.rollback()


@pytest.fixture
def sessions(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)


@pytest.fixture
async def session(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[Session]:
    """What operations take; sees what `database` wrote, and is seen by it once flushed."""
    async with sessions() as session:
        yield session


class Nested(Database):
    """Transactions are savepoints here, and a reading one is made READ ONLY for as long as it lasts."""

    @asynccontextmanager
    async def reading(self, *, within: int | None = None) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            await session.execute(sa.text("SET LOCAL transaction_read_only = on"))
            try:
                async with bounded(session, within) if within is not None else nullcontext():
                    yield session
            finally:
                await session.rollback()


@pytest.fixture
def database(engine: AsyncEngine, sessions: async_sessionmaker[AsyncSession]) -> Database:
    """For the app and the worker: they commit freely, and the test leaves nothing behind."""
    return Nested(engine, sessions)


# Races and journeys: real commits, in a database of the test's own.


@pytest.fixture
async def real_database_url(postgres_url: str) -> AsyncIterator[str]:
    async with postgres.fresh_database(postgres_url, f"real_{os.getpid()}_{next(_numbers)}") as url:
        yield url


@pytest.fixture
async def real_database(real_database_url: str) -> AsyncIterator[Database]:
    engine = make_engine(real_database_url)
    yield Database(engine)
    await engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """As an operator would set them, with folders of the test's own."""
    return from_environment(
        {
            "PARTICIPATION_SECRET": "a secret of the tests, long enough to be one",
            "PARTICIPATION_DATA": str(tmp_path / "postgres"),
            "PARTICIPATION_STORE": str(tmp_path / "store"),
            "PARTICIPATION_KEYS": str(tmp_path / "keys"),
            "PARTICIPATION_BASE_URL": "http://testserver",
            "PARTICIPATION_GATEWAYS": str(gateways_file(tmp_path)),
        }
    )


# Programs of the machine: their tests are skipped where they are missing, save in CI, where that is a failure.


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    missing = f"no {names[0]} on this machine"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium, for Playwright's `executable_path`."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def w3m() -> str:
    """A text browser, and what holds its terminal."""
    _program("tmux")
    return _program("w3m")


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """What makes recordings small."""
    _program("ffprobe")
    return _program("ffmpeg")


@pytest.fixture(scope="session")
def espeak(ffmpeg: str) -> str:
    """What reads texts aloud."""
    return _program("espeak-ng")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """`make check` says when it began, and is told here how long it took, so that pytest's own line stays the last."""
    if began := os.environ.get("CHECK_STARTED"):
        minutes, seconds = divmod(int(time.time()) - int(began), 60)
        terminalreporter.write_line(f"make check took {minutes} min {seconds} s (20 min at most).")
