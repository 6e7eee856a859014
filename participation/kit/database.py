"""The database: declarative base, engine, and the two kinds of transaction there are."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import greenlet_spawn

Session = AsyncSession


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: sa.TIMESTAMP(timezone=True),
        date: sa.Date,
        str: sa.Text,
        bytes: sa.LargeBinary,
        dict[str, str]: JSONB,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        list[int]: JSONB,
    }


def alike(rows: Iterable[Base], *columns: str) -> None:
    """Of those that have changed, write all of these columns: rows that differ in what is new in them want a statement for each kind."""
    for row in rows:
        if sa.inspect(row).modified:
            for column in columns:
                flag_modified(row, column)


def async_url(url: str) -> str:
    """SQLAlchemy 2.1 reads `postgresql://` as psycopg; ours is asyncpg."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+asyncpg://" + url.removeprefix(prefix)
    return url


COMPILED = 48
"""Statements that an engine keeps ready (half as many more before it forgets those that were not asked for longest): each takes 80 kB, what is read most is
asked by a few dozen, and a web worker has to stay small."""


def make_engine(url: str, *, pool_size: int = 12, reading: bool = False) -> AsyncEngine:
    """At most so many connections, which stay open: whoever needs one waits less than opening another would take.

    `reading`: each statement for itself, on connections on which PostgreSQL refuses every write.
    """
    server_settings = {"application_name": "participation", "timezone": "UTC", "jit": "off"}
    options: dict[str, Any] = {}
    if reading:
        server_settings["default_transaction_read_only"] = "on"
        options["isolation_level"] = "AUTOCOMMIT"
    return create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=20,
        query_cache_size=COMPILED,
        hide_parameters=True,  # logs carry no words of people
        connect_args={"server_settings": server_settings},
        **options,
    )


@lru_cache(maxsize=64)
def _compiled(statement: sa.Select[*tuple[Any, ...]]) -> tuple[str, tuple[str, ...], Mapping[str, Any]]:
    """SQL with numbered parameters, their names in that order, and the values that stand in the statement itself."""
    compiled: Any = statement.compile(dialect=make_url("postgresql+asyncpg://").get_dialect()())
    return str(compiled), tuple(compiled.positiontup), compiled.params


class _Asking:
    """A few connections that are kept in hand: taking one out of the pool and giving it back takes as long as a small question."""

    def __init__(self, engine: AsyncEngine, most: int = 3) -> None:
        self._engine = engine
        self._idle: asyncio.LifoQueue[PoolProxiedConnection | None] = asyncio.LifoQueue()
        for _place in range(most):
            self._idle.put_nowait(None)

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Any]:
        """asyncpg's own connection. One that the server has closed meanwhile (it was started again) is thrown away."""
        kept = await self._idle.get()
        try:
            while kept is None or kept.driver_connection.is_closed():  # type: ignore[union-attr]
                gone, kept = kept, None
                if gone is not None:
                    await greenlet_spawn(gone.invalidate)
                kept = await self._engine.raw_connection()
            yield kept.driver_connection
        finally:
            self._idle.put_nowait(kept)

    async def close(self) -> None:
        while not self._idle.empty():
            kept = self._idle.get_nowait()
            if kept is not None:
                await greenlet_spawn(kept.close)


class TooSlow(Exception):
    """The database was still busy with a statement when its time was over."""


@asynccontextmanager
async def bounded(session: Session, milliseconds: int) -> AsyncIterator[None]:
    """To the end of the transaction each statement has so much time, is planned for the values that it is asked with, and looks up
    whatever an index can find. Raises `TooSlow`."""
    for setting in (
        f"statement_timeout = {int(milliseconds)}",
        "plan_cache_mode = force_custom_plan",
        "enable_seqscan = off",
    ):
        await session.execute(sa.text(f"SET LOCAL {setting}"))
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "57014":
            raise TooSlow from None
        raise


class Database:
    """Hands out sessions; whoever opens a transaction is the edge, and the only one that commits.

    `reading`: an engine made for reading. It saves pages a BEGIN and a ROLLBACK, a third of the time that a vote takes.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        sessions: async_sessionmaker[AsyncSession] | None = None,
        reading: AsyncEngine | None = None,
    ) -> None:
        self.engine = engine
        self._reading = reading
        self._asking = _Asking(reading) if reading else None
        self._sessions = sessions or async_sessionmaker(engine, expire_on_commit=False)
        self._readers = async_sessionmaker(reading, expire_on_commit=False) if reading else None
        self.after_commit: Callable[[set[str], set[str]], None] = lambda touched, marked: None
        """Told after each commit which topics it touched and which it marked; see `kit.changes`."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Commit when the block ends, roll back when it raises."""
        session = self._sessions()
        try:
            yield session
            await session.commit()
        except BaseException:
            await asyncio.shield(session.close())
            raise
        self.after_commit(session.info.get("touched", set()), session.info.get("marked", set()))

    @asynccontextmanager
    async def reading(self, *, within: int | None = None) -> AsyncIterator[AsyncSession]:
        """PostgreSQL itself refuses a write here. `within`: see `bounded`, which needs a transaction for itself."""
        session = self._readers() if self._readers else self._sessions()
        try:
            if self._readers is None or within is not None:
                options = {"postgresql_readonly": True, "isolation_level": "READ COMMITTED"}
                await session.connection(execution_options=options)
            async with bounded(session, within) if within is not None else nullcontext():
                yield session
        finally:
            await session.close()

    async def ask(
        self, statement: sa.Select[*tuple[Any, ...]], values: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]]:
        """The rows of one statement by itself, handed to the driver as it is, in a third of the time that a session takes.

        For what is asked most often; the statement is built once.
        """
        if self._asking is None:
            async with self.reading() as session:
                return [dict(row) for row in (await session.execute(statement, dict(values))).mappings()]
        text, names, constants = _compiled(statement)
        given = (values[name] if name in values else constants[name] for name in names)
        async with self._asking.driver() as driver:
            return [dict(row) for row in await driver.fetch(text, *given)]

    async def close(self) -> None:
        await self.engine.dispose()
        if self._asking is not None:
            await self._asking.close()
        if self._reading is not None:
            await self._reading.dispose()
