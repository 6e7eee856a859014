"""A share of each delegate's entries is drawn, after they arrived, by a seed that nobody knew when the record fixed the lists."""

import hashlib
from datetime import timedelta

import sqlalchemy as sa

from participation.domain.proxies.checks import operations, queries, rules
from participation.domain.proxies.checks.consequences.operations import act
from participation.domain.proxies.checks.models import CaseState, CheckCase, CheckRound
from participation.domain.proxies.models import Entry, EntryKind, EntryState
from participation.domain.record.notes import checkpoint, open_note
from participation.domain.record.queries import checkpoint as signed_at
from participation.kit.database import Session
from participation.settings import Settings
from tests.cast import DAY, NOW, Cast
from tests.checking import drawn, entries, sealed
from tests.consulting import consulted
from tests.delegating import delegate
from tests.recorded import facts

# How many, and which


def test_at_least_one_in_ten_and_five_in_all_are_drawn_whatever_the_number_of_lists() -> None:
    assert [rules.how_many(listed, 0) for listed in (0, 3, 5, 40, 51, 90)] == [0, 3, 5, 5, 6, 9]
    assert [rules.how_many(10, before) for before in (0, 3, 4, 5, 50)] == [5, 2, 1, 1, 1]
    for sizes in ([3, 12, 40], [1] * 30, [11] * 9, [40, 40, 2]):
        before = 0
        for size in sizes:
            before += rules.how_many(size, before)
        assert before >= min(sum(sizes), max(5, sum(sizes) / 10))


def test_what_is_drawn_can_be_computed_again_by_anybody() -> None:
    """The vector of docs/decisions/0026: marks are SHA-256 of one letter each."""
    marks = [hashlib.sha256(letter.encode()).digest() for letter in "abcdefghij"]
    seed = rules.seed(bytes(range(32)), bytes(range(32, 64)))
    assert seed.hex() == "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108"
    found = rules.drawn(seed, marks, 3)
    assert ["abcdefghij"[marks.index(mark)] for mark in found] == ["a", "c", "d"]
    assert rules.drawn(seed, reversed(marks), 3) == found
    assert rules.digest_of(marks) == hashlib.sha256(b"".join(sorted(marks))).digest()


def test_two_who_say_otherwise_and_more_than_a_tenth_suspend_a_delegate() -> None:
    assert not rules.suspends(1, 1)
    assert rules.suspends(2, 2)
    assert rules.suspends(2, 19)
    assert not rules.suspends(2, 20)
    assert rules.suspends(3, 29)
    assert not rules.suspends(3, 30)


def test_figures_go_down_to_tens_and_fewer_than_ten_is_nothing() -> None:
    assert [rules.tens(count) for count in (0, 9, 10, 19, 100)] == [None, None, 10, 10, 100]


# In the record


async def test_lists_stand_in_the_record_before_the_seed_and_name_nobody(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    brought = await entries(session, cast, riziki, project.id, 12)
    assert await operations.make_lists(session, city=cast.city, at=NOW) == 1
    (listed,) = await facts(session, "checks_listed")
    (one,) = listed["lists"]  # type: ignore[misc,attr-defined]
    assert (one["number"], one["entries"], one["to_draw"]) == (brought[0].number, 12, 5)  # type: ignore[index]
    assert await operations.draw(session, city=cast.city, at=NOW) == 0, "the record is not signed over the lists yet"
    assert await queries.round_file(session, city_id=cast.city.id, number=1) == {
        "round": 1,
        "listed": None,
        "commitment": listed["commitment"],
        "lists": [
            {
                "delegate": brought[0].number,
                "year": 2027,
                "digest": one["digest"],  # type: ignore[index]
                "to_draw": 5,
                "marks": sorted(mark.hex() for mark in await session.scalars(sa.text("select mark from check_mark"))),
            }
        ],
    }
    await sealed(session, cast, settings)
    assert await operations.draw(session, city=cast.city, at=NOW) == 5
    assert await operations.draw(session, city=cast.city, at=NOW) == 0


async def test_anybody_draws_the_same_from_what_is_published(session: Session, cast: Cast, settings: Settings) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 70)
    assert await drawn(session, cast, settings) == 7
    said = await queries.round_file(session, city_id=cast.city.id, number=1)
    (fixed,), (told,) = await facts(session, "checks_listed"), await facts(session, "checks_drawn")
    assert said is not None
    (one,) = said["lists"]
    signed = await signed_at(session, cast.city.id, size=said["checkpoint"])
    assert signed is not None
    assert said["listed"] < said["checkpoint"]
    root = checkpoint(open_note(signed.note.encode())).root
    secret, marks = bytes.fromhex(told["secret"]), [bytes.fromhex(mark) for mark in one["marks"]]  # type: ignore[arg-type]
    assert rules.digest_of([secret]).hex() == fixed["commitment"]
    assert rules.digest_of(marks).hex() == fixed["lists"][0]["digest"]  # type: ignore[index]
    mine = rules.drawn(rules.seed(secret, root), marks, rules.how_many(len(marks), 0))
    assert [mark.hex() for mark in mine] == one["drawn"]
    rows = await session.execute(
        sa.text("select m.mark from check_case c join check_mark m on m.entry_id = c.entry_id")
    )
    assert {bytes(row.mark) for row in rows} == set(mine)


async def test_fewer_than_ten_wait_for_more_or_for_three_days_and_their_number_is_not_said(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 4)
    assert await operations.make_lists(session, city=cast.city, at=NOW + 2 * DAY) is None
    assert await drawn(session, cast, settings, NOW + 3 * DAY) == 4
    (listed,), (told,) = await facts(session, "checks_listed"), await facts(session, "checks_drawn")
    assert set(listed["lists"][0]) == {"number", "year", "place", "digest"}  # type: ignore[index]
    assert set(told["lists"][0]) == {"number", "year", "place"}  # type: ignore[index]
    said = await queries.round_file(session, city_id=cast.city.id, number=1)
    assert said is not None
    assert set(said["lists"][0]) == {"delegate", "year", "digest"}


async def test_a_closing_lists_what_there_is_at_once_and_its_grace_what_came_after(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast, closes=DAY), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 2)
    assert await operations.make_lists(session, city=cast.city, at=NOW + DAY - timedelta(seconds=1)) is None
    assert await drawn(session, cast, settings, NOW + DAY) == 2
    await entries(session, cast, riziki, project.id, 2, at=NOW + 3 * DAY)
    assert await operations.make_lists(session, city=cast.city, at=NOW + 3 * DAY) is None
    assert await drawn(session, cast, settings, NOW + 4 * DAY) == 2


async def test_each_entry_is_in_one_list_and_later_ones_are_drawn_from_too(
    session: Session, cast: Cast, settings: Settings
) -> None:
    """Five honest entries at the beginning are no cover for those that follow."""
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 10)
    assert await drawn(session, cast, settings) == 5
    assert await operations.make_lists(session, city=cast.city, at=NOW) is None
    later = await entries(session, cast, riziki, project.id, 20)
    assert await drawn(session, cast, settings) == 2
    cases = await session.scalars(sa.select(CheckCase.entry_id).order_by(CheckCase.entry_id))
    assert len(set(cases.all()) & {entry.id for entry in later}) == 2


async def test_in_january_all_is_held_that_a_suspended_delegate_brought_in_december(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 3, number=1234)
    await entries(session, cast, riziki, project.id, 5)
    await drawn(session, cast, settings, at=NOW + 4 * DAY)
    mine = CheckCase.number != 1234
    await session.execute(sa.update(CheckCase).where(mine).values(state=CaseState.ABSENT, answered_at=NOW))
    await act(session, city=cast.city, folder=settings.keys, at=NOW + 5 * DAY)
    counted = sa.select(Entry.state, sa.func.count()).group_by(Entry.state)
    assert {state: count for state, count in await session.execute(counted)} == {"disputed": 5, "held": 3}


async def test_answers_wait_for_the_night_but_not_until_votes_are_counted(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 5)
    await drawn(session, cast, settings, at=NOW + 4 * DAY)
    today = NOW + 5 * DAY
    await session.execute(sa.update(CheckCase).values(state=CaseState.ABSENT, answered_at=today))
    assert await act(session, city=cast.city, folder=settings.keys, at=today) == 0
    assert await act(session, city=cast.city, folder=settings.keys, at=today, counting=True) == 5


async def test_meetings_and_what_came_from_a_lost_device_are_not_the_delegates_to_answer_for(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 10, kind=EntryKind.MEETING)
    await entries(session, cast, riziki, project.id, 10, state=EntryState.HELD, reason="revoked")
    assert await operations.make_lists(session, city=cast.city, at=NOW + 9 * DAY) is None
    await entries(session, cast, riziki, project.id, 10, state=EntryState.HELD, reason="time")
    assert await drawn(session, cast, settings) == 5


async def test_who_gave_no_number_waits_for_the_table_and_old_numbers_go(
    session: Session, cast: Cast, settings: Settings
) -> None:
    project, riziki = await consulted(session, cast), await delegate(session, cast)
    await entries(session, cast, riziki, project.id, 2)
    await entries(session, cast, riziki, project.id, 2, phone=None)
    await drawn(session, cast, settings, NOW + 3 * DAY)
    states = sa.select(CheckCase.state).order_by(CheckCase.entry_id)
    assert list(await session.scalars(states)) == [CaseState.WAITING] * 2 + [CaseState.TABLE] * 2
    await operations.forget_numbers(session, at=NOW + rules.KEPT - timedelta(seconds=1))
    assert len((await session.scalars(sa.select(Entry.contact).where(Entry.contact.is_not(None)))).all()) == 2
    await operations.forget_numbers(session, at=NOW + rules.KEPT)
    assert (await session.scalars(sa.select(Entry.contact).where(Entry.contact.is_not(None)))).all() == []
    assert list(await session.scalars(states)) == [CaseState.UNREACHED] * 2 + [CaseState.TABLE] * 2
    assert await session.scalar(sa.select(sa.func.count()).select_from(CheckRound)) == 1
