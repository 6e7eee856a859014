"""Residents read who is put forward and who comes to their door, by number; and anybody objects, for two weeks."""

import re
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from participation.channels.http.entries import who
from participation.channels.http.entries.delegates import DELEGATES
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates import operations
from participation.domain.proxies.delegates.forms import Proposal
from participation.domain.proxies.delegates.models import Delegate, Objection, Reason
from participation.domain.proxies.delegates.objections.operations import decide
from participation.domain.proxies.delegates.operations import number_of
from participation.domain.proxies.delegates.rules import MOST_SENT, may_send
from participation.domain.record.models import RecordEntry
from participation.domain.record.queries import Entry
from participation.kit.database import Session
from participation.kit.errors import TooMany
from participation.kit.languages import LANGUAGES
from tests.browsing import Browser, browser
from tests.cast import DAY, NOW, Cast
from tests.delegating import delegate, enrolled
from tests.stage import Clock

WORDS = "He lets the house in which I live."


@pytest.fixture
async def proposed(session: Session, cast: Cast) -> Delegate:
    said = Proposal(
        cast.harbour,
        {"en": "Teacher at the harbour school", "sw": "Mwalimu wa shule ya bandari"},
        {"party_office": [cast.market]},
        NOW + 200 * DAY,
    )
    made = await operations.propose(session, city=cast.city, said=said, actor=cast.ada, at=NOW)
    await session.commit()
    return made


async def number(session: Session, cast: Cast, one: Delegate) -> int:
    return await number_of(session, city=cast.city, delegate_id=one.id, at=NOW)


async def test_everybody_reads_who_is_put_forward_by_number_and_interests(
    visitor: Browser, session: Session, cast: Cast, proposed: Delegate
) -> None:
    of = await number(session, cast, proposed)
    page = await visitor.get("/en/delegates")
    assert f"Delegate {of}" in page.text
    assert "Put forward" in page.text
    assert "0 objections" in page.text
    page = await visitor.get(f"/en/delegates/{of}")
    assert "Teacher at the harbour school" in page.text
    assert re.search(r"Holds an office of a party: Market", page.text)
    page = await visitor.get(f"/sw/delegates/{of}")
    assert "Mwalimu wa shule ya bandari" in page.text
    assert (await visitor.get("/en/delegates/999")).status_code == 404


async def test_anybody_objects_without_signing_in_and_looks_up_what_became_of_it(
    visitor: Browser, session: Session, cast: Cast, proposed: Delegate
) -> None:
    of = await number(session, cast, proposed)
    await visitor.get(f"/en/delegates/{of}/object")
    page = await visitor.send({"body": "  "})
    assert (page.status_code, "Please write what speaks against it." in page.text) == (422, True)
    page = await visitor.send({"body": WORDS})
    assert page.status_code == 200
    assert "Your objection arrived." in page.text
    assert WORDS not in page.text
    receipt = "".join(re.findall(r"<b>(\d{4})</b>", page.text))
    [kept] = await session.scalars(sa.select(Objection))
    assert (kept.receipt, kept.body) == (receipt, WORDS)
    page = await visitor.get(f"/en/delegates/{of}")
    assert "1 objection." in page.text
    assert WORDS not in page.text
    await visitor.get("/en/receipts")
    page = await visitor.send({"receipt": receipt})
    assert "Nobody has decided about it yet." in page.text
    await decide(session, city=cast.city, objection_id=kept.id, upheld=True, actor=cast.juma, at=NOW + DAY)
    await session.commit()
    await visitor.get("/en/receipts")
    page = await visitor.send({"receipt": receipt})
    assert "was upheld" in page.text
    assert f'href="/en/delegates/{of}"' in page.text


async def test_the_same_objection_sent_twice_is_one(
    visitor: Browser, session: Session, cast: Cast, proposed: Delegate
) -> None:
    of = await number(session, cast, proposed)
    page = await visitor.get(f"/en/delegates/{of}/object")
    first = await visitor.send({"body": WORDS})
    visitor.page = page
    again = await visitor.send({"body": WORDS})
    digits = [re.findall(r"<b>(\d{4})</b>", shown.text) for shown in (first, again)]
    assert digits[0] == digits[1] != []
    assert await session.scalar(sa.select(sa.func.count()).select_from(Objection)) == 1


async def test_a_late_objection_is_refused_and_its_words_are_given_back(
    visitor: Browser, session: Session, cast: Cast, clock: Clock, proposed: Delegate
) -> None:
    of = await number(session, cast, proposed)
    await visitor.get(f"/en/delegates/{of}/object")
    clock.forward(days=14)
    page = await visitor.send({"body": WORDS})
    assert page.status_code == 409
    assert "Objections could be sent until" in page.text
    assert "an administrator can suspend them" in page.text
    assert WORDS in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Objection)) == 0
    page = await visitor.get(f"/en/delegates/{of}")
    assert f"/en/delegates/{of}/object" not in page.text
    assert "the time for objections is over" in page.text


async def test_a_form_that_changes_its_language_keeps_the_words(
    visitor: Browser, session: Session, cast: Cast, proposed: Delegate
) -> None:
    of = await number(session, cast, proposed)
    await visitor.get(f"/en/delegates/{of}/object")
    page = await visitor.send({"body": WORDS, "relanguage": "sw"})
    assert 'lang="sw"' in page.text
    assert WORDS in page.text
    assert await session.scalar(sa.select(sa.func.count()).select_from(Objection)) == 0


async def test_a_delegate_who_is_suspended_or_revoked_says_so_with_the_reason(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    one = await delegate(session, cast)
    of = await number(session, cast, one)
    common: dict[str, Any] = {"city": cast.city, "delegate_id": one.id, "actor": cast.ada, "at": NOW}
    await operations.suspend(session, reason=Reason.COMPLAINT, **common)
    await session.commit()
    page = await visitor.get(f"/en/delegates/{of}")
    assert "Suspended" in page.text
    assert "There was a complaint." in page.text
    await operations.revoke(session, reason=Reason.CONFLICT, **common)
    await session.commit()
    assert f"Delegate {of}" not in (await visitor.get("/en/delegates")).text
    page = await visitor.get("/en/delegates?past=1")
    assert f"Delegate {of}" in page.text
    assert "Revoked" in page.text


async def test_the_list_is_found_from_everything_and_from_the_districts(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    there, elsewhere = await delegate(session, cast), await delegate(session, cast, cast.market)
    numbers = [await number(session, cast, one) for one in (there, elsewhere)]
    await session.commit()
    assert 'href="/en/delegates"' in (await visitor.get("/en/about/all")).text
    assert 'href="/en/delegates?place=harbour"' in (await visitor.get("/en/places")).text
    page = await visitor.get("/en/delegates?place=harbour")
    assert f"Delegate {numbers[0]}" in page.text
    assert f"Delegate {numbers[1]}" not in page.text


async def test_who_sends_many_objections_has_to_wait_and_keeps_the_words(
    visitor: Browser, session: Session, cast: Cast, app: Any, clock: Clock, proposed: Delegate
) -> None:
    of = await number(session, cast, proposed)

    async def objects(who: Browser, body: str) -> Any:
        await who.get(f"/en/delegates/{of}/object")
        return await who.send({"body": body})

    for place in range(MOST_SENT["device"]):
        assert (await objects(visitor, f"{WORDS} {place}")).status_code == 200
    page = await objects(visitor, f"{WORDS} again")
    assert (page.status_code, "Many objections came in a short time" in page.text) == (429, True)
    assert f"{WORDS} again</textarea>" in page.text
    assert (await objects(browser(app), WORDS)).status_code == 200
    clock.forward(minutes=11)
    assert (await objects(visitor, f"{WORDS} again")).status_code == 200


def test_over_all_sources_there_is_a_limit_too() -> None:
    assert may_send({"device": 1, "all": MOST_SENT["all"] - 1}) is None
    assert isinstance(may_send({"device": 1, "all": MOST_SENT["all"]}), TooMany)


class Reads(NamedTuple):
    city: CityView
    language: str


@pytest.mark.parametrize("kind", DELEGATES)
def test_the_record_says_each_act_in_words_of_every_language(cast: Cast, kind: str) -> None:
    facts = {
        "delegate": {"number": 4711, "year": 2027, "place": "harbour"},
        "until": "2027-09-01",
        "objections_until": "2027-03-15T09:00:00+00:00",
        "upheld": True,
        "reason": "complaint",
        "rows": 20,
        "printed": 20,
        "batch": 12,
    }
    said = {language: DELEGATES[kind](Reads(cast.city, language), facts).into(language) for language in LANGUAGES}
    assert all("4711" in text and "Harbour" in text for text in said.values())
    assert len(set(said.values())) == len(LANGUAGES)
    if kind in ("delegate_suspended", "delegate_revoked", "delegate_refused"):
        assert "There was a complaint." in said["en"]


async def test_the_record_names_whoever_acted_by_number(session: Session, cast: Cast) -> None:
    one = await delegate(session, cast)
    made = await enrolled(session, cast, one.id)
    row = await session.scalar(sa.select(RecordEntry).where(RecordEntry.kind == "device_enrolled"))
    assert row is not None
    entry = Entry(0, row.kind, row.at, None, (row.entry or {})["actor"], row.kind, {}, erased=False)
    assert str(who(Reads(cast.city, "en"), entry)) == f"district delegate {made.device.number}, Harbour"
