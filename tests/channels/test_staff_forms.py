"""What officials typed comes back whatever is refused, with the reason and what to do now; nobody overwrites anybody unknowingly."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.channels.staff import slips
from participation.domain.ballots.models import Ballot
from participation.domain.consultations.moderated import operations as moderated
from participation.domain.moderation.models import Reason
from participation.domain.outcomes.models import Outcome
from participation.domain.people.models import Role
from participation.domain.projects.models import Project, Step
from participation.kit.database import Session
from participation.kit.errors import Unavailable
from participation.kit.i18n import _
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast, staff
from tests.consulting import consulted, say
from tests.drafting import complete, drafted
from tests.stage import Clock
from tests.voting import Asked

DESK = "/staff/projects/flood-sirens"
REASONS = {"closes_at": "2027-07-01 18:00", "reasons.en": "The flood came first", "reasons.sw": "Mafuriko yalitangulia"}
DECISION = {"decision": "adopted", "decided.en": "The market gets lamps.", "reasons.en": "The vote was clear."}
REPLACES = "Sending it again replaces that."


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


@pytest.fixture
async def draft(session: Session, cast: Cast) -> Project:
    project = await drafted(session, cast)
    await session.commit()
    return project


async def fill(browser: Browser, path: str, values: dict[str, str]) -> Any:
    await browser.get(path)
    return await browser.send(values)


def next_step(page: str) -> str:
    """What the page says above its form after the list of what is wrong."""
    return page.partition('id="errors"')[2].partition("</ul>")[2].partition("</div>")[0]


# Whatever is refused


async def test_a_step_that_closes_while_reasons_are_typed_gives_them_back(
    omar: Browser, session: Session, cast: Cast, clock: Clock
) -> None:
    await complete(session, cast, opens=14 * DAY, closes=50 * DAY)
    await session.commit()
    await fill(omar, DESK, {"version": "99"})
    await omar.get(f"{DESK}/steps/consultation/extend")
    await session.execute(sa.update(Step).values(ended_at=clock.now))
    await session.commit()
    page = await omar.send(REASONS)
    assert page.status_code == 409
    assert "A closed step cannot be extended." in page.text
    assert "what comes next" in next_step(page.text)
    for words in REASONS.values():
        assert words in page.text


async def test_a_place_that_is_not_ones_own_is_refused_beside_what_was_typed(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    local = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    await session.commit()
    await sign_in_as(visitor, app, local)
    await fill(visitor, "/staff/projects/new", {"title": "Harbour lamps", "language": "en", "kind": "project"})
    await visitor.get("/staff/projects/harbour-lamps/facts")
    page = await visitor.send({"cost_amount": "123456", "districts": "market"})
    assert page.status_code == 403
    assert 'value="123456"' in page.text
    assert "An administrator of the city" in next_step(page.text)


async def test_a_printer_that_fails_gives_the_batch_back(omar: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def jammed(*_given: Any) -> Any:
        raise Unavailable("printing", _("The slips could not be printed."), _("Please try again."))

    monkeypatch.setattr(slips, "printed", jammed)
    page = await fill(
        omar, "/staff/batches/new", {"district": "harbour", "count": "7", "handed_out_by": "Table at the fish hall"}
    )
    assert page.status_code == 503
    assert "Table at the fish hall" in page.text
    assert "Please try again." in next_step(page.text)


async def test_an_invitation_that_is_refused_keeps_its_day_and_says_what_to_do(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    local = await staff(session, cast.city, [Role.ADMINISTRATOR], cast.harbour)
    await session.commit()
    await sign_in_as(visitor, app, local)
    page = await fill(
        visitor,
        "/staff/team",
        {"person": "", "role": "official", "place": cast.city.root.slug, "ends_at": "2027-12-31"},
    )
    assert page.status_code == 403
    assert 'value="2027-12-31"' in page.text
    assert "An administrator of the city" in next_step(page.text)


async def test_a_comment_that_another_moderator_has_hidden_is_shown_with_the_reason(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await consulted(session, cast)
    posted = await say(session, cast, cast.amina, "Thieves!")
    await session.commit()
    await sign_in_as(visitor, app, cast.mariam)
    await visitor.get(f"/staff/moderation/{posted.id}")
    other = await staff(session, cast.city, [Role.MODERATOR])
    await moderated.hide(session, city=cast.city, comment_id=posted.id, reason=Reason.SPAM, actor=other, at=NOW)
    await session.commit()
    page = await visitor.send({"decide": "hide", "reason": "insult"})
    assert page.status_code == 409
    assert "Thieves!" in page.text
    assert "how things stand now" in next_step(page.text)


async def test_a_form_that_there_is_no_more_gives_the_words_back_and_no_secret(
    omar: Browser, app: Any, draft: Project, cast: Cast
) -> None:
    """Their session has ended while they were typing."""
    await omar.get(f"{DESK}/texts/en")
    omar.client.cookies.delete("session")
    page = await omar.send({"description": "Two hours of typing", "contact": "Works Office", "password": "hush hush"})
    assert page.status_code == 401
    assert "Sign in, then go back" in page.text
    assert "Two hours of typing" in page.text
    assert "Works Office" in page.text
    assert "hush hush" not in page.text


async def test_a_question_comes_back_when_a_colleague_has_announced_the_ballot(
    omar: Browser, session: Session, cast: Cast
) -> None:
    await complete(session, cast, opens=14 * DAY, closes=50 * DAY, vote=True)
    await session.commit()
    shown = await omar.get(f"{DESK}/ballot")
    await fill(omar, DESK, {"version": "99"})
    omar.page = shown
    page = await omar.send({"questions.en": "Shall the sirens be louder?", "version": "99"})
    assert page.status_code == 409
    assert "It was not sent." in page.text
    assert "Shall the sirens be louder?" in page.text


# Two officials


Changes = tuple[str, dict[str, str], dict[str, str], str]
OTHERS: list[Changes] = [
    ("texts/en", {"contact": "Written first"}, {"contact": "Written second"}, "Written first"),
    ("facts", {"cost_amount": "9000000"}, {"cost_amount": "8000000"}, "9,000,000"),
    ("facts", {"districts": "harbour"}, {"districts": "market"}, "Harbour"),
    ("steps/decision", {"closes_at": "2027-06-02"}, {"closes_at": "2027-06-03"}, "2027-06-02 00:00"),
    ("ballot", {"questions.en": "Louder?"}, {"questions.en": "Quieter?"}, "Louder?"),
    ("ballot", {"threshold": "60"}, {"threshold": "70"}, ">60<"),
]


@pytest.fixture
async def dated(omar: Browser, draft: Project) -> Browser:
    await fill(omar, f"{DESK}/steps/decision", {"opens_at": "2027-05-10", "closes_at": "2027-05-20"})
    rule = {"threshold": "50", "quorum": "0", "binding": "no", "questions.en": "Sirens?", "questions.sw": "Je?"}
    await fill(omar, f"{DESK}/ballot", rule)
    return omar


@pytest.mark.parametrize(("part", "first", "second", "theirs"), OTHERS)
async def test_whoever_comes_second_sees_what_stands_there_before_they_replace_it(
    dated: Browser, part: str, first: dict[str, str], second: dict[str, str], theirs: str
) -> None:
    omar = dated
    opened = await omar.get(f"{DESK}/{part}")
    assert (await fill(omar, f"{DESK}/{part}", first)).status_code == 200
    omar.page = opened
    page = await omar.send(second)
    assert page.status_code == 409
    assert REPLACES in next_step(page.text)
    assert theirs in page.text.partition("What is stored now")[2].partition("</div>")[0]
    page = await omar.send(second)
    assert page.url.path == DESK


@pytest.mark.parametrize(("part", "first", "second", "theirs"), OTHERS)
async def test_a_mistake_in_between_does_not_make_the_second_official_overwrite_the_first(
    dated: Browser, part: str, first: dict[str, str], second: dict[str, str], theirs: str
) -> None:
    """The form that comes back is still the one that was opened before the other wrote."""
    omar = dated
    opened = await omar.get(f"{DESK}/{part}")
    await fill(omar, f"{DESK}/{part}", first)
    omar.page = opened
    (name, _value), *_rest = second.items()
    page = await omar.send({name: "x\x00"})
    assert page.status_code == 422
    page = await omar.send(second)
    assert page.status_code == 409


async def test_two_officials_who_decide_at_once_see_each_others_words(
    omar: Browser, asked: Asked, session: Session
) -> None:
    opened = await omar.get("/staff/projects/lamps/outcome")
    await fill(omar, "/staff/projects/lamps/outcome", DECISION | {"follows.en": "The fish hall first."})
    omar.page = opened
    second = DECISION | {"follows.en": "The harbour first.", "decision": "withdrawn"}
    page = await omar.send(second)
    assert page.status_code == 409
    assert REPLACES in next_step(page.text)
    stored = page.text.partition("What is stored now")[2].partition("</div>")[0]
    assert "The fish hall first." in stored
    assert "The city adopted this project." in stored
    assert "\nThe harbour first.</textarea>" in page.text
    await omar.send(second)
    session.expire_all()
    assert (await session.execute(sa.select(Outcome.follows))).scalar_one() == {"en": "The harbour first."}


async def test_nothing_is_said_of_others_where_nobody_else_wrote(dated: Browser, session: Session) -> None:
    page = await fill(dated, f"{DESK}/ballot", {"questions.en": "Louder?", "threshold": "many"})
    assert page.status_code == 422
    assert "What is stored now" not in page.text
    assert (await session.execute(sa.select(Ballot.questions))).scalar_one()["en"] == "Sirens?"
