"""A delegate invents what people said. The draw finds some of it, those people say so, and everything else of that delegate waits."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.domain.consultations.models import Comment
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.models import Entry
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.carrying import ask_with_delegates
from tests.cast import Cast
from tests.checking import PHONE
from tests.consulting import SLUG, consulted
from tests.delegating import delegate as appointed
from tests.proxying import Device, enrolled, enrolment
from tests.recorded import recorded
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import Asked

INVENTED = 12


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    return await ask_with_delegates(session, cast, settings.keys)


@pytest.fixture
async def device(session: Session, cast: Cast, app: Any, visitor: Browser, asked: Asked) -> Device:
    await consulted(session, cast, number=7)
    code = await enrolment(session, cast, await appointed(session, cast), app.site.secrets)
    await session.commit()
    return await enrolled(visitor.client, code)


async def called(staff: Browser, entry_id: int, answer: str) -> None:
    await staff.get(f"/staff/checks/{entry_id}")
    assert PHONE in (await staff.send({"do": "look"})).text
    page = await staff.send({"do": "tell", "answer": answer, "how": "call"})
    assert page.status_code == 200


async def test_invented_entries_are_found_the_delegate_suspended_and_the_rest_held(
    session: Session,
    cast: Cast,
    app: Any,
    settings: Settings,
    database: Database,
    clock: Clock,
    visitor: Browser,
    device: Device,
    asked: Asked,
) -> None:
    (slip, *_more) = await handed_out(session, cast)
    await session.commit()
    words = [f"Nimesema mimi {number}." for number in range(INVENTED)]
    batch = [device.sealed(device.entry(SLUG, comment={"body": body, "stance": "for"}, phone=PHONE)) for body in words]
    vote = {"ballot": asked.ballot.id, "choice": 1}
    batch.append(device.sealed(device.entry(asked.project.slug, subject={"code": slip.code}, vote=vote)))
    results = await device.results(*batch)
    assert {one["status"] for one in results} == {"accepted"}

    # The worker lists, seals, and draws.
    work = worker.Work(settings, database, clock)
    await worker.look(work)
    clock.forward(minutes=1)
    await worker.look(work)
    wanted = sa.select(CheckCase.entry_id).where(CheckCase.state == CaseState.WAITING).order_by(CheckCase.entry_id)
    drawn = list(await session.scalars(wanted))
    assert await session.scalar(sa.select(sa.func.count()).select_from(CheckCase)) == 5
    assert len(await recorded(session, "checks_drawn")) == 1

    # Omar calls: one person said it, one did not take part. One is not enough.
    omar = browser(app)
    await sign_in_as(omar, app, cast.omar, staff=True)
    await called(omar, drawn[0], "yes")
    await called(omar, drawn[1], "absent")
    await worker.look(work)
    assert (await session.get_one(Entry, drawn[1], populate_existing=True)).state == "accepted", "not at once"
    await a_day_later(app, cast, omar, clock, work)
    state = sa.select(Delegate.state)
    assert await session.scalar(state) == DelegateState.APPOINTED
    one = await session.get_one(Entry, drawn[1], populate_existing=True)
    assert (one.state, one.contact) == ("disputed", None)
    # A second one is.
    await called(omar, drawn[2], "no")
    assert await session.scalar(state) == DelegateState.APPOINTED, "nobody of the city decides about it"
    for _again in range(2):
        await a_day_later(app, cast, omar, clock, work)
    assert await session.scalar(state) == DelegateState.SUSPENDED
    (suspended,) = await recorded(session, "delegate_suspended")
    assert (suspended["actor"], suspended["facts"]["reason"]) == ({"role": "system"}, "checks")
    assert len(await recorded(session, "entries_held")) == 1
    assert [one["facts"] for one in await recorded(session, "entry_disputed")] == [{"place": "harbour"}] * 2

    await only_what_was_confirmed_counts(session, visitor, drawn, words, asked)
    await nothing_more_counts_and_people_are_visited_again(session, visitor, omar, device)
    await omar.client.aclose()


async def a_day_later(app: Any, cast: Cast, omar: Browser, clock: Clock, work: worker.Work) -> None:
    clock.forward(days=1)
    await worker.look(work)
    await sign_in_as(omar, app, cast.omar, staff=True)


async def only_what_was_confirmed_counts(
    session: Session, visitor: Browser, drawn: list[int], words: list[str], asked: Asked
) -> None:
    rows = (await session.execute(sa.select(Entry.id, Entry.state, Entry.reason))).all()
    states = {row.id: (row.state, row.reason) for row in rows}
    assert states.pop(drawn[0]) == ("accepted", None)
    assert [states.pop(number) for number in drawn[1:3]] == [("disputed", None)] * 2
    assert set(states.values()) == {("held", "checks")}
    assert len(states) == INVENTED - 2
    shown = await session.scalars(sa.select(Comment.entry_id).where(Comment.status == "shown"))
    assert list(shown) == [drawn[0]]
    text = (await visitor.get(f"/en/projects/{SLUG}/comments")).text
    assert sum(body in text for body in words) == 1
    carried = await session.scalars(sa.text(f"select state from vote_carried_{asked.ballot.id}"))
    assert list(carried) == ["held"]


async def nothing_more_counts_and_people_are_visited_again(
    session: Session, visitor: Browser, omar: Browser, device: Device
) -> None:
    (later,) = await device.results(device.sealed(device.entry(SLUG, comment={"body": "Tena.", "stance": "for"})))
    assert (later["status"], later["code"]) == ("held", "suspended")
    held = await session.scalar(sa.select(Entry.receipt).where(Entry.reason == "checks").limit(1))
    await visitor.get("/en/receipts")
    assert "visited again by somebody else" in (await visitor.send({"receipt": str(held)})).text
    row = (await omar.get("/staff/checks/visits")).text.split("<tbody>")[1]
    assert "Quay" in row
