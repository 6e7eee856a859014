"""Officials and workers at the same moment, on real connections: a number is given once, a text is not lost, a step opens once."""

import asyncio
from pathlib import Path

import sqlalchemy as sa

from participation.domain.ladder import operations as ladder
from participation.domain.projects import operations
from participation.domain.projects.forms import NewProject
from participation.domain.projects.models import Project, Step
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database
from participation.kit.errors import Conflict
from tests.cast import DAY, NOW, Cast, assemble
from tests.drafting import WORDS, complete, drafted, publish


async def stage(database: Database) -> Cast:
    async with database.transaction() as session:
        return await assemble(session)


async def test_ten_projects_written_at_once_get_ten_numbers(real_database: Database) -> None:
    cast = await stage(real_database)

    async def create() -> int:
        async with real_database.transaction() as session:
            said = NewProject("Flood sirens", "en")
            made = await operations.create_project(session, city=cast.city, said=said, actor=cast.omar, at=NOW)
            return made.number

    assert sorted(await asyncio.gather(*(create() for _time in range(10)))) == list(range(1, 11))


async def test_of_officials_who_save_at_once_one_is_stored_and_the_others_are_told(real_database: Database) -> None:
    cast = await stage(real_database)
    async with real_database.transaction() as session:
        project = await drafted(session, cast)
        seen = project.version

    async def save(contact: str) -> str | None:
        try:
            async with real_database.transaction() as session:
                mine = await operations.open_for_edit(session, city=cast.city, slug=project.slug, actor=cast.omar)
                await operations.save_texts(
                    session,
                    city=cast.city,
                    project=mine,
                    version=seen,
                    language="en",
                    texts=WORDS | {"contact": contact},
                    actor=cast.omar,
                    at=NOW,
                )
        except Conflict as refused:
            return None if refused.code == "overwritten" else refused.code
        return contact

    stored = [contact for contact in await asyncio.gather(*(save(f"Office {n}") for n in range(6))) if contact]
    assert len(stored) == 1
    async with real_database.reading() as session:
        contact = await session.scalar(sa.text("select contact from project_text"))
    assert contact == stored[0]


async def test_workers_that_look_at_once_open_a_step_once(real_database: Database, tmp_path: Path) -> None:
    cast = await stage(real_database)
    async with real_database.transaction() as session:
        await publish(session, cast, await complete(session, cast, opens=DAY), tmp_path)

    async def look() -> list[int]:
        async with real_database.transaction() as session:
            return await ladder.open_due(session, city=cast.city, at=NOW + 5 * DAY)

    opened = await asyncio.gather(*(look() for _time in range(5)))
    assert sum(map(len, opened)) == 1
    async with real_database.reading() as session:
        entries = sa.select(sa.func.count()).where(RecordEntry.kind == "step_opened")
        assert await session.scalar(entries) == 1
        step = (await session.execute(sa.select(Step.opened_at, Step.closes_at))).one()
        assert step.closes_at == NOW + 44 * DAY
        assert await session.scalar(sa.select(Project.state)) == "published"
