"""Several second readers at the same moment, on real connections: the sheet counts once."""

import asyncio

import sqlalchemy as sa

from participation.domain.proxies.models import Entry
from participation.kit.database import Database
from participation.kit.errors import Refusal
from tests.cast import assemble
from tests.consulting import consulted
from tests.delegating import delegate
from tests.sheets import printed, read


async def test_of_two_second_readers_one_takes_the_sheet(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast)
        what = await printed(session, cast, await delegate(session, cast))
        await read(session, cast, what, cast.omar)

    async def reads(reader: str) -> str:
        try:
            async with real_database.transaction() as session:
                return await read(session, cast, what, getattr(cast, reader))
        except Refusal as refusal:
            return refusal.code

    became = await asyncio.gather(*(reads(reader) for reader in ("oksana", "ada", "juma")))
    assert sorted(became) == ["sheet_taken", "sheet_taken", "taken"]
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1
