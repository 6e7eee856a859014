"""Drawing entries that are to be checked holds up nobody who votes."""

import asyncio

import sqlalchemy as sa

from participation.domain.people.codes.operations import still_counts
from participation.domain.people.models import AccessCode
from participation.domain.proxies.checks.operations import draw, make_lists
from participation.kit.database import Database
from tests.cast import NOW, assemble
from tests.slips import handed_out


async def test_a_vote_by_code_does_not_wait_while_entries_are_listed_or_drawn(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await handed_out(session, cast)
        person = await session.scalar(sa.select(AccessCode.person_id).limit(1))
    for act in (make_lists, draw):
        async with real_database.transaction() as session:
            await act(session, city=cast.city, at=NOW)
            async with real_database.transaction() as voting:
                vote = still_counts(voting, city_id=cast.city.id, person_id=person or 0)
                await asyncio.wait_for(vote, timeout=5)
