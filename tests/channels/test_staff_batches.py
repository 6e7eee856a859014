"""Batches on the staff's pages: printed once, activated by a colleague, counted, stopped; slips replaced by their stubs."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from participation.domain.people.models import AccessCode, Batch
from participation.kit.database import Session
from participation.kit.hashing import has_check_digit
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.slips import printed, show


@pytest.fixture
async def omar(app: Any, visitor: Browser, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def issue(visitor: Browser, **change: str) -> Any:
    await visitor.get("/staff/batches/new")
    return await visitor.send({"district": "harbour", "count": "9", "handed_out_by": "the market table", **change})


async def test_the_slips_are_the_answer_and_the_codes_on_them_work(
    app: Any, omar: Browser, session: Session, cast: Cast
) -> None:
    answer = await issue(omar)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 2
    codes = re.findall(r"\d{4} \d{4} \d{4} \d{4}", "".join(page.extract_text() for page in pages))
    assert len(set(codes)) == 9
    assert all(has_check_digit(code.replace(" ", "")) for code in codes)
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    await oksana.get("/staff/batches/1")
    assert "waits for a second person" in oksana.page.text
    await oksana.send({"do": "activate"})
    assert oksana.page.status_code == 200
    session.expire_all()
    assert (await show(session, cast, codes[0].replace(" ", ""))).person_id is not None
    await oksana.client.aclose()


async def test_the_same_form_again_makes_no_second_batch(omar: Browser, session: Session) -> None:
    await omar.get("/staff/batches/new")
    form = omar.page
    wanted = {"district": "harbour", "count": "2", "handed_out_by": "x"}
    assert (await omar.send(wanted)).headers["content-type"] == "application/pdf"
    omar.page = form
    again = await omar.send(wanted)
    assert again.status_code == 409
    assert "were shown once" in again.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"district": "tamarani"}, "choose one of the districts"),
        ({"district": ""}, "fill this in"),
        ({"count": "0"}, "from 1 to 400"),
        ({"count": "401"}, "from 1 to 400"),
        ({"count": "many"}, "whole number"),
        ({"handed_out_by": ""}, "fill this in"),
        ({"handed_out_by": "x\x00"}, "cannot be kept"),
    ],
)
async def test_what_cannot_be_printed_comes_back(
    omar: Browser, session: Session, change: dict[str, str], says: str
) -> None:
    page = await issue(omar, **change)
    assert page.status_code == 422
    assert says in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0


async def test_nobody_activates_their_own_batch(omar: Browser, session: Session, cast: Cast) -> None:
    await printed(session, cast)
    await session.commit()
    page = await omar.get("/staff/batches/1")
    assert "A colleague has to activate it." in page.text
    page = await omar.send({"do": "activate"})
    assert page.status_code == 403
    assert "somebody other than the person who issued it" in page.text
    assert "Ask a colleague with the same role." in page.text


async def test_slips_are_counted_replaced_and_declared_void(
    app: Any, omar: Browser, session: Session, cast: Cast
) -> None:
    slips = await printed(session, cast, 30)
    await session.commit()
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    await oksana.get("/staff/batches/1")
    await oksana.send({"do": "activate"})
    person = (await show(session, cast, slips[0].code)).person_id
    await session.commit()
    await omar.get("/staff/batches/1")
    counted = await omar.send({"do": "report", "handed_out": "٢٥", "returned": "2"})
    assert "Handed out 25" in counted.text
    too_many = await omar.send({"do": "report", "handed_out": "29", "returned": "2"})
    assert (too_many.status_code, 'value="29"' in too_many.text) == (409, True)
    replaced = await omar.send({"do": "replace", "lost": "1-1", "fresh": "No. 1 - 2"})
    assert replaced.status_code == 200
    void = await omar.send({"do": "void", "lost": "1-3", "fresh": ""})
    assert "Void 2" in void.text
    session.expire_all()
    assert (await show(session, cast, slips[1].code)).person_id == person
    states = (await session.scalars(sa.select(AccessCode.state).order_by(AccessCode.serial).limit(3))).all()
    assert list(states) == ["replaced", "valid", "void"]
    await oksana.client.aclose()


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"do": "void", "lost": ""}, 422, "fill this in"),
        ({"do": "void", "lost": "abc"}, 422, "as it stands on the stub"),
        ({"do": "void", "lost": "1-9999"}, 422, "no slip with this number"),
        ({"do": "void", "lost": "9-1"}, 422, "no slip with this number"),
        ({"do": "replace", "lost": "1-1", "fresh": "1-1"}, 409, "one and the same slip"),
        ({"do": "report", "handed_out": "-1", "returned": "0"}, 422, "whole number"),
        ({"do": "stop"}, 422, "tick this"),
        ({"do": "explode"}, 422, "choose one of the answers"),
        ({}, 422, "choose one of the answers"),
    ],
)
async def test_what_cannot_be_done_with_a_batch_is_said(
    omar: Browser, session: Session, cast: Cast, fields: dict[str, str], status: int, says: str
) -> None:
    await printed(session, cast)
    await session.commit()
    await omar.get("/staff/batches/1")
    page = await omar.send(fields)
    assert (page.status_code, says in page.text) == (status, True)


async def test_a_leaked_batch_is_stopped_by_one_tick_and_one_button(
    omar: Browser, session: Session, cast: Cast
) -> None:
    await printed(session, cast)
    await session.commit()
    await omar.get("/staff/batches/1")
    page = await omar.send({"do": "stop", "sure": "1"})
    assert page.status_code == 200
    assert "stopped" in page.text
    assert 'value="stop"' not in page.text


@pytest.mark.parametrize("who", ["amina", "mariam", "idris"])
async def test_nobody_else_sees_the_exact_numbers(app: Any, visitor: Browser, cast: Cast, who: str) -> None:
    await sign_in_as(visitor, app, getattr(cast, who))
    for path in ("/staff/batches", "/staff/batches/new", "/staff/batches/1"):
        assert (await visitor.get(path)).status_code == 403


@pytest.mark.parametrize("number", ["0", "99", "-1", "abc", "9" * 40])
async def test_a_batch_that_does_not_exist_is_a_page(omar: Browser, number: str) -> None:
    assert (await omar.get(f"/staff/batches/{number}")).status_code == 404
