"""Two delegates brought a vote for the same person: an administrator sees which entries, decides, and nobody else learns anything."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.proxies.models import Entry
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.settings import Settings
from tests.browsing import Browser, sign_in_as
from tests.carrying import ask_with_delegates as carried_ballot
from tests.cast import Cast
from tests.checking import PHONE
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment
from tests.slips import handed_out
from tests.voting import Asked

PAGE = "/staff/entries/contested"


@pytest.fixture
async def asked(session: Session, cast: Cast, app: Any, settings: Settings, visitor: Browser) -> Asked:
    """Two delegates bring a vote for the same person, the second with a number to call; and one each for others."""
    asked = await carried_ballot(session, cast, settings.keys)
    codes = [slip.code for slip in await handed_out(session, cast)]
    devices: list[Device] = []
    for _one in range(2):
        code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
        await session.commit()
        devices.append(await enrolled(visitor.client, code))
    for place, device in enumerate(devices):
        for code, phone in ((codes[0], PHONE if place else None), (codes[place + 1], PHONE)):
            vote = {"ballot": asked.ballot.id, "choice": 1 + place}
            said = device.entry(asked.project.slug, subject={"code": code}, vote=vote, phone=phone)
            (result,) = await device.results(device.sealed(said))
            assert result["status"] == "accepted"
    return asked


async def states(session: Session, asked: Asked) -> list[str]:
    found = await session.scalars(sa.text(f"select state from vote_carried_{asked.ballot.id} order by state"))
    return list(found.all())


def values(page: str) -> list[str]:
    return re.findall(r'name="stands" value="([^"]+)"', page)


@pytest.mark.parametrize(("choice", "reason", "spoiled"), [(1, "asked", 1), (2, "unknown", 2)])
async def test_an_administrator_decides_which_of_two_votes_counts_or_that_neither_does(
    session: Session, cast: Cast, app: Any, visitor: Browser, asked: Asked, choice: int, reason: str, spoiled: int
) -> None:
    await sign_in_as(visitor, app, cast.ada, staff=True)
    page = await visitor.get(PAGE)
    assert page.headers["cache-control"] == "no-store"
    assert "Of 1 person" in page.text
    offered = values(page.text)
    assert len(offered) == 3
    for entry in await session.scalars(sa.select(Entry)):
        assert str(entry.client_id) not in page.text
        assert entry.receipt not in page.text
    await visitor.send({"do": "settle", "stands": offered[choice], "reason": reason})
    assert values(visitor.page.text) == []
    assert await states(session, asked) == ["counts"] * (4 - spoiled) + ["spoiled"] * spoiled
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "carried_settled"))
    assert f'"reason":"{reason}"' in (body or "")
    assert '"delegate' not in (body or "")
    assert set(await session.scalars(sa.select(Entry.state))) == {"accepted"}


async def test_the_number_left_with_one_of_them_is_shown_to_ask_the_person(
    session: Session, cast: Cast, app: Any, visitor: Browser, asked: Asked
) -> None:
    await sign_in_as(visitor, app, cast.ada, staff=True)
    page = await visitor.get(PAGE)
    (look,) = re.findall(r'name="do" value="(look-[^"]+)"', page.text)
    assert PHONE not in page.text
    shown = await visitor.send({"do": look})
    assert (PHONE in shown.text, shown.headers["cache-control"]) == (True, "no-store")
    assert PHONE not in (await visitor.get(PAGE)).text
    noted = sa.select(sa.func.count()).where(RecordEntry.kind == "contested_number_shown")
    assert await session.scalar(noted) == 1


async def test_a_vote_does_not_stand_by_guessing_and_what_was_decided_is_not_decided_again(
    cast: Cast, app: Any, visitor: Browser, asked: Asked
) -> None:
    await sign_in_as(visitor, app, cast.ada, staff=True)
    offered = values((await visitor.get(PAGE)).text)
    page = await visitor.send({"do": "settle", "stands": offered[0], "reason": "unknown"})
    assert (page.status_code, "only for a reason" in page.text) == (409, True)
    page = await visitor.send({"do": "settle", "stands": "417", "reason": "asked"})
    assert page.status_code == 422
    await visitor.send({"do": "settle", "stands": offered[0], "reason": "asked"})
    await visitor.get(PAGE)
    page = await visitor.send({"do": "settle", "stands": offered[1], "reason": "asked"})
    assert (page.status_code, "do not wait any more" in page.text) == (409, True)


@pytest.mark.parametrize("who", ["mariam", "omar", "idris"])
async def test_nobody_but_an_administrator_sees_that_somebody_voted(
    cast: Cast, app: Any, visitor: Browser, asked: Asked, who: str
) -> None:
    await sign_in_as(visitor, app, getattr(cast, who), staff=True)
    assert (await visitor.get(PAGE)).status_code == 403
