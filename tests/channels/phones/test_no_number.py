"""No number stands in the database: a resident says everything that a phone can say, on every channel, and nobody finds them there."""

import base64
import hashlib
import re
from typing import Any

import sqlalchemy as sa

from participation.kit.database import Base, Session
from tests.browsing import Browser
from tests.cast import Cast
from tests.channels.phones.test_phones import digits
from tests.channels.test_me import enter
from tests.choosing import printed
from tests.consulting import consulted, say
from tests.exchange import MISSED
from tests.phoning import Caller, Handset, address
from tests.slips import handed_out
from tests.voting import Asked

NUMBER = "+254798061537"
NATIONAL, LAST = "0798061537", "98061537"
WORDS = "The lamps in our lane are broken"
HELD = {
    *("phone", "phone_link", "phone_session", "phone_message", "join_word", "lost_word", "sign_in", "wrong_guess"),
    *("text_message", "missed_call", "recording", "comment", "reaction", "pseudonym", "phone_cost"),
}
"""What the story leaves something in, so that a scan that finds nothing has looked at something."""


def writings() -> set[str]:
    """The number as anybody writes it, and as whoever only hashes it without a key would keep it: that is guessed in a minute."""
    plain = {NUMBER, NUMBER[1:], f"00{NUMBER[1:]}", NATIONAL, NATIONAL[1:], LAST}
    hashed = {make(one.encode()).hexdigest() for one in plain for make in (hashlib.sha256, hashlib.sha1, hashlib.md5)}
    # What is sealed by nothing but base64 is not sealed; bytes are shown in hexadecimal.
    packed = {base64.b64encode(one.encode()).decode().rstrip("=") for one in plain}
    return {LAST, LAST.encode().hex(), *packed, *hashed}


async def holding(session: Session, wanted: set[str]) -> set[str]:
    """The tables in which any of it stands; every column of every table that there is, partitions of a vote too."""
    named = sa.text(
        "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    tables = set(await session.scalars(named))
    assert {table.strip('"') for table in tables} >= set(Base.metadata.tables)
    pattern = "|".join(re.escape(one) for one in sorted(wanted))
    found = set()
    for table in sorted(tables):
        there = sa.text(f"select exists (select from {table} as one where one::text ~ :wanted)")
        if await session.scalar(there, {"wanted": pattern}):
            found.add(table.strip('"'))
    return found


async def empty(session: Session) -> set[str]:
    return {table for table in HELD if await session.scalar(sa.text(f"select count(*) from {table}")) == 0}


async def by_ussd(phone: Handset, code: str) -> None:
    await phone.dial("4*1")
    assert "Done" in await phone.dial(f"1*12*2*1*{WORDS}")
    assert "Done" in await phone.dial("1*12*3*01*1")
    await phone.press("2")
    assert "Done" in await phone.press("So they are here")
    assert "Done" in await phone.dial(f"1*1*1*{code}*1")
    assert "no contribution" in await phone.dial("2*402177357395")
    await phone.dial("1*1*1")
    await phone.press("1234567812345672")
    assert "now speaks for you" in await phone.dial(f"3*1*{code}")
    assert "desk" in await phone.dial("3*4*1")
    assert LAST not in "".join(phone.screens)


async def by_message(phone: Handset, code: str, sheet_code: str) -> None:
    for text in (f"C 12 {WORDS}", "VOTE 1 2", f"VOTE 1 {sheet_code}", "R 402177357395", "JOIN 123456786", "P", "??"):
        await phone.write(text)
    await phone.write("LOST")
    for other in ("0798 061 537", "00254798061537", NUMBER[1:]):
        fields = {"id": other, "from": other, "to": "5050", "text": "HELP", "date": "2027-03-01 10:00:00"}
        assert (await phone.post(address("at", "sms"), fields)).status_code == 200
    await phone.app.site.note_answers(now=True)


async def by_call(app: Any, code: str) -> None:
    caller = Caller(app, NUMBER)
    await caller.call()
    for keys in ("1", "1", "1", code, "3"):
        await caller.press(keys)
    assert "Done" in caller.said
    await caller.call()
    for keys in ("1", "12", "2"):
        await caller.press(keys)
    await caller.press(code)
    await caller.press("1")
    await caller.speak("RE" + "0123456789abcdef" * 2)
    await caller.ring(MISSED)


async def test_no_number_stands_in_the_database(
    session: Session, cast: Cast, app: Any, asked: Asked, visitor: Browser
) -> None:
    await consulted(session, cast, number=12)
    await say(session, cast, cast.amina)
    slips = await handed_out(session, cast)
    line = (await printed(session, cast, asked, 1))[0][1]
    await session.commit()
    phone = Handset(app, NUMBER)
    await by_ussd(phone, slips[0].code)
    await by_message(phone, slips[0].code, line.code)
    await by_call(app, slips[0].code)
    await enter(visitor, slips[1].code)
    assert "speaks for whoever" in await phone.write(f"JOIN {await digits(visitor)}")
    await digits(visitor)
    await app.site.note_spent(now=True)
    assert await empty(session) == set()
    assert await holding(session, {WORDS}) == {"comment"}, "what stands there is found"
    assert await holding(session, writings()) == set()
    await phone.write("STOP")
    await phone.dial(f"1*12*2*1*{WORDS} still")
    assert await holding(session, writings()) == set()
