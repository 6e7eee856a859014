"""A slip is lost: at the desk its stub, or digits from a linked phone, get a new one; nobody says a name."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from participation.domain.people.codes.operations import Slip
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.channels.test_sign_in import enter
from tests.phoning import Handset
from tests.slips import handed_out
from tests.stage import Clock


@pytest.fixture
async def slips(session: Session, cast: Cast) -> Any:
    made = await handed_out(session, cast)
    await session.commit()
    return made


@pytest.fixture
async def desk(app: Any, cast: Cast) -> AsyncIterator[Browser]:
    someone = browser(app)
    await sign_in_as(someone, app, cast.omar)
    yield someone
    await someone.client.aclose()


async def replaced(desk: Browser, lost: str, fresh: Slip) -> str:
    await desk.get("/staff/lost")
    return (await desk.send({"do": "replace", "lost": lost, "fresh": f"1-{fresh.serial}"})).text


def digits(said: str) -> str:
    found = re.search(r"\b\d{4} \d{3}\b", said)
    assert found is not None, said
    return found[0].replace(" ", "")


async def works(app: Any, code: str) -> bool:
    someone = browser(app)
    page = await enter(someone, code)
    await someone.client.aclose()
    return str(page.url).endswith("/en/me")


async def test_a_slip_is_replaced_by_its_stub_and_the_old_one_is_void(app: Any, desk: Browser, slips: Any) -> None:
    assert "The slip was replaced" in await replaced(desk, f"1-{slips[0].serial}", slips[1])
    assert not await works(app, slips[0].code)
    assert await works(app, slips[1].code)


async def test_a_linked_phone_gives_digits_that_stand_for_the_stub_once(
    app: Any, desk: Browser, slips: Any, clock: Clock
) -> None:
    phone = Handset(app)
    await phone.write(f"JOIN {slips[0].code}")
    await phone.dial()
    for keys in ("3", "4", "1"):
        await phone.press(keys)
    word = digits(phone.screen)
    assert word == digits((await phone.request(phone.dialled)).partition(" ")[2])
    assert "The slip was replaced" in await replaced(desk, f"{word[:4]} {word[4:]}", slips[1]), (
        "as the phone shows them"
    )
    assert not await works(app, slips[0].code)
    assert await works(app, slips[1].code)
    assert "not known, or too old" in await replaced(desk, word, slips[2])
    assert "linked to nobody" in await phone.write("LOST"), "whoever held the lost slip could have linked it"
    await phone.write(f"JOIN {slips[1].code}")
    late = digits(await phone.write("LOST"))
    clock.forward(minutes=31)
    assert "not known, or too old" in await replaced(desk, late, slips[2])


async def test_whoever_has_a_pin_proves_it_before_a_phone_gives_digits(app: Any, visitor: Browser, slips: Any) -> None:
    phone = Handset(app)
    await phone.write(f"JOIN {slips[0].code}")
    await enter(visitor, slips[0].code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": "204060", "new_pin_again": "204060"})
    assert "PIN" in await phone.write("LOST")
    assert "PIN" in await phone.write("LOST 204061")
    digits(await phone.write("LOST 204060"))


async def test_a_phone_that_is_linked_to_nobody_does_not_ask_for_the_slip_that_is_lost(app: Any, slips: Any) -> None:
    phone = Handset(app)
    told = "This phone is linked to nobody. With the stub of your slip you get a new one at the desk."
    waits = "Without it, wait for the next slips."
    for message in ("LOST", "LOST 204060"):
        assert await phone.write(message) == f"{told} {waits}"
    screen = await phone.dial("3*4")
    assert " ".join(screen.split()) == f"{told} {waits} 0 Back"
    assert "2 What I said" in await phone.press("0")
    digits(await phone.write(f"LOST {slips[0].code}"))


async def test_nobody_replaces_a_slip_without_the_role(app: Any, cast: Cast, slips: Any) -> None:
    mariam = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    assert (await mariam.get("/staff/lost")).status_code == 403
    await mariam.client.aclose()
