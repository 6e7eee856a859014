"""A receipt says what became of a contribution, to anybody who holds it, without signing in."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from participation.app import build
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.people.models import WrongGuess
from participation.domain.privacy.persons.operations import erase
from participation.domain.projects.models import Project, Step
from participation.kit.database import Database, Session
from participation.kit.hashing import random_number, with_check_digit
from participation.settings import Settings
from tests.browsing import Browser, browser
from tests.cast import DAY, NOW, Cast, assemble
from tests.consulting import consulted, react, say
from tests.stage import Clock


async def _vote_that_arrived(database: Database, cast: Cast, receipt: str, state: BallotState) -> None:
    async with database.transaction() as session:
        project = Project(city_id=cast.city.id, number=1, slug="taps", state="published", created_at=NOW)
        session.add(project)
        await session.flush()
        dates: dict[str, Any] = {"opens_at": NOW - DAY, "closes_at": NOW + DAY}
        step = Step(city_id=cast.city.id, project_id=project.id, kind="decision", allows=["vote"], **dates)
        session.add(step)
        await session.flush()
        ballot = Ballot(
            city_id=cast.city.id,
            project_id=project.id,
            step_id=step.id,
            state=state,
            key="00000000-0000-0000-0000-000000000001",
            questions={"en": "Taps?"},
            threshold=50,
            quorum=0,
            binding=True,
            districts=[],
            **dates,
        )
        session.add(ballot)
        await session.flush()
        await session.execute(
            sa.text(f"create table t_{ballot.id} partition of vote_receipt for values in ({ballot.id})")
        )
        await session.execute(
            sa.text("insert into vote_receipt (ballot_id, receipt, city_id) values (:b, :r, :c)"),
            {"b": ballot.id, "r": receipt, "c": cast.city.id},
        )


@pytest.mark.parametrize(
    ("state", "says"),
    [(BallotState.ANNOUNCED, "has not been counted yet"), (BallotState.COUNTED, "The ballot has been counted.")],
)
async def test_a_votes_receipt_says_that_it_arrived_and_no_more(
    visitor: Browser, cast: Cast, database: Database, state: BallotState, says: str
) -> None:
    receipt = random_number(12)
    await _vote_that_arrived(database, cast, receipt, state)
    await visitor.get("/en/receipts")
    page = await visitor.send({"receipt": f"{receipt[:4]} {receipt[4:8]}-{receipt[8:]}"})
    assert page.status_code == 200
    assert "This vote arrived." in page.text
    assert says in page.text
    assert "against" not in page.text.lower()


async def test_arabic_digits_are_read(visitor: Browser, cast: Cast, database: Database) -> None:
    receipt = random_number(12)
    await _vote_that_arrived(database, cast, receipt, BallotState.ANNOUNCED)
    await visitor.get("/en/receipts")
    page = await visitor.send({"receipt": receipt.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))})
    assert "This vote arrived." in page.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Please type the number"),
        ("12345", "A receipt has 12 digits"),
        ("abcdefghijkl", "A receipt has 12 digits"),
        ("123456789012", "One digit is wrong, or two are swapped"),
        ("\x00", "cannot be kept"),
    ],
)
async def test_a_mistyped_receipt_gets_a_message_beside_the_field_and_costs_nothing(
    visitor: Browser, database: Database, typed: str, says: str
) -> None:
    await visitor.get("/en/receipts")
    page = await visitor.send({"receipt": typed})
    assert page.status_code == 422
    assert says in page.text
    async with database.reading() as session:
        assert not await session.scalar(sa.select(sa.func.count()).select_from(WrongGuess))


async def test_wrong_receipts_make_the_next_look_wait(visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("participation.channels.http.recognising.sleep", sleep)
    for number in range(8):
        await visitor.get("/en/receipts")
        page = await visitor.send({"receipt": with_check_digit(f"{number:011d}")})
        assert page.status_code == 422
        assert "There is no contribution with this receipt." in page.text
    assert waits == [0.5, 1.0, 2.0]


async def test_wrong_receipts_sent_at_once_wait_one_after_the_other(
    real_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with real_database.transaction() as session:
        await assemble(session)
    front = build(settings, real_database, Clock())
    await front.site.load()  # type: ignore[attr-defined]
    guesser = browser(front)
    await guesser.get("/en/receipts")
    form = guesser.page
    for number in range(5):
        guesser.page = form
        await guesser.send({"receipt": with_check_digit(f"{number:011d}")})
    waiting, most, real = 0, 0, asyncio.sleep

    async def sleep(seconds: float) -> None:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await real(0.05)
        waiting -= 1

    monkeypatch.setattr("participation.channels.http.recognising.sleep", sleep)

    async def guess(number: int) -> int:
        one = browser(front)
        one.client.cookies = guesser.client.cookies
        one.page = form
        return (await one.send({"receipt": with_check_digit(f"{number:011d}")})).status_code

    assert set(await asyncio.gather(*(guess(number) for number in range(20, 28)))) == {422}
    assert most == 1


async def test_a_receipt_of_another_city_is_not_found_here(visitor: Browser, cast: Cast, database: Database) -> None:
    receipt = random_number(12)
    await _vote_that_arrived(database, cast, receipt, BallotState.ANNOUNCED)
    async with database.transaction() as session:
        await session.execute(sa.text("update vote_receipt set city_id = city_id + 1000"))
    await visitor.get("/en/receipts")
    assert (await visitor.send({"receipt": receipt})).status_code == 422


async def test_a_comment_that_its_writer_took_back_is_not_said_to_be_hidden(
    visitor: Browser, cast: Cast, session: Session, settings: Settings
) -> None:
    """Nor is a moderator blamed to whoever had reacted to it."""
    await consulted(session, cast)
    said = await say(session, cast, cast.amina, "The siren is too far away.")
    reaction = await react(session, cast, cast.baraka, said.id)
    await session.flush()
    await erase(session, city=cast.city, words=True, folder=settings.keys, actor=cast.amina, at=NOW)
    await session.commit()
    for receipt, what in ((said.receipt, "Its writer has erased it"), (reaction, "was erased by its writer")):
        await visitor.get("/en/receipts")
        page = await visitor.send({"receipt": receipt})
        assert page.status_code == 200
        assert what in page.text
        assert "moderator" not in page.text
