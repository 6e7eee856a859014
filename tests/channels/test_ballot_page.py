"""A ballot's page, as residents with a slip, residents who are signed in, and everybody else use it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from participation.domain.ballots.carried import operations as carrying
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.ballots.queries import key_file
from participation.domain.people.models import SignIn, WrongGuess
from participation.kit.database import Session
from participation.kit.hashing import with_check_digit
from participation.settings import Settings
from tests.browsing import Browser, browser, sign_in_as
from tests.carrying import GRACE_ENDS, SALMA, ask_with_delegates, bring, carried, holders, seen
from tests.cast import DAY, Cast, resident
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import CLOSES, OPENS, Asked, ask, vote

PAGE = "/en/projects/lamps/ballot"
RECEIPT = re.compile(r"<b>(\d{4})</b> <b>(\d{4})</b> <b>(\d{4})</b>")


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    made = await ask(session, cast, settings.keys, quorum=12)
    await session.commit()
    return made


async def choices(session: Session, asked: Asked) -> list[int]:
    return list((await session.scalars(sa.text(f"select choice from vote_{asked.ballot.id}"))).all())


async def counted(session: Session, asked: Asked, **numbers: int) -> None:
    for name, number in numbers.items():
        for _n in range(number):
            somebody = await resident(session, asked.city.id, asked.city.districts[0].id)
            await vote(session, asked, somebody, Choice[name.upper()])
    await counting.count(
        session, city=asked.city, ballot_id=asked.ballot.id, folder=asked.folder, at=CLOSES + timedelta(minutes=2)
    )
    await session.commit()


# With a slip


async def test_somebody_with_a_slip_votes_in_one_form_and_is_shown_the_receipt(
    visitor: Browser, asked: Asked, code: str, session: Session
) -> None:
    page = await visitor.get(PAGE)
    assert page.headers["cache-control"] == "no-store"
    assert "Shall the market get lamps?" in page.text
    assert "Votes so far: fewer than ten." in page.text
    page = await visitor.send({"choice": "1", "code": code}, follow=False)
    assert page.status_code == 303
    page = await visitor.get(page.headers["location"])
    assert page.status_code == 200
    assert page.url.path == "/en/projects/lamps/ballot/receipt"
    assert RECEIPT.search(page.text)
    assert await choices(session, asked) == [1]
    assert await session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


async def test_the_receipt_is_in_no_address_and_can_be_read_in_another_language(
    visitor: Browser, asked: Asked, code: str
) -> None:
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "1", "code": code})
    digits = "".join(RECEIPT.findall(page.text)[0])
    assert digits not in str(page.url)
    page = await visitor.get("/sw/projects/lamps/ballot/receipt")
    assert "".join(RECEIPT.findall(page.text)[0]) == digits


async def test_nobody_else_sees_a_receipt(app: Any, asked: Asked) -> None:
    other = browser(app)
    page = await other.get(PAGE + "/receipt")
    assert str(page.url).endswith(PAGE)
    other.client.cookies.set("receipt", f"ballot-{asked.ballot.id}-123456789012")
    page = await other.get(PAGE + "/receipt")
    assert str(page.url).endswith(PAGE)
    await other.client.aclose()


async def test_a_receipt_is_shown_for_a_minute_to_who_typed_a_code_and_for_five_to_who_is_signed_in(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, code: str
) -> None:
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "1", "code": code}, follow=False)
    assert any("receipt=" in c and "Max-Age=60;" in c for c in page.headers.get_list("set-cookie"))
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "1"}, follow=False)
    assert any("receipt=" in c and "Max-Age=300;" in c for c in page.headers.get_list("set-cookie"))


@pytest.mark.parametrize("leave", ["out", "in", "erase"])
async def test_who_comes_next_to_a_shared_device_sees_no_receipt(
    visitor: Browser, asked: Asked, code: str, leave: str
) -> None:
    await visitor.get("/en/sign-in")
    await visitor.send({"code": code})
    await visitor.get(PAGE)
    assert RECEIPT.search((await visitor.send({"choice": "1"})).text)
    if leave == "erase":
        await visitor.get("/en/me/erase")
        await visitor.send({"sure": "1", "code": code})
        assert "has been erased" in visitor.page.text
    else:
        await visitor.get(f"/en/sign-{leave}")
        await visitor.send({"code": code} if leave == "in" else {})
    page = await visitor.get(PAGE + "/receipt")
    assert str(page.url).endswith(PAGE)
    assert not RECEIPT.search(page.text)


async def test_digits_of_other_scripts_and_spaces_are_taken(
    visitor: Browser, asked: Asked, code: str, session: Session
) -> None:
    arabic = code.translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
    typed = " - ".join(arabic[i : i + 4] for i in range(0, 16, 4))
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "2", "code": typed})
    assert RECEIPT.search(page.text)
    assert await choices(session, asked) == [2]


async def test_a_mistyped_code_keeps_the_choice_and_never_comes_back(
    visitor: Browser, asked: Asked, code: str, session: Session
) -> None:
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "2", "code": wrong, "pin": "314159"})
    assert page.status_code == 422
    assert "One digit is wrong" in page.text
    assert re.search(r'value="2" checked', page.text)
    assert wrong not in page.text
    assert "314159" not in page.text
    assert await choices(session, asked) == []


async def test_a_code_that_nobody_has_is_counted_as_a_guess(visitor: Browser, asked: Asked, session: Session) -> None:
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "1", "code": with_check_digit("5724" + "0" * 11)})
    assert page.status_code == 422
    assert "This code is not known" in page.text
    assert (await session.scalar(sa.select(sa.func.sum(WrongGuess.count))) or 0) > 0


# Bad input


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ([], "Please choose one of the options."),
        ([("choice", "")], "Please choose one of the options."),
        ([("choice", "4")], "There is no such option."),
        ([("choice", "0")], "There is no such option."),
        ([("choice", "-1")], "There is no such option."),
        ([("choice", "for")], "There is no such option."),
        ([("choice", "1" * 100_000)], "too long"),
        ([("choice", "1\x00")], "cannot be kept"),
        ([("choice", "1"), ("choice", "2")], "more than once"),
    ],
    ids=["missing", "empty", "four", "zero", "negative", "a word", "endless", "NUL", "two"],
)
async def test_a_choice_that_cannot_be_taken_brings_the_form_back(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, session: Session, sent: list[tuple[str, str]], message: str
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    page = await visitor.send(sent)
    assert page.status_code == 422
    assert message in page.text
    assert await choices(session, asked) == []


async def test_a_token_from_somewhere_else_is_not_taken(
    visitor: Browser, app: Any, asked: Asked, code: str, session: Session
) -> None:
    await visitor.get(PAGE)
    for name in ("token", "csrf"):
        page = await visitor.send({"choice": "1", "code": code, name: "not ours"})
        assert page.status_code == 422
        assert "open for too long" in page.text
    assert await choices(session, asked) == []


async def test_a_page_that_is_not_there_is_said_to_be_missing(visitor: Browser, asked: Asked) -> None:
    for path in ("/en/projects/nothing/ballot", "/en/projects/LAMPS/ballot", "/xx/projects/lamps/ballot"):
        assert (await visitor.get(path)).status_code == 404


# Signed in


async def test_somebody_signed_in_sees_and_changes_their_vote(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get(PAGE)
    assert 'name="code"' not in page.text
    first = await visitor.send({"choice": "1"})
    page = await visitor.get(PAGE)
    assert re.search(r'value="1" checked', page.text)
    assert "Change my vote" in page.text
    second = await visitor.send({"choice": "3"})
    assert second.url != first.url, "a browser that keeps every page would show the first receipt"
    assert await choices(session, asked) == [3]


async def test_two_people_on_one_phone_are_not_told_of_each_other_by_the_form_that_the_first_one_used(
    visitor: Browser, asked: Asked, session: Session, cast: Cast
) -> None:
    slips = await handed_out(session, cast)
    await session.commit()
    shown = await visitor.get(PAGE)
    await visitor.send({"choice": "1", "code": slips[0].code})
    visitor.page = shown
    page = await visitor.send({"choice": "1", "code": slips[1].code})
    assert page.status_code == 409
    assert "Somebody else has voted with this form" in page.text
    assert re.search(r'value="1" checked', page.text)
    assert await choices(session, asked) == [1]
    await visitor.send({"choice": "2", "code": slips[1].code})
    assert sorted(await choices(session, asked)) == [1, 2]


async def test_the_same_form_sent_again_gives_the_same_receipt(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, session: Session
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    shown = await visitor.get(PAGE)
    first = await visitor.send({"choice": "1"})
    visitor.page = shown
    second = await visitor.send({"choice": "1"})
    assert RECEIPT.findall(first.text) == RECEIPT.findall(second.text)
    visitor.page = shown
    third = await visitor.send({"choice": "2"})
    assert third.status_code == 409
    assert "already sent with another choice" in third.text
    assert await choices(session, asked) == [1]


async def test_staff_are_told_why_they_do_not_vote(visitor: Browser, app: Any, cast: Cast, asked: Asked) -> None:
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get(PAGE)
    assert "Only residents vote" in page.text
    assert 'name="choice"' not in page.text


async def test_a_resident_of_another_district_is_told_why_they_do_not_vote(
    visitor: Browser, app: Any, cast: Cast, session: Session, settings: Settings
) -> None:
    await ask(session, cast, settings.keys, districts=[cast.market])
    await session.commit()
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get(PAGE)
    assert "residents of other districts" in page.text
    assert 'name="choice"' not in page.text


async def test_changing_the_language_keeps_the_choice_and_votes_for_nothing(
    visitor: Browser, asked: Asked, session: Session
) -> None:
    await visitor.get(PAGE)
    page = await visitor.send({"choice": "2", "relanguage": "sw"})
    assert page.status_code == 200
    assert page.headers["content-language"] == "sw"
    assert re.search(r'value="2" checked', page.text)
    assert await choices(session, asked) == []


# Dates


async def test_before_it_opens_a_ballot_is_announced_with_its_rule(
    visitor: Browser, cast: Cast, session: Session, settings: Settings, clock: Clock
) -> None:
    await ask(session, cast, settings.keys, opened=False, threshold=66, binding=True)
    await session.commit()
    clock.now = OPENS - timedelta(hours=1)
    page = await visitor.get(PAGE)
    assert "Opens" in page.text
    assert "more than 66 of every 100" in page.text
    assert "the city must follow" in page.text
    assert "<form" not in page.text


async def test_a_vote_one_second_after_closing_is_told_that_it_was_not_counted(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, session: Session, clock: Clock
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    clock.now = CLOSES - timedelta(seconds=1)
    await visitor.get(PAGE)
    clock.now = CLOSES
    page = await visitor.send({"choice": "1"})
    assert page.status_code == 409
    assert "Voting had closed when this arrived" in page.text
    assert await choices(session, asked) == []
    assert "being counted" in (await visitor.get(PAGE)).text


# Results


async def test_nobody_sees_a_count_before_closing_whoever_they_are(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, session: Session
) -> None:
    for number in range(17):
        somebody = await resident(session, cast.city.id, cast.harbour)
        await vote(session, asked, somebody, Choice.FOR if number < 13 else Choice.AGAINST)
    await session.commit()
    for actor in (cast.nobody, cast.amina, cast.omar, cast.ada, cast.idris):
        if actor.person_id is not None:
            await sign_in_as(visitor, app, actor)
        page = await visitor.get(PAGE)
        assert "Votes so far: at least 10." in page.text
        assert not re.search(
            r"\b(13|17)\b", re.sub(r'<svg.*?</svg>|="[^"]*"|<style.*?</style>', "", page.text, flags=re.S)
        )


async def test_until_it_is_counted_the_page_says_what_the_result_can_tell_of_one_voter(
    visitor: Browser, asked: Asked, session: Session, clock: Clock
) -> None:
    warning = "If all of them choose the same, the sums tell what each of them chose."
    assert warning in (await visitor.get(PAGE)).text
    clock.now = CLOSES + timedelta(seconds=1)
    assert warning in (await visitor.get(PAGE)).text
    await counted(session, asked, **{"for": 12})
    clock.now = CLOSES + DAY
    assert warning not in (await visitor.get(PAGE)).text


async def test_places_in_the_turnout_say_in_which_language_they_are_named(
    visitor: Browser, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, asked, **{"for": 21})
    clock.now = CLOSES + DAY
    page = await visitor.get(PAGE.replace("/en/", "/ar/"))
    assert '<th scope="row"><span lang="en" dir="ltr">Harbour</span>' in page.text
    assert '<th scope="row">Harbour' in (await visitor.get(PAGE)).text


async def test_once_counted_everybody_sees_the_result_and_the_turnout(
    visitor: Browser, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, asked, **{"for": 21, "against": 10, "abstain": 4})
    clock.now = CLOSES + DAY
    page = await visitor.get(PAGE)
    assert "Residents voted for it." in page.text
    assert "67.7%" in page.text
    assert "Votes in all" in page.text
    assert "How many took part" in page.text
    assert "<form" not in page.text
    assert page.headers["cache-control"] == "no-cache"


async def test_with_fewer_than_ten_votes_no_number_is_shown(
    visitor: Browser, asked: Asked, session: Session, clock: Clock
) -> None:
    await counted(session, asked, against=9)
    clock.now = CLOSES + DAY
    page = await visitor.get(PAGE)
    assert "Too few people voted" in page.text
    assert "Fewer than ten people voted" in page.text
    assert "How many took part" not in page.text


async def test_a_cancelled_ballot_says_why(visitor: Browser, asked: Asked, cast: Cast, session: Session) -> None:
    await counting.cancel(
        session,
        city=asked.city,
        project=asked.project,
        ballot_id=asked.ballot.id,
        reasons={"en": "A district was left out of the list."},
        actor=cast.omar,
        at=OPENS + DAY,
    )
    await session.commit()
    page = await visitor.get(PAGE)
    assert "This ballot was cancelled" in page.text
    assert "A district was left out of the list." in page.text


# Faults, small screens, quiet logs


async def test_a_ballot_without_its_key_says_that_it_takes_no_votes(
    visitor: Browser, app: Any, cast: Cast, asked: Asked
) -> None:
    key_file(asked.folder, asked.ballot.key).unlink()
    await sign_in_as(visitor, app, cast.amina)
    assert (await visitor.get(PAGE)).status_code == 200
    page = await visitor.send({"choice": "1"})
    assert page.status_code == 503
    assert "Your vote was not counted." in page.text


async def test_with_htmx_only_the_receipt_or_the_form_comes_back(
    visitor: Browser, app: Any, cast: Cast, asked: Asked
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    shown = await visitor.get(PAGE)
    wrong = await visitor.send({"choice": "9"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 200
    assert "There is no such option" in wrong.text
    assert "<html" not in wrong.text
    visitor.page = shown
    right = await visitor.send({"choice": "1"}, headers={"HX-Request": "true"})
    assert RECEIPT.search(right.text)
    assert "<html" not in right.text


async def test_a_vote_takes_few_statements(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, code: str, connection: Any
) -> None:
    statements: list[str] = []

    def heard(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not re.match(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|SET)", statement):
            statements.append(statement)

    await visitor.get(PAGE)
    sa.event.listen(connection.sync_connection, "before_cursor_execute", heard)
    await visitor.send({"choice": "1", "code": code}, follow=False)
    sent = len(statements)
    statements.clear()
    await sign_in_as(visitor, app, cast.amina)
    statements.clear()
    await visitor.get(PAGE)
    shown = len(statements)
    sa.event.remove(connection.sync_connection, "before_cursor_execute", heard)
    assert sent <= 12
    assert shown <= 6


# Where delegates carry votes


@pytest.fixture
async def waited_for(session: Session, cast: Cast, settings: Settings) -> Asked:
    made = await ask_with_delegates(session, cast, settings.keys)
    await session.commit()
    return made


WAITS = "Votes that delegates carry may arrive until 13 Mar 2027, 12:00 (EAT). Nothing is counted or shown before."


async def test_the_page_says_until_when_carried_votes_may_arrive_and_shows_no_number_meanwhile(
    visitor: Browser, clock: Clock, waited_for: Asked
) -> None:
    page = await visitor.get(PAGE)
    assert WAITS in page.text
    assert "Nobody can see results before" not in page.text
    assert "Votes so far: fewer than ten." in page.text
    clock.now = GRACE_ENDS - timedelta(seconds=1)
    page = await visitor.get(PAGE)
    assert "Voting has closed." in page.text
    assert WAITS in page.text
    assert "are being counted" not in page.text
    assert "Votes so far" not in page.text
    clock.now = GRACE_ENDS
    page = await visitor.get(PAGE)
    assert "The votes are being counted." in page.text


async def test_who_signs_in_is_told_that_a_vote_was_brought_for_them_and_never_which(
    visitor: Browser, app: Any, session: Session, cast: Cast, clock: Clock, waited_for: Asked, connection: Any
) -> None:
    people = await holders(session, cast, 5)
    brought = [carried(waited_for, who, choice) for who, choice in zip(people, [1, 2, 3, 1], strict=False)]  # type: ignore[arg-type]
    await bring(session, waited_for, *brought, carried(waited_for, people[1], by=SALMA))
    await carrying.hold(
        session, ballot=await seen(session, waited_for), entry=brought[2].entry, folder=waited_for.folder
    )
    await vote(session, waited_for, people[3], Choice.ABSTAIN)
    await session.commit()
    instead = "What was chosen is not shown. If you vote yourself, your own vote counts instead."
    said = [
        ["A delegate brought a vote for you.", instead],
        ["Neither counts unless it is decided which one does.", instead],
        ["It counts only once somebody has looked at it.", instead],
        ["A delegate brought a vote for you.", "Your own vote counts instead."],
    ]
    assert "delegate brought" not in (await visitor.get(PAGE)).text
    for who, sentences in zip(people, said, strict=False):
        await sign_in_as(visitor, app, who)
        page = await visitor.get(PAGE)
        assert all(sentence in page.text for sentence in sentences)
        assert page.headers["cache-control"] == "no-store"
    assert page.text.count(" checked") == 1
    await sign_in_as(visitor, app, people[0])
    statements: list[str] = []

    def heard(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not re.match(r"\s*(SAVEPOINT|RELEASE|ROLLBACK|SET)", statement):
            statements.append(statement)

    sa.event.listen(connection.sync_connection, "before_cursor_execute", heard)
    page = await visitor.get(PAGE)
    sa.event.remove(connection.sync_connection, "before_cursor_execute", heard)
    assert " checked" not in page.text
    assert len(statements) <= 6
    await sign_in_as(visitor, app, people[4])
    assert "brought a vote for you" not in (await visitor.get(PAGE)).text
    clock.now = CLOSES + DAY
    await sign_in_as(visitor, app, people[0])
    page = await visitor.get(PAGE)
    assert "If you have voted yourself, your own vote counts instead." in page.text


@pytest.mark.parametrize(("held", "told"), [(9, "fewer than ten"), (11, "11")])
async def test_the_result_says_how_many_votes_came_by_delegates_and_for_how_many_people_one_was_spoiled(
    visitor: Browser, session: Session, cast: Cast, clock: Clock, waited_for: Asked, held: int, told: str
) -> None:
    people = await holders(session, cast, 40)
    brought = [carried(waited_for, who, Choice.FOR, held=place < held) for place, who in enumerate(people[:30])]
    await bring(session, waited_for, *brought)
    for who in people[30:]:
        await vote(session, waited_for, who, Choice.AGAINST)
    clock.now = GRACE_ENDS + timedelta(minutes=2)
    await counting.count(
        session, city=cast.city, ballot_id=waited_for.ballot.id, folder=waited_for.folder, at=clock.now
    )
    await session.commit()
    page = await visitor.get(PAGE)
    assert re.search(
        rf"Spoiled: people for whom delegates brought a vote that does not count.*?{told}<", page.text, re.S
    )
    assert f"<dt>Through delegates</dt><dd>{30 - held} (" in page.text
    found = (await visitor.get("/api/v1/projects/lamps/ballot")).json()
    assert found["result"]["spoiled"] == (None if held < 10 else held)
    assert {"channels": ["delegate"], "votes": 30 - held} in found["result"]["by_channel"]
    assert found["carried_until"].startswith("2027-03-13T09:00:00")


async def test_open_data_tells_no_number_while_carried_votes_are_waited_for(
    visitor: Browser, clock: Clock, waited_for: Asked
) -> None:
    address = "/api/v1/projects/lamps/ballot"
    assert (await visitor.get(address)).json()["votes_so_far"] == 0
    clock.now = CLOSES + DAY
    found = (await visitor.get(address)).json()
    assert (found["state"], found["votes_so_far"], found["result"]) == ("closed", None, None)


async def test_a_vote_leaves_no_person_choice_or_receipt_in_the_logs(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with structlog.testing.capture_logs() as logs:
        await visitor.get(PAGE)
        page = await visitor.send({"choice": "1", "code": code})
    out, err = capfd.readouterr()
    digits = "".join(RECEIPT.findall(page.text)[0])
    for said in (str(logs), out, err):
        assert code not in said
        assert digits not in said
        assert "choice" not in said


async def test_the_page_is_small(visitor: Browser, asked: Asked, tmp_path: Path) -> None:
    page = await visitor.client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert int(page.headers["content-length"]) < 10_000


# What comes late, or again


async def test_a_vote_that_comes_again_after_the_closing_is_given_the_first_answer(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, code: str, clock: Clock
) -> None:
    other = browser(app)
    await sign_in_as(other, app, cast.amina)
    for someone, said in ((visitor, {"choice": "1", "code": code}), (other, {"choice": "2"})):
        shown = await someone.get(PAGE)
        first = RECEIPT.findall((await someone.send(said)).text)
        someone.page = shown
        clock.now = CLOSES + timedelta(seconds=1)
        assert RECEIPT.findall((await someone.send(said)).text) == first
        someone.page = shown
        late = await someone.send({**said, "choice": "3"})
        assert late.status_code == 409
        clock.now = CLOSES - timedelta(seconds=5)
    await other.client.aclose()


async def test_with_htmx_too_a_vote_after_the_closing_is_told_so(
    visitor: Browser, app: Any, cast: Cast, asked: Asked, clock: Clock
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    clock.now = CLOSES
    part = await visitor.send({"choice": "1"}, headers={"HX-Request": "true"})
    assert "Voting had closed when this arrived." in part.text


async def test_the_receipt_that_htmx_put_in_place_of_the_form_can_be_read_in_another_language(
    visitor: Browser, app: Any, cast: Cast, asked: Asked
) -> None:
    await sign_in_as(visitor, app, cast.amina)
    await visitor.get(PAGE)
    part = await visitor.send({"choice": "1"}, headers={"HX-Request": "true"})
    assert 'id="form"' in part.text
    page = await visitor.get(PAGE + "/receipt?relanguage=sw")
    assert str(page.url).endswith("/sw/projects/lamps/ballot/receipt")
    assert RECEIPT.findall(page.text) == RECEIPT.findall(part.text)
