"""Answers of organisations beside the city's: counter-assessments, assessments of their own, and the supplier's part."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.projects.assessments import operations as assessing
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.answers.operations import save
from participation.domain.projects.assessments.models import Answer, Source
from participation.domain.projects.assessments.queries import answers, shipped_one
from participation.domain.projects.assessments.rules import Asks, QuestionKind
from participation.domain.projects.filings import operations
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.filings.rules import Beside, differing_first, stands
from participation.domain.projects.filings.writing import operations as writing
from participation.domain.projects.filings.writing.queries import parts
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import OrganisationKind
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from tests.asking import (
    answered,
    hands_in,
    link,
    organisation,
    published_opinion,
    question,
    view,
)
from tests.cast import NOW, Cast
from tests.consulting import consulted
from tests.drafting import assessed
from tests.slips import SECRETS

HOMES = "homes-livelihoods"


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast)
    await assessed(session, made, "screening", HOMES, "technology-supplier")
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


def everywhere(cast: Cast, project: Project, made: Any) -> dict[str, Any]:
    return {"city": cast.city, "project": project, "filing_id": made.filing_id, "actor": cast.omar, "at": NOW}


# Answers beside the city's


async def test_a_counter_assessment_answers_some_and_is_scored_with_the_rest_as_the_city_has_it(
    session: Session, cast: Cast, project: Project
) -> None:
    asked = shipped_one(HOMES)
    plan = next(one for one in asked.questions if one.id == "plan")
    best = min(plan.choices, key=lambda choice: choice.score)
    await answered(session, project, HOMES, {"moves": {"chosen": ["many"]}, "plan": {"chosen": [best.id]}})
    made = await link(session, cast, project, await organisation(session, cast), Purpose.COUNTER, HOMES)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    part = (await parts(session, opened.filing, city=cast.city, at=NOW))[0]
    worst = max(plan.choices, key=lambda choice: choice.score)
    await writing.save_answers(session, filing=filing, part=part, said=[AnswerSaid(plan, (worst.id,))], language="en")
    await hands_in(session, cast, made)
    found = await view(session, project, made)
    moves = next(one for one in asked.questions if one.id == "moves")
    assert found.score is not None
    assert found.score["risk"] == worst.score + moves.score({"moves": ["many"]})
    assert found.content is not None
    assert found.content["beside"] == 1
    assert list(found.answers) == [f"{HOMES}/plan"]


async def test_an_assessment_of_its_own_is_complete_or_not_handed_in(
    session: Session, cast: Cast, project: Project
) -> None:
    whose = await organisation(session, cast, OrganisationKind.POLICE)
    made = await link(session, cast, project, whose, Purpose.OWN, "risk", published=False)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    part = (await parts(session, opened.filing, city=cast.city, at=NOW))[0]

    async def answer(questions: Any) -> None:
        said = [
            AnswerSaid(one, (one.choices[0].id,) if one.choices else (), None if one.choices else "So it is.")
            for one in questions
        ]
        await writing.save_answers(session, filing=filing, part=part, said=said, language="fr")

    await answer(part.questions[:3])
    with pytest.raises(Conflict) as refused:
        await hands_in(session, cast, made)
    assert refused.value.code == "unanswered"
    await answer(part.questions[3:])
    await hands_in(session, cast, made)
    found = await view(session, project, made)
    assert found.score is not None
    assert found.score["most"] > 0


def test_choices_are_compared_as_they_are_and_words_in_a_language_of_both() -> None:
    choice, text = question(HOMES, kind=QuestionKind.CHOICE), question(HOMES, kind=QuestionKind.TEXT)

    def said(*chosen: str, **words: str) -> dict[str, Any]:
        return {"chosen": list(chosen), "words": words}

    assert stands(choice, said("a"), said("a")) is Beside.AGREES
    assert stands(choice, said("a"), said("unknown")) is Beside.DIFFERS
    assert stands(text, said(en="Yes  it is"), said(en="yes it is", fr="Oui")) is Beside.AGREES
    assert stands(text, said(en="Yes"), said(fr="Oui")) is Beside.DIFFERS
    assert stands(text, said(en="Yes"), said("unknown")) is Beside.DIFFERS
    assert stands(text, None, said(en="Yes")) is Beside.ALONE
    assert stands(text, {"ground": "security", "office": "Police"}, said(en="Yes")) is Beside.ALONE
    rows = [(text, [Beside.AGREES]), (text, [Beside.DIFFERS]), (choice, [Beside.ALONE]), (choice, [Beside.DIFFERS])]
    assert differing_first(rows) == [3, 1, 2, 0]


# The supplier's part


async def supplied(session: Session, cast: Cast, project: Project) -> Any:
    """A supplier has filed its part, and it is published."""
    whose = await organisation(session, cast, OrganisationKind.SUPPLIER, "Northlight Ltd")
    made = await link(session, cast, project, whose, Purpose.SUPPLIER)
    opened, filing = await writing.lock(session, city=cast.city, secret=made.secret, secrets=SECRETS, at=NOW)
    found_ = await parts(session, opened.filing, city=cast.city, at=NOW)
    assert {one.asked.kind for one in found_} == {"technology-supplier"}
    part = found_[0]
    assert part.questions
    assert all(one.asks is Asks.SUPPLIER for one in part.questions)
    said = [
        AnswerSaid(one, (one.choices[0].id,) if one.choices else (), None if one.choices else "As we say.")
        for one in part.questions
        if one.kind is not QuestionKind.NUMBER
    ]
    await writing.save_answers(session, filing=filing, part=part, said=said, language="en")
    await hands_in(session, cast, made)
    await operations.publish(session, **everywhere(cast, project, made))
    return made


async def test_what_the_city_takes_over_is_the_suppliers_until_the_city_changes_it(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await supplied(session, cast, project)
    names = ["technology-supplier/technology", "technology-supplier/code", "technology-supplier/award"]
    common: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar}
    assert await operations.take_over(session, filing_id=made.filing_id, names=names, **common) == 2
    known = await answers(session, project.id)
    taken = known["technology-supplier/technology"]
    assert (taken.source, taken.words, taken.by) == (
        Source.SUPPLIER,
        {"en": "As we say."},
        {"en": "Northlight Ltd"},
    )
    asked = shipped_one("technology-supplier")
    technology = next(one for one in asked.questions if one.id == "technology")
    begun = await assessing.begin(session, asked=asked, at=NOW, **common)

    async def write(text: str, language: str, version: int) -> Any:
        said = AnswerSaid(technology, (), text, Source.SUPPLIER, version=version)
        await save(session, assessment=begun, said=[said], language=language, at=NOW, **common)
        return (await answers(session, project.id))["technology-supplier/technology"]

    translated = await write("Kama tunavyosema.", "sw", 1)
    assert translated.by == {"en": "Northlight Ltd"}
    changed = await write("As the city says.", "en", 2)
    assert changed.by is None
    assert (await view(session, project, made)).answers["technology-supplier/technology"]["words"] == {
        "en": "As we say."
    }


async def test_only_a_published_part_of_a_supplier_can_be_taken_over(
    session: Session, cast: Cast, project: Project
) -> None:
    made = await published_opinion(session, cast, project, await organisation(session, cast))
    common: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar}
    with pytest.raises(NotFound):
        await operations.take_over(session, filing_id=made.filing_id, names=["fact/purpose"], **common)
    assert not (await session.scalars(sa.select(Answer.about))).all()
