"""Pages that say how this works: complete for whoever reads them, and careful with small numbers."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import participation
from participation.channels.http.visit import DEVICE_AGE, RECEIPT_AGE, RECEIPT_AGE_SIGNED_OUT
from participation.domain.people import operations
from participation.domain.people.codes.operations import report_batch, stop_batch
from participation.domain.people.guesses.rules import WINDOW
from participation.kit import i18n, repeats
from participation.kit.database import Session
from tests.browsing import Browser
from tests.cast import NOW, Cast
from tests.slips import handed_out, printed, show


@pytest.mark.parametrize("page", ["how", "codes", "privacy", "secrecy"])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_every_page_is_there_in_every_language(visitor: Browser, language: str, page: str) -> None:
    answer = await visitor.get(f"/{language}/about/{page}")
    assert answer.status_code == 200
    assert "<form" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_batches_stand_in_a_public_table_in_tens(visitor: Browser, session: Session, cast: Cast) -> None:
    slips = await handed_out(session, cast, 60)
    await printed(session, cast, 40, district=cast.market)
    for slip in slips[:23]:
        await show(session, cast, slip.code)
    await report_batch(session, city=cast.city, number=1, handed_out=47, returned=9, actor=cast.omar, at=NOW)
    await stop_batch(session, city=cast.city, number=2, actor=cast.omar, at=NOW)
    await session.commit()
    page = await visitor.get("/en/about/codes")
    rows = re.findall(r"<tr>(<th scope=\"row\".*?)</tr>", page.text, re.S)
    cells = [re.findall(r">([^<>]+)</t[hd]>", row) for row in rows]
    assert cells[0] == [
        "2",
        "Market",
        "40",
        "fewer than 10",
        "fewer than 10",
        "fewer than 10",
        "fewer than 10",
        "stopped",
    ]
    assert cells[1] == ["1", "Harbour", "60", "40", "fewer than 10", "fewer than 10", "20", "counts"]
    assert "23" not in page.text.split("All batches")[1]
    assert "the table at the fish market" not in page.text


async def test_a_district_without_a_name_in_the_readers_language_says_in_which_its_name_is(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    await handed_out(session, cast, 10)
    await session.commit()
    page = await visitor.get("/ar/about/codes")
    assert '<span lang="en" dir="ltr">Harbour</span></td>' in page.text


async def test_the_page_on_privacy_names_every_cookie_that_can_be_set(visitor: Browser, cast: Cast) -> None:
    """All of them are set by `Visit.remember`, whose first argument is the name."""
    code = [path.read_text() for path in Path(participation.__file__).parent.rglob("*.py")]
    assert sum(len(re.findall(r"set-cookie\"?,|set_cookie\(", text, re.I)) for text in code) == 1
    names = [name for text in code for name in re.findall(r"\.remember\((.*?),", text)]
    page = await visitor.get("/en/about/privacy")
    assert set(re.findall(r"<code>(\w+)</code>", page.text)) == {name.strip('"') for name in names}


async def test_the_page_on_privacy_says_how_long_things_are_kept(visitor: Browser, cast: Cast) -> None:
    page = await visitor.get("/en/about/privacy")
    assert (WINDOW, repeats.KEPT) == (timedelta(minutes=10), timedelta(hours=25))
    assert "from a device: for ten minutes" in page.text
    assert "for 25 hours" in page.text
    assert operations.RESIDENT_SESSION == timedelta(days=30)
    assert (DEVICE_AGE, RECEIPT_AGE, RECEIPT_AGE_SIGNED_OUT) == (365 * 86400, 300, 60)


async def test_what_is_not_kept_secret_is_said(visitor: Browser) -> None:
    page = await visitor.get("/en/about/secrecy")
    for sentence in (
        "whoever controls the running server can find out who chose what",
        "Whoever signs in with your code can see and change your vote",
        "Whoever looks over your shoulder",
        "When everybody agrees",
    ):
        assert sentence in page.text
