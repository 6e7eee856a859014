"""Ballots in a real database: announced, voted in, extended, counted, cancelled."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.ballots import operations, queries
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.counting.queries import due_for_counting
from participation.domain.ballots.erasing.operations import erase_votes
from participation.domain.ballots.models import BallotState, Choice
from participation.domain.ballots.queries import key_file
from participation.domain.people.models import Residence
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, Invalid, NotAllowed, Refusal, Unavailable
from participation.kit.hashing import has_check_digit
from tests.cast import DAY, NOW, Cast, resident
from tests.voting import CLOSES, OPENS, QUESTIONS, Asked, ask, project, vote

SECOND = timedelta(seconds=1)


@pytest.fixture
async def asked(session: Session, cast: Cast, tmp_path: Path) -> Asked:
    return await ask(session, cast, tmp_path)


async def count(session: Session, asked: Asked) -> dict[str, object]:
    at = asked.ballot.closes_at + timedelta(minutes=2)
    return await counting.count(session, city=asked.city, ballot_id=asked.ballot.id, folder=asked.folder, at=at)


async def rows(session: Session, asked: Asked, table: str = "vote") -> list[sa.Row[tuple[object, ...]]]:
    found = await session.execute(sa.text(f"select * from {table}_{asked.ballot.id} order by 1, 2"))
    return list(found.all())


async def kinds(session: Session) -> list[str]:
    return list((await session.scalars(sa.select(RecordEntry.kind).order_by(RecordEntry.id))).all())


# Voting


async def test_a_resident_votes_and_is_given_a_receipt(session: Session, cast: Cast, asked: Asked) -> None:
    receipt = await vote(session, asked, cast.amina, Choice.FOR)
    assert len(receipt) == 12
    assert has_check_digit(receipt)
    found = await queries.by_receipt(session, city_id=cast.city.id, receipt=receipt)
    assert found is not None
    assert (found.slug, found.state) == ("lamps", BallotState.ANNOUNCED)
    assert await queries.by_receipt(session, city_id=cast.city.id + 1, receipt=receipt) is None


async def test_a_vote_can_be_changed_and_the_last_one_counts(session: Session, cast: Cast, asked: Asked) -> None:
    first = await vote(session, asked, cast.amina, Choice.FOR)
    second = await vote(session, asked, cast.amina, Choice.AGAINST)
    assert first != second
    [row] = await rows(session, asked)
    assert row.choice == Choice.AGAINST


async def test_the_same_form_sent_again_gives_the_same_receipt_and_changes_nothing(
    session: Session, cast: Cast, asked: Asked
) -> None:
    token = secrets.token_bytes(32)
    first = await vote(session, asked, cast.amina, Choice.FOR, token=token)
    await vote(session, asked, cast.amina, Choice.AGAINST)
    assert await vote(session, asked, cast.amina, Choice.FOR, token=token) == first
    [row] = await rows(session, asked)
    assert row.choice == Choice.AGAINST


async def test_the_same_form_with_another_choice_or_from_another_person_is_refused(
    session: Session, cast: Cast, asked: Asked
) -> None:
    token = secrets.token_bytes(32)
    await vote(session, asked, cast.amina, Choice.FOR, token=token)
    other_choice, other_person = (cast.amina, Choice.AGAINST, "repeat"), (cast.baraka, Choice.FOR, "others_form")
    for actor, choice, reason in (other_choice, other_person):
        with pytest.raises(Conflict) as refused:
            await vote(session, asked, actor, choice, token=token)
        assert refused.value.code == reason
    [row] = await rows(session, asked)
    assert row.choice == Choice.FOR


async def test_a_vote_one_second_after_closing_is_refused_and_one_before_is_not(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await vote(session, asked, cast.amina, Choice.FOR, at=CLOSES - SECOND)
    with pytest.raises(Closed):
        await vote(session, asked, cast.baraka, Choice.FOR, at=CLOSES)
    assert len(await rows(session, asked)) == 1


async def test_a_vote_that_waited_too_long_is_refused_and_leaves_nothing(
    session: Session, cast: Cast, asked: Asked
) -> None:
    with pytest.raises(Unavailable) as refused:
        async with session.begin_nested():
            await vote(session, asked, cast.amina, Choice.FOR, waited=timedelta(seconds=31))
    assert refused.value.code == "busy"
    assert await rows(session, asked) == []


async def test_what_counts_is_where_somebody_lived_when_the_ballot_opened(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path, districts=[cast.harbour])
    moved_away = Residence(
        person_id=cast.amina.person_id, since=OPENS + SECOND, city_id=cast.city.id, district_id=cast.market
    )
    moved_in = Residence(
        person_id=cast.baraka.person_id, since=OPENS + SECOND, city_id=cast.city.id, district_id=cast.harbour
    )
    session.add_all([moved_away, moved_in])
    await session.flush()
    await vote(session, asked, cast.amina, Choice.FOR)
    with pytest.raises(NotAllowed) as refused:
        await vote(session, asked, cast.baraka, Choice.FOR)
    assert refused.value.code == "other_district"
    [row] = await rows(session, asked)
    assert row.district_id == cast.harbour


async def test_who_came_after_the_opening_votes_where_they_came_first(
    session: Session, cast: Cast, asked: Asked
) -> None:
    newcomer = await resident(session, cast.city.id, cast.hill)
    of = Residence.person_id == newcomer.person_id
    await session.execute(sa.update(Residence).where(of).values(since=NOW))
    later = Residence(person_id=newcomer.person_id, since=NOW + DAY, city_id=cast.city.id, district_id=cast.market)
    session.add(later)
    await session.flush()
    await vote(session, asked, newcomer, Choice.FOR, at=NOW + 2 * DAY)
    [row] = await rows(session, asked)
    assert row.district_id == cast.hill


async def test_staff_and_strangers_do_not_vote(session: Session, cast: Cast, asked: Asked) -> None:
    for actor in (cast.omar, cast.nobody):
        with pytest.raises(NotAllowed) as refused:
            await vote(session, asked, actor, Choice.FOR)
        assert refused.value.code == "not_resident"


async def test_a_vote_appends_nothing_to_the_record(session: Session, cast: Cast, asked: Asked) -> None:
    before = await kinds(session)
    await vote(session, asked, cast.amina, Choice.FOR)
    assert await kinds(session) == before


async def test_a_person_sees_their_own_choice_and_nobody_elses(session: Session, cast: Cast, asked: Asked) -> None:
    await vote(session, asked, cast.amina, Choice.AGAINST)
    ballot = await queries.of_project(session, city_id=cast.city.id, slug="lamps")
    assert ballot is not None
    amina, baraka = cast.amina.person_id or 0, cast.baraka.person_id or 0
    own = await queries.own_vote(session, ballot=ballot, person_id=amina, folder=asked.folder)
    assert own is not None
    assert own.choice == Choice.AGAINST
    assert await queries.own_vote(session, ballot=ballot, person_id=baraka, folder=asked.folder) is None
    mine = await queries.own_votes(session, city_id=cast.city.id, person_id=amina, folder=asked.folder, at=NOW)
    assert [(own.slug, own.choice) for own in mine] == [("lamps", Choice.AGAINST)]
    assert await queries.own_votes(session, city_id=cast.city.id, person_id=amina, folder=asked.folder, at=CLOSES) == []


async def test_erasing_a_person_takes_their_vote_out_of_an_open_ballot(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await vote(session, asked, cast.amina, Choice.FOR)
    await vote(session, asked, cast.baraka, Choice.AGAINST)
    await erase_votes(session, city_id=cast.city.id, person_id=cast.amina.person_id or 0, folder=asked.folder, at=NOW)
    [row] = await rows(session, asked)
    assert row.choice == Choice.AGAINST


async def test_votes_so_far_are_told_in_tens(session: Session, cast: Cast, asked: Asked) -> None:
    view = await queries.by_id(session, city_id=cast.city.id, ballot_id=asked.ballot.id)
    assert view is not None
    for number in range(1, 12):
        somebody = await resident(session, cast.city.id, cast.harbour)
        await vote(session, asked, somebody, Choice.FOR)
        assert await queries.arrived(session, ballot=view) == (number // 10 * 10, 0)


# Before it opens


async def test_the_question_is_needed_in_every_required_language(session: Session, cast: Cast, tmp_path: Path) -> None:
    about = await project(session, cast.city)
    rule = {"threshold": 50, "quorum": 0, "binding": False, "districts": []}
    common = {"city": cast.city, "project": about, "step": about.steps[0], "actor": cast.omar, "at": OPENS - DAY}
    await operations.draft(session, questions={"en": "Lamps?"}, **rule, **common)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        await operations.announce(session, folder=tmp_path, **common)  # type: ignore[arg-type]
    assert list(refused.value.errors) == ["questions.sw"]
    await operations.draft(session, questions=QUESTIONS, **rule, **common)  # type: ignore[arg-type]
    ballot = await operations.announce(session, folder=tmp_path, **common)  # type: ignore[arg-type]
    assert ballot.state == BallotState.ANNOUNCED


async def test_an_announced_rule_cannot_change(session: Session, cast: Cast, asked: Asked) -> None:
    with pytest.raises(Conflict) as refused:
        await operations.draft(
            session,
            city=cast.city,
            project=asked.project,
            step=asked.step,
            questions=QUESTIONS,
            threshold=10,
            quorum=0,
            binding=True,
            districts=[],
            actor=cast.omar,
            at=NOW,
        )
    assert refused.value.code == "announced"


async def test_only_officials_put_something_to_the_vote(session: Session, cast: Cast, asked: Asked) -> None:
    for actor in (cast.amina, cast.mariam, cast.ada):
        with pytest.raises(NotAllowed):
            await operations.announce(
                session,
                city=cast.city,
                project=asked.project,
                step=asked.step,
                folder=asked.folder,
                actor=actor,
                at=NOW,
            )


async def test_a_ballot_cannot_be_announced_once_its_step_has_opened(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    await counting.cancel(
        session,
        city=cast.city,
        project=asked.project,
        ballot_id=asked.ballot.id,
        reasons={"en": "Wrong question."},
        actor=cast.omar,
        at=NOW,
    )
    with pytest.raises(Conflict) as refused:
        await counting.repeat(
            session,
            city=cast.city,
            project=asked.project,
            step=asked.step,
            ballot=asked.ballot,
            folder=tmp_path,
            actor=cast.omar,
            at=NOW,
        )
    assert refused.value.code == "too_late"


async def test_a_ballot_follows_its_step_to_a_later_closing(session: Session, cast: Cast, asked: Asked) -> None:
    asked.step.closes_at = CLOSES + 5 * DAY
    await operations.extend(session, step=asked.step, at=NOW)
    await vote(session, asked, cast.amina, Choice.FOR, at=CLOSES + DAY)
    asked.step.closes_at = CLOSES
    with pytest.raises(Conflict) as refused:
        await operations.extend(session, step=asked.step, at=NOW)
    assert refused.value.code == "shortened"


# The key


async def test_without_its_key_a_ballot_takes_no_votes_and_can_still_be_counted(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await vote(session, asked, cast.amina, Choice.FOR)
    key_file(asked.folder, asked.ballot.key).unlink()
    with pytest.raises(Unavailable) as refused:
        await vote(session, asked, cast.baraka, Choice.FOR)
    assert refused.value.code == "not_stored"
    assert await count(session, asked) == {"result": "passed"}


async def test_a_key_folder_that_cannot_be_written_stops_the_announcement(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "ballots").write_text("a file where a folder should be")
    with pytest.raises(Unavailable) as refused:
        await ask(session, cast, tmp_path)
    assert refused.value.code == "key"


async def test_votes_that_are_not_where_they_should_be_are_a_refusal_and_not_a_crash(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await session.execute(sa.text(f"drop table vote_{asked.ballot.id}"))
    with pytest.raises(Unavailable):
        async with session.begin_nested():
            await vote(session, asked, cast.amina, Choice.FOR)
    with pytest.raises(Unavailable) as refused:
        await count(session, asked)
    assert refused.value.code == "ballot_tables"


# Ends


async def test_counting_publishes_the_result_and_leaves_receipts_alone(
    session: Session, cast: Cast, asked: Asked
) -> None:
    receipts = []
    for choice, number in ((Choice.FOR, 12), (Choice.AGAINST, 5), (Choice.ABSTAIN, 3)):
        for _n in range(number):
            somebody = await resident(session, cast.city.id, cast.harbour)
            receipts.append(await vote(session, asked, somebody, choice))
    result = await count(session, asked)
    assert {name: result[name] for name in ("result", "votes", "for", "against", "abstain")} == {
        "result": "passed",
        "votes": 20,
        "for": 12,
        "against": 5,
        "abstain": 3,
    }
    assert result["channels"] == [{"channels": ["web"], "votes": 20}]
    assert [row.receipt for row in await rows(session, asked, "vote_receipt")] == sorted(receipts)
    found = await queries.by_receipt(session, city_id=cast.city.id, receipt=receipts[0])
    assert found is not None
    assert found.state == BallotState.COUNTED
    assert (await kinds(session))[-1] == "ballot_counted"


async def test_a_ballot_is_counted_once_and_not_too_early(session: Session, cast: Cast, asked: Asked) -> None:
    early = CLOSES + timedelta(seconds=59)
    with pytest.raises(Closed):
        await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=early)
    assert await due_for_counting(session, city_id=cast.city.id, at=early) == []
    assert await due_for_counting(session, city_id=cast.city.id, at=early + SECOND) == [asked.ballot.id]
    await count(session, asked)
    with pytest.raises(Conflict):
        await count(session, asked)
    assert await due_for_counting(session, city_id=cast.city.id, at=early + SECOND) == []


async def test_the_key_is_destroyed_after_counting_and_the_record_says_so_once(
    session: Session, cast: Cast, asked: Asked
) -> None:
    key = key_file(asked.folder, asked.ballot.key)
    await count(session, asked)
    assert key.exists()
    assert await counting.destroy_keys(session, city_id=cast.city.id, folder=asked.folder, at=CLOSES + DAY) == 1
    assert not key.exists()
    assert await counting.destroy_keys(session, city_id=cast.city.id, folder=asked.folder, at=CLOSES + DAY) == 0
    assert (await kinds(session)).count("ballot_key_destroyed") == 1


async def test_a_key_destroyed_before_a_crash_is_recorded_afterwards(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await count(session, asked)
    key_file(asked.folder, asked.ballot.key).unlink()
    assert await counting.destroy_keys(session, city_id=cast.city.id, folder=asked.folder, at=CLOSES + DAY) == 1
    assert (await kinds(session))[-1] == "ballot_key_destroyed"


async def test_a_cancelled_ballot_drops_its_votes_uncounted_and_its_receipts_say_so(
    session: Session, cast: Cast, asked: Asked
) -> None:
    receipt = await vote(session, asked, cast.amina, Choice.FOR)
    ballot = await counting.cancel(
        session,
        city=cast.city,
        project=asked.project,
        ballot_id=asked.ballot.id,
        reasons={"en": "The question was wrong."},
        actor=cast.omar,
        at=NOW,
    )
    assert ballot.result is None
    assert await session.scalar(sa.text(f"select to_regclass('vote_{ballot.id}')")) is None
    found = await queries.by_receipt(session, city_id=cast.city.id, receipt=receipt)
    assert found is not None
    assert found.state == BallotState.CANCELLED
    with pytest.raises(Closed) as refused:
        await vote(session, asked, cast.baraka, Choice.FOR)
    assert refused.value.code == "cancelled"
    await counting.destroy_keys(session, city_id=cast.city.id, folder=asked.folder, at=NOW)
    assert not key_file(asked.folder, ballot.key).exists()


async def test_after_a_fault_a_ballot_is_run_again_with_tables_and_a_key_of_its_own(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await vote(session, asked, cast.amina, Choice.FOR)
    old = await counting.cancel(
        session,
        city=cast.city,
        project=asked.project,
        ballot_id=asked.ballot.id,
        reasons={"en": "The question was wrong."},
        actor=cast.omar,
        at=NOW,
    )
    asked.step.opens_at, asked.step.closes_at, asked.step.opened_at = NOW + DAY, NOW + 8 * DAY, None
    new = await counting.repeat(
        session,
        city=cast.city,
        project=asked.project,
        step=asked.step,
        ballot=old,
        folder=asked.folder,
        actor=cast.omar,
        at=NOW,
    )
    asked.step.opened_at = NOW + DAY
    await session.flush()
    assert new.id != old.id
    assert new.key != old.key
    again = Asked(cast.city, asked.project, asked.step, new, asked.folder)
    await vote(session, again, cast.amina, Choice.AGAINST, at=NOW + 2 * DAY)
    assert [row.choice for row in await rows(session, again)] == [Choice.AGAINST]


async def test_nothing_is_cancelled_without_reasons_or_by_somebody_else(
    session: Session, cast: Cast, asked: Asked
) -> None:
    common = {"city": cast.city, "project": asked.project, "ballot_id": asked.ballot.id, "at": NOW}
    refusals: list[type[Refusal]] = []
    for actor, reasons in ((cast.omar, {}), (cast.amina, {"en": "I lost."})):
        with pytest.raises(Refusal) as refused:
            await counting.cancel(session, reasons=reasons, actor=actor, **common)  # type: ignore[arg-type]
        refusals.append(refused.type)
    assert refusals == [Invalid, NotAllowed]
