"""A kiosk in a library: enrolled by a code, used by one person after the other, watched from the desk, ended."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
import sqlalchemy as sa

from participation.channels.http.templates import ROOT
from participation.domain.consultations.models import Comment
from participation.domain.people.kiosks.models import Kiosk
from participation.domain.people.models import SignIn, WrongGuess
from participation.kit.database import Session
from participation.kit.hashing import with_check_digit
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.choosing import printed
from tests.consulting import SLUG, consulted
from tests.kiosks import LIBRARY, TRAY, made, screen
from tests.recorded import recorded
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import Asked

BALLOT = "/en/projects/lamps/ballot"
UNKNOWN = with_check_digit("00000000001")


@pytest.fixture
async def kiosk(app: Any, session: Session, cast: Cast) -> AsyncIterator[Browser]:
    someone = await screen(app, session, cast.city, cast.harbour, cast.omar)
    yield someone
    await someone.client.aclose()


@pytest.fixture
async def omar(app: Any, cast: Cast) -> AsyncIterator[Browser]:
    someone = browser(app)
    await sign_in_as(someone, app, cast.omar)
    yield someone
    await someone.client.aclose()


async def sign_in(kiosk: Browser, code: str) -> Any:
    await kiosk.get("/en/sign-in")
    return await kiosk.send({"code": code})


# The device


async def test_an_official_makes_a_code_and_the_screen_that_brings_it_is_a_kiosk(
    omar: Browser, visitor: Browser, session: Session
) -> None:
    await omar.get("/staff/kiosks/new")
    page = await omar.send({"district": "harbour", "stands": LIBRARY, "paper": TRAY})
    code = "".join(re.findall(r"<b>(\d{4})</b>", page.text))
    await visitor.get("/kiosk/")
    page = await visitor.send({"code": code})
    assert LIBRARY in page.text
    # Whoever sets it up goes by the guide, and finds there what they see.
    guide = (ROOT / "docs" / "kiosk.md").read_text()
    for seen in ("This screen is a kiosk now", "Begin"):
        assert (f">{seen}<" in page.text, f"*{seen}*" in guide) == (True, True)
    assert "httponly" in page.headers["set-cookie"].lower()
    page = await visitor.get("/kiosk/")
    assert "Kiswahili" in page.text
    assert "/kiosk/done" in (await visitor.get("/sw/")).text
    for kind in ("kiosk_set_up", "kiosk_enrolled"):
        [entry] = await recorded(session, kind)
        assert entry["facts"] == {"kiosk": (await session.scalars(sa.select(Kiosk.id))).one(), "place": "harbour"}
    await omar.get("/staff/kiosks")
    assert "free" in omar.page.text


async def test_a_code_works_once_and_for_a_week(
    app: Any, visitor: Browser, session: Session, cast: Cast, clock: Clock
) -> None:
    first = await made(session, cast.city, cast.harbour, cast.omar, app.site.secrets)
    second = await made(session, cast.city, cast.harbour, cast.omar, app.site.secrets)
    await session.commit()
    await visitor.get("/kiosk/")
    assert (await visitor.send({"code": first.code})).status_code == 200
    other = browser(app)
    await other.get("/kiosk/")
    page = await other.send({"code": first.code})
    assert (page.status_code, "used already" in page.text) == (422, True)
    assert await session.scalar(sa.select(WrongGuess.count).where(WrongGuess.source == b"")) == 1
    clock.forward(days=7)
    page = await other.send({"code": second.code})
    assert (page.status_code, "too old" in page.text) == (410, True)
    await other.client.aclose()


async def test_an_ended_kiosk_shows_nothing_and_never_becomes_a_browser_that_forgets_nobody(
    app: Any, kiosk: Browser, omar: Browser, session: Session, code: str
) -> None:
    await sign_in(kiosk, code)
    kiosk_id = (await session.scalars(sa.select(Kiosk.id))).one()
    await omar.get(f"/staff/kiosks/{kiosk_id}")
    await omar.send({"do": "end", "sure": "1"})
    for address in ("/en/", "/en/me", "/kiosk/en/help"):
        page = await kiosk.get(address)
        assert str(page.url).endswith("/kiosk/")
        assert "out of use" in page.text
        assert "My page" not in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn).where(~SignIn.staff)) == 0
    assert (await recorded(session, "kiosk_ended"))[0]["facts"]["place"] == "harbour"


async def test_of_two_readings_at_once_the_newer_stands(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[asyncio.Event] = []

    async def enrolled(_session: object) -> dict[bytes, None]:
        begun.append(asyncio.Event())
        number = len(begun)
        if number == 1:
            await begun[0].wait()
        return {bytes([number]): None}

    monkeypatch.setattr("participation.channels.http.site.enrolled", enrolled)
    monkeypatch.setattr("participation.channels.http.site.directory", AsyncMock())
    monkeypatch.setattr(app.site, "database", SimpleNamespace(reading=nullcontext))
    async with asyncio.TaskGroup() as readings:
        for _change in range(2):
            readings.create_task(app.site.load())
        for _turn in range(20):
            await asyncio.sleep(0)
        begun[0].set()
    assert list(app.site.kiosks) == [b"\x02"]


async def test_a_kiosk_shows_no_desk_of_staff_and_no_other_browser_shows_what_is_a_kiosks(
    kiosk: Browser, visitor: Browser
) -> None:
    assert str((await kiosk.get("/staff/")).url).endswith("/kiosk/")
    assert str((await kiosk.get("/delegate/")).url).endswith("/kiosk/")
    for address in ("/kiosk/en/help", "/kiosk/done", "/kiosk/pages.json"):
        assert str((await visitor.get(address)).url).endswith("/kiosk/"), address
        assert "Set up this screen" in visitor.page.text


async def test_files_that_would_fill_the_screen_are_not_opened(kiosk: Browser, code: str) -> None:
    await sign_in(kiosk, code)
    page = await kiosk.get("/en/me.json", accept="text/html,*/*")
    assert (page.status_code, "Files cannot be opened" in page.text) == (403, True)


# One person after the other


async def test_what_is_done_at_a_kiosk_came_through_a_kiosk(
    kiosk: Browser, session: Session, cast: Cast, asked: Asked, code: str
) -> None:
    await consulted(session, cast, number=7)
    await session.commit()
    await kiosk.get(BALLOT)
    await kiosk.send({"choice": "1", "code": code})
    assert "Your vote has arrived" in kiosk.page.text
    assert (await session.scalars(sa.text(f"select via from vote_{asked.ballot.id}"))).all() == ["kiosk"]
    await sign_in(kiosk, code)
    assert (await session.scalars(sa.select(SignIn.via))).all() == ["kiosk"]
    await kiosk.get(f"/en/projects/{SLUG}/comments")
    await kiosk.send({"body": "More lamps, please.", "stance": "for"})
    assert "Your comment is here" in kiosk.page.text
    assert (await session.scalars(sa.select(Comment.via))).all() == ["kiosk"]


async def test_everything_of_a_person_is_gone_when_they_are_done_and_the_kiosk_stays(
    kiosk: Browser, session: Session, asked: Asked, code: str
) -> None:
    await sign_in(kiosk, code)
    await kiosk.get(BALLOT)
    await kiosk.send({"choice": "2"})
    before = dict(kiosk.client.cookies)
    assert {"session", "receipt", "presence", "device"} <= set(before)
    kiosk.page = await kiosk.client.get("/kiosk/done")
    assert kiosk.page.headers["clear-site-data"] == '"cache"'
    assert set(kiosk.client.cookies) == {"kiosk"}
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0
    assert "Kiswahili" in (await kiosk.get("/kiosk/")).text
    assert kiosk.client.cookies["presence"] != before["presence"]
    assert str((await kiosk.get("/en/me")).url).partition("?")[0].endswith("/sign-in")


async def test_the_page_at_rest_belongs_to_nobody(kiosk: Browser, session: Session, code: str) -> None:
    await sign_in(kiosk, code)
    assert "Kiswahili" in (await kiosk.get("/kiosk/")).text
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


async def test_what_was_voted_is_not_shown_after_confirming(kiosk: Browser, asked: Asked, code: str) -> None:
    await sign_in(kiosk, code)
    await kiosk.get(BALLOT)
    page = await kiosk.send({"choice": "2"})
    assert " checked>" not in page.text
    page = await kiosk.get(BALLOT)
    assert "Change my vote" in page.text
    assert " checked>" not in page.text


async def test_a_session_ends_five_minutes_after_the_last_sign_of_life(kiosk: Browser, code: str, clock: Clock) -> None:
    await sign_in(kiosk, code)
    for _page in range(3):
        clock.forward(minutes=4)
        said = kiosk.client.cookies["session"]
        await kiosk.get("/en/projects", **{"Kiosk-Keep": "1"})
        assert kiosk.client.cookies["session"] == said, "what the worker fetches is no sign of life"
        assert (await kiosk.get("/en/me")).status_code == 200
        assert str(kiosk.page.url).endswith("/en/me")
    said = kiosk.client.cookies["session"]
    clock.forward(minutes=5)
    assert "/sign-in" in str((await kiosk.get("/en/me")).url)
    for forged in (said.partition(".")[0], said.replace(".", ".9", 1), said.replace(".", f".{'9' * 5000}", 1)):
        kiosk.client.cookies.set("session", forged, domain="testserver.local")
        assert "/sign-in" in str((await kiosk.get("/en/me")).url), "the moment is sealed"


async def test_digits_are_masked_nothing_is_remembered_and_the_page_leaves_by_itself(kiosk: Browser) -> None:
    page = (await kiosk.get("/en/sign-in")).text
    [field] = re.findall(r'<input id="code"[^>]*>', page)
    assert 'type="password"' in field
    assert 'autocomplete="off"' in field
    assert re.search(r'<noscript><meta http-equiv="refresh" content="280;url=/kiosk/en/still\?next=/en/sign-in">', page)
    page = (await kiosk.get("/en/projects")).text
    assert 'content="60;url=/kiosk/en/still?next=/en/projects"' in page
    page = (await kiosk.get("/kiosk/en/still?next=/en/projects")).text
    assert 'content="20;url=/kiosk/done?left=1"' in page
    assert 'href="/en/projects"' in page


SHEET = re.compile(r'<input id="choice-code"[^>]* type="(\w+)" value="([^"]*)"([^>]*)>')


async def test_the_code_of_a_sheet_is_masked_and_an_option_pressed_after_a_wrong_one_counts(
    kiosk: Browser, session: Session, cast: Cast, asked: Asked, code: str
) -> None:
    """It is not given back: nobody sees it, and it would go before the option."""
    await printed(session, cast, asked)
    await session.commit()
    await sign_in(kiosk, code)
    page = await kiosk.get(BALLOT)
    assert [found[:2] for found in SHEET.findall(page.text)] == [("password", "")]
    page = await kiosk.send([("choice", "3"), ("choice", "4021 7735 78")])
    assert '<a href="#choice-code"><b>Your choice</b> This is not a code of your sheet for this ballot.' in page.text
    assert "4021" not in page.text
    assert " checked>" not in page.text, "they had typed another one than they had pressed"
    assert [found[:2] for found in SHEET.findall(page.text)] == [("password", "")]
    page = await kiosk.send([("choice", "2"), ("choice", "")])
    assert "Your vote has arrived" in page.text
    assert await session.scalar(sa.text(f"select choice from vote_{asked.ballot.id}")) == 2


async def test_the_code_of_a_sheet_is_asked_for_again_where_something_else_was_wrong(
    kiosk: Browser, session: Session, cast: Cast, asked: Asked
) -> None:
    sheet = (await printed(session, cast, asked))[0]
    await session.commit()
    await kiosk.get(BALLOT)
    page = await kiosk.send([("choice", ""), ("choice", sheet[0].code), ("code", "123")])
    assert '<a href="#choice-code"><b>Your choice</b> Please type the code on your sheet once more.' in page.text
    assert sheet[0].code not in page.text
    page = await kiosk.send({"relanguage": "en"})
    assert "Please type the code on your sheet once more." not in page.text, "nothing was wrong"


async def test_wrong_codes_make_wait_whoever_types_them_and_little_whoever_comes_next(
    kiosk: Browser, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("participation.channels.http.recognising.sleep", sleep)
    wrong = with_check_digit("000000000000001")
    for _time in range(7):
        await sign_in(kiosk, wrong)
    assert slept == [0.5, 1.0]
    await kiosk.get("/kiosk/done")
    await sign_in(kiosk, wrong)
    assert slept == [0.5, 1.0]
    for _person in range(13):
        await kiosk.get("/kiosk/done")
        await sign_in(kiosk, wrong)
    assert slept == [0.5, 1.0, 0.5]


async def test_a_slip_with_a_pin_is_read_first_and_its_pin_typed_after(
    kiosk: Browser, session: Session, code: str, clock: Clock
) -> None:
    """Also where no script runs: a reader of QR codes sends what it reads at once."""
    await sign_in(kiosk, code)
    await kiosk.get("/en/me/pin")
    await kiosk.send({"new_pin": "204060", "new_pin_again": "204060"})
    await kiosk.get("/kiosk/done")
    page = await sign_in(kiosk, code)
    assert (page.status_code, "A PIN is set for this code. Please type it too." in page.text) == (422, True)
    assert code not in page.text
    assert re.findall(r'id="(\w+)"[^>]* autofocus', page.text) == ["pin"]
    page = await kiosk.send({"pin": "111112"})
    assert (page.status_code, "This is not the PIN of this code." in page.text) == (422, True)
    page = await kiosk.send({"relanguage": "sw"})
    assert re.findall(r'id="(\w+)"[^>]* autofocus', page.text) == ["pin"]
    [read] = re.findall(r'name="held" value="([^"]+)"', page.text)
    page = await kiosk.send({"pin": "204060"})
    assert (str(page.url).endswith("/sw/"), "/sw/me" in page.text) == (True, True)
    await kiosk.get("/kiosk/done")
    await kiosk.get("/en/sign-in")
    page = await kiosk.send({"code": "", "held": read, "pin": "204060"})
    assert (page.status_code, "Please type the code on your slip." in page.text) == (422, True), (
        "it is the next one's turn"
    )
    await sign_in(kiosk, code)
    clock.forward(minutes=5)
    page = await kiosk.send({"pin": "204060"})
    assert "Please type the code on your slip." in page.text


async def test_where_a_code_without_its_pin_comes_back_empty_both_are_asked_for(
    kiosk: Browser, code: str, asked: Asked
) -> None:
    """Whoever then typed the PIN alone was told to type their code."""
    await sign_in(kiosk, code)
    await kiosk.get("/en/me/pin")
    await kiosk.send({"new_pin": "204060", "new_pin_again": "204060"})
    await kiosk.get("/kiosk/done")
    await kiosk.get(BALLOT)
    page = await kiosk.send({"choice": "1", "code": code})
    assert "A PIN is set for this code. Please type both: code and PIN." in page.text
    assert code not in page.text
    page = await kiosk.send({"choice": "1", "code": code, "pin": "204060"})
    assert "Your vote has arrived" in page.text


async def test_a_slip_that_is_read_where_the_pin_belongs_is_a_code_and_counts_as_no_wrong_pin(
    kiosk: Browser, session: Session, cast: Cast, code: str
) -> None:
    """The page says "or read another slip" while one is in the field for the PIN."""
    another = (await handed_out(session, cast))[-1].code
    await session.commit()
    assert another != code
    await sign_in(kiosk, code)
    await kiosk.get("/en/me/pin")
    await kiosk.send({"new_pin": "204060", "new_pin_again": "204060"})
    await kiosk.get("/kiosk/done")
    await sign_in(kiosk, code)
    for typed in (code, "2040" + code):
        page = await kiosk.send({"pin": typed})
        assert "A PIN is set for this code. Please type it too." in page.text, "the same slip once more"
        assert code not in page.text
    assert (await session.scalars(sa.select(WrongGuess))).all() == []
    await kiosk.send({"pin": "204060"})
    assert "/en/me" in kiosk.page.text
    await kiosk.get("/kiosk/done")
    await sign_in(kiosk, code)
    page = await kiosk.send({"pin": another})
    assert (page.status_code, "/en/me" in page.text) == (200, True), "the slip of somebody else, without a PIN"
    assert (await session.scalars(sa.select(WrongGuess))).all() == []


# The desk beside it


async def test_the_desk_sees_that_somebody_is_there_or_needs_help_and_nothing_else(
    app: Any, kiosk: Browser, omar: Browser, session: Session, clock: Clock, code: str
) -> None:
    async def seen() -> str:
        await app.site.note_present(now=True)
        await omar.get("/staff/kiosks")
        return str(re.findall(r"</svg> ([^<]*)</span> · ", omar.page.text)[0])

    assert await seen() == "free"
    await sign_in(kiosk, code)
    assert (await kiosk.client.post("/kiosk/here")).status_code == 204
    assert await seen() == "in use"
    await kiosk.get("/kiosk/en/help")
    page = await kiosk.send({})
    assert "Somebody has been called" in page.text
    assert await seen() == "needs help"
    clock.forward(minutes=10)
    await kiosk.get("/kiosk/done?left=1")
    assert await seen() == "needs help", "they wait, and touch nothing: the screen is wiped, and the call stays"
    await omar.send({"going": str((await session.scalars(sa.select(Kiosk.id))).one())})
    assert await seen() == "free"
    await kiosk.get("/en/", accept="text/html")
    assert await seen() == "in use", "also where no script says so"
    await kiosk.get("/kiosk/en/help")
    await kiosk.send({})
    clock.forward(minutes=15)
    assert await seen() == "free", "they have given up"
    await kiosk.get("/kiosk/en/help")
    await kiosk.send({})
    assert await seen() == "needs help"
    await kiosk.get("/kiosk/done")
    assert await seen() == "free"
    assert (await session.execute(sa.select(Kiosk.used_at, Kiosk.help_at))).one() == (None, None)


# While there is no network


async def test_what_is_kept_for_an_outage_is_the_same_for_everybody_and_nobodys(
    kiosk: Browser, asked: Asked, code: str
) -> None:
    wanted = (await kiosk.get("/kiosk/pages.json")).json()["pages"]
    assert {"/kiosk/", "/sw/", "/ar/projects/lamps", "/kiosk/zh/outage", "/kiosk/zh/paper"} <= set(wanted)
    assert (await kiosk.get("/en/projects/lamps")).headers["kiosk-keep"] == "1"
    assert kiosk.page.headers["cache-control"] == "no-store"
    assert TRAY in (await kiosk.get("/kiosk/en/outage")).text
    assert "kiosk-keep" not in (await kiosk.get("/en/sign-in")).headers
    assert "kiosk-keep" not in (await kiosk.get(BALLOT)).headers
    page = await kiosk.get(BALLOT, **{"Kiosk-Keep": "1"})
    assert (page.headers["kiosk-keep"], "<form" in page.text.partition("<footer")[0]) == ("1", False)
    await sign_in(kiosk, code)
    for address in ("/en/projects/lamps", BALLOT):
        assert "kiosk-keep" not in (await kiosk.get(address, **{"Kiosk-Keep": "1"})).headers
    worker = await kiosk.get("/kiosk/worker.js")
    assert worker.headers["service-worker-allowed"] == "/"
