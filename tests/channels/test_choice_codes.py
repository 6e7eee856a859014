"""Choice codes on a ballot's page: typed instead of pressing a button, and answered by a return code."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import WrongGuess
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast
from tests.choosing import Sheet, printed
from tests.promises.promised import statements
from tests.slips import handed_out
from tests.voting import Asked, ask

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    return await ask(session, cast, settings.keys)


@pytest.fixture
async def sheets(session: Session, cast: Cast, asked: Asked) -> list[Sheet]:
    made = await printed(session, cast, asked, 2)
    await session.commit()
    return made


@pytest.fixture
async def slip(session: Session, cast: Cast, sheets: list[Sheet]) -> str:
    slips = await handed_out(session, cast)
    await session.commit()
    return slips[0].code


async def choices(session: Session, asked: Asked) -> list[int]:
    return list((await session.scalars(sa.text(f"select choice from vote_{asked.ballot.id}"))).all())


async def test_a_code_is_typed_with_the_access_code_and_its_return_code_stands_with_the_receipt(
    visitor: Browser, asked: Asked, sheets: list[Sheet], slip: str, session: Session, database: Database
) -> None:
    page = await visitor.get(asked.page)
    assert "Sheets with choice codes that the city has printed: 2. Used so far: fewer than ten." in page.text
    line = sheets[0][1]
    with statements(database) as asked_of_it:
        page = await visitor.send({"choice": line.code, "code": slip}, follow=False)
    assert len(asked_of_it) <= 12
    page = await visitor.get(page.headers["location"])
    assert page.url.path.endswith("/ballot/receipt")
    assert f'Your return code: <b dir="ltr">{line.returned}</b>' in page.text
    assert line.returned not in str(page.url)
    assert await choices(session, asked) == [2]


async def test_with_htmx_the_return_code_stands_in_the_fragment(
    visitor: Browser, asked: Asked, sheets: list[Sheet], slip: str
) -> None:
    await visitor.get(asked.page)
    page = await visitor.send({"choice": sheets[0][0].code, "code": slip}, headers=FRAGMENT)
    assert sheets[0][0].returned in page.text
    assert "<html" not in page.text


async def test_a_code_goes_before_a_button_that_is_pressed_since_nobody_can_release_it(
    visitor: Browser, asked: Asked, sheets: list[Sheet], slip: str, session: Session
) -> None:
    await visitor.get(asked.page)
    await visitor.send([("choice", "1"), ("choice", sheets[0][2].code), ("code", slip)])
    assert await choices(session, asked) == [3]


async def test_who_has_voted_by_code_is_told_so_and_not_what_they_chose(
    visitor: Browser, asked: Asked, sheets: list[Sheet], app: Any, cast: Cast
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(asked.page)
    await visitor.send({"choice": sheets[0][1].code})
    page = await visitor.get(asked.page)
    assert "You have voted with a code from a sheet." in page.text
    assert "Change my vote" in page.text
    assert " checked" not in page.text
    file = (await visitor.get("/en/me.json")).json()
    assert file["votes_in_open_ballots"] == [{"project": "lamps", "choice": None, "via": "web"}]


async def test_a_wrong_code_comes_back_beside_the_field_and_is_counted(
    visitor: Browser, asked: Asked, sheets: list[Sheet], slip: str, session: Session
) -> None:
    await visitor.get(asked.page)
    page = await visitor.send({"choice": "4021 7735 78", "code": slip})
    assert page.status_code == 422
    assert "This is not a code of your sheet for this ballot." in page.text
    assert '<a href="#choice-code"><b>Your choice</b> This is not a code of your sheet' in page.text
    [field] = re.findall(r'<input id="choice-code"[^>]*>', page.text)
    for part in ('type="text"', 'value="4021 7735 78"', 'aria-describedby="choice-code-error"', 'aria-invalid="true"'):
        assert part in field
    assert re.search(r'id="choice-code-error">.*This is not a code of your sheet', page.text)
    assert 'id="choice-error"' not in page.text
    assert await choices(session, asked) == []
    wrong = sa.select(sa.func.sum(WrongGuess.count)).where(WrongGuess.kind == "choice", WrongGuess.source != b"")
    assert await session.scalar(wrong) == 1
    page = await visitor.send({"choice": "4021773575", "code": slip})
    assert "One digit is wrong, or two are swapped." in page.text
    assert await session.scalar(wrong) == 1


async def test_nothing_chosen_at_all_is_said_of_the_options_and_not_of_the_code(
    visitor: Browser, asked: Asked, sheets: list[Sheet], slip: str
) -> None:
    await visitor.get(asked.page)
    page = await visitor.send([("choice", ""), ("choice", ""), ("code", slip)])
    assert '<a href="#choice"><b>Your choice</b> Please choose one of the options.' in page.text
    assert 'id="choice-code-error"' not in page.text


async def test_a_page_without_sheets_asks_for_no_code(visitor: Browser, asked: Asked, session: Session) -> None:
    await session.commit()
    page = await visitor.get(asked.page)
    assert "choice-code" not in page.text
