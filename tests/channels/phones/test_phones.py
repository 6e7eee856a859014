"""My phones: one person on the web and on a phone is one person."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.people.models import AccessCode
from participation.domain.people.phones import operations as phones
from participation.domain.people.phones.models import JoinWord, PhoneLink
from participation.domain.record.actors import Actor, Via
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, Cast
from tests.channels.test_me import enter
from tests.consulting import consulted, react, say
from tests.kiosks import screen
from tests.phoning import Handset
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import Asked, ask


async def digits(visitor: Browser) -> str:
    await visitor.get("/en/me/phones")
    page = await visitor.send({"do": "word"})
    found = page.text.partition('Your digits: <b dir="ltr">')[2]
    return found.partition("<")[0]


async def test_digits_from_the_web_link_a_phone_once(
    session: Session, app: Any, cast: Cast, visitor: Browser, code: str, settings: Settings
) -> None:
    asked = await ask(session, cast, settings.keys)
    await session.commit()
    await enter(visitor, code)
    word = await digits(visitor)
    phone, other = Handset(app), Handset(app, "+254700000001")
    assert "speaks for whoever has given" in await phone.dial(f"3*1*{word}")
    assert "not known" in await other.write(f"JOIN {word}")
    await phone.write("VOTE 1 2")
    await visitor.get(asked.page)
    assert "checked" in (await visitor.get(asked.page)).text
    page = await visitor.get("/en/me/phones")
    assert "Take it away" in page.text
    assert "A phone was linked to you" in (await visitor.get("/en/me")).text
    assert len((await visitor.get("/en/me.json")).json()["phones"]) == 1
    link = (await session.execute(sa.select(PhoneLink.phone_id))).scalar_one()
    await visitor.get("/en/me/phones")
    await visitor.send({"do": f"remove:{link}"})
    assert "access code" in await phone.write("VOTE 1 3")


@pytest.mark.parametrize("at", ["the web", "a kiosk"])
async def test_whoever_links_a_phone_is_told_where_a_pin_is_set_and_finds_it_there(
    session: Session, app: Any, cast: Cast, asked: Asked, code: str, phone: Handset, at: str
) -> None:
    told = await phone.write(f"JOIN {code}")
    assert 'Set a PIN on "My page"' in told
    assert at in told
    someone = browser(app) if at == "the web" else await screen(app, session, cast.city, cast.harbour, cast.omar)
    await enter(someone, code)
    for link, words in (("/en/me", "My page"), ("/en/me/pin", "Set a PIN")):
        assert re.search(rf'<a href="{link}">(<svg.*?</svg>)? *{words}</a>', someone.page.text), words
        await someone.get(link)
    await someone.send({"new_pin": "204060", "new_pin_again": "204060"})
    await someone.client.aclose()
    assert "Your PIN is needed for this." in await phone.write("VOTE 1 1")
    assert (await phone.write("VOTE 1 1 204060")).startswith("Done.")


async def test_digits_do_not_last(app: Any, visitor: Browser, code: str, clock: Clock) -> None:
    await enter(visitor, code)
    word = await digits(visitor)
    clock.forward(minutes=16)
    assert "too old" in await Handset(app).write(f"JOIN {word}")


async def test_nobody_takes_anothers_phone_away(
    session: Session, app: Any, cast: Cast, visitor: Browser, code: str
) -> None:
    await Handset(app).write(f"JOIN {code}")
    slips = await handed_out(session, cast)
    await session.commit()
    await enter(visitor, slips[3].code)
    link = (await session.execute(sa.select(PhoneLink.phone_id))).scalar_one()
    await visitor.get("/en/me/phones")
    await visitor.send({"do": f"remove:{link}"})
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 1


async def test_a_number_that_was_silent_for_a_year_speaks_for_nobody(
    session: Session, app: Any, code: str, clock: Clock
) -> None:
    await Handset(app).write(f"JOIN {code}")
    clock.forward(days=330)
    await phones.forget_silent(session, at=clock.now)
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 1
    clock.forward(days=70)
    await phones.forget_silent(session, at=clock.now)
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 0


async def test_a_number_that_changed_hands_begins_anew_before_the_worker_has_forgotten_it(
    session: Session, app: Any, cast: Cast, code: str, clock: Clock
) -> None:
    await consulted(session, cast, closes=800 * DAY)
    await session.commit()
    phone = Handset(app)
    await phone.write(f"JOIN {code}")
    clock.forward(days=400)
    assert (await phone.write("C 1 I am new here.")).startswith("Done.")
    assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 0
    owner = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.serial == 1))
    assert await session.scalar(sa.select(Pseudonym.person_id)) not in (None, owner)


async def test_erasure_leaves_no_phone_behind(session: Session, app: Any, visitor: Browser, code: str) -> None:
    await Handset(app).write(f"JOIN {code}")
    await enter(visitor, code)
    await digits(visitor)
    await visitor.get("/en/me/erase")
    page = await visitor.send({"sure": "1", "code": code})
    assert page.status_code == 200
    for table in (PhoneLink, JoinWord):
        assert await session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


async def agreed(session: Session) -> dict[str, int]:
    """How many agree with each of these words, over all projects."""
    rows = await session.execute(sa.select(Comment.body, sa.func.sum(Comment.agrees)).group_by(Comment.body))
    return {body: int(count) for body, count in rows}


async def test_whoever_links_a_number_has_one_voice_and_not_its_words(
    session: Session, app: Any, cast: Cast, code: str
) -> None:
    """A number and a code both spoke in two projects before the number was linked: how the number reacted counts no more, and its words are its own."""
    person = await session.scalar(sa.select(AccessCode.person_id).where(AccessCode.serial == 1))
    whose, phone = Actor(cast.city.id, person, Via.WEB), Handset(app)
    for number, slug in ((12, "sirens"), (13, "meters")):
        await consulted(session, cast, slug=slug, number=number)
        shared = await say(session, cast, cast.amina, "Both agree with this", slug=slug)
        await react(session, cast, whose, shared.id, slug=slug)
        await say(session, cast, whose, "With the code", slug=slug)
        await session.commit()
        await phone.dial(f"1*{number}*3*1")  # the number agrees with what the code has said,
        await phone.dial(f"1*{number}*3*01*1")  # and with what both agree with
        await phone.write(f"C {number} By itself")
    assert await agreed(session) == {"Both agree with this": 4, "With the code": 2, "By itself": 0}
    assert "speaks for you" in await phone.dial(f"3*1*{code}")
    assert await agreed(session) == {"Both agree with this": 2, "With the code": 0, "By itself": 0}
    assert "By itself" not in await phone.dial("3*2"), "whoever borrows a phone does not read what was said from it"
    own = sa.select(Comment.body).join(Pseudonym).where(Pseudonym.person_id == person)
    assert set(await session.scalars(own)) == {"With the code"}


async def test_a_number_reacts_as_often_as_it_is_linked_and_counts_once(
    session: Session, app: Any, cast: Cast, code: str
) -> None:
    await consulted(session, cast, number=12)
    await say(session, cast, cast.amina, "Louder")
    await session.commit()
    phone = Handset(app)
    for _turn in range(3):
        await phone.dial("1*12*3*1")
        await phone.dial("1*12*3*1")
        assert await agreed(session) == {"Louder": 1}
        await phone.write(f"JOIN {code}")
        assert await agreed(session) == {"Louder": 0}
        await phone.write("STOP")


async def test_whoever_forgets_the_phone_finds_what_it_said_by_itself(
    session: Session, app: Any, cast: Cast, code: str
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    phone = Handset(app)
    await phone.write("C 12 By itself")
    await phone.write(f"JOIN {code}")
    assert "By itself" not in await phone.dial("3*2")
    await phone.write("STOP")
    assert "By itself" in await phone.dial("3*2")
    assert "taken away" in await phone.press("1")


async def test_an_administrator_says_what_phones_may_do_by_themselves(
    session: Session, app: Any, cast: Cast, visitor: Browser
) -> None:
    await consulted(session, cast, number=12)
    await session.commit()
    phone = Handset(app)
    await sign_in_as(visitor, app, cast.ada)
    for assurance, wanted in (("code", "access code"), ("number", "Done")):
        await visitor.get("/staff/phones")
        await visitor.send({"phones": assurance})
        await app.site.load()
        assert wanted in await phone.write("C 12 Louder please")
    told = await session.scalars(sa.select(RecordEntry.body).where(RecordEntry.kind == "phones_set"))
    assert [json.loads(body)["facts"]["phones"] for body in told] == ["code", "number"]
    await visitor.get("/staff/phones")
    assert (await visitor.send({"phones": "anything"})).status_code == 422
