"""A machine proposes translations: asked for by an official, fetched by the worker, and nobody's words until somebody takes them over."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.responses import JSONResponse

from participation import worker
from participation.channels.outbox.machine import Machine
from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.machine import operations
from participation.domain.ladder.languages.machine.models import Proposal, ProposalState
from participation.domain.ladder.languages.machine.rules import MOST_TRIES
from participation.domain.projects.assessments.models import Answer
from participation.domain.projects.models import Project, ProjectText
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast
from tests.channels.test_staff_languages import edit, standing
from tests.drafting import WORDS, complete, publish
from tests.stage import Clock
from tests.translation_server import KEY, Server, translation_server

DESK = "/staff/projects/flood-sirens/languages"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with translation_server() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: Server) -> Settings:
    return replace(settings, translate_url=server.url, translate_key=KEY)


@pytest.fixture
async def sirens(session: Session, cast: Cast, tmp_path: Path) -> Project:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, sirens: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


@pytest.fixture
def work(settings: Settings, database: Database, clock: Clock) -> worker.Work:
    return worker.Work(settings, database, clock)


async def asked(omar: Browser, language: str = "ar") -> Any:
    await omar.get(f"{DESK}/{language}")
    return await omar.send({"ask": "1", "from": "en"})


async def translate(work: worker.Work) -> int:
    return await Machine(work.settings, work.database, work.clock).translate()


async def everything(work: worker.Work) -> None:
    while await translate(work):
        pass


async def states(session: Session) -> dict[str, int]:
    rows = await session.execute(sa.select(Proposal.state, sa.func.count()).group_by(Proposal.state))
    return {state: count for state, count in rows.all()}


async def test_what_is_missing_is_proposed_and_an_official_takes_it_over(
    omar: Browser, session: Session, sirens: Project, work: worker.Work, server: Server
) -> None:
    page = await asked(omar)
    assert "10 texts wait for the translation server." in page.text
    await everything(work)
    assert await states(session) == {ProposalState.DONE: 10}
    page = await omar.get(f"{DESK}/ar")
    assert page.text.count("A machine proposes something.") == 10
    assert "10 missing" in (await omar.get(DESK)).text, "a proposal counts for nothing"
    assert "&lt;ar&gt;" not in (await omar.get("/ar/projects/flood-sirens")).text
    page = await omar.get(f"{DESK}/ar/project.title")
    assert "LibreTranslate proposes" in page.text
    page = await omar.get(f"{DESK}/ar/project.title?from=en&use=1")
    assert f"\\n&lt;ar&gt; {WORDS['title']}</textarea>".encode().decode("unicode_escape") in page.text
    await omar.send({"text": "صفارات الفيضان"})
    marks = await session.scalar(sa.select(ProjectText.marks).where(ProjectText.language == "ar"))
    assert marks["title"]["how"] == "person"
    assert await states(session) == {ProposalState.DONE: 9}
    assert all(set(one) == {"q", "source", "target", "format", "api_key"} for one in server.asked)


async def test_where_the_city_need_not_speak_a_proposal_is_shown_as_a_machines(
    omar: Browser, session: Session, sirens: Project, work: worker.Work
) -> None:
    await asked(omar)
    await everything(work)
    await omar.get(f"{DESK}/ar/project.contact")
    page = await omar.send({"show": "1"})
    assert "1 by machine" in (await omar.get(DESK)).text
    page = await omar.get("/ar/projects/flood-sirens")
    assert "ترجمة آلية من LibreTranslate؛ لم يراجعها إنسان" in page.text
    page = await omar.get(f"{DESK}/ar?show=all")
    assert "Translated by a machine" in page.text
    await omar.get(f"{DESK}/ar/project.contact")
    await omar.send({})
    page = await omar.get("/ar/projects/flood-sirens")
    assert "ترجمة آلية" not in page.text, "somebody has read it, and it is theirs"


async def test_in_a_required_language_it_is_not_shown_as_it_is(
    omar: Browser, session: Session, cast: Cast, sirens: Project, work: worker.Work
) -> None:
    await edit(session, cast, sirens, "en", payer="The bank pays.")
    await asked(omar, "sw")
    await everything(work)
    page = await omar.get(f"{DESK}/sw/project.payer")
    assert 'name="show"' not in page.text
    page = await omar.send({"show": "1"})
    assert page.status_code == 409
    assert "a machine&#39;s words are not shown as they are" in page.text
    assert (await standing(session, sirens, "project.payer", "sw")).value == "stale"


async def test_a_server_that_is_down_is_said_and_loses_nothing(
    omar: Browser, session: Session, sirens: Project, work: worker.Work, server: Server, clock: Clock
) -> None:
    await asked(omar)
    server.failing += [JSONResponse({"error": "Model is loading"}, 500)] * 5
    assert await translate(work) == 0
    assert await states(session) == {ProposalState.QUEUED: 10}
    page = await omar.get(f"{DESK}/ar")
    assert "The translation server does not answer. Nothing is lost" in page.text
    assert "Model is loading" in page.text
    await everything(work)
    assert (await states(session)).get(ProposalState.QUEUED) == 5, "what failed waits a minute"
    clock.forward(minutes=2)
    await everything(work)
    assert await states(session) == {ProposalState.DONE: 10}
    assert "does not answer" not in (await omar.get(f"{DESK}/ar")).text


async def test_it_is_given_up_after_hours_and_asked_anew_by_an_official(
    omar: Browser, session: Session, sirens: Project, work: worker.Work, server: Server, clock: Clock
) -> None:
    await asked(omar)
    server.failing += [JSONResponse({"error": "Down"}, 500)] * 10 * MOST_TRIES
    for _hour in range(2 * MOST_TRIES):
        await everything(work)
        await translate(work)
        clock.forward(hours=1, minutes=1)
    assert await states(session) == {ProposalState.FAILED: 10}
    server.failing.clear()
    clock.forward(hours=-30)
    await asked(omar)
    await everything(work)
    assert await states(session) == {ProposalState.DONE: 10}


async def test_a_wrong_key_is_said_and_not_tried_again(
    omar: Browser, session: Session, sirens: Project, settings: Settings, database: Database, clock: Clock
) -> None:
    await asked(omar)
    await everything(worker.Work(replace(settings, translate_key="another"), database, clock))
    assert await states(session) == {ProposalState.FAILED: 10}
    page = await omar.get(f"{DESK}/ar")
    assert "The operator has to look at its key." in page.text
    assert "another" not in page.text


async def test_a_worker_that_dies_with_a_text_in_its_hands_loses_nothing(
    omar: Browser, session: Session, sirens: Project, work: worker.Work, database: Database, clock: Clock
) -> None:
    await asked(omar)
    async with database.transaction() as other:
        taken = await operations.due(other, at=clock.now, size=100)
    assert len(taken) == 10
    assert await translate(work) == 0, "another worker leaves them alone for a while"
    clock.forward(minutes=11)
    await everything(work)
    assert await states(session) == {ProposalState.DONE: 10}


async def test_a_proposal_for_a_text_that_has_changed_since_says_so_and_counts_as_out_of_date(
    omar: Browser, session: Session, cast: Cast, sirens: Project, work: worker.Work
) -> None:
    await asked(omar)
    await everything(work)
    await edit(session, cast, sirens, "en", contact="Disaster Office, telephone 5070")
    page = await omar.get(f"{DESK}/ar/project.contact")
    assert "The text that was translated has changed since." in page.text
    await omar.send({"show": "1"})
    page = await omar.get("/ar/projects/flood-sirens")
    assert "قد تكون هذه الترجمة أقدم" in page.text


async def test_only_what_the_city_publishes_is_sent(
    omar: Browser, session: Session, cast: Cast, sirens: Project, work: worker.Work, server: Server
) -> None:
    session.add(
        Answer(
            project_id=sirens.id,
            about="risk/worst",
            city_id=cast.city.id,
            chosen=[],
            words={"en": "The gate is unguarded at night."},
            ground="security",
        )
    )
    await session.commit()
    await asked(omar)
    await everything(work)
    assert not [one for one in server.asked if "unguarded" in one["q"]]
    sayings = {saying.key for saying in await queries.sayings(session, sa.inspect(sirens).identity[0])}
    assert set(await session.scalars(sa.select(Proposal.key))) <= sayings


async def test_where_no_server_is_set_up_nothing_is_offered(
    omar: Browser, app: Any, session: Session, sirens: Project
) -> None:
    app.site.settings = replace(app.site.settings, translate_url=None)
    page = await omar.get(f"{DESK}/ar")
    assert 'name="ask"' not in page.text
    page = await omar.send({"ask": "1"})
    assert page.status_code == 409
    assert "No translation server is set up here." in page.text
    assert await states(session) == {}


async def test_a_second_asking_of_the_same_form_asks_once(omar: Browser, session: Session, sirens: Project) -> None:
    await omar.get(f"{DESK}/ar")
    first = omar.page
    await omar.send({"ask": "1", "from": "en"})
    omar.page = first
    page = await omar.send({"ask": "1", "from": "en"})
    assert page.status_code == 200
    assert await states(session) == {ProposalState.QUEUED: 10}


async def test_a_worker_that_is_told_to_stop_does_not_wait_for_a_server_that_hangs(
    omar: Browser, session: Session, sirens: Project, work: worker.Work, server: Server
) -> None:
    await asked(omar)
    server.failing.append(19.0)
    stop = asyncio.Event()
    working = asyncio.create_task(worker.keep_translating(work, stop))
    await server.waiting.wait()
    stop.set()
    await asyncio.wait_for(working, 10)
    assert await states(session) == {ProposalState.QUEUED: 10}
