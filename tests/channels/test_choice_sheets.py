"""Sheets with choice codes on the staff's pages: printed once, usable at once, stopped."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from participation.domain.ballots.choice_codes.models import ChoiceBatch
from participation.domain.ballots.choice_codes.rules import ChoiceCode
from participation.domain.projects.models import Project
from participation.kit.database import Database, Session
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast
from tests.choosing import say
from tests.promises.promised import statements
from tests.voting import CLOSES, Asked
from tests.world import World

PAGE = "/staff/projects/lamps/ballot/sheets"


@pytest.fixture
async def omar(app: Any, visitor: Browser, cast: Cast, asked: Asked) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    await visitor.get(PAGE)
    return visitor


async def test_the_sheets_are_the_answer_and_the_codes_on_them_vote(
    omar: Browser, session: Session, cast: Cast, asked: Asked
) -> None:
    answer = await omar.send({"language": "sw", "count": "5"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 2
    text = pages[0].extract_text()
    assert "Je, soko liwekewe taa?" in text
    codes = [code.replace(" ", "") for code in re.findall(r"\d{4} \d{4} \d{2}", text)]
    assert len(set(codes)) == 12
    first = await say(session, asked, cast.amina, ChoiceCode(codes[0]), b"1" * 32)
    assert f"{first.returned}" in text
    page = await omar.get(PAGE)
    assert f"{asked.ballot.id}-1" in text
    assert f"{asked.ballot.id}-1" in page.text
    assert not set(codes) & set(re.findall(r"\d{10}", page.text))


async def test_a_further_batch_takes_at_most_twelve_statements(omar: Browser, database: Database) -> None:
    await omar.send({"language": "en", "count": "1"})
    await omar.get(PAGE)
    with statements(database) as asked_of_it:
        answer = await omar.send({"language": "en", "count": "30"})
    assert answer.headers["content-type"] == "application/pdf"
    assert len(asked_of_it) <= 12


async def test_the_same_form_again_makes_no_second_batch(omar: Browser, session: Session) -> None:
    form, wanted = omar.page, {"language": "en", "count": "1"}
    assert (await omar.send(wanted)).headers["content-type"] == "application/pdf"
    omar.page = form
    again = await omar.send(wanted)
    assert again.status_code == 409
    assert "were shown once" in again.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(ChoiceBatch)) == 1


async def test_while_sheets_are_printed_a_colleague_writes_the_project(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "/staff/projects/water-meters/ballot/sheets"
    mine = sa.select(Project.id).where(Project.slug == "water-meters")

    async def printing(_sheets: object) -> bytes:
        # What everybody asks who is about to write it; whoever had to wait fails here.
        async with own_world.database.transaction() as session:
            await session.execute(mine.with_for_update(key_share=True, nowait=True))
        return b"%PDF the sheets"

    monkeypatch.setattr("participation.channels.staff.choice_paper.printed", printing)
    official = own_world.visitor("official")
    await official.get(page)
    answer = await official.send({"language": "en", "count": "1"})
    assert answer.content == b"%PDF the sheets"
    await official.client.aclose()


async def test_sheets_that_cannot_be_printed_make_no_batch_and_the_same_form_prints_them_later(
    omar: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_how: object) -> None:
        return None

    with monkeypatch.context() as out_of_paper:
        out_of_paper.setattr("participation.channels.staff.choice_paper.made", broken)
        page = await omar.send({"language": "sw", "count": "3"})
    assert (page.status_code, "could not be printed, and no batch was made" in page.text) == (503, True)
    assert await session.scalar(sa.select(sa.func.count()).select_from(ChoiceBatch)) == 0
    answer = await omar.send({"language": "sw", "count": "3"})
    assert answer.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"language": "hi"}, "choose one of the languages"),
        ({"count": "0"}, "from 1 to 200"),
        ({"count": "201"}, "from 1 to 200"),
        ({"count": "many"}, "whole number"),
        ({"stop": "1"}, "tick this if you are sure"),
        ({"stop": "7", "sure": "1"}, "no batch with this number"),
    ],
)
async def test_what_cannot_be_done_comes_back(
    omar: Browser, session: Session, change: dict[str, str], says: str
) -> None:
    page = await omar.send({"language": "en", "count": "1", **change})
    assert page.status_code == 422
    assert says in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(ChoiceBatch)) == 0


async def test_a_batch_is_stopped_once_and_says_so(omar: Browser, session: Session) -> None:
    await omar.send({"language": "en", "count": "1"})
    await omar.get(PAGE)
    page = await omar.send({"stop": "1", "sure": "1"})
    assert "Stopped" in page.text
    assert "Stop this batch" not in page.text
    await omar.get("/en/projects/lamps/history")
    assert "of sheets with choice codes for the ballot on project" in omar.page.text


async def test_nothing_is_printed_before_the_announcement_or_after_the_closing(
    omar: Browser, session: Session, asked: Asked, clock: Any
) -> None:
    form = omar.page
    clock.now = CLOSES
    assert "Sheets can be printed until the ballot closes." in (await omar.get(PAGE)).text
    omar.page = form
    refused = await omar.send({"language": "en", "count": "1"})
    assert refused.status_code == 409
    await session.execute(sa.text(f"update ballot set state = 'draft' where id = {asked.ballot.id}"))
    await session.commit()
    assert "for a ballot that is announced" in (await omar.get(PAGE)).text
