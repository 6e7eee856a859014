"""The record's pages say in words what was sealed."""

from typing import Any

from participation.domain.record import operations as record
from participation.kit.database import Database
from participation.settings import Settings
from tests.browsing import Browser
from tests.cast import Cast
from tests.stage import Clock


async def test_an_empty_record_says_so(visitor: Browser) -> None:
    page = await visitor.get("/en/record")
    assert page.status_code == 200
    assert "Nothing has been recorded yet." in page.text


async def test_a_sealed_entry_is_shown_in_words(
    visitor: Browser, cast: Cast, database: Database, settings: Settings, clock: Clock
) -> None:
    async with database.transaction() as session:
        await record.start(session, city_id=cast.city.id, host="testserver", folder=settings.keys, at=clock())
    page = await visitor.get("/en/record")
    assert "The record was started, and its key published." in page.text
    assert "1 entry is sealed" in page.text
    page = await visitor.get("/en/record/0")
    assert page.status_code == 200
    assert "testserver/record" in page.text


async def test_an_entry_that_does_not_exist_is_a_page_with_a_way_on(visitor: Browser) -> None:
    for path in ("/en/record/7", "/en/record/-1", "/en/record/abc", "/en/record/99999999999999999999"):
        page = await visitor.get(path)
        assert page.status_code == 404, path
        assert "There is no such page." in page.text


async def test_an_unknown_language_is_a_page_in_the_readers_language(visitor: Browser) -> None:
    page = await visitor.get("/xx/record", **{"Accept-Language": "de, en;q=0.5"})
    assert page.status_code == 404
    assert 'lang="en"' in page.text


async def test_any_page_is_whole_without_a_session_and_carries_no_cookie(visitor: Browser, app: Any) -> None:
    page = await visitor.get("/en/record")
    assert "set-cookie" not in page.headers
    assert page.headers["content-language"] == "en"
