"""Paper forms on the staff's pages: printed as the answer to a form, typed in twice, settled, photographed."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from participation.channels.staff.paper import words
from participation.domain.proxies.paper.models import PaperBatch
from participation.kit.database import Session
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast
from tests.consulting import SLUG, consulted
from tests.delegating import delegate


@pytest.fixture
async def omar(app: Any, visitor: Browser, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def ask_for_sheets(session: Session, cast: Cast, visitor: Browser, **change: str) -> Any:
    await consulted(session, cast)
    someone = await delegate(session, cast)
    await session.commit()
    await visitor.get("/staff/paper/new")
    said = {"project": SLUG, "delegate": str(someone.id), "language": "sw", "count": "3", "carried_by": "a shelter"}
    return await visitor.send(said | change)


async def test_the_sheets_are_the_answer_to_the_form(session: Session, cast: Cast, omar: Browser) -> None:
    answer = await ask_for_sheets(session, cast, omar)
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("application/pdf", "no-store")
    pages = PdfReader(io.BytesIO(answer.content)).pages
    batch = (await session.scalars(sa.select(PaperBatch))).one()
    assert len(pages) == 3
    assert f"{batch.id}-001" in pages[0].extract_text()
    assert "Unakubali?" in pages[0].extract_text()
    assert "a shelter" in (await omar.get("/staff/paper")).text


async def test_a_printer_that_fails_leaves_no_batch_and_gives_the_form_back(
    session: Session, cast: Cast, omar: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def jammed(*_given: Any) -> None:
        return None

    monkeypatch.setattr(words, "made", jammed)
    page = await ask_for_sheets(session, cast, omar)
    assert (page.status_code, "a shelter" in page.text) == (503, True)
    assert (await session.scalars(sa.select(PaperBatch))).all() == []
