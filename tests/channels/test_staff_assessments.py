"""Officials answer assessments: section by section, several at once, handed in by one and published by another."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.projects.assessments.forms import read_questionnaire
from participation.domain.projects.assessments.imported.operations import bring_in
from participation.domain.projects.assessments.models import Answer, Assessment, AssessmentState, AssessmentVersion
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.rules import Question, QuestionKind, visible
from participation.domain.projects.models import Project
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import NOW, Cast, staff
from tests.consulting import consulted

DESK = "/staff/projects/flood-sirens/assessments"


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast, slug="flood-sirens")
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, sirens: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def answer(official: Browser, kind: str, given: dict[str, str] | None = None) -> None:
    """Go through all sections of an assessment as its forms lead; English and Swahili words, and the first choice elsewhere."""
    given = given or {}
    for section in shipped_one(kind).sections:
        for _round in range(3):
            page = await official.get(f"{DESK}/{kind}/{section.id}?in=en")
            shown = [one for one in section.questions if f'name="q.{one.id}"' in page.text]
            await official.send({f"q.{one.id}": _given(one, given) for one in shown} | {"in": "en"})
        page = await official.get(f"{DESK}/{kind}/{section.id}?in=sw")
        said = [one for one in section.questions if one.kind in (QuestionKind.TEXT, QuestionKind.LINE)]
        words = {f"q.{one.id}": f"Jibu la {one.id}" for one in said if f'name="q.{one.id}"' in page.text}
        if words:
            await official.send(words | {"in": "sw"})


def _given(question: Question, given: dict[str, str]) -> str:
    if question.id in given:
        return given[question.id]
    if question.choices:
        return question.choices[0].id
    return {QuestionKind.NUMBER: "1200", QuestionKind.DATE: "2027-05-01"}.get(question.kind, f"Answer to {question.id}")


async def test_the_screening_says_what_is_owed_and_a_fact_is_asked_once(omar: Browser, session: Session) -> None:
    page = await omar.get(DESK)
    assert "Answer the screening first" in page.text
    await answer(
        omar,
        "screening",
        {
            "personal": "no",
            "moves": "none",
            "works": "no",
            "size": "small",
            "signed": "no",
            "service": "no",
            "automatic": "no",
            "public_space": "no",
            "technology": "sensor",
            "site": "none",
            "receivers": "city",
        },
    )
    page = await omar.get(DESK)
    for kind in ("problem", "triple-test", "technology-supplier"):
        assert f"{DESK}/{kind}" in page.text
    for kind in ("data-protection", "homes-livelihoods", "environment"):
        assert f"{DESK}/{kind}" not in page.text
    sections = shipped_one("problem").sections
    asked_again = next(one for one in sections if any(question.fact == "purpose" for question in one.questions))
    page = await omar.get(f"{DESK}/problem/{asked_again.id}?in=en")
    assert "Answer to purpose" in page.text
    keys = set(await session.scalars(sa.select(Answer.about)))
    assert "fact/purpose" in keys
    assert "screening/purpose" not in keys


async def test_an_assessment_is_handed_in_by_one_official_and_published_by_another(
    omar: Browser, app: Any, cast: Cast, session: Session
) -> None:
    await answer(omar, "technology-supplier")
    page = await omar.get(f"{DESK}/technology-supplier")
    assert "Hand in for review" in page.text
    page = await omar.send({"do": "hand_in"})
    assert "Publish this assessment" in page.text
    page = await omar.send({"do": "publish", "review_on": "2028-01-31"})
    assert page.status_code == 403
    assert "A second official" in page.text
    zawadi = browser(app)
    await sign_in_as(zawadi, app, await staff(session, cast.city, [Role.OFFICIAL]))
    await zawadi.get(f"{DESK}/technology-supplier")
    page = await zawadi.send({"do": "publish", "review_on": "2031-01-31"})
    assert (page.status_code, "within the next two years" in page.text) == (422, True)
    page = await zawadi.send({"do": "publish", "review_on": "2028-01-31"})
    assert page.status_code == 200
    version = (await session.execute(sa.select(AssessmentVersion))).scalar_one()
    assert version.answers["supplier"]["words"] == {"en": "Answer to supplier", "sw": "Jibu la supplier"}
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "assessment_published"))
    assert body is not None
    assert "Answer to" not in body
    await zawadi.client.aclose()


async def test_an_assessment_that_is_not_complete_cannot_be_handed_in(omar: Browser) -> None:
    page = await omar.get(f"{DESK}/technology-supplier")
    assert "questions are not answered yet" in page.text
    page = await omar.post(f"{DESK}/technology-supplier", [*_hidden(page.text), ("do", "hand_in")])
    assert page.status_code == 409
    assert "Some questions are not answered yet." in page.text


def _hidden(text: str) -> list[tuple[str, str]]:
    from tests.browsing import forms

    form = next(
        form for form in forms(text) if form.method == "post" and any(name == "csrf" for name, _ in form.fields)
    )
    return [(name, value) for name, value in form.fields if name in ("csrf", "token")]


async def test_what_two_officials_write_at_once_is_lost_for_neither(
    omar: Browser, app: Any, cast: Cast, session: Session
) -> None:
    section = shipped_one("problem").sections[0]
    texts = [one.id for one in section.questions if one.kind is QuestionKind.TEXT][:2]
    address = f"{DESK}/problem/{section.id}?in=en"
    zawadi = browser(app)
    await sign_in_as(zawadi, app, await staff(session, cast.city, [Role.OFFICIAL]))
    await omar.get(address)
    await zawadi.get(address)
    await omar.send({f"q.{texts[0]}": "Omar's words."})
    page = await zawadi.send({f"q.{texts[1]}": "Zawadi's words."})
    assert page.status_code == 200
    await omar.get(address)
    assert "Zawadi&#39;s words." in omar.page.text
    assert "Omar&#39;s words." in omar.page.text

    await zawadi.get(address)
    await omar.send({f"q.{texts[0]}": "Omar's second thought."})
    page = await zawadi.send({f"q.{texts[0]}": "Zawadi's own.", f"q.{texts[1]}": "More."})
    assert page.status_code == 409
    assert "Omar&#39;s second thought." in page.text
    assert "Zawadi&#39;s own." in page.text
    assert "Somebody else has changed this" in page.text
    page = await zawadi.send({f"q.{texts[0]}": "Zawadi's own."})
    assert page.status_code == 200
    await omar.get(address)
    assert "Zawadi&#39;s own." in omar.page.text
    assert "More." in omar.page.text
    await zawadi.client.aclose()


async def test_a_form_that_comes_back_overwrites_nothing_that_others_wrote_meanwhile(
    omar: Browser, app: Any, cast: Cast, session: Session
) -> None:
    kind, section = "screening", shipped_one("screening").sections[0]
    address = f"{DESK}/{kind}/{section.id}?in=en"
    zawadi = browser(app)
    await sign_in_as(zawadi, app, await staff(session, cast.city, [Role.OFFICIAL]))
    await omar.get(address)
    await omar.send({"q.purpose": "To warn people.", "q.supplier": "A company", "q.size": "small"})
    await omar.get(address)
    await zawadi.get(address)
    await zawadi.send({"q.purpose": "To warn everybody."})
    page = await omar.send({"q.cost": "a lot"})
    assert page.status_code == 422
    page = await omar.send({"q.cost": "3000"})
    assert page.status_code == 200
    await zawadi.get(address)
    assert "To warn everybody." in zawadi.page.text

    await omar.get(address)
    await zawadi.send({"q.purpose": "To warn all.", "q.supplier": "Another company"})
    page = await omar.send({"q.purpose": "To warn those in danger."})
    assert page.status_code == 409
    assert "To warn those in danger." in page.text
    assert 'value="Another company"' in page.text
    page = await omar.send({"q.purpose": "To warn those in danger."})
    assert page.status_code == 200
    await omar.get(address)
    assert "To warn those in danger." in omar.page.text
    assert 'value="Another company"' in omar.page.text
    await zawadi.client.aclose()


async def test_what_is_wrong_comes_back_with_everything_that_was_typed(omar: Browser, session: Session) -> None:
    section = next(one for one in shipped_one("screening").sections if any(q.id == "cost" for q in one.questions))
    await omar.get(f"{DESK}/screening/{section.id}?in=en")
    page = await omar.send({"q.purpose": "To warn people.", "q.cost": "a lot"})
    assert page.status_code == 422
    assert "Please type a whole number." in page.text
    assert 'value="a lot"' in page.text
    assert "To warn people." in page.text
    assert not (await session.scalars(sa.select(Answer.about))).all()
    page = await omar.send({"q.cost": "٣٠٠٠"})
    assert page.status_code == 200
    stored = await session.scalar(sa.select(Answer.chosen).where(Answer.about == "fact/cost"))
    assert stored == ["3000"]


async def test_what_nobody_can_assess_is_marked_and_stays_in_sight(omar: Browser) -> None:
    section = shipped_one("technology-supplier").sections[0]
    first = section.questions[0]
    await omar.get(f"{DESK}/technology-supplier/{section.id}?in=en")
    await omar.send({f"x.{first.id}": "1"})
    page = await omar.get(f"{DESK}/technology-supplier")
    assert "Nobody can assess this yet" in page.text
    assert first.text["en"] in page.text


async def test_an_answer_that_is_internal_names_ground_office_and_end(omar: Browser, session: Session) -> None:
    kind, section, question = next(
        (kind, section, one)
        for kind in ("risk", "data-protection")
        for section in shipped_one(kind).sections
        for one in section.questions
        if one.internal and one in visible(shipped_one(kind), {})
    )
    address = f"{DESK}/{kind}/{section.id}?in=en"
    await omar.get(address)
    page = await omar.send({f"q.{question.id}": "Locks.", f"g.{question.id}": "security"})
    assert page.status_code == 422
    assert "Please name the office that keeps it." in page.text
    page = await omar.send(
        {
            f"q.{question.id}": "Locks.",
            f"g.{question.id}": "security",
            f"o.{question.id}": "Water Office",
            f"u.{question.id}": "2027-12-31",
        }
    )
    assert page.status_code == 200
    stored = (await session.execute(sa.select(Answer).where(Answer.about == f"{kind}/{question.id}"))).scalar_one()
    assert (stored.ground, stored.office) == ("security", "Water Office")


async def test_writing_on_what_was_handed_in_makes_it_a_draft_again(omar: Browser, session: Session) -> None:
    await answer(omar, "technology-supplier")
    await omar.get(f"{DESK}/technology-supplier")
    await omar.send({"do": "hand_in"})
    section = next(
        one for one in shipped_one("technology-supplier").sections for q in one.questions if q.id == "supplier"
    )
    await omar.get(f"{DESK}/technology-supplier/{section.id}?in=en")
    await omar.send({"q.supplier": "Another company"})
    session.expire_all()
    state = await session.scalar(sa.select(Assessment.state).where(Assessment.kind == "technology-supplier"))
    assert state == AssessmentState.DRAFT


async def test_a_questionnaire_that_the_city_has_brought_in_can_be_begun_from_the_list(
    omar: Browser, cast: Cast, session: Session
) -> None:
    words = {"en": "Bridges"}
    asked = {"id": "steel", "kind": "line", "text": {"en": "Which steel?"}}
    whole = {"kind": "bridges", "version": 1, "title": words, "about": words}
    whole["sections"] = [{"id": "one", "title": words, "questions": [asked]}]
    for title in ("Bridges", "Bridges and ferries"):
        read = read_questionnaire(json.dumps(whole | {"title": {"en": title}}))
        await bring_in(session, city=cast.city, asked=read, actor=cast.ada, at=NOW)
    await session.commit()
    page = await omar.get(DESK)
    assert f'<a href="{DESK}/bridges">Bridges and ferries</a> · not begun yet' in page.text
    await omar.get(f"{DESK}/bridges/one?in=en")
    await omar.send({"q.steel": "S355"})
    page = await omar.get(DESK)
    assert f'<a href="{DESK}/bridges">Bridges and ferries</a> · Draft' in page.text
