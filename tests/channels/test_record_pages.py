"""The record's pages say in words what was sealed."""

import html
import json
import random
import re
from typing import Any

import pytest

from participation.domain.record import operations as record
from participation.kit import i18n
from participation.kit.database import Database
from participation.settings import Settings
from tests.browsing import Browser
from tests.cast import Cast
from tests.promises import promised
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


async def sealed(
    database: Database, settings: Settings, cast: Cast, clock: Clock, kind: str, facts: dict[str, Any]
) -> None:
    """An entry with these facts, as number 1."""
    async with database.transaction() as session:
        signer = await record.start(
            session, city_id=cast.city.id, host="testserver", folder=settings.keys, at=clock.now
        )
        await record.seal(session, city_id=cast.city.id, signer=signer, at=clock.now)
        await record.append(session, city_id=cast.city.id, kind=kind, actor=cast.omar, at=clock.now, facts=facts)
        await record.seal(session, city_id=cast.city.id, signer=signer, at=clock.now)


@pytest.mark.parametrize(
    ("kind", "facts", "foreign"),
    [
        ("comment_answered", {"office": "Works Office", "project": {"number": 3}}, "Works Office"),
        ("batch_issued", {"batch": 4, "district": "harbour"}, "Harbour"),
        ("city_host", {"host": "tamarani.example"}, "tamarani.example"),
    ],
)
async def test_foreign_names_in_a_sentence_do_not_turn_it_over(
    visitor: Browser,
    cast: Cast,
    database: Database,
    settings: Settings,
    clock: Clock,
    kind: str,
    facts: dict[str, Any],
    foreign: str,
) -> None:
    """Each stands between U+2068 and U+2069, so that only its own letters run the other way."""
    await sealed(database, settings, cast, clock, kind, facts)
    for page in ("/ar/record", "/ar/record/1"):
        assert f"\u2068{foreign}\u2069" in (await visitor.get(page)).text
    if kind == "batch_issued":
        assert "for Harbour." in (await visitor.get("/en/record")).text


async def test_words_in_an_entrys_facts_keep_their_language_and_direction(
    visitor: Browser, cast: Cast, database: Database, settings: Settings, clock: Clock
) -> None:
    facts = {
        "project": {"id": 7, "number": 3},
        "reasons": {"ar": "السبب (1).", "en": 'A "reason" & <more>.'},
        "list": ["Ünal", 2, None, True, [], {}],
    }
    await sealed(database, settings, cast, clock, "project_edited", facts)
    page = await visitor.get("/en/record/1")
    assert '<bdi lang="ar" dir="rtl">السبب (1).</bdi>' in page.text
    shown = re.search(r'<pre dir="ltr">(.*?)</pre>', page.text, re.S)
    assert shown is not None
    assert "<more>" not in shown[1]
    plain = html.unescape(re.sub(r"</?bdi[^>]*>", "", shown[1]))
    assert plain == json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)


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


@pytest.mark.parametrize(
    ("word", "language"), [("market ", "en"), ("\u0633\u0648\u0642 ", "ar"), ("\u5e02\u573a", "zh")]
)
async def test_an_entry_for_which_there_is_no_room_is_told_in_part_and_leads_to_the_whole(
    visitor: Browser, cast: Cast, database: Database, settings: Settings, clock: Clock, word: str, language: str
) -> None:
    """A decision with its reasons in ten languages is longer than what a phone on prepaid data is sent."""
    chance = random.Random(7)
    words = [f"{chance.randrange(10**6)}{word}" for _number in range(4_000)]
    reasons = {one: "".join(words[place * 400 : (place + 1) * 400]) for place, one in enumerate(i18n.LANGUAGES)}
    facts = {"decision": "adopted", "project": {"number": 3}, "reasons": reasons}
    await sealed(database, settings, cast, clock, "outcome_published", facts)
    page = await visitor.get(f"/{language}/record/1")
    assert page.status_code == 200
    assert promised.size(page) <= promised.BUDGET
    assert "\u2026" in page.text
    assert 'href="/record/entry/1.json"' in page.text
    if language == "en":
        assert "There is no room for all of it here" in page.text
    assert (
        reasons["en"] in json.loads((await visitor.get("/record/entry/1.json")).text)["entry"]["facts"]["reasons"]["en"]
    )
