"""What people try who are not who they say: on shared numbers, with found slips, with another's session, again and again."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from participation.channels.http import recognising
from participation.channels.phone.places import proving
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.people.models import Person, WrongGuess
from participation.domain.people.phones.models import Phone, PhoneSession
from participation.kit import repeats
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from tests.browsing import browser
from tests.cast import Cast
from tests.channels.test_me import enter
from tests.consulting import consulted, say
from tests.phoning import Caller, Handset
from tests.slips import Slip, handed_out
from tests.stage import Clock
from tests.voting import Asked

RECEIPT = re.compile(r"(\d{4} \d{4} \d{4})$")


@pytest.fixture
async def slips(session: Session, cast: Cast) -> list[Slip]:
    made = await handed_out(session, cast)
    await session.commit()
    return made


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are noted, and not waited."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(proving, "sleep", sleep)
    monkeypatch.setattr(recognising, "sleep", sleep)
    return waits


async def pin(app: Any, code: str, digits: str) -> None:
    visitor = browser(app)
    await enter(visitor, code)
    await visitor.get("/en/me/pin")
    await visitor.send({"new_pin": digits, "new_pin_again": digits})
    await visitor.client.aclose()


async def choices(session: Session, asked: Asked) -> list[int]:
    await session.refresh(asked.ballot)
    return list((await session.scalars(sa.text(f"select choice from vote_{asked.ballot.id} order by choice"))).all())


async def wrong_pins(session: Session) -> list[int]:
    session.expire_all()
    return sorted((await session.scalars(sa.select(Person.pin_wrong).where(Person.pin_hash.is_not(None)))).all())


async def test_pins_of_others_on_a_shared_number_are_not_guessed_uncounted(
    session: Session, app: Any, asked: Asked, slips: list[Slip], slept: list[float], clock: Clock
) -> None:
    phone = Handset(app)
    for slip, digits in zip(slips[:2], ("204060", "305070"), strict=True):
        await pin(app, slip.code, digits)
        await phone.write(f"JOIN {slip.code} {digits}")
    noted = REGISTRY.get_sample_value("participation_wrong_codes_total") or 0
    for guess in range(12):
        clock.forward(seconds=40)
        assert "wrong" in await phone.write(f"VOTE 1 1 90000{guess % 10}")
    assert min(await wrong_pins(session)) >= 10
    assert slept
    assert REGISTRY.get_sample_value("participation_wrong_codes_total") == noted + 12
    assert sum((await session.scalars(sa.select(WrongGuess.count).where(WrongGuess.source != b""))).all()) >= 12
    clock.forward(seconds=40)
    assert RECEIPT.search(await phone.write("VOTE 1 2 204060")), "a right one is never refused"
    assert await choices(session, asked) == [2]


async def test_whoever_mistyped_their_pin_often_still_gets_in_by_phone(
    session: Session, app: Any, asked: Asked, slips: list[Slip], slept: list[float], clock: Clock
) -> None:
    await pin(app, slips[0].code, "204060")
    phone = Handset(app)
    for _attempt in range(7):
        await phone.dial(f"1*1*1*{slips[0].code}999999")
    assert "1 For" in await phone.dial(f"1*1*1*{slips[0].code}204060")
    assert max(slept) <= 10
    assert await wrong_pins(session) == [0]


async def test_a_phone_that_was_linked_with_a_lost_slip_speaks_for_nobody_once_it_is_replaced(
    session: Session, app: Any, cast: Cast, asked: Asked, slips: list[Slip]
) -> None:
    from tests.browsing import sign_in_as

    thief = Handset(app)
    await thief.write(f"JOIN {slips[0].code}")
    desk = browser(app)
    await sign_in_as(desk, app, cast.omar)
    await desk.get("/staff/lost")
    await desk.send({"do": "replace", "lost": f"1-{slips[0].serial}", "fresh": f"1-{slips[1].serial}"})
    await desk.client.aclose()
    assert "access code" in await thief.write("VOTE 1 1")
    assert "linked to nobody" in await thief.write("LOST")


async def test_anothers_session_is_not_entered_by_its_name(
    session: Session, app: Any, asked: Asked, slips: list[Slip]
) -> None:
    phone, other = Handset(app), Handset(app, "+254799999999")
    await phone.dial(f"1*1*1*{slips[0].code}")
    answer = await other.request(f"1*1*1*{slips[0].code[:-1]}*1", session=phone.session)
    assert "Done" not in answer
    assert "Done" not in await other.request("1*1*1*3", session=phone.session)
    assert await choices(session, asked) == []


async def test_two_with_the_same_pin_are_told_apart_by_code(
    session: Session, app: Any, asked: Asked, slips: list[Slip]
) -> None:
    phone = Handset(app)
    for slip in slips[:2]:
        await pin(app, slip.code, "204060")
        await phone.write(f"JOIN {slip.code} 204060")
    told = await phone.write("VOTE 1 1 204060")
    assert "Several people" in told
    assert "and your PIN behind it" in told, "a code alone is not enough for either of them"
    assert await choices(session, asked) == []


async def test_whoever_mistypes_their_pin_is_told_what_is_left_and_where_a_forgotten_one_is_taken_away(
    session: Session, app: Any, asked: Asked, slips: list[Slip], slept: list[float], clock: Clock
) -> None:
    await pin(app, slips[0].code, "204060")
    phone = Handset(app)
    await phone.write(f"JOIN {slips[0].code} 204060")
    await phone.dial("1*1*1")
    for left in (4, 3):
        told = await phone.press(f"99999{left}")
        assert f"Tries left without a wait: {left}." in told
        assert "If you have forgotten your PIN, ask where you got your slip; take its stub with you." in told
        assert "0 Back" in told
    assert "Tries left without a wait: 2." in await phone.write("VOTE 1 1 999992")
    for wrong, wait in ((4, "some seconds longer"), (52, "wait a minute"), (210, "wait ten minutes")):
        await session.execute(sa.update(Person).where(Person.pin_hash.is_not(None)).values(pin_wrong=wrong))
        await session.commit()
        clock.forward(minutes=11)
        assert wait in await phone.write(f"VOTE 1 1 99{wrong:04}")
    clock.forward(minutes=11)
    assert RECEIPT.search(await phone.write("VOTE 1 2 204060")), "a right one is never refused"


async def test_a_pin_from_a_number_that_knows_none_is_not_called_wrong(
    app: Any, asked: Asked, slips: list[Slip]
) -> None:
    await pin(app, slips[0].code, "204060")
    phone = Handset(app)
    await phone.dial("1*1*1")
    told = await phone.press("204060")
    assert "No PIN is known for this number." in told
    assert "the 16 digits on your slip" in told
    assert "wrong" not in told
    assert "1 For" in await phone.press(f"{slips[0].code}204060")


async def test_a_number_that_stops_and_begins_again_is_still_one_voice(session: Session, app: Any, cast: Cast) -> None:
    await consulted(session, cast, number=12)
    said = await say(session, cast, cast.amina)
    await session.commit()
    phone = Handset(app)
    for _turn in range(3):
        await phone.dial("1*12*3*1")
        await phone.write("STOP")
    session.expire_all()
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == said.id)) == 1


async def test_a_number_that_was_shared_goes_on_asking_who_it_is(
    session: Session, app: Any, asked: Asked, slips: list[Slip]
) -> None:
    phone = Handset(app)
    await phone.write(f"JOIN {slips[0].code}")
    await phone.write(f"JOIN {slips[1].code}")
    visitor = browser(app)
    await enter(visitor, slips[0].code)
    page = await visitor.get("/en/me/phones")
    number = re.search(r'value="(remove:\d+)"', page.text)
    assert number is not None
    await visitor.send({"do": number[1]})
    await visitor.client.aclose()
    assert "Several people" in await phone.write("VOTE 1 1")
    assert await choices(session, asked) == []


async def test_digits_of_somebody_else_give_them_the_phone_but_not_what_was_said_from_it(
    session: Session, app: Any, cast: Cast, slips: list[Slip]
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    phone = Handset(app)
    await phone.write("C 12 My own words")
    visitor = browser(app)
    await enter(visitor, slips[0].code)
    await visitor.get("/en/me/phones")
    page = await visitor.send({"do": "word"})
    word = page.text.partition('Your digits: <b dir="ltr">')[2].partition("<")[0]
    await phone.write(f"JOIN {word}")
    assert "My own words" not in (await visitor.get("/en/me.json")).text
    await visitor.client.aclose()
    assert await session.scalar(sa.select(Pseudonym.person_id)) == await session.scalar(sa.select(Phone.person_id))


async def test_a_dial_string_stops_where_something_is_wrong(
    session: Session, app: Any, asked: Asked, slips: list[Slip]
) -> None:
    phone = Handset(app)
    await phone.write(f"JOIN {slips[0].code}")
    assert "no project with this number" in await phone.dial("1*77*1*1*2")
    assert await choices(session, asked) == []


async def test_a_mind_can_be_changed_back_within_one_session(session: Session, app: Any, cast: Cast) -> None:
    await consulted(session, cast, number=12)
    said = await say(session, cast, cast.amina)
    await session.commit()
    phone = Handset(app)
    await phone.dial("1*12*3")
    for key in ("1", "0", "3", "2", "0", "3", "1"):
        await phone.press(key)
    session.expire_all()
    assert await session.scalar(sa.select(Comment.agrees).where(Comment.id == said.id)) == 1


async def test_a_number_that_is_used_is_not_forgotten(
    session: Session, app: Any, asked: Asked, slips: list[Slip], clock: Clock
) -> None:
    phone = Handset(app)
    await phone.write(f"JOIN {slips[0].code}")
    for _month in range(13):
        clock.forward(days=31)
        await phone.dial()
        await app.site.note_spent(now=True)
    known = await session.scalar(sa.select(Phone.seen_in))
    assert known == clock.now.date().replace(day=1)
    clock.forward(days=400)
    assert "linked to nobody" in await phone.dial("3*4"), "after a year of silence it speaks for nobody"


async def test_two_waits_together_stay_within_what_a_network_waits(
    session: Session, app: Any, cast: Cast, asked: Asked, slips: list[Slip], slept: list[float], clock: Clock
) -> None:
    await pin(app, slips[0].code, "204060")
    phone = Handset(app)
    for _attempt in range(12):
        clock.forward(seconds=40)
        await phone.write(f"VOTE 1 1 {slips[0].code} 999999")
    slept.clear()
    clock.forward(seconds=40)
    assert RECEIPT.search(await phone.write(f"VOTE 1 1 {slips[0].code} 204060")), "a right one is never refused"
    assert 0 < sum(slept) <= proving.LONGEST


async def test_a_number_that_a_caller_shows_is_not_enough_for_a_vote(
    session: Session, app: Any, asked: Asked, slips: list[Slip]
) -> None:
    await Handset(app).write(f"JOIN {slips[0].code}")
    caller = Caller(app)
    for direction, wanted in (("inbound", "16 digits"), ("outbound-api", "For: press 1")):
        called = {"Direction": direction}
        if direction != "inbound":
            called |= {"From": "+254200000000", "To": caller.number}
        await caller.call(**called)
        for keys in ("1", "1"):
            await caller.press(keys, **called)
        assert wanted in await caller.press("1", **called)


async def test_a_market_of_wrong_codes_keeps_nobody_out(
    session: Session, app: Any, cast: Cast, asked: Asked, slips: list[Slip], slept: list[float], clock: Clock
) -> None:
    minute = clock.now.replace(second=0, microsecond=0)
    session.add(WrongGuess(city_id=cast.city.id, kind="code", source=b"", minute=minute, count=900))
    await session.commit()
    assert RECEIPT.search(await Handset(app).write(f"VOTE 1 1 {slips[0].code}"))
    assert max(slept) <= 2


async def test_nothing_leads_from_a_session_to_whoever_proved_who_they_are(
    session: Session, app: Any, asked: Asked, slips: list[Slip]
) -> None:
    await Handset(app).dial(f"1*1*1*{slips[0].code}")
    places = {bytes(one) for one in (await session.scalars(sa.select(PhoneSession.digest))).all()}
    signed = {bytes(one) for one in (await session.scalars(sa.text("select digest from sign_in"))).all()}
    assert places
    assert signed
    assert not places & signed


@pytest.mark.parametrize("replaced", [False, True], ids=["same secret", "secret replaced"])
async def test_a_request_that_comes_again_days_later_says_nothing_twice(
    session: Session, app: Any, cast: Cast, clock: Clock, replaced: bool
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    phone = Handset(app)
    await phone.dial("1*12*2*1*Louder please")
    clock.forward(days=2)
    await repeats.forget(session, at=clock.now)
    await session.commit()
    if replaced:
        app.site.secrets = Secrets("another secret of the tests, as long", previous=app.site.secrets.current)
    assert "arrived before" in await phone.request("1*12*2*1*Louder please")
    assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 1
    assert "Done" in await phone.dial("1*12*2*1*Louder please"), "another session says it anew"
