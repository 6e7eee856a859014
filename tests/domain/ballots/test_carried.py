"""Votes that delegates carry, in a real database: brought, held, contested, counted behind the person's own."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.domain.ballots import operations, queries
from participation.domain.ballots.carried import operations as carrying
from participation.domain.ballots.carried.queries import (
    carried_for,
    carried_votes,
    contested,
    holds_vote,
    names,
)
from participation.domain.ballots.carried.rules import Carried, Standing
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.counting.queries import due_for_counting, taking_votes
from participation.domain.ballots.erasing.operations import erase_votes
from participation.domain.ballots.models import Choice
from participation.domain.ballots.rules import DRAIN, waits_until
from participation.domain.people.models import AccessCode, CodeState, Person
from participation.domain.record.actors import Actor
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, Refusal, Unavailable
from participation.kit.keys import destroy
from tests.carrying import (
    GRACE_ENDS,
    RIZIKI,
    SALMA,
    ask_with_delegates,
    bring,
    carried,
    codes,
    holders,
    seen,
)
from tests.cast import DAY, NOW, Cast
from tests.voting import CLOSES, OPENS, Asked, ask, vote

SECOND = timedelta(seconds=1)


@pytest.fixture
async def asked(session: Session, cast: Cast, tmp_path: Path) -> Asked:
    return await ask_with_delegates(session, cast, tmp_path)


@pytest.fixture
async def people(session: Session, cast: Cast, asked: Asked) -> list[Actor]:
    return await holders(session, cast, 30)


async def count(session: Session, asked: Asked) -> dict[str, object]:
    at = GRACE_ENDS + DRAIN
    return await counting.count(session, city=asked.city, ballot_id=asked.ballot.id, folder=asked.folder, at=at)


async def filled(session: Session, asked: Asked, people: list[Actor], number: int = 10) -> None:
    """Ten votes against, by their own hands, so that numbers are published."""
    for somebody in people[-number:]:
        await vote(session, asked, somebody, Choice.AGAINST)


async def rows(session: Session, asked: Asked) -> list[sa.Row[tuple[object, ...]]]:
    return list((await session.execute(sa.text(f"select * from vote_carried_{asked.ballot.id}"))).all())


async def standing(session: Session, asked: Asked, whose: Actor) -> Standing | None:
    ballot = await seen(session, asked)
    found = await carried_for(session, ballot=ballot, person_id=whose.person_id or 0, folder=asked.folder)
    return None if found is None else found.standing


# Brought


async def test_a_vote_that_a_delegate_brings_is_counted_as_one(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await filled(session, asked, people)
    brought = [carried(asked, somebody, Choice.FOR) for somebody in people[:10]]
    assert await bring(session, asked, *brought) == [None] * 10
    result = await count(session, asked)
    assert (result["for"], result["against"], result["votes"]) == (10, 10, 20)
    assert result["channels"] == [{"channels": ["delegate"], "votes": 10}, {"channels": ["web"], "votes": 10}]
    assert result["spoiled"] is None


async def test_the_same_entry_again_changes_nothing_and_with_another_choice_or_person_it_is_refused(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    entry = uuid.uuid4()
    first = carried(asked, people[0], Choice.FOR, entry=entry)
    assert await bring(session, asked, first) == [None]
    before = await rows(session, asked)
    assert await bring(session, asked, first) == [None]
    assert codes(await bring(session, asked, carried(asked, people[0], Choice.AGAINST, entry=entry))) == ["repeat"]
    assert codes(await bring(session, asked, carried(asked, people[1], Choice.FOR, entry=entry))) == ["repeat"]
    assert await rows(session, asked) == before


async def test_what_was_taken_in_time_is_recognised_after_the_grace_until_it_is_counted(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    first = carried(asked, people[0])
    assert await bring(session, asked, first) == [None]
    assert await bring(session, asked, first, at=GRACE_ENDS + SECOND) == [None]
    assert codes(await bring(session, asked, carried(asked, people[1]), at=GRACE_ENDS)) == ["late"]
    await count(session, asked)
    assert codes(await bring(session, asked, first, at=GRACE_ENDS + DAY)) == ["late"]


@pytest.mark.parametrize(
    ("finished", "arrives", "code"),
    [
        (OPENS - SECOND, NOW, "not_open"),
        (OPENS, NOW, None),
        (CLOSES - SECOND, CLOSES + DAY, None),
        (CLOSES - SECOND, GRACE_ENDS - SECOND, None),
        (CLOSES - SECOND, GRACE_ENDS, "late"),
        (CLOSES, CLOSES + SECOND, "closed"),
    ],
)
async def test_it_counts_by_the_moment_at_which_it_was_finished_if_it_arrives_within_the_grace(
    session: Session,
    asked: Asked,
    people: list[Actor],
    finished: object,
    arrives: object,
    code: str | None,
) -> None:
    one = carried(asked, people[0], finished=finished)  # type: ignore[arg-type]
    assert await checked(session, asked, one, at=arrives) == code
    assert codes(await bring(session, asked, one, at=arrives)) == [code]  # type: ignore[arg-type]
    assert len(await rows(session, asked)) == (code is None)


async def checked(session: Session, asked: Asked, one: Carried, at: object = NOW) -> str | None:
    refusal = await carrying.check(session, city=asked.city, vote=one, folder=asked.folder, at=at)  # type: ignore[arg-type]
    return None if refusal is None else refusal.code


async def test_one_whose_time_nobody_believes_is_held_and_not_dropped(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    wrong = carried(asked, people[0], finished=OPENS - 300 * DAY, held=True)
    assert await bring(session, asked, wrong, at=CLOSES + DAY) == [None]
    assert await standing(session, asked, people[0]) is Standing.HELD
    late = carried(asked, people[1], finished=NOW, held=True)
    assert codes(await bring(session, asked, late, at=GRACE_ENDS)) == ["late"]


async def test_a_ballot_without_a_grace_takes_no_carried_votes_and_has_no_table_for_them(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    plain = await ask(session, cast, tmp_path, slug="lights")
    [somebody] = await holders(session, cast, 1)
    one = carried(plain, somebody)
    assert await checked(session, plain, one) == "not_carried"
    assert codes(await bring(session, plain, one)) == ["not_carried"]
    there = sa.text(f"select to_regclass('vote_carried_{plain.ballot.id}') is null")
    assert await session.scalar(there)
    assert await due_for_counting(session, city_id=cast.city.id, at=CLOSES + DRAIN) == [plain.ballot.id]


async def test_a_good_half_of_a_batch_is_taken(session: Session, cast: Cast, asked: Asked, people: list[Actor]) -> None:
    """Staff, who was erased, whose slip was declared void, and a ballot that is not there; two ballots at once."""
    other = await ask_with_delegates(session, cast, asked.folder, slug="lights", districts=[cast.market])  # type: ignore[arg-type]
    erased, void, amina, good = people[:4]
    await session.execute(sa.update(Person).where(Person.id == erased.person_id).values(erased_at=NOW))
    await session.execute(
        sa.update(AccessCode).where(AccessCode.person_id == void.person_id).values(state=CodeState.VOID)
    )
    votes = [
        carried(asked, cast.omar),
        carried(asked, erased),
        carried(asked, void),
        carried(other, amina),
        carried(asked, good),
    ]
    nowhere = Carried(uuid.uuid4(), other.ballot.id + 1, good.person_id or 0, Choice.FOR, RIZIKI, NOW)
    wanted = ["not_resident", "not_resident", "code_ended", "other_district", None, "not_found"]
    assert codes(await bring(session, asked, *votes, nowhere)) == wanted
    assert len(await rows(session, asked)) == 1
    fresh = [carried(asked, cast.omar), carried(asked, erased), carried(asked, void), carried(other, amina)]
    assert [await checked(session, asked, one) for one in fresh] == wanted[:4]
    assert await checked(session, asked, nowhere) == "not_found"


async def test_nobody_has_a_voice_in_the_record_and_nothing_is_told_of_it(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    before = await session.scalar(sa.select(sa.func.count()).select_from(RecordEntry))
    await bring(session, asked, carried(asked, people[0]))
    assert await session.scalar(sa.select(sa.func.count()).select_from(RecordEntry)) == before


async def test_a_batch_waits_for_nothing_and_is_told_to_come_again_where_the_key_is_missing(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    destroy(queries.key_file(asked.folder, asked.ballot.key))
    with pytest.raises(Unavailable):
        await bring(session, asked, carried(asked, people[0]))
    assert await checked(session, asked, carried(asked, people[0])) == "not_stored"


@pytest.mark.parametrize("number", [1, 40])
async def test_a_batch_takes_seven_statements_and_a_decision_five_whatever_the_number_of_votes(
    session: Session, connection: AsyncConnection, cast: Cast, asked: Asked, number: int
) -> None:
    people = await holders(session, cast, number)
    votes = [carried(asked, somebody) for somebody in people]
    statements: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(connection.sync_connection, "before_cursor_execute", heard)
    assert await bring(session, asked, *votes) == [None] * number
    brought, statements = [each for each in statements if not each.startswith("SET")], []
    assert await checked(session, asked, votes[0]) is None
    checking, statements = statements, []
    for act in (carrying.hold, carrying.release, carrying.spoil):
        await act(session, ballot=await seen(session, asked), entry=votes[0].entry, folder=asked.folder)
    changing = [each for each in statements if not each.startswith("SET")]
    sa.event.remove(connection.sync_connection, "before_cursor_execute", heard)
    assert (len(brought), len(checking), len(changing)) == (7, 3, 3 * 6)


# Beside the person's own vote


@pytest.mark.parametrize("own_first", [True, False])
async def test_the_persons_own_vote_goes_before_a_carried_one_whichever_came_first(
    session: Session, asked: Asked, people: list[Actor], own_first: bool
) -> None:
    await filled(session, asked, people)
    if own_first:
        await vote(session, asked, people[0], Choice.AGAINST)
    assert await bring(session, asked, carried(asked, people[0], Choice.FOR)) == [None]
    if not own_first:
        await vote(session, asked, people[0], Choice.AGAINST)
    result = await count(session, asked)
    assert (result["for"], result["against"], result["votes"]) == (0, 11, 11)


# Several delegates


async def test_of_two_delegates_votes_for_one_person_neither_counts_unless_it_is_decided(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await filled(session, asked, people)
    assert await bring(session, asked, carried(asked, people[0], Choice.FOR, by=RIZIKI)) == [None]
    assert await standing(session, asked, people[0]) is Standing.COUNTS
    assert await bring(session, asked, carried(asked, people[0], Choice.FOR, by=SALMA)) == [None]
    assert await standing(session, asked, people[0]) is Standing.CONTESTED
    result = await count(session, asked)
    assert (result["for"], result["votes"]) == (0, 10)


@pytest.mark.parametrize("keep", [0, 1, None])
async def test_an_administrator_settles_which_of_two_counts(
    session: Session, asked: Asked, people: list[Actor], keep: int | None
) -> None:
    await filled(session, asked, people)
    two = [carried(asked, people[0], Choice.FOR, by=RIZIKI), carried(asked, people[0], Choice.ABSTAIN, by=SALMA)]
    other = carried(asked, people[1], Choice.FOR, by=SALMA)
    await bring(session, asked, *two, other)
    ballot = await seen(session, asked)
    entries = [vote.entry for vote in (*two, other)] + [uuid.uuid4()]
    [found] = await contested(session, ballots=[ballot])
    known = names(ballot, entries, asked.folder)
    rivals = {known[entry] for entry in found.entries}
    assert rivals == {vote.entry for vote in two}
    kept = None if keep is None else two[keep].entry
    await carrying.settle(session, ballot=ballot, entries=rivals, keep=kept, folder=asked.folder)
    assert await contested(session, ballots=[ballot]) == []
    with pytest.raises(Conflict):
        await carrying.settle(session, ballot=ballot, entries=rivals, keep=None, folder=asked.folder)
    result = await count(session, asked)
    assert (result["for"], result["abstain"]) == {0: (2, 0), 1: (1, 1), None: (1, 0)}[keep]


async def test_the_same_delegate_brings_no_second_vote_of_a_person_unless_the_first_was_spoiled(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    first, again = carried(asked, people[0], Choice.FOR), carried(asked, people[0], Choice.AGAINST)
    at_once = carried(asked, people[1], finished=NOW - SECOND)
    answers = await bring(session, asked, carried(asked, people[1], finished=NOW), at_once, first)
    assert codes(answers) == ["carried_before", None, None]
    assert await checked(session, asked, again) == "carried_before"
    assert codes(await bring(session, asked, again)) == ["carried_before"]
    ballot = await seen(session, asked)
    await carrying.spoil(session, ballot=ballot, entry=first.entry, folder=asked.folder)
    assert await bring(session, asked, again) == [None]
    assert await standing(session, asked, people[0]) is Standing.COUNTS


# Held


async def test_what_is_held_does_not_count_until_it_is_released(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await filled(session, asked, people)
    held, released = carried(asked, people[0], held=True), carried(asked, people[1], held=True)
    await bring(session, asked, held, released)
    await carrying.release(session, ballot=await seen(session, asked), entry=released.entry, folder=asked.folder)
    assert await standing(session, asked, people[0]) is Standing.HELD
    assert await standing(session, asked, people[1]) is Standing.COUNTS
    result = await count(session, asked)
    assert (result["for"], result["votes"], result["spoiled"]) == (1, 11, None)


async def test_one_that_counted_is_held_while_its_entry_is_disputed_and_spoiled_for_good(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    one, ballot = carried(asked, people[0]), await seen(session, asked)
    await bring(session, asked, one)
    for act, stands in (
        (carrying.hold, Standing.HELD),
        (carrying.release, Standing.COUNTS),
        (carrying.spoil, Standing.SPOILED),
        (carrying.hold, Standing.SPOILED),
        (carrying.release, Standing.SPOILED),
    ):
        await act(session, ballot=ballot, entry=one.entry, folder=asked.folder)
        assert await standing(session, asked, people[0]) is stands
    assert await bring(session, asked, one) == [None]
    assert await standing(session, asked, people[0]) is Standing.SPOILED


async def test_all_that_a_suspended_delegate_brought_is_held_at_once(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    hers = [carried(asked, somebody, by=RIZIKI) for somebody in people[:12]]
    spoiled, other = hers[0], carried(asked, people[20], by=SALMA)
    ballot = await seen(session, asked)
    await bring(session, asked, *hers, other)
    await carrying.spoil(session, ballot=ballot, entry=spoiled.entry, folder=asked.folder)
    entries = [*(vote.entry for vote in hers), uuid.uuid4()]
    await carrying.hold_all(session, ballot=ballot, entries=entries, folder=asked.folder)
    assert await standing(session, asked, people[0]) is Standing.SPOILED
    assert {await standing(session, asked, who) for who in people[1:12]} == {Standing.HELD}
    assert await standing(session, asked, people[20]) is Standing.COUNTS


async def test_releasing_one_beside_another_delegates_vote_makes_both_contested(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    held = carried(asked, people[0], by=RIZIKI, held=True)
    await bring(session, asked, held, carried(asked, people[0], by=SALMA))
    assert await standing(session, asked, people[0]) is Standing.COUNTS
    await carrying.release(session, ballot=await seen(session, asked), entry=held.entry, folder=asked.folder)
    assert await standing(session, asked, people[0]) is Standing.CONTESTED


# Counted


@pytest.mark.parametrize(("number", "told_of"), [(0, None), (9, None), (10, 10)])
async def test_for_how_many_people_a_carried_vote_did_not_count_is_told_from_ten_on(
    session: Session, cast: Cast, asked: Asked, people: list[Actor], number: int, told_of: int | None
) -> None:
    """Held, and contested: people are counted, not votes. Whose own vote counts is not among them."""
    await filled(session, asked, people)
    held = [carried(asked, somebody, held=True) for somebody in people[: number // 2]]
    twice = [carried(asked, who, by=by) for who in people[number // 2 : number] for by in (RIZIKI, SALMA)]
    beaten = [carried(asked, somebody, held=True) for somebody in people[-5:]]
    assert await bring(session, asked, *held, *twice, *beaten) == [None] * len([*held, *twice, *beaten])
    result = await count(session, asked)
    assert (result["votes"], result["spoiled"]) == (10, told_of)


async def test_with_fewer_than_ten_votes_not_even_that_is_told(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await bring(session, asked, *(carried(asked, somebody, held=True) for somebody in people[:12]))
    assert await count(session, asked) == {"result": "not_passed"}


async def test_nothing_is_counted_before_the_grace_is_over(
    session: Session, cast: Cast, asked: Asked, people: list[Actor]
) -> None:
    city, ballot = cast.city.id, asked.ballot.id
    assert await taking_votes(session, city_id=city, at=CLOSES - SECOND) == {ballot: False}
    assert await taking_votes(session, city_id=city, at=CLOSES) == {ballot: True}
    assert await taking_votes(session, city_id=city, at=GRACE_ENDS) == {}
    early = GRACE_ENDS + DRAIN - SECOND
    assert await due_for_counting(session, city_id=city, at=early) == []
    with pytest.raises(Closed):
        await counting.count(session, city=cast.city, ballot_id=ballot, folder=asked.folder, at=early)
    assert await due_for_counting(session, city_id=city, at=early + SECOND) == [ballot]
    await count(session, asked)
    gone = sa.text(f"select to_regclass('vote_carried_{ballot}') is null")
    assert await session.scalar(gone)


async def test_a_row_that_somebody_wrote_without_the_key_does_not_count(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await filled(session, asked, people)
    await bring(session, asked, carried(asked, people[0], Choice.FOR))
    forged = "insert into vote_carried_{0} select ballot_id, '\\x01', city_id, '\\x02', content, returned, district_id, via, delegate, state from vote_carried_{0}"
    await session.execute(sa.text(forged.format(asked.ballot.id)))
    assert len(await rows(session, asked)) == 2
    assert (await count(session, asked))["for"] == 1


async def test_without_the_key_nothing_is_counted_and_nothing_dropped(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await bring(session, asked, carried(asked, people[0]))
    destroy(queries.key_file(asked.folder, asked.ballot.key))
    with pytest.raises(Unavailable):
        await count(session, asked)
    assert len(await rows(session, asked)) == 1


async def test_a_ballot_that_is_run_again_waits_as_long_as_the_first(
    session: Session, cast: Cast, asked: Asked, people: list[Actor]
) -> None:
    await bring(session, asked, carried(asked, people[0]))
    await counting.cancel(
        session,
        city=cast.city,
        project=asked.project,
        ballot_id=asked.ballot.id,
        reasons={"en": "The question was wrong."},
        actor=cast.omar,
        at=NOW,
    )
    assert await session.scalar(sa.text(f"select to_regclass('vote_carried_{asked.ballot.id}') is null"))
    assert codes(await bring(session, asked, carried(asked, people[1]))) == ["cancelled"]
    asked.step.opens_at, asked.step.closes_at, asked.step.opened_at = NOW + 20 * DAY, NOW + 30 * DAY, None
    again = await counting.repeat(
        session,
        city=cast.city,
        project=asked.project,
        step=asked.step,
        ballot=asked.ballot,
        folder=asked.folder,
        actor=cast.omar,
        at=NOW,
    )
    assert again.grace_hours == 72
    body = (await session.scalars(sa.select(RecordEntry.body).order_by(RecordEntry.id.desc()).limit(1))).one()
    assert '"grace_hours":72' in str(body)


async def test_extending_a_ballot_keeps_the_grace_behind_its_new_closing(
    session: Session, cast: Cast, asked: Asked, people: list[Actor]
) -> None:
    asked.step.closes_at = CLOSES + 5 * DAY
    await operations.extend(session, step=asked.step, at=NOW)
    ballot = await seen(session, asked)
    assert ballot.grace_hours == 72
    assert waits_until(ballot) == GRACE_ENDS + 5 * DAY
    later = carried(asked, people[0], finished=CLOSES + DAY)
    assert await bring(session, asked, later, at=GRACE_ENDS + DAY) == [None]


# What is told of it


async def test_those_who_voted_and_those_for_whom_one_was_brought_are_counted_once(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    for somebody in people[:5]:
        await vote(session, asked, somebody, Choice.FOR)
    twice = [carried(asked, people[8], by=by) for by in (RIZIKI, SALMA)]
    await bring(session, asked, *(carried(asked, somebody) for somebody in people[:8]), *twice)
    ballot = await seen(session, asked)
    assert await queries.arrived(session, ballot=ballot) == (0, 0)
    await bring(session, asked, carried(asked, people[9]), carried(asked, people[10], held=True))
    assert await queries.arrived(session, ballot=ballot) == (10, 0)


async def test_whether_an_entry_held_a_vote_is_looked_up_through_the_key(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    one, ballot = carried(asked, people[0]), await seen(session, asked)
    await bring(session, asked, one)
    assert await holds_vote(session, ballot=ballot, entry=one.entry, folder=asked.folder)
    assert not await holds_vote(session, ballot=ballot, entry=uuid.uuid4(), folder=asked.folder)


async def test_erasing_a_person_takes_out_what_was_carried_for_them_also_within_the_grace(
    session: Session, asked: Asked, people: list[Actor]
) -> None:
    await bring(session, asked, carried(asked, people[0]), carried(asked, people[1]))
    await vote(session, asked, people[0], Choice.FOR)
    person, folder = people[0].person_id or 0, asked.folder
    mine = {"city_id": asked.city.id, "person_id": person, "folder": folder, "at": CLOSES + DAY}
    assert await carried_votes(session, **mine) == ["lamps"]  # type: ignore[arg-type]
    await erase_votes(session, **mine)  # type: ignore[arg-type]
    assert len(await rows(session, asked)) == 1
    assert await session.scalar(sa.text(f"select count(*) from vote_{asked.ballot.id}")) == 0
    assert await carried_votes(session, **mine) == []  # type: ignore[arg-type]


# Whatever happens


ACTS = some.lists(
    some.tuples(
        some.sampled_from(["own", "carried", "carried again", "hold", "release", "spoil"]),
        some.integers(0, 2),
        some.sampled_from([RIZIKI, SALMA, 33]),
        some.sampled_from(list(Choice)),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
async def test_one_vote_of_a_person_counts_and_their_own_goes_first(
    session: Session, cast: Cast, tmp_path: Path, acts: list[tuple[str, int, int, Choice]]
) -> None:
    """Against a model: whoever voted themselves has their last vote, of the others those with one carried vote that counts."""
    outer = await session.begin_nested()
    asked = await ask_with_delegates(session, cast, tmp_path)
    people = await holders(session, cast, 13)
    await filled(session, asked, people)
    ballot = await seen(session, asked)
    own: dict[int, Choice] = {}
    brought: dict[tuple[int, int], list[tuple[Carried, str]]] = {}
    for act, who, by, choice in acts:
        mine = brought.setdefault((who, by), [])
        if act == "own":
            await vote(session, asked, people[who], choice)
            own[who] = choice
        elif act.startswith("carried"):
            one = carried(asked, people[who], choice, by=by)
            [refusal] = await bring(session, asked, one)
            assert (refusal is None) == all(state == "spoiled" for _vote, state in mine)
            mine.extend([(one, "counts")] if refusal is None else [])
        elif mine:
            one, state = mine[-1]
            await getattr(carrying, act)(session, ballot=ballot, entry=one.entry, folder=asked.folder)
            after = {
                "hold": {"counts": "held"},
                "release": {"held": "counts"},
                "spoil": dict.fromkeys(["counts", "held"], "spoiled"),
            }
            mine[-1] = (one, after[act].get(state, state))
    wanted = dict(own)
    for who in range(3):
        counting_ones = [
            vote.choice
            for (whose, _by), votes in brought.items()
            if whose == who
            for vote, state in votes
            if state == "counts"
        ]
        if who not in own and len(counting_ones) == 1:
            wanted[who] = counting_ones[0]
    result = await count(session, asked)
    told = [result["for"], result["against"], result["abstain"]]
    assert told == [list(wanted.values()).count(choice) + 10 * (choice is Choice.AGAINST) for choice in Choice]
    await outer.rollback()


def test_refusals_say_why_and_what_to_do() -> None:
    from participation.domain.ballots.carried import rules

    for refusal in (rules.early(), rules.another_choice(), rules.code_ended()):
        assert isinstance(refusal, Refusal)
        assert str(refusal.message)
        assert str(refusal.next_step)
