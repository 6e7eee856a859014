"""What steers where words are asked: `0` leads back, `00` to the beginning, and nothing else is taken for a key."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.kit.database import Session
from tests.cast import Cast
from tests.consulting import consulted, say
from tests.phoning import Handset

HOME = "1 Projects"
PROJECT = "4 What it is"
ASKED = "Write your comment."


@pytest.fixture
async def writing(session: Session, cast: Cast, phone: Handset) -> Handset:
    """Somebody who has chosen a stance, and is asked for their comment."""
    await consulted(session, cast, number=12)
    await session.commit()
    assert ASKED in await phone.dial("1*12*2*1")
    return phone


async def said(session: Session) -> list[Any]:
    return list(await session.scalars(sa.select(Comment.body).order_by(Comment.id)))


@pytest.mark.parametrize("zero", ["0", "\u0660", " 0 ", "\u0966"])
async def test_nought_in_place_of_a_comment_leads_back_and_says_nothing(
    session: Session, writing: Handset, zero: str
) -> None:
    assert PROJECT in await writing.press(zero)
    assert writing.open
    assert await said(session) == []
    assert ASKED in await writing.press("2*1"), "from there it goes on"
    assert "Done" in await writing.press("Louder please")
    assert await said(session) == ["Louder please"]


@pytest.mark.parametrize("zeros", ["00", "\u0660\u0660", "0 0"])
async def test_two_noughts_in_place_of_a_comment_lead_to_the_beginning_and_say_nothing(
    session: Session, writing: Handset, zeros: str
) -> None:
    assert HOME in await writing.press(zeros)
    assert await said(session) == []
    assert "Type the number of a project." in await writing.press("1")


@pytest.mark.parametrize(("keys", "shown"), [("0", PROJECT), ("00", HOME)])
async def test_all_dialled_at_once_the_noughts_lead_there_too(
    session: Session, writing: Handset, keys: str, shown: str
) -> None:
    assert shown in await writing.dial(f"1*12*2*1*{keys}")
    assert await said(session) == []


@pytest.mark.parametrize("words", ["0*0 is no number", "00 lamps", "0 lamps are too few", "000", "1", "*1*"])
async def test_words_that_begin_like_a_key_are_words(session: Session, writing: Handset, words: str) -> None:
    assert "Done" in await writing.press(words)
    assert await said(session) == [words]


async def test_there_is_no_more_behind_a_question_for_words(session: Session, writing: Handset) -> None:
    assert "no such number" in await writing.press("01")
    assert "Done" in await writing.press("Louder please")
    assert await said(session) == ["Louder please"]


async def test_noughts_in_place_of_a_reply_lead_to_the_comment_and_to_the_beginning(
    session: Session, cast: Cast, phone: Handset
) -> None:
    await consulted(session, cast, number=12)
    await say(session, cast, cast.amina, "Sirens wake the children.")
    await session.commit()
    await phone.dial("1*12*3*1")
    assert "Write your reply." in await phone.press("2")
    assert "Sirens wake the children." in await phone.press("0")
    await phone.press("2*2")
    assert "Write your reply." in phone.screen
    assert HOME in await phone.press("00")
    assert await said(session) == ["Sirens wake the children."]
