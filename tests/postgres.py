"""The throw-away PostgreSQL of a test run: one server, one migrated template, a database of its own for whoever asks."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from participation.kit import migrations
from participation.kit.postgres import EmbeddedPostgres

TEMPLATE = "participation"
MEMORY, ROOM = Path("/dev/shm"), 8 * 2**30  # noqa: S108
"""Where files lie in memory, and how much of that has to be free: a run copies databases several hundred times."""


@contextmanager
def server() -> Iterator[str]:
    """A cluster in a folder that an unprivileged server can reach when root runs the tests, with the schema made by the migrations.

    TEST_POSTGRES names a folder of server binaries, so that the same tests run on another version.
    """
    home = Path(tempfile.mkdtemp(prefix="participation-tests-", dir=_in_memory()))
    home.chmod(0o755)
    binaries = os.environ.get("TEST_POSTGRES")
    try:
        with EmbeddedPostgres(home / "data", durable=False, binaries=Path(binaries) if binaries else None) as postgres:
            asyncio.run(migrations.upgrade(postgres.url))
            yield postgres.url
    finally:
        shutil.rmtree(home)


def _in_memory() -> Path | None:
    """None: wherever temporary files lie."""
    if not os.access(MEMORY, os.W_OK):
        return None
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return MEMORY if min(free, shutil.disk_usage(MEMORY).free) > ROOM else None


@asynccontextmanager
async def fresh_database(url: str, name: str, *, template: str = TEMPLATE) -> AsyncIterator[str]:
    """A copy of the template under that name, dropped in the end."""
    await _execute(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    try:
        yield make_url(url).set(database=name).render_as_string()
    finally:
        await _execute(url, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _execute(url: str, statement: str) -> None:
    """Beside the template, which must be nobody's when it is copied."""
    connection = await asyncpg.connect(make_url(url).set(database="postgres").render_as_string())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
