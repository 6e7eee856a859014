"""How long a phone's session, its proof and its place last."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.http import recognising
from participation.channels.phone.places import proving
from participation.domain.people.models import SignIn
from participation.domain.people.phones import operations
from participation.domain.people.phones.models import PhoneMessage
from participation.kit.database import Session
from tests.cast import Cast
from tests.channels.phones.test_phone_abuse import pin
from tests.consulting import consulted
from tests.phoning import Caller, Handset, choices
from tests.stage import Clock
from tests.voting import Asked


async def test_a_session_that_is_taken_up_after_its_time_asks_again_who_it_is(
    session: Session, asked: Asked, code: str, phone: Handset, clock: Clock
) -> None:
    """A network ends it long before; whoever keeps it open for hours has laid the phone aside."""
    assert "1 For" in await phone.dial(f"1*1*1*{code}")
    clock.forward(minutes=9)
    assert "1 Vote" in await phone.press("0")
    clock.forward(minutes=2)
    assert "16 digits" in await phone.press("1")
    assert await choices(session, asked) == []


async def test_a_call_is_nobodys_after_an_hour(
    session: Session, app: Any, asked: Asked, code: str, clock: Clock
) -> None:
    caller = Caller(app)
    await caller.call()
    await caller.press(caller.key_of("English"))
    for keys in ("1", "1", "1", code):
        await caller.press(keys)
    for _time in range(7):
        clock.forward(minutes=9)
        await caller.press("*")
    assert "access code is needed" in await caller.press("1")
    assert await choices(session, asked) == []


async def test_a_place_is_found_again_for_ten_minutes(
    session: Session, app: Any, cast: Cast, asked: Asked, code: str, phone: Handset, clock: Clock
) -> None:
    await pin(app, code, "204060")
    await phone.dial(f"1*1*1*{code}204060")
    await phone.press("00")
    await phone.press("1*1*4")
    clock.forward(minutes=9)
    assert "was cut" in await phone.dial(f"1*1*1*{code}204060")
    clock.forward(minutes=11)
    assert "was cut" not in await phone.dial(f"1*1*1*{code}204060")
    assert "1 For" in phone.screen


async def test_a_session_of_staff_is_nobodys_on_a_phone(
    session: Session, asked: Asked, code: str, phone: Handset
) -> None:
    await phone.dial(f"1*1*1*{code}")
    await session.execute(sa.update(SignIn).values(staff=True))
    await session.commit()
    assert "access code is needed" in await phone.press("1")
    assert await choices(session, asked) == []


async def test_a_message_is_known_again_for_ninety_days(
    session: Session, cast: Cast, phone: Handset, clock: Clock
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    await phone.write("C 12 Louder please")
    kept = sa.select(sa.func.count()).select_from(PhoneMessage)
    for days, wanted in ((90, 1), (1, 0)):
        clock.forward(days=days)
        await operations.forget_messages(session, at=clock.now)
        assert await session.scalar(kept) == wanted


async def test_who_would_wait_longer_than_a_network_does_is_told_to_come_back(
    session: Session, app: Any, asked: Asked, code: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(proving, "sleep", sleep)
    monkeypatch.setattr(recognising, "sleep", sleep)
    await pin(app, code, "204060")
    for guess in range(12):
        clock.forward(seconds=40)
        await Handset(app, f"+2547000000{guess:02}").write(f"VOTE 1 1 {code} 999999")
    clock.forward(seconds=40)
    first, second = [Handset(app, f"+2547000001{number:02}") for number in range(2)]
    assert "Done" not in await first.write(f"VOTE 1 1 {code} 999999")
    slept.clear()
    told = await second.write(f"VOTE 1 1 {code} 204060")
    assert "Nothing was changed" in told
    assert slept == []
    assert await choices(session, asked) == []
    clock.forward(seconds=40)
    assert "Done" in await second.write(f"VOTE 1 1 {code} 204060"), "a right one is taken when its turn comes"
