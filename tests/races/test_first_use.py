"""Two phones type the same code at the same moment: there is one person behind it, and wrong PINs wait for each other."""

import asyncio

import sqlalchemy as sa

from participation.domain.people.models import AccessCode, Residence
from participation.domain.people.operations import change_pin
from participation.kit.database import Database
from tests.cast import NOW, assemble
from tests.slips import DEVICE, SECRETS, handed_out, show


async def test_two_first_uses_at_the_same_moment_find_one_person(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        slips = await handed_out(session, cast)

    async def use(code: str) -> int | None:
        async with real_database.transaction() as session:
            return (await show(session, cast, code)).person_id

    found = await asyncio.gather(*(use(slip.code) for slip in slips[:3] for _ in range(6)))
    assert len(set(found)) == 3
    assert None not in found
    async with real_database.reading() as session:
        lived = sa.select(sa.func.count()).where(Residence.person_id.in_(set(found)))
        assert await session.scalar(lived) == 3
        assert await session.scalar(sa.select(sa.func.count()).where(AccessCode.used)) == 3


async def test_wrong_pins_that_come_at_once_wait_for_each_other(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        code = (await handed_out(session, cast))[0].code
        person = (await show(session, cast, code)).person_id or 0
        await change_pin(
            session,
            city_id=cast.city.id,
            person_id=person,
            pin="",
            new="204060",
            keep=b"",
            sources=DEVICE,
            secrets=SECRETS,
            at=NOW,
        )
    for _ in range(9):
        async with real_database.transaction() as session:
            await show(session, cast, code, pin="111112", waited=True)

    async def guess() -> float:
        async with real_database.transaction() as session:
            return (await show(session, cast, code, pin="111112")).wait

    waits = await asyncio.gather(*(guess() for _ in range(8)))
    assert sorted(waits) == [0, 0, 0, 0, 0, 8, 16, 24]
