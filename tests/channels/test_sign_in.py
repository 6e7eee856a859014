"""Signing in with a slip: what people type, what they are told, how guessing slows down, and what never shows."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.codes.lost.operations import void_code
from participation.domain.people.codes.operations import stop_batch
from participation.domain.people.models import SignIn, WrongGuess
from participation.kit.database import Session
from participation.kit.hashing import with_check_digit
from tests.browsing import Browser, browser
from tests.cast import NOW, Cast, found
from tests.slips import handed_out, printed
from tests.stage import Clock

UNKNOWN = with_check_digit("000000000000001")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was slept, without sleeping."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("participation.channels.http.recognising.sleep", sleep)
    return slept


@pytest.fixture
async def slips(session: Session, cast: Cast) -> list[str]:
    made = [slip.code for slip in await handed_out(session, cast)]
    await session.commit()
    return made


async def enter(visitor: Browser, code: str, pin: str = "", **more: str) -> Any:
    await visitor.get("/en/sign-in")
    return await visitor.send({"code": code, "pin": pin, **more})


@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"])
async def test_a_code_typed_in_any_digits_opens_my_page(visitor: Browser, slips: list[str], digits: str) -> None:
    code = slips[0].translate(str.maketrans("0123456789", digits))
    page = await enter(visitor, f"{code[:4]} {code[4:8]}-{code[8:12]} {code[12:]}")
    assert page.status_code == 200
    assert str(page.url).endswith("/en/me")
    assert "Harbour" in page.text


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "Please type the code on your slip."),
        ("12345", "and this has 5"),
        ("48151623421090x7", "digits only"),
        (UNKNOWN, "This code is not known."),
        (UNKNOWN[:-1] + str((int(UNKNOWN[-1]) + 1) % 10), "One digit is wrong"),
    ],
)
async def test_a_wrong_code_is_told_beside_the_field_and_never_shown_again(
    visitor: Browser, slips: list[str], code: str, says: str
) -> None:
    page = await enter(visitor, code)
    assert page.status_code == 422
    assert says in page.text
    assert not code or code not in page.text
    assert "no-store" in page.headers["cache-control"]


async def test_what_was_mistyped_costs_nobody_anything(visitor: Browser, session: Session, slips: list[str]) -> None:
    await enter(visitor, UNKNOWN[:-1] + str((int(UNKNOWN[-1]) + 1) % 10))
    assert await session.scalar(sa.select(sa.func.count()).select_from(WrongGuess)) == 0


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "<script>alert(1)</script>", "\u202e", "9" * 100_000])
async def test_nothing_typed_as_a_code_breaks_the_page(visitor: Browser, slips: list[str], bad: str) -> None:
    page = await enter(visitor, bad.encode("utf-8", "replace").decode())
    assert page.status_code == 422
    assert "<script>alert" not in page.text


async def test_a_field_sent_twice_is_refused(visitor: Browser, slips: list[str]) -> None:
    await visitor.get("/en/sign-in")
    page = await visitor.send([("code", slips[0]), ("code", slips[1])])
    assert page.status_code == 422


async def test_a_waiting_and_a_stopped_batch_say_so(visitor: Browser, session: Session, cast: Cast) -> None:
    waiting = (await printed(session, cast))[0].code
    leaked = (await handed_out(session, cast))[0].code
    await stop_batch(session, city=cast.city, number=2, actor=cast.omar, at=NOW)
    await session.commit()
    page = await enter(visitor, waiting)
    assert "do not count yet" in page.text
    assert "A second member of staff" in page.text
    assert "were stopped" in (await enter(visitor, leaked)).text


async def test_a_stopped_batch_and_a_void_code_end_sessions_at_once(
    app: Any, visitor: Browser, session: Session, cast: Cast, slips: list[str]
) -> None:
    other = browser(app)
    await enter(visitor, slips[0])
    await enter(other, slips[1])
    await void_code(session, city=cast.city, stub=(1, 2), actor=cast.omar, at=NOW)
    await session.commit()
    assert "/sign-in" in str((await other.get("/en/me")).url)
    assert str((await visitor.get("/en/me")).url).endswith("/en/me")
    await stop_batch(session, city=cast.city, number=1, actor=cast.omar, at=NOW)
    await session.commit()
    assert "/sign-in" in str((await visitor.get("/en/me")).url)
    await other.client.aclose()


async def test_after_500_wrong_codes_a_right_one_still_opens(
    app: Any, visitor: Browser, session: Session, slips: list[str], waits: list[float]
) -> None:
    """From one address, from many devices: so many at a market, behind one carrier, or from somebody who guesses."""
    for number in range(3):
        guesser = browser(app)
        for guess in range(4):
            await enter(guesser, with_check_digit(f"{10 * number + guess + 10:015}"))
        await guesser.client.aclose()
    assert waits == []
    await session.execute(sa.update(WrongGuess).where(WrongGuess.source == b"").values(count=500))
    await session.commit()
    page = await enter(visitor, slips[0])
    assert str(page.url).endswith("/en/me")
    assert waits == [0.5]


async def test_one_device_waits_longer_each_time_and_others_do_not(
    app: Any, visitor: Browser, slips: list[str], waits: list[float]
) -> None:
    for number in range(9):
        await enter(visitor, with_check_digit(f"{number + 10:015}"))
    assert waits == [0.5, 1, 2, 4]
    neighbour = browser(app)
    await enter(neighbour, slips[0])
    assert waits == [0.5, 1, 2, 4]
    await enter(visitor, slips[0])
    assert waits[-1] == 8
    assert str(visitor.page.url).endswith("/en/me")
    await neighbour.client.aclose()


async def test_tokens_and_cookies_change_with_a_sign_in(visitor: Browser, session: Session, slips: list[str]) -> None:
    await visitor.get("/en/sign-in")
    before = visitor.client.cookies.get("device")
    old = re.search(r'name="csrf" value="(\w+)"', visitor.page.text)
    await visitor.send({"code": slips[0]})
    assert visitor.client.cookies.get("device") != before
    assert old is not None
    refused = await visitor.post("/en/me", [("csrf", old[1]), ("do", "others")])
    assert refused.status_code == 422
    kept = (await session.execute(sa.select(SignIn.digest))).all()
    assert visitor.client.cookies["session"].encode() not in repr(kept).encode()


async def test_a_form_from_another_session_or_site_is_refused(
    app: Any, visitor: Browser, session: Session, slips: list[str]
) -> None:
    stranger = browser(app)
    await stranger.get("/en/sign-in")
    token = re.search(r'name="csrf" value="(\w+)"', stranger.page.text)
    assert token is not None
    await visitor.get("/en/sign-in")
    page = await visitor.post("/en/sign-in", [("csrf", token[1]), ("code", slips[0])])
    assert page.status_code == 422
    await visitor.get("/en/sign-in")
    page = await visitor.send({"code": slips[0]}, headers={"Origin": "https://elsewhere.example"})
    assert page.status_code == 422
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0
    await stranger.client.aclose()


@pytest.mark.parametrize(
    ("wanted", "arrives"),
    [
        ("/en/about/how", "/en/about/how"),
        ("/sw/about/codes?x=1", "/sw/about/codes?x=1"),
        ("https://elsewhere.example/", "/en/me"),
        ("//elsewhere.example/", "/en/me"),
        ("/\\elsewhere.example", "/en/me"),
        ("javascript:alert(1)", "/en/me"),
        ("/en/sign-out", "/en/me"),
        ("/en/\r\nSet-Cookie: a=b", "/en/me"),
    ],
)
async def test_after_signing_in_one_stays_on_this_site(
    visitor: Browser, slips: list[str], wanted: str, arrives: str
) -> None:
    await visitor.get("/en/sign-in")
    page = await visitor.send({"code": slips[0], "next": wanted}, follow=False)
    assert page.headers["location"] == f"http://testserver{arrives}"


async def test_a_closed_page_leads_to_the_sign_in_and_back(visitor: Browser, slips: list[str]) -> None:
    await visitor.get("/fr/me/pin")
    assert "/fr/sign-in?next=" in str(visitor.page.url)
    await visitor.send({"code": slips[0]})
    assert str(visitor.page.url).endswith("/fr/me/pin")


async def test_signing_out_ends_the_session_in_the_database(
    visitor: Browser, session: Session, slips: list[str]
) -> None:
    await enter(visitor, slips[0])
    value = visitor.client.cookies["session"]
    await visitor.get("/en/sign-out")
    await visitor.send({})
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0
    visitor.client.cookies.set("session", value)
    assert "/sign-in" in str((await visitor.get("/en/me")).url)


async def test_a_session_is_over_after_thirty_days(visitor: Browser, slips: list[str], clock: Clock) -> None:
    await enter(visitor, slips[0])
    clock.forward(days=29.9)
    assert str((await visitor.get("/en/me")).url).endswith("/en/me")
    clock.forward(days=0.2)
    assert "/sign-in" in str((await visitor.get("/en/me")).url)


async def test_a_session_of_another_city_is_nobody_here(
    app: Any, visitor: Browser, session: Session, cast: Cast, slips: list[str]
) -> None:
    await found(session, "elsewhere", "elsewhere.example")
    await session.execute(sa.text("update city set host = 'testserver' where slug = 'tamarani'"))
    await session.commit()
    await app.site.load()
    await enter(visitor, slips[0])
    there = browser(app, "http://elsewhere.example")
    there.client.cookies.set("session", visitor.client.cookies["session"])
    assert "/sign-in" in str((await there.get("/en/me")).url)
    page = await enter(there, slips[1])
    assert "This code is not known." in page.text
    assert str((await visitor.get("/en/me")).url).endswith("/en/me")
    await there.client.aclose()


async def test_changing_the_language_signs_nobody_in_and_keeps_the_page(visitor: Browser, slips: list[str]) -> None:
    await visitor.get("/en/sign-in?next=/en/about/how")
    page = await visitor.send({"code": slips[0], "relanguage": "sw"})
    assert page.status_code == 200
    assert '<html lang="sw"' in page.text
    assert 'value="/en/about/how"' in page.text
    assert "session" not in visitor.client.cookies
