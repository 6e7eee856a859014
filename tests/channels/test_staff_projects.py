"""Officials write, preview and publish a project, extend a step, and are told what is missing."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.people.models import Role
from participation.domain.projects.models import Agreement, Project, ProjectText, Step, StepExtension
from participation.kit.database import Database, Session
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast, staff
from tests.drafting import IN_SWAHILI, WORDS, drafted
from tests.promises.promised import statements

DESK = "/staff/projects/flood-sirens"


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


async def count(session: Session, what: Any) -> int:
    return await session.scalar(sa.select(sa.func.count()).select_from(what)) or 0


# The whole way


async def test_an_official_writes_a_project_and_publishes_it(omar: Browser, session: Session) -> None:
    await omar.get("/staff/")
    assert "There are no projects yet." in omar.page.text
    await fill(omar, "/staff/projects/new", {"title": "Flood sirens", "language": "en", "kind": "project"})
    assert omar.page.url.path == f"{DESK}/texts/en"
    await omar.send(WORDS)
    assert omar.page.url.path == DESK
    assert "Kiswahili" in omar.page.text
    await fill(omar, f"{DESK}/texts/sw", IN_SWAHILI)
    await fill(omar, f"{DESK}/facts", {"cost_amount": "٩٬٠٠٠٬٠٠٠".replace("٬", ","), "districts": "harbour"})
    await fill(omar, f"{DESK}/agreements", {"whole": "1"})
    await fill(omar, f"{DESK}/steps/consultation", {"opens_at": "2027-03-20 09:00", "closes_at": "2027-05-01 18:00"})
    await fill(omar, f"{DESK}/steps/decision", {"opens_at": "2027-05-10", "closes_at": "2027-05-20"})
    assert "The ballot and the rule by which it is counted" in omar.page.text
    await fill(
        omar,
        f"{DESK}/ballot",
        {"questions.en": "Shall there be sirens?", "questions.sw": "Je?", "threshold": "50", "quorum": "0"},
    )
    missing = re.findall(r"<li>Before the consultation can open.*?</li>", omar.page.text)
    leads = [re.findall(r'href="([^"]+)"', item) for item in missing]
    assert leads == [[f"{DESK}/{part}"] for part in ("assessments", "influence", "preconditions", "indicators")]
    await omar.get("/en/projects/flood-sirens")
    assert "This is a preview." in omar.page.text
    assert "9,000,000 TMS" in omar.page.text
    await omar.get(DESK)
    await omar.send({"version": omar.page.text.split('name="version" value="')[1].split('"')[0]})
    assert omar.page.status_code == 200
    project = (await session.execute(sa.select(Project))).scalar_one()
    assert project.state == "published"
    assert (await session.execute(sa.select(Ballot.state))).scalar_one() == BallotState.ANNOUNCED
    opens = (await session.execute(sa.select(Step.opens_at).order_by(Step.opens_at))).scalars().first()
    assert opens is not None
    assert opens.isoformat() == "2027-03-20T06:00:00+00:00"


async def test_nothing_is_published_while_first_words_are_missing(omar: Browser, session: Session) -> None:
    await fill(omar, "/staff/projects/new", {"title": "Flood sirens", "language": "en", "kind": "project"})
    await omar.get(DESK)
    assert ">Publish</button>" not in omar.page.text
    await omar.send({"version": "9"})
    assert omar.page.status_code == 409
    assert "Something that has to be published is still missing." in omar.page.text
    assert (await session.execute(sa.select(Project.state))).scalar_one() == "draft"


async def test_what_is_missing_leads_to_its_field(omar: Browser, draft: Project) -> None:
    """What a consultation owes is told from the beginning, not only once it has dates."""
    await omar.get(DESK)
    assert f'href="{DESK}/facts#cost_amount"' in omar.page.text
    assert f'href="{DESK}/texts/sw#payer"' in omar.page.text


# Who may


@pytest.mark.parametrize(
    "path",
    ["", "/texts/en", "/facts", "/agreements", "/steps/consultation", "/steps/consultation/extend", "/ballot"],
)
async def test_only_officials_of_the_place_see_these_pages(
    visitor: Browser, app: Any, cast: Cast, session: Session, draft: Project, path: str
) -> None:
    page = await visitor.get(DESK + path)
    assert "sign-in" in str(page.url)
    local = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    await session.commit()
    for actor in (cast.amina, cast.mariam, cast.ada, local):
        await sign_in_as(visitor, app, actor)
        assert (await visitor.get(DESK + path)).status_code == 403


async def test_a_local_official_writes_for_their_place_alone(
    visitor: Browser, app: Any, cast: Cast, session: Session
) -> None:
    local = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    await session.commit()
    await sign_in_as(visitor, app, local)
    await fill(visitor, "/staff/projects/new", {"title": "Quay", "language": "en", "kind": "project"})
    await visitor.get("/staff/projects/quay/facts")
    assert 'value="harbour" checked' in visitor.page.text
    await visitor.send([("districts", "market")])
    assert visitor.page.status_code == 403


async def test_moderators_have_a_desk_without_a_pen(visitor: Browser, app: Any, cast: Cast, draft: Project) -> None:
    await sign_in_as(visitor, app, cast.mariam)
    text = (await visitor.get("/staff/")).text
    assert "/staff/moderation" in text
    assert f'href="{DESK}"' not in text
    assert "/staff/projects/new" not in text


# Two officials, twice sent, other languages


async def test_the_loser_of_two_gets_their_text_back_with_what_is_stored(
    omar: Browser, draft: Project, session: Session
) -> None:
    await omar.get(f"{DESK}/texts/en")
    page = omar.page
    await fill(omar, f"{DESK}/texts/en", {"contact": "Written first"})
    omar.page = page
    await omar.send({"contact": "Written second"})
    assert omar.page.status_code == 409
    assert "Somebody else has changed this in the meantime." in omar.page.text
    assert "Written second" in omar.page.text
    assert "Written first" in omar.page.text
    await omar.send({"contact": "Written second"})
    assert omar.page.url.path == DESK
    assert (await session.execute(sa.select(ProjectText.contact))).scalar_one() == "Written second"


async def test_a_ballot_that_another_official_changed_is_neither_overwritten_nor_announced(
    omar: Browser, draft: Project, session: Session
) -> None:
    await fill(omar, f"{DESK}/steps/decision", {"opens_at": "2027-05-10", "closes_at": "2027-05-20"})
    rule = {"questions.sw": "Je?", "threshold": "50", "quorum": "0", "binding": "no"}
    await fill(omar, f"{DESK}/ballot", rule | {"questions.en": "Sirens?"})
    page = await omar.get(f"{DESK}/ballot")
    await fill(omar, f"{DESK}/ballot", {"questions.en": "Louder sirens?"})
    for button in ({}, {"announce": "1"}):
        omar.page = page
        await omar.send({"questions.en": "Quiet sirens?", **button})
        assert omar.page.status_code == 409
        assert "Somebody else has changed this in the meantime." in omar.page.text
        assert "Quiet sirens?" in omar.page.text
        assert "Louder sirens?" in omar.page.text
        assert (await session.execute(sa.select(Ballot.questions))).scalar_one()["en"] == "Louder sirens?"
    await omar.send({"questions.en": "Quiet sirens?"})
    assert omar.page.url.path == DESK
    assert (await session.execute(sa.select(Ballot.questions))).scalar_one()["en"] == "Quiet sirens?"


async def test_an_official_decides_whether_delegates_may_carry_votes_and_announces_how_long_they_are_waited_for(
    omar: Browser, draft: Project, session: Session
) -> None:
    await fill(omar, f"{DESK}/steps/decision", {"opens_at": "2027-05-10", "closes_at": "2027-05-20"})
    rule = {"questions.en": "Sirens?", "questions.sw": "Je?", "threshold": "50", "quorum": "0", "binding": "no"}
    hours = sa.select(Ballot.grace_hours)
    await fill(omar, f"{DESK}/ballot", rule)
    assert (await session.execute(hours)).scalar_one() == 0
    page = await fill(omar, f"{DESK}/ballot", {"carried": "1"})
    assert (await session.execute(hours)).scalar_one() == 72
    page = await omar.get(f"{DESK}/ballot")
    assert re.search(r'name="carried" value="1" checked', page.text)
    assert "until 72 hours after closing" in page.text
    await fill(omar, f"{DESK}/ballot", {"threshold": "60"})
    assert (await session.execute(hours)).scalar_one() == 72
    await fill(omar, f"{DESK}/ballot", {"carried": ""})
    assert (await session.execute(hours)).scalar_one() == 0


async def test_the_same_form_sent_twice_makes_one_project(omar: Browser, session: Session) -> None:
    await omar.get("/staff/projects/new")
    page = omar.page
    said = {"title": "Flood sirens", "language": "en", "kind": "project"}
    for _time in range(2):
        omar.page = page
        await omar.send(said)
        assert omar.page.url.path == f"{DESK}/texts/en"
    assert await count(session, Project) == 1


async def test_changing_the_language_keeps_what_was_typed_and_saves_nothing(
    omar: Browser, draft: Project, session: Session
) -> None:
    await omar.get(f"{DESK}/texts/sw")
    await omar.send({"title": "Ving'ora", "relanguage": "ar"})
    assert omar.page.status_code == 200
    assert 'dir="rtl"' in omar.page.text
    assert "Ving&#39;ora" in omar.page.text
    assert await count(session, ProjectText) == 1


# Agreements, extensions


async def test_agreements_are_added_listed_and_taken_off(omar: Browser, draft: Project, session: Session) -> None:
    path = f"{DESK}/agreements"
    await fill(omar, path, {"signed_on": "2026-12-01", "binding": "no", "names.en": "Letter of intent"})
    assert "Letter of intent" in omar.page.text
    assert "not binding" in omar.page.text
    one = (await session.execute(sa.select(Agreement))).scalar_one()
    await omar.send({"remove": str(one.id)})
    assert "Nothing is on the list." in omar.page.text
    assert await count(session, Agreement) == 0


async def test_a_step_is_extended_with_a_reason_and_never_shortened(
    omar: Browser, draft: Project, session: Session
) -> None:
    await fill(omar, f"{DESK}/steps/consultation", {"opens_at": "2027-03-20", "closes_at": "2027-05-01 18:00"})
    await omar.get(DESK)
    await omar.send({"version": "99"})
    path = f"{DESK}/steps/consultation/extend"
    await fill(omar, path, {"closes_at": "2027-04-01 18:00", "reasons.en": "Less to read", "reasons.sw": "Machache"})
    assert omar.page.status_code == 422
    assert "never shortened" in omar.page.text
    assert "Less to read" in omar.page.text
    await omar.send({"closes_at": "2027-06-01 18:00", "reasons.en": "", "reasons.sw": ""})
    assert omar.page.status_code == 422
    reasons = {"reasons.en": "The flood came first", "reasons.sw": "Mafuriko yalitangulia"}
    await omar.send({"closes_at": "2027-06-01 18:00", **reasons})
    assert omar.page.url.path == DESK
    stored = (await session.execute(sa.select(StepExtension.reasons))).scalar_one()
    assert stored == {"en": "The flood came first", "sw": "Mafuriko yalitangulia"}
    await omar.get(f"{DESK}/steps/consultation")
    assert "These dates are announced." in omar.page.text


async def test_the_reason_of_an_extension_is_needed_in_every_required_language(
    omar: Browser, draft: Project, session: Session
) -> None:
    await fill(omar, f"{DESK}/steps/consultation", {"opens_at": "2027-03-20", "closes_at": "2027-05-01 18:00"})
    await omar.get(DESK)
    await omar.send({"version": "99"})
    path = f"{DESK}/steps/consultation/extend"
    for said, wanting in ({"reasons.en": "Rain"}, {"sw"}), ({"reasons.fr": "Pluie"}, {"en", "sw"}):
        await fill(omar, path, {"closes_at": "2027-06-01 18:00", **said})
        assert omar.page.status_code == 422
        assert {code for code in ("en", "sw", "ar", "fr") if f'id="reasons.{code}-error"' in omar.page.text} == wanting
    assert await count(session, StepExtension) == 0


# Bad input

BAD = [
    ("texts/en", {"title": "x" * 100_000}, "title"),
    ("texts/en", {"title": "a\x00b"}, "title"),
    ("texts/en", {"summary": "word " * 151}, "summary"),
    ("facts", {"cost_amount": "a lot"}, "cost_amount"),
    ("facts", {"cost_amount": "-5"}, "cost_amount"),
    ("facts", {"cost_amount": "9" * 40}, "cost_amount"),
    ("facts", {"districts": "atlantis"}, "districts"),
    ("facts", {"programme": "nothing"}, "programme"),
    ("agreements", {"signed_on": "yesterday", "names.en": "A"}, "signed_on"),
    ("agreements", {"signed_on": "2099-01-01", "names.en": "A"}, "signed_on"),
    ("agreements", {"signed_on": "2026-01-01"}, "names.en"),
    ("agreements", {"signed_on": "2026-01-01", "names.en": "A", "binding": "perhaps"}, "binding"),
    ("steps/consultation", {"opens_at": "31.12.2027", "closes_at": "2027-05-01"}, "opens_at"),
    ("steps/consultation", {"closes_at": "0001-01-01"}, "closes_at"),
    ("steps/consultation", {"closes_at": "9999-12-31 23:59"}, "closes_at"),
    ("steps/consultation", {"opens_at": "2027-05-01", "closes_at": "2027-04-01"}, "closes_at"),
    ("steps/consultation", {"closes_at": ""}, "closes_at"),
]


@pytest.mark.parametrize(("path", "values", "field"), BAD)
async def test_what_cannot_be_taken_comes_back_with_a_message_beside_it(
    omar: Browser, draft: Project, session: Session, path: str, values: dict[str, str], field: str
) -> None:
    page = await fill(omar, f"{DESK}/{path}", values)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    stored = (await session.execute(sa.select(ProjectText.title, Project.cost_amount).join(Project))).one()
    assert (stored.title, stored.cost_amount) == ("Flood sirens", None)
    assert await count(session, Step) == 0
    assert await count(session, Agreement) == 0


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "\u202eabc", "a" + "\u0301" * 40, "**bold** [x](javascript:alert(1))"]
)
async def test_what_can_be_kept_is_kept_and_shown_harmlessly(omar: Browser, draft: Project, text: str) -> None:
    await fill(omar, f"{DESK}/texts/en", {"title": "T" + text, "description": text})
    page = await omar.get("/en/projects/flood-sirens")
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert 'href="javascript:' not in page.text
    assert "\u202e" not in page.text


async def test_a_form_without_its_token_changes_nothing(omar: Browser, draft: Project, session: Session) -> None:
    await omar.get(f"{DESK}/texts/en")
    await omar.post(f"{DESK}/texts/en", [("title", "Other"), ("version", "99")])
    assert omar.page.status_code == 422
    assert "Other" in omar.page.text
    assert (await session.execute(sa.select(ProjectText.title))).scalar_one() == "Flood sirens"


@pytest.mark.parametrize(
    "path", ["/staff/projects/nothing", f"{DESK}/texts/xx", f"{DESK}/steps/party", "/staff/projects/%00"]
)
async def test_a_page_that_is_not_there_is_404(omar: Browser, draft: Project, path: str) -> None:
    assert (await omar.get(path)).status_code == 404


async def test_a_vote_needs_its_dates_before_its_question(omar: Browser, draft: Project, session: Session) -> None:
    page = await omar.get(f"{DESK}/ballot")
    assert "Set the dates of the decision first." in page.text
    await omar.send({"questions.en": "Shall it?", "threshold": "50", "quorum": "0", "binding": "no"})
    assert omar.page.status_code == 409
    assert await count(session, Ballot) == 0


# Budgets


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/texts/en", {"payer": "The bank"}),
        ("/facts", {"cost_amount": "12", "districts": "harbour"}),
        ("/agreements", {"signed_on": "2026-12-01", "binding": "no", "names.en": "Letter of intent"}),
        ("/agreements", {"whole": "1"}),
        ("/steps/consultation", {"opens_at": "2027-04-01", "closes_at": "2027-05-01"}),
    ],
)
async def test_saving_a_part_of_a_published_project_takes_at_most_twelve_statements(
    omar: Browser, draft: Project, database: Database, path: str, values: dict[str, str]
) -> None:
    await omar.get(DESK)
    await omar.send({"version": "99"})
    with statements(database) as read:
        await omar.get(DESK + path)
    with statements(database) as written:
        await omar.send(values, follow=False)
    assert omar.page.status_code == 303
    assert len(read) <= 6, read
    assert len(written) <= 12, written
