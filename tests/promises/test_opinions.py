"""Promise 8 where organisations have much to say: pages of answers side by side stay small with the longest words."""

import random
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.rules import QuestionKind
from participation.domain.projects.filings.finding.operations import enter
from participation.domain.projects.filings.models import Filing
from participation.domain.projects.models import Project
from participation.domain.projects.organisations.models import Organisation
from participation.kit import i18n
from participation.kit.database import Session
from tests.cast import NOW
from tests.promises import promised
from tests.promises.test_growth import SHOWN, _vocabulary
from tests.world import World

KIND = "gender-equality"
LONGEST = 4_000
MARK = "7575"
"""Stands in every answer, so that a search finds them all."""
INTEREST = 1_000
MANY = 12


def _speech(words: list[str], length: int, chance: random.Random) -> str:
    said = ""
    while len(said) < length:
        said += chance.choice(words) + " "
    return said[:length].strip()


async def _fill(session: Session, *, theirs: int = LONGEST) -> None:
    """The city and a dozen organisations answer every question at full length (or `theirs`), in every language."""
    words, chance = await _vocabulary(session), random.Random(7)
    asked = shipped_one(KIND)

    def texts(length: int) -> dict[str, str]:
        return {language: _speech(words[language], length, chance) for language in i18n.LANGUAGES}

    def spoken(length: int) -> dict[str, str]:
        return {language: f"{MARK} {text}"[:length] for language, text in texts(length).items()}

    def answers(length: int) -> dict[str, Any]:
        return {
            one.id: {"chosen": [], "words": spoken(length), "source": "city"}
            if one.kind is QuestionKind.TEXT
            else {"chosen": [one.choices[0].id if one.choices else "7"], "words": {}, "source": "city"}
            for one in asked.questions
        }

    project = (await session.execute(sa.select(Project).where(Project.slug == "bus-corridor"))).scalar_one()
    of = sa.select(Assessment.id).where(Assessment.project_id == project.id, Assessment.kind == KIND)
    version = sa.select(AssessmentVersion).where(AssessmentVersion.assessment_id.in_(of))
    (await session.execute(version)).scalar_one().answers = answers(LONGEST)
    for number in range(MANY):
        names = {language: _speech(words[language], 160, chance) for language in i18n.LANGUAGES}
        whose = Organisation(city_id=project.city_id, kind="association", names=names, created_at=NOW)
        session.add(whose)
        await session.flush()
        declared = {"gains": texts(INTEREST), "payer": texts(INTEREST), "on": "2027-01-01"}
        said = {f"{KIND}/{name}": answer for name, answer in answers(theirs).items()}
        filing = Filing(
            city_id=project.city_id,
            project_id=project.id,
            organisation_id=whose.id,
            purpose="counter",
            kind=KIND,
            digest=bytes([number]),
            made_at=NOW,
            ends_at=NOW,
            handed_in_at=NOW,
            decided_at=NOW,
            state="published",
            content={"interests": declared, "answers": said, "questionnaires": {KIND: 1}, "beside": 1},
            score={"most": 40, "level": "high", "unresolved": 0},
        )
        session.add(filing)
        await session.flush()
        if number < 2:
            await enter(session, filing, [asked])


@pytest.mark.slow
async def test_answers_of_many_at_full_length_fit_into_the_budget_in_every_language(own_world: World) -> None:
    base = "/{lang}/projects/bus-corridor"
    async with own_world.database.transaction() as session:
        await _fill(session)
        number = await session.scalar(sa.select(sa.func.max(Filing.id)).where(Filing.state == "published"))
    pages = [
        *(f"{base}/opinions", f"{base}/filings/{number}", f"{base}/opinions/{KIND}"),
        *(f"{base}/opinions/{KIND}?after=women_evidence", f"{base}/opinions/{KIND}/women_evidence?of={number}"),
        *(f"{base}/assessments/{KIND}", "/{lang}/organisations"),
    ]
    wrong = []
    for language in i18n.LANGUAGES:
        for page in pages:
            wrong += _wrong(await own_world.visitor().client.get(page.replace("{lang}", language)))
        found = f"/{language}/search?word={MARK}&in=opinions"
        response = await own_world.visitor().client.get(found)
        wrong += _wrong(response)
        assert response.text.count("<article") == SHOWN
    assert not wrong, "\n".join(wrong)
    await _everybody_can_be_reached(own_world, f"/en/projects/bus-corridor/opinions/{KIND}")


def _wrong(response: httpx.Response) -> list[str]:
    size = promised.size(response)
    fits = response.status_code == 200 and size <= promised.BUDGET
    return [] if fits else [f"{response.url}: {response.status_code}, {size:,} bytes"]


@pytest.mark.slow
async def test_sections_of_answers_at_full_length_fit_into_the_budget_in_every_language(own_world: World) -> None:
    """However long the answers are: each stands whole on one of the section's pages, with what organisations differ in."""
    async with own_world.database.transaction() as session:
        await _fill(session, theirs=40)
    wrong = [found for language in i18n.LANGUAGES async for found in _section_by_section(own_world, language)]
    assert not wrong, "\n".join(wrong)


async def _section_by_section(world: World, language: str) -> AsyncIterator[str]:
    """Every answer of every section of the assessment stands, whole, on a page that keeps to the budget."""
    visitor = world.visitor()
    for section in shipped_one(KIND).sections:
        start = f"/{language}/projects/bus-corridor/assessments/{KIND}/{section.id}"
        shown, page = list[str](), start
        while page:
            response = await visitor.client.get(page)
            for found in _wrong(response):
                yield found
            shown += re.findall(r'<article class="say" id="q-(\w+)"', response.text)
            following = re.search(rf'href="{start}(\?at=\w+)" rel="next"', response.text)
            page = start + following[1] if following else ""
        assert shown == [one.id for one in section.questions], f"{start}: {shown}"


async def _everybody_can_be_reached(world: World, start: str) -> None:
    """However many answer a question: from one to the next."""
    visitor, seen, todo = world.visitor(), set[str](), [start]
    while todo:
        page = await visitor.client.get(todo.pop())
        found = set(re.findall(rf"{KIND}/women_evidence\?of=\d+", page.text)) - seen
        seen |= found
        todo += [f"{start.removesuffix(KIND)}{one}" for one in found]
    assert len(seen) == MANY
