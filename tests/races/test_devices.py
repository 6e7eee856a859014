"""Two at the same moment, on real connections: one code enrols one device, one device never holds too many receipts."""

import asyncio

import sqlalchemy as sa

from participation.domain.proxies.devices import operations, queries
from participation.domain.proxies.devices.models import Device, ReservedReceipt
from participation.domain.proxies.devices.offices.operations import office_device
from participation.domain.proxies.devices.rules import MOST_RECEIPTS
from participation.kit.database import Database
from participation.kit.errors import Refusal
from tests.cast import NOW, assemble
from tests.delegating import code_for, delegate, enrolled, try_code


async def test_of_two_who_type_one_code_one_has_a_device(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        code = await code_for(session, cast, (await delegate(session, cast)).id)

    async def types() -> str:
        async with real_database.transaction() as session:
            became = await try_code(session, cast, code)
        return became.code if isinstance(became, Refusal) else "enrolled"

    assert sorted(await asyncio.gather(*(types() for _one in range(4)))) == ["enrolled"] + ["enrolment_used"] * 3
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1


async def test_a_new_code_and_the_use_of_the_old_one_do_not_wait_for_each_other(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        someone = await delegate(session, cast)
        code = await code_for(session, cast, someone.id)

    async def types() -> str:
        async with real_database.transaction() as session:
            became = await try_code(session, cast, code)
        return became.code if isinstance(became, Refusal) else "enrolled"

    async def makes() -> str:
        async with real_database.transaction() as session:
            return await code_for(session, cast, someone.id)

    became, fresh = await asyncio.gather(types(), makes())
    assert became in ("enrolled", "enrolment")
    assert len(fresh) == 12


async def test_two_requests_of_one_device_stay_within_its_room(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        made = await enrolled(session, cast, (await delegate(session, cast)).id)

    async def asks() -> None:
        async with real_database.transaction() as session:
            device = await queries.device(session, city_id=cast.city.id, public_id=made.device.public_id, at=NOW)
            assert device is not None
            await operations.stock(session, device, 150, NOW)

    await asyncio.gather(*(asks() for _one in range(3)))
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(ReservedReceipt)) == MOST_RECEIPTS


async def test_of_several_who_type_first_one_makes_the_office(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        someone = await delegate(session, cast)

    async def types() -> int:
        async with real_database.transaction() as session:
            return (await office_device(session, city=cast.city, delegate_id=someone.id, at=NOW)).id

    assert len(set(await asyncio.gather(*(types() for _one in range(4))))) == 1
