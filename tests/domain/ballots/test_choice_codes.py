"""Choice codes: said instead of a choice, answered by a return code, and of use to one person a sheet."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.ballots import queries
from participation.domain.ballots.carried.queries import carried_for
from participation.domain.ballots.choice_codes import operations, rules
from participation.domain.ballots.choice_codes.forms import read_said
from participation.domain.ballots.choice_codes.rules import ChoiceCode
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.erasing.operations import erase_votes
from participation.domain.ballots.models import Choice
from participation.domain.record.actors import Actor
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.errors import Closed, Conflict, NotAllowed, NotFound, Refusal
from participation.kit.hashing import has_check_digit
from participation.kit.i18n import Message
from tests.carrying import GRACE_ENDS, SALMA, ask_with_delegates, bring, carried, codes, holders
from tests.cast import NOW, Cast, resident
from tests.choosing import Sheet, code, printed, say, view
from tests.voting import CLOSES, Asked, ask, vote

SECOND = timedelta(seconds=1)
WAITED = GRACE_ENDS + timedelta(minutes=2)


@pytest.fixture
async def asked(session: Session, cast: Cast, tmp_path: Path) -> Asked:
    return await ask(session, cast, tmp_path)


@pytest.fixture
async def sheets(session: Session, cast: Cast, asked: Asked) -> list[Sheet]:
    return await printed(session, cast, asked, 3)


def token() -> bytes:
    return secrets.token_bytes(32)


async def choices(session: Session, asked: Asked) -> list[int]:
    found = await session.scalars(sa.text(f"select choice from vote_{asked.ballot.id} order by voter"))
    return list(found.all())


async def refused(session: Session, asked: Asked, *what: object) -> str:
    with pytest.raises(Refusal) as refusal:
        await say(session, asked, *what)  # type: ignore[arg-type]
    return refusal.value.code


# Saying one


async def test_a_code_says_the_choice_and_its_return_code_comes_with_the_receipt(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    answer = await say(session, asked, cast.amina, code(sheets[0], 2), token())
    assert len(answer.receipt) == 12
    assert answer.returned == sheets[0][1].returned
    assert await choices(session, asked) == [Choice.AGAINST]


async def test_a_vote_without_a_code_is_answered_without_a_return_code(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    assert (await say(session, asked, cast.amina, Choice.FOR, token())).returned is None


async def test_each_option_of_a_sheet_has_codes_of_its_own(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    lines = [line for sheet in sheets for line in sheet]
    assert len({line.code for line in lines}) == 9
    assert all(len(line.code) == rules.LENGTH and has_check_digit(line.code) for line in lines)
    for sheet in sheets:
        assert [line.choice for line in sheet] == list(Choice)
        assert len({line.returned for line in sheet}) == 3


async def test_another_code_of_the_same_sheet_changes_the_vote_and_so_does_the_number_of_an_option(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    for said, choice in (
        (code(sheets[0], 1), 1),
        (code(sheets[0], 3), 3),
        (Choice.AGAINST, 2),
        (code(sheets[1], 1), 1),
    ):
        await say(session, asked, cast.amina, said, token())
        assert await choices(session, asked) == [choice]


async def test_the_same_message_again_is_answered_the_same_and_changes_nothing(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    sent = token()
    first = await say(session, asked, cast.amina, code(sheets[0], 2), sent)
    await say(session, asked, cast.amina, code(sheets[0], 1), token())
    assert await say(session, asked, cast.amina, code(sheets[0], 2), sent) == first
    assert await choices(session, asked) == [Choice.FOR]
    # Also after the closing, until the votes are counted.
    assert await say(session, asked, cast.amina, code(sheets[0], 2), sent, at=CLOSES + SECOND) == first


async def test_the_same_token_with_another_code_or_number_is_refused_also_where_both_mean_the_same(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    sent = token()
    await say(session, asked, cast.amina, code(sheets[0], 2), sent)
    for said in (code(sheets[0], 1), code(sheets[1], 2), Choice.AGAINST):
        assert await refused(session, asked, cast.amina, said, sent) == "repeat"
    assert await refused(session, asked, cast.baraka, code(sheets[1], 2), sent) == "others_form"
    assert await choices(session, asked) == [Choice.AGAINST]
    # Neither has taken the other sheet.
    await say(session, asked, cast.baraka, code(sheets[1], 1), token())


# Codes that do not count


async def test_whoever_uses_a_sheet_of_somebody_else_is_told_the_same_as_of_a_code_that_nobody_has(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet], tmp_path: Path
) -> None:
    await say(session, asked, cast.amina, code(sheets[0], 1), token())
    elsewhere = await printed(session, cast, await ask(session, cast, tmp_path, slug="lights"))
    unknown, others, of_another_ballot = ChoiceCode("0000000000"), code(sheets[0], 2), code(elsewhere[0], 1)
    words = set()
    for said in (unknown, others, of_another_ballot):
        with pytest.raises(NotFound) as refusal:
            await say(session, asked, cast.baraka, said, token())
        words.add((refusal.value.code, refusal.value.message.text, refusal.value.next_step.text))
    assert len(words) == 1
    assert len(await choices(session, asked)) == 1


async def test_a_code_is_refused_where_no_sheets_were_printed(session: Session, cast: Cast, asked: Asked) -> None:
    assert await refused(session, asked, cast.amina, ChoiceCode("0000000000"), token()) == rules.WRONG_CODE


async def test_a_code_after_closing_is_too_late(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    with pytest.raises(Closed):
        await say(session, asked, cast.amina, code(sheets[0], 1), token(), at=CLOSES)


async def test_a_code_does_not_replace_knowing_who_votes(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    for actor in (cast.nobody, cast.omar):
        with pytest.raises(NotAllowed):
            await say(session, asked, actor, code(sheets[0], 1), token())
    await say(session, asked, cast.amina, code(sheets[0], 1), token())


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1", Choice.FOR),
        (" ٣ ", Choice.ABSTAIN),
        ("4021-7735 78", ChoiceCode("4021773578")),
        ("४०२१७७३५७८", ChoiceCode("4021773578")),
        ("4", "There is no such option"),
        ("yes", "There is no such option"),
        ("4021773575", "One digit is wrong"),
        ("4201773578", "One digit is wrong"),
        ("402177357", "has 10 digits, and this has 9"),
        ("402177357812", "has 10 digits, and this has 12"),
    ],
)
def test_what_is_typed_is_read_in_any_digits_and_a_slip_of_the_finger_is_told_from_a_wrong_code(
    typed: str, says: object
) -> None:
    said = read_said(typed)
    if isinstance(said, Message):
        assert str(says) in said.into("en")
    else:
        assert said == says


# Batches


async def test_a_batch_that_was_stopped_takes_no_more_votes_and_those_that_came_before_stay(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    sent = token()
    first = await say(session, asked, cast.amina, code(sheets[0], 1), sent)
    stop = {"city": cast.city, "project": asked.project, "ballot_id": asked.ballot.id, "number": 1, "at": NOW}
    await operations.stop(session, actor=cast.omar, **stop)  # type: ignore[arg-type]
    assert await refused(session, asked, cast.baraka, code(sheets[1], 1), token()) == "sheets_stopped"
    assert await refused(session, asked, cast.amina, code(sheets[0], 2), token()) == "sheets_stopped"
    assert await say(session, asked, cast.amina, code(sheets[0], 1), sent) == first
    assert await choices(session, asked) == [Choice.FOR]
    with pytest.raises(Conflict):
        await operations.stop(session, actor=cast.omar, **stop)  # type: ignore[arg-type]
    [more] = await printed(session, cast, asked)
    await say(session, asked, cast.baraka, code(more, 1), token())


async def test_the_record_says_how_many_sheets_were_made_and_which_batch_was_stopped(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    common = {"city": cast.city, "project": asked.project, "ballot_id": asked.ballot.id, "actor": cast.omar, "at": NOW}
    await operations.stop(session, number=1, **common)  # type: ignore[arg-type]
    entries = (await session.execute(sa.select(RecordEntry.kind, RecordEntry.body).order_by(RecordEntry.id))).all()
    made, stopped = entries[-2:]
    assert (made.kind, stopped.kind) == ("choice_sheets_printed", "choice_sheets_stopped")
    assert '"printed":3' in str(made.body).replace(" ", "").replace("'", '"')


async def test_only_officials_have_sheets_printed_and_only_from_announcing_to_closing(
    session: Session, cast: Cast, asked: Asked
) -> None:
    common = {"city": cast.city, "project": asked.project, "folder": asked.folder, "language": "en", "count": 1}
    ballot = await view(session, asked)
    with pytest.raises(NotAllowed):
        await operations.draw(session, ballot=ballot, actor=cast.mariam, at=NOW, **common)  # type: ignore[arg-type]
    with pytest.raises(Closed):
        await operations.draw(session, ballot=ballot, actor=cast.omar, at=CLOSES, **common)  # type: ignore[arg-type]


async def test_of_two_batches_drawn_at_the_same_moment_one_is_made(session: Session, cast: Cast, asked: Asked) -> None:
    common = {"city": cast.city, "project": asked.project, "folder": asked.folder, "actor": cast.omar, "at": NOW}
    ballot = await view(session, asked)
    both = [await operations.draw(session, ballot=ballot, language="en", count=1, **common) for _one in range(2)]  # type: ignore[arg-type]
    assert await operations.issue(session, drawn=both[0], **common) == 1  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        await operations.issue(session, drawn=both[1], **common)  # type: ignore[arg-type]


async def test_a_code_is_on_one_sheet_alone_also_where_it_is_drawn_twice(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    again = iter([sheets[0][0].code, sheets[0][1].code, *(f"{n:010d}" for n in range(20))])
    drawn = await operations.draw(
        session,
        city=cast.city,
        project=asked.project,
        ballot=await view(session, asked),
        language="en",
        count=2,
        folder=asked.folder,
        actor=cast.omar,
        at=NOW,
        number=lambda: next(again),
    )
    codes = [line.code for sheet in drawn.sheets for line in sheet]
    assert len(set(codes)) == 6
    assert not {line.code for sheet in sheets for line in sheet} & set(codes)


# What is left of it


async def test_what_somebody_chose_with_a_code_is_shown_to_nobody_who_signs_in_as_them(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    await say(session, asked, cast.amina, code(sheets[0], 2), token())
    await vote(session, asked, cast.baraka, Choice.AGAINST)
    ballot = await view(session, asked)
    for actor, choice in ((cast.amina, None), (cast.baraka, Choice.AGAINST)):
        mine = {"person_id": actor.person_id or 0, "folder": asked.folder}
        own = await queries.own_vote(session, ballot=ballot, **mine)  # type: ignore[arg-type]
        assert own is not None
        assert own.choice == choice
        [listed] = await queries.own_votes(session, city_id=cast.city.id, at=NOW, **mine)  # type: ignore[arg-type]
        assert listed == own


async def test_erasing_a_person_leaves_nothing_of_their_sheet(
    session: Session, cast: Cast, asked: Asked, sheets: list[Sheet]
) -> None:
    await say(session, asked, cast.amina, code(sheets[0], 1), token())
    mine = {"city_id": cast.city.id, "person_id": cast.amina.person_id or 0, "folder": asked.folder}
    await erase_votes(session, at=NOW, **mine)  # type: ignore[arg-type]
    for table in ("vote", "choice_sheet"):
        assert await session.scalar(sa.text(f"select count(*) from {table}_{asked.ballot.id}")) == 0


async def test_counting_adds_up_votes_by_code_tells_how_many_sheets_voted_and_drops_all_of_them(
    session: Session, cast: Cast, asked: Asked
) -> None:
    for sheet in await printed(session, cast, asked, 12):
        await say(session, asked, await resident(session, cast.city.id, cast.harbour), code(sheet, 1), token())
    at = CLOSES + timedelta(minutes=2)
    result = await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=at)
    assert (result["for"], result["votes"], result["sheets"]) == (12, 12, 10)
    left = await session.scalars(
        sa.text("select relname from pg_class where relkind = 'r' and relname ~ '^(vote|choice).*_[0-9]+$'")
    )
    assert left.all() == [f"vote_receipt_{asked.ballot.id}"]


# What a delegate carries


@pytest.fixture
async def with_delegates(session: Session, cast: Cast, tmp_path: Path) -> Asked:
    return await ask_with_delegates(session, cast, tmp_path, slug="wells")


async def carried_code(session: Session, asked: Asked, whose: Actor) -> str | None:
    folder, ballot = asked.folder, await view(session, asked)
    found = await carried_for(session, ballot=ballot, person_id=whose.person_id or 0, folder=folder)
    assert found is not None
    return found.returned


async def test_a_delegate_carries_a_code_without_reading_it_and_the_return_code_waits_for_the_voter(
    session: Session, cast: Cast, with_delegates: Asked
) -> None:
    people = await holders(session, cast, 12)
    sheets = await printed(session, cast, with_delegates, 11)
    by_code = [carried(with_delegates, who, code(sheet, 2)) for who, sheet in zip(people, sheets, strict=False)]
    plain = carried(with_delegates, people[11], Choice.FOR)
    assert await bring(session, with_delegates, *by_code, plain) == [None] * 12
    # The same batch once more, as after an answer that was lost.
    assert await bring(session, with_delegates, *by_code, plain) == [None] * 12
    assert await carried_code(session, with_delegates, people[0]) == sheets[0][1].returned
    assert await carried_code(session, with_delegates, people[11]) is None
    result = await counting.count(
        session, city=cast.city, ballot_id=with_delegates.ballot.id, folder=with_delegates.folder, at=WAITED
    )
    assert (result["against"], result["for"], result["sheets"]) == (11, 1, 10)


async def test_a_carried_code_that_is_unknown_or_of_somebody_elses_sheet_is_refused_and_takes_no_sheet(
    session: Session, cast: Cast, with_delegates: Asked
) -> None:
    people = await holders(session, cast, 3)
    mine, spare = await printed(session, cast, with_delegates, 2)
    await say(session, with_delegates, people[0], code(mine, 1), token())
    other = carried(with_delegates, people[1], code(mine, 2))
    unknown = carried(with_delegates, people[2], ChoiceCode("0000000000"))
    first = carried(with_delegates, people[1], code(spare, 1), by=SALMA, finished=NOW - SECOND)
    second = carried(with_delegates, people[2], code(spare, 2), by=SALMA)
    answers = await bring(session, with_delegates, other, unknown, second, first)
    assert codes(answers) == ["choice_code", "choice_code", "choice_code", None]
    # A person's own vote by another code of their sheet goes before what was carried.
    await say(session, with_delegates, people[1], code(spare, 3), token())
    assert await choices(session, with_delegates) != []


async def test_a_code_that_was_used_before_its_batch_was_stopped_is_taken_when_it_arrives(
    session: Session, cast: Cast, with_delegates: Asked
) -> None:
    people = await holders(session, cast, 2)
    sheets = await printed(session, cast, with_delegates, 2)
    stop = {"city": cast.city, "project": with_delegates.project, "ballot_id": with_delegates.ballot.id, "number": 1}
    await operations.stop(session, actor=cast.omar, at=NOW, **stop)  # type: ignore[arg-type]
    before = carried(with_delegates, people[0], code(sheets[0], 1), finished=NOW - SECOND)
    after = carried(with_delegates, people[1], code(sheets[1], 1), finished=NOW + SECOND)
    answers = await bring(session, with_delegates, before, after, at=NOW + 2 * SECOND)
    assert codes(answers) == [None, "sheets_stopped"]
