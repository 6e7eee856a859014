"""Officials who send documents in at the same moment, on real connections: each gets a number, and nobody's words are lost."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from participation.domain.projects.documents import operations, queries
from participation.domain.projects.documents.forms import DocumentSaid, NewFile
from participation.domain.projects.documents.models import Document, DocumentKind, Format
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database
from participation.kit.errors import Conflict
from tests.cast import NOW, Cast, assemble
from tests.consulting import consulted

SAID = DocumentSaid(DocumentKind.PLAN, "en", {"en": "Plan", "sw": "Mpango"}, {"en": "In words", "sw": "Kwa maneno"})
FILE = NewFile(Format.PDF, "application/pdf", "0" * 64, 1000, {"pages": 1}, ())


async def stage(database: Database) -> Cast:
    async with database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast, slug="flood-sirens")
        return cast


async def add(database: Database, cast: Cast) -> int:
    async with database.transaction() as session:
        common = {"city": cast.city, "actor": cast.omar}
        project = await operations.open_project(session, slug="flood-sirens", **common)  # type: ignore[arg-type]
        made = await operations.add(session, project=project, said=SAID, file=FILE, at=NOW, **common)  # type: ignore[arg-type]
        return made.document.number


async def test_ten_documents_sent_in_at_once_get_ten_numbers(real_database: Database) -> None:
    cast = await stage(real_database)
    numbers = await asyncio.gather(*(add(real_database, cast) for _time in range(10)))
    assert sorted(numbers) == list(range(1, 11))


async def test_of_two_new_files_at_once_one_is_the_next_edition_and_the_other_is_told(real_database: Database) -> None:
    cast = await stage(real_database)
    number = await add(real_database, cast)
    async with real_database.transaction() as session:
        project = await operations.open_project(session, city=cast.city, slug="flood-sirens", actor=cast.omar)
        filed = await operations.find(session, project, number)
        await operations.publish(session, city=cast.city, project=project, filed=filed, actor=cast.omar, at=NOW)
        seen = filed.document.changes

    async def change(digest: str) -> str | None:
        try:
            async with real_database.transaction() as session:
                project = await operations.open_project(session, city=cast.city, slug="flood-sirens", actor=cast.omar)
                await operations.change(
                    session,
                    city=cast.city,
                    project=project,
                    filed=await operations.find(session, project, number),
                    version=seen,
                    said=SAID,
                    file=replace(FILE, digest=digest),
                    actor=cast.omar,
                    at=NOW + timedelta(hours=1),
                )
        except Conflict as refused:
            return refused.code
        return None

    answers = await asyncio.gather(*(change(digit * 64) for digit in "1234"))
    assert sorted(answers, key=str) == [None, *["overwritten"] * 3]
    async with real_database.reading() as session:
        document_id = await session.scalar(sa.select(Document.id)) or 0
        assert [one.edition for one in await queries.editions(session, document_id)] == [2, 1]
        recorded = sa.select(sa.func.count()).where(RecordEntry.kind == "document_changed")
        assert await session.scalar(recorded) == 1
