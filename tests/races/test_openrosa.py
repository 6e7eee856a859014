"""A client that is impatient sends one submission several times at once: it is taken once, and every answer says the same."""

import asyncio

import httpx
import sqlalchemy as sa

from participation.app import build
from participation.domain.consultations.models import Comment
from participation.domain.proxies.devices.models import ReservedReceipt
from participation.domain.proxies.models import Entry
from participation.domain.proxies.odk.models import OdkForm
from participation.domain.proxies.odk.operations import make_forms
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.settings import Settings
from tests.cast import NOW, assemble
from tests.collecting import collecting, filled
from tests.consulting import consulted, say
from tests.delegating import delegate
from tests.stage import Clock


async def test_one_submission_that_comes_five_times_at_once_is_one_entry(
    settings: Settings, real_database: Database
) -> None:
    app = build(settings, real_database, Clock())
    await app.site.load()  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        async with real_database.transaction() as session:
            cast = await assemble(session)
            await consulted(session, cast)
            someone = await delegate(session, cast)
            collect = await collecting(session, cast, client, someone, Secrets(settings.secret))
        await app.site.load()  # type: ignore[attr-defined]
        xml = filled()
        answers = await asyncio.gather(*(collect.send(xml) for _time in range(5)))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert len({answer.text for answer in answers}) == 1
    async with real_database.reading() as session:
        for table in (Entry, Comment):
            assert await session.scalar(sa.select(sa.func.count()).select_from(table)) == 1
        used = sa.select(sa.func.count()).select_from(ReservedReceipt).where(ReservedReceipt.used)
        assert await session.scalar(used) == 1


async def test_two_workers_make_one_version(real_database: Database) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast)
        await say(session, cast, cast.baraka)

    async def makes() -> None:
        async with real_database.transaction() as session:
            await make_forms(session, city=cast.city, prompts={}, own={}, at=NOW)

    await asyncio.gather(makes(), makes())
    async with real_database.reading() as session:
        assert list(await session.scalars(sa.select(OdkForm.version))) == [1]
