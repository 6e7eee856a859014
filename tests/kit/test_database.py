"""Reading has connections of its own: nothing can be written by them, and they survive a server that was started again."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from participation.kit.database import Database, make_engine

ONE = sa.select(sa.literal(1).label("one"), sa.bindparam("other", type_=sa.Integer).label("other"))


@pytest.fixture
async def reader(real_database_url: str) -> AsyncIterator[Database]:
    database = Database(make_engine(real_database_url), reading=make_engine(real_database_url, reading=True))
    yield database
    await database.close()


async def test_postgresql_refuses_a_write_while_reading(reader: Database) -> None:
    async with reader.reading() as session:
        with pytest.raises(DBAPIError, match="read-only transaction"):
            await session.execute(sa.text("create table written (id int)"))


async def test_a_statement_by_itself_gives_its_rows_by_name(reader: Database) -> None:
    assert await reader.ask(ONE, {"other": 2}) == [{"one": 1, "other": 2}]


async def test_the_same_without_connections_for_reading(real_database: Database) -> None:
    assert await real_database.ask(ONE, {"other": 2}) == [{"one": 1, "other": 2}]


async def test_a_connection_that_the_server_has_closed_is_replaced(reader: Database) -> None:
    assert await reader.ask(ONE, {"other": 2})
    async with reader.transaction() as session:
        others = "from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
        await session.execute(sa.text(f"select pg_terminate_backend(pid, 5000) {others}"))
    assert await reader.ask(ONE, {"other": 3}) == [{"one": 1, "other": 3}]


async def test_while_the_server_is_away_questions_fail_and_afterwards_they_are_answered_again(
    reader: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await reader.ask(ONE, {"other": 2})
    engine, real = reader._reading, AsyncEngine.raw_connection
    assert engine is not None

    async def refused(_engine: AsyncEngine) -> None:
        raise OSError("the server is away")

    async with reader.transaction() as session:
        others = "from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()"
        await session.execute(sa.text(f"select pg_terminate_backend(pid, 5000) {others}"))
    monkeypatch.setattr(AsyncEngine, "raw_connection", refused)
    for _time in range(5):
        with pytest.raises(OSError, match="away"):
            await reader.ask(ONE, {"other": 2})
    monkeypatch.setattr(AsyncEngine, "raw_connection", real)
    for _time in range(5):
        assert await reader.ask(ONE, {"other": 3}) == [{"one": 1, "other": 3}]


async def test_what_raises_is_not_kept(real_database: Database) -> None:
    async with real_database.transaction() as session:
        await session.execute(sa.text("create table noted (id int)"))
    with pytest.raises(ValueError, match="no"):
        await _note_and_fail(real_database)
    async with real_database.reading() as session:
        assert await session.scalar(sa.text("select count(*) from noted")) == 0


async def _note_and_fail(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(sa.text("insert into noted values (1)"))
        raise ValueError("no")
