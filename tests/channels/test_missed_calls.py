"""Missed calls: whoever lets it ring is called back at the city's cost, a few times a day, while the month's cap lasts."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.outbox.telephone import CallOffice
from participation.channels.phone.gateway import WrongGateways, read_gateways
from participation.domain.notices.calls import operations, rules
from participation.domain.notices.calls.models import MissedCall
from participation.domain.notices.costs.models import PhoneCost
from participation.domain.notices.costs.operations import Spent, add
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.browsing import Browser
from tests.cast import NOW, Cast
from tests.exchange import MISSED, Exchange, exchange
from tests.phoning import NUMBER, Caller, address
from tests.stage import Clock


@pytest.fixture
async def company() -> AsyncIterator[Exchange]:
    async with exchange() as made:
        yield made


@pytest.fixture
def caller(app: Any, cast: Cast) -> Caller:
    return Caller(app)


@pytest.fixture
def office(settings: Settings, database: Database, clock: Clock, company: Exchange) -> CallOffice:
    path = company.gateways(settings.store.parent)
    return CallOffice(replace(settings, gateways=path), database, clock)


async def test_whoever_lets_it_ring_is_called_back_and_led_through_the_menu(
    session: Session, caller: Caller, office: CallOffice, company: Exchange, clock: Clock
) -> None:
    assert [one.tag for one in await caller.ring(MISSED)] == ["Reject"]
    kept = (await session.execute(sa.select(MissedCall.digest, MissedCall.sealed))).one()
    assert NUMBER.encode() not in kept.digest + (kept.sealed or b"")
    await office.deliver()
    assert company.calls == []
    clock.forward(seconds=10)
    await office.deliver()
    await office.deliver()
    (order,) = company.calls
    assert (order["To"], order["From"]) == (NUMBER, "+254200000000")
    assert order["TimeLimit"] == "600"
    assert order["Url"] == f"http://testserver{address('twilio', 'voice')}"
    assert len(company.authority) == 1
    assert await session.scalar(sa.select(MissedCall.sealed)) is None
    said = await caller.call(Direction="outbound-api", From=order["From"], To=order["To"])
    assert "English: press 1." in said
    assert "This is free for you." in await caller.press("1", Direction="outbound-api", From=order["From"], To=NUMBER)


async def test_a_number_waits_once_and_is_called_three_times_a_day(
    session: Session, caller: Caller, office: CallOffice, company: Exchange, clock: Clock
) -> None:
    for _time in range(3):
        await caller.ring(MISSED)
    assert await session.scalar(sa.select(sa.func.count()).select_from(MissedCall)) == 1
    for _time in range(5):
        clock.forward(minutes=20)
        await caller.ring(MISSED)
        clock.forward(seconds=10)
        await office.deliver()
    assert len(company.calls) == 3
    clock.forward(days=1)
    await operations.forget(session, at=clock.now)
    assert await session.scalar(sa.select(sa.func.count()).select_from(MissedCall)) == 0


async def test_a_company_that_is_away_is_asked_again_and_not_for_ever(
    session: Session, caller: Caller, office: CallOffice, company: Exchange, clock: Clock
) -> None:
    await caller.ring(MISSED)
    company.failing = [503, 503]
    for _time in range(3):
        clock.forward(minutes=3)
        await office.deliver()
    assert len(company.calls) == 1
    clock.forward(minutes=1)
    await caller.ring(MISSED)
    company.failing = [503] * 20
    for _time in range(10):
        clock.forward(minutes=11)
        await office.deliver()
    assert len(company.calls) == 1
    assert (await session.scalars(sa.select(MissedCall.sealed))).all() == [None, None]


async def test_the_months_cap_stops_calling_back(
    session: Session, cast: Cast, caller: Caller, office: CallOffice, company: Exchange, clock: Clock
) -> None:
    await add(session, [Spent(cast.city.id, NOW.date().replace(day=1), "twilio", 0, 50, 50, Decimal(100))])
    await session.commit()
    await caller.ring(MISSED)
    clock.forward(seconds=10)
    await office.deliver()
    assert company.calls == []
    assert await session.scalar(sa.select(MissedCall.sealed)) is None


async def test_calls_at_once_cannot_all_find_the_cap_unspent_and_a_report_says_what_they_cost(
    session: Session, app: Any, caller: Caller, office: CallOffice, company: Exchange, clock: Clock
) -> None:
    for last in range(8):
        await Caller(app, number=f"{NUMBER[:-1]}{last}").ring(MISSED)
    clock.forward(seconds=10)
    company.failing = [400]
    await office.deliver()
    assert len(company.calls) == 5
    spent = sa.select(PhoneCost.messages, PhoneCost.units, PhoneCost.cost)
    assert tuple((await session.execute(spent)).one()) == (5, 50, 100)
    for order, seconds in zip(company.calls, ("61", "61", "0", "", "600"), strict=True):
        for _time in range(2):
            path = order["StatusCallback"].removeprefix("http://testserver")
            assert (await caller.request(path, CallDuration=seconds)).status_code == 204
    session.expire_all()
    assert tuple((await session.execute(spent)).one()) == (3, 14, 28)
    assert app.site.spent == {}


async def test_a_stranger_cannot_have_many_numbers_called_nor_dear_ones(
    session: Session, cast: Cast, app: Any, caller: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AN_HOUR", 2)
    for number in ("+88216000000", "+19005550100", "+254712345670", "+254712345671", "+254712345672"):
        await Caller(app, number=number).ring(MISSED)
    asked = sa.select(sa.func.count()).select_from(MissedCall)
    assert await session.scalar(asked) == 2
    clock.forward(minutes=61)
    await Caller(app, number="+254712345672").ring(MISSED)
    assert await session.scalar(asked) == 3


async def test_a_number_that_cannot_be_opened_keeps_nobody_waiting(
    session: Session, app: Any, caller: Caller, office: CallOffice, company: Exchange, clock: Clock
) -> None:
    await caller.ring(MISSED)
    await session.execute(sa.update(MissedCall).values(sealed=b"sealed under another secret"))
    await session.commit()
    await Caller(app, number="+254712345679").ring(MISSED)
    clock.forward(seconds=10)
    await office.deliver()
    assert [order["To"] for order in company.calls] == ["+254712345679"]
    assert await session.scalar(sa.select(sa.func.count()).where(MissedCall.sealed.is_not(None))) == 0


async def test_pages_say_which_number_calls_back(visitor: Browser) -> None:
    page = await visitor.get("/en/about/phone")
    assert re.search(rf"{re.escape(MISSED)}</b> · Let it ring once", page.text)


async def test_a_hidden_number_is_turned_down_and_forgotten(session: Session, app: Any, cast: Cast) -> None:
    assert [one.tag for one in await Caller(app, number="anonymous").ring(MISSED)] == ["Reject"]
    assert await session.scalar(sa.select(sa.func.count()).select_from(MissedCall)) == 0


async def test_the_minutes_of_a_call_are_paid_for(app: Any, caller: Caller, clock: Clock) -> None:
    await caller.call()
    for seconds, status in (("61", 204), ("", 204), ("9" * 9, 204), ("-1", 204)):
        assert (await caller.request(address("twilio", "report"), CallDuration=seconds)).status_code == status
    (spent,) = app.site.spent.values()
    assert (spent.gateway, spent.messages, spent.units) == ("twilio", 1, 2)


CAN_CALL = 'keys = { token = "12345", account = "AC0" }'


@pytest.mark.parametrize(
    ("dialect", "more", "why"),
    [
        ("kannel", "", "can be asked to call"),
        ("twilio", 'keys = { token = "12345" }', "can be asked to call"),
        ("twilio", f'country = "254"\ncap = 9\n{CAN_CALL}', "needs price"),
        ("twilio", f'country = "254"\nprice = 2\n{CAN_CALL}', "needs price"),
        ("twilio", f"price = 2\ncap = 9\n{CAN_CALL}", "how numbers begin"),
        ("twilio", f'price = 2\ncap = 9\ncalls = ["+254"]\n{CAN_CALL}', "list of digits"),
    ],
)
def test_only_a_gateway_that_can_call_and_stops_takes_missed_calls(
    settings: Settings, dialect: str, more: str, why: str
) -> None:
    path = settings.store.parent / "wrong.toml"
    path.write_text(f'[[gateway]]\nname = "k"\ndialect = "{dialect}"\nsecret = "{"s" * 20}"\nmissed = "5050"\n{more}\n')
    path.chmod(0o600)
    with pytest.raises(WrongGateways, match=why):
        read_gateways(path)
