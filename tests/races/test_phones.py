"""Messages of one number that arrive at the same moment: one person begins to speak, and a vote is counted or refused, never half."""

import asyncio
import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.app import build
from participation.domain.consultations.models import Comment, Pseudonym
from participation.domain.people.phones import operations as numbers
from participation.domain.people.phones.models import Phone, PhoneLink
from participation.kit.database import Database
from participation.settings import Settings
from tests.cast import assemble
from tests.consulting import consulted, say
from tests.phoning import Handset
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import ask


async def test_first_messages_of_a_number_at_once_come_from_one_person(
    real_database: Database, settings: Settings, clock: Clock
) -> None:
    async with real_database.transaction() as session:
        await consulted(session, await assemble(session), number=12)
    app = build(settings, real_database, clock)
    await app.site.load()  # type: ignore[attr-defined]
    phone = Handset(app)
    answers = await asyncio.gather(*(phone.write(f"C 12 Louder {number}") for number in range(6)))
    assert all(answer.startswith("Done.") for answer in answers), answers
    async with real_database.reading() as session:
        for table, count in ((Phone, 1), (Pseudonym, 1), (Comment, 6)):
            assert await session.scalar(sa.select(sa.func.count()).select_from(table)) == count


async def test_a_comment_beside_a_join_is_the_number_s_own_or_of_who_joined(
    real_database: Database, settings: Settings, clock: Clock
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast, number=12)
        slips = await handed_out(session, cast)
    app = build(settings, real_database, clock)
    await app.site.load()  # type: ignore[attr-defined]
    phones = [Handset(app, f"+25470000000{number}") for number in range(4)]
    # Two have spoken before, and two begin to.
    for phone in phones[:2]:
        assert (await phone.write("C 12 Louder")).startswith("Done.")
    acts = [
        (phone, text) for phone, slip in zip(phones, slips, strict=False) for text in ("C 12 Now", f"JOIN {slip.code}")
    ]
    answers = await asyncio.gather(*(phone.write(text) for phone, text in acts))
    assert all(answer.startswith("Done.") for answer in answers), answers
    async with real_database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 6
        linked = set(await session.scalars(sa.select(PhoneLink.person_id)))
        assert len(linked) == 4
        alone = set(await session.scalars(sa.select(Phone.person_id).where(Phone.person_id.is_not(None))))
        assert set(await session.scalars(sa.select(Pseudonym.person_id))) - linked == alone, "who spoke by themselves"


async def test_reactions_beside_a_join_count_once(real_database: Database, settings: Settings, clock: Clock) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast, number=12)
        said = [await say(session, cast, cast.amina, f"Louder {number}") for number in range(2)]
        slips = await handed_out(session, cast)
    app = build(settings, real_database, clock)
    await app.site.load()  # type: ignore[attr-defined]
    phones = [Handset(app, f"+25470000000{number}") for number in range(3)]
    turns = ("1*12*3*1", "1*12*3*01*1")
    for turn in turns:
        await phones[0].dial(turn)
    acts = [phone.dial(turn) for phone in phones for turn in turns]
    joins = [phone.write(f"JOIN {slip.code}") for phone, slip in zip(phones, slips, strict=False)]
    await asyncio.gather(*acts, *joins)
    for phone in phones:
        for turn in turns:
            await phone.dial(turn)
    async with real_database.reading() as session:
        agreed = sa.select(Comment.agrees).where(Comment.id.in_([one.id for one in said]))
        assert list(await session.scalars(agreed)) == [3, 3], "one voice a person"


async def test_a_vote_beside_a_stop_is_counted_with_its_receipt_or_refused(
    real_database: Database, settings: Settings, clock: Clock
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, settings.keys)
        slips = await handed_out(session, cast)
    app = build(settings, real_database, clock)
    await app.site.load()  # type: ignore[attr-defined]
    phones = [Handset(app, f"+25470000000{number}") for number in range(4)]
    for phone, slip in zip(phones, slips, strict=False):
        await phone.write(f"JOIN {slip.code}")
    said = await asyncio.gather(*(phone.write(text) for phone in phones for text in ("VOTE 1 1", "STOP")))
    counted = sum(bool(re.fullmatch(r"Done\. \d{4} \d{4} \d{4}", answer)) for answer in said[::2])
    assert all("forgotten" in answer for answer in said[1::2])
    async with real_database.reading() as session:
        assert await session.scalar(sa.text(f"select count(*) from vote_{asked.ballot.id}")) == counted
        assert await session.scalar(sa.select(sa.func.count()).select_from(PhoneLink)) == 0


async def test_a_number_that_is_linked_while_it_begins_to_speak_says_it_for_who_linked_it(
    real_database: Database, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await consulted(session, cast, number=12)
        slips = await handed_out(session, cast)
    app = build(settings, real_database, clock)
    await app.site.load()  # type: ignore[attr-defined]
    phone, note = Handset(app), numbers.note
    waiting = [f"JOIN {slips[0].code}"]

    async def meanwhile(*arguments: Any, **named: Any) -> int:
        while waiting:
            assert "speaks for you" in await phone.write(waiting.pop())
        return await note(*arguments, **named)

    monkeypatch.setattr(numbers, "note", meanwhile)
    assert (await phone.write("C 12 Louder")).startswith("Done.")
    async with real_database.reading() as session:
        owner = await session.scalar(sa.select(PhoneLink.person_id))
        assert await session.scalar(sa.select(Pseudonym.person_id)) == owner
        assert await session.scalar(sa.select(Phone.person_id)) is None
