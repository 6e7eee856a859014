"""What is guessed from a phone: each wrong receipt, choice code and join digit is counted against the number, and makes the next one wait."""

from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from participation.channels.http import recognising
from participation.domain.ballots.choice_codes.rules import GUESSED as CHOICE
from participation.domain.people.guesses.rules import FREE
from participation.domain.people.models import WrongGuess
from participation.domain.people.operations import GUESSED as CODE
from participation.kit.database import Session
from participation.kit.hashing import with_check_digit
from tests.browsing import Browser
from tests.cast import Cast
from tests.channels.phones.test_phones import digits
from tests.channels.test_me import enter
from tests.choosing import printed
from tests.phoning import Caller, Handset, choices
from tests.voting import Asked

RECEIPT = "receipt"


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are noted, and not waited."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(recognising, "sleep", sleep)
    return waits


async def counted(session: Session, kind: str) -> list[int]:
    """Against each source, and over all doors."""
    rows = sa.select(sa.func.sum(WrongGuess.count)).where(WrongGuess.kind == kind).group_by(WrongGuess.source)
    return [int(count) for count in await session.scalars(rows)]


def watched() -> float:
    return REGISTRY.get_sample_value("participation_wrong_codes_total") or 0


def receipts() -> list[str]:
    """That nobody has."""
    return [with_check_digit(f"4021773573{guess}") for guess in range(9)]


async def test_receipts_that_are_tried_one_after_the_other_wait_longer_and_longer(
    session: Session, cast: Cast, app: Any, phone: Handset, slept: list[float]
) -> None:
    for guess in receipts()[: FREE["device"]]:
        assert "no contribution" in await phone.write(f"R {guess}")
    assert await counted(session, RECEIPT) == [FREE["device"]] * 2
    assert slept == []
    await phone.dial("2")
    assert "no contribution" in await phone.press(receipts()[5])
    caller = Caller(app, phone.number)
    await caller.call()
    await caller.press(caller.key_of("English"))
    await caller.press("2")
    assert "no contribution" in await caller.press(receipts()[6])
    assert await counted(session, RECEIPT) == [FREE["device"] + 2] * 2
    assert slept == [0.5, 1.0]
    assert "no contribution" in await Handset(app, "+254700000008").write(f"R {receipts()[7]}")
    assert slept == [0.5, 1.0], "another number does not wait for it"


async def test_a_receipt_that_was_only_mistyped_is_no_guess(session: Session, cast: Cast, phone: Handset) -> None:
    right = receipts()[0]
    assert "swapped" in await phone.write(f"R {right[:-1]}{(int(right[-1]) + 1) % 10}")
    assert await counted(session, RECEIPT) == []


async def test_choice_codes_of_no_sheet_are_counted_and_wait(
    session: Session, cast: Cast, asked: Asked, code: str, phone: Handset, slept: list[float]
) -> None:
    line = (await printed(session, cast, asked, 1))[0][0]
    await session.commit()
    await phone.write(f"JOIN {code}")
    wrong = [made for guess in range(9) if (made := with_check_digit(f"98765432{guess}")) != line.code]
    before = watched()
    for guess in wrong[:3]:
        assert "Done" not in await phone.write(f"VOTE 1 {guess}")
    await phone.dial("1*1*1")
    for guess in wrong[3:7]:
        assert (await phone.press(guess)).endswith("or vote without one.\n01 More"), "whole, in place of the options"
    assert "1 For" in await phone.press("01")
    assert await counted(session, CHOICE) == [7, 7]
    assert watched() == before + 7
    assert slept == [0.5, 1.0]
    assert await choices(session, asked) == []
    assert (await phone.press(line.code)).endswith(f"({line.returned})"), "a right one is never refused"
    assert slept == [0.5, 1.0, 2.0]
    assert await choices(session, asked) == [(1, "ussd")]


async def test_a_choice_by_its_number_waits_for_no_guesses(
    session: Session, asked: Asked, code: str, phone: Handset, slept: list[float]
) -> None:
    await phone.write(f"JOIN {code}")
    for guess in range(7):
        await phone.write(f"VOTE 1 {with_check_digit(f'98765432{guess}')}")
    slept.clear()
    assert "Done" in await phone.write("VOTE 1 2")
    assert slept == []


async def test_join_digits_of_nobody_are_counted_like_codes(
    session: Session, cast: Cast, phone: Handset, slept: list[float]
) -> None:
    before = watched()
    for guess in range(4):
        assert "not known" in await phone.write(f"JOIN {with_check_digit(f'1234567{guess}')}")
    for guess in range(4, 7):
        assert "not known" in await phone.dial(f"3*1*{with_check_digit(f'1234567{guess}')}")
    assert await counted(session, CODE) == [7, 7]
    assert watched() == before + 7
    assert slept == [0.5, 1.0]
    assert "not known" in await phone.write("JOIN 123456789"), "mistyped: no digits are like that"
    assert await counted(session, CODE) == [7, 7]


async def test_the_same_digits_sent_again_after_they_worked_are_no_guess(
    session: Session, app: Any, code: str, visitor: Browser, phone: Handset
) -> None:
    await enter(visitor, code)
    word = await digits(visitor)
    first = await phone.write(f"JOIN {word}", id="9")
    assert "speaks for whoever" in first
    assert await phone.write(f"JOIN {word}", id="9") == first
    assert await counted(session, CODE) == []
