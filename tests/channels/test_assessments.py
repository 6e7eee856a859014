"""What residents see of a project's impact assessments."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.rules import visible
from participation.domain.projects.models import Project
from tests.assessing import internal, published
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.consulting import SLUG, consulted
from tests.drafting import complete, publish
from tests.stage import Clock

BASE = f"/en/projects/{SLUG}/assessments"


@pytest.fixture
async def project(session: AsyncSession, cast: Cast) -> Project:
    from participation.domain.projects.operations import loaded

    made = await consulted(session, cast)
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


async def test_what_is_owed_and_not_there_is_seen_by_everybody(
    visitor: Browser, cast: Cast, session: AsyncSession, project: Project
) -> None:
    page = await visitor.get(BASE)
    assert "has not published yet which assessments" in page.text
    await published(session, cast, project, "screening", personal="no", moves="many", technology="camera")
    await published(session, cast, project, "technology-supplier")
    await session.commit()
    page = await visitor.get(BASE)
    assert page.text.count("Owed, and not published yet") >= 3
    assert f'href="{BASE}/technology-supplier"' in page.text
    assert f'href="{BASE}/homes-livelihoods"' not in page.text
    assert shipped_one("homes-livelihoods").title["en"] in page.text
    assert (await visitor.get(f"{BASE}/homes-livelihoods")).status_code == 404
    assert (await visitor.get(f"{BASE}/nonsense")).status_code == 404


async def test_an_answer_is_read_with_its_source_and_what_nobody_knows_stands_on_top(
    visitor: Browser, cast: Cast, session: AsyncSession, project: Project, clock: Clock
) -> None:
    asked = shipped_one("technology-supplier")
    choice = next(one for one in asked.questions if one.choices and one in visible(asked, {}))
    await published(session, cast, project, "technology-supplier", **{choice.id: "unknown"})
    await session.commit()
    page = await visitor.get(f"{BASE}/technology-supplier")
    assert "1 question nobody can answer" in page.text
    assert choice.text["en"] in page.text
    assert "looked at again on 1 September 2027" in page.text
    section = next(one for one in asked.sections if choice in one.questions)
    page = await visitor.get(f"{BASE}/technology-supplier/{section.id}")
    assert "We cannot assess this" in page.text
    assert "Nobody has confirmed it" in page.text
    clock.now = NOW + timedelta(days=400)
    assert "Its review is overdue" in (await visitor.get(f"{BASE}/technology-supplier")).text


async def test_an_internal_answer_shows_its_question_ground_office_and_end(
    visitor: Browser, cast: Cast, session: AsyncSession, project: Project
) -> None:
    asked = shipped_one("risk")
    question = next(one for one in asked.questions if one.internal)
    secret = internal(question, "The key is under the mat.", date(2028, 1, 1))
    await published(session, cast, project, "risk", **{question.id: secret})
    await session.commit()
    section = next(one for one in asked.sections if question in one.questions)
    page = await visitor.get(f"{BASE}/risk/{section.id}")
    assert question.text["en"].replace("'", "&#39;") in page.text
    for expected in ("Water Office", "1 January 2028", "Security of people or equipment"):
        assert expected in page.text
    assert "under the mat" not in page.text


async def test_the_card_on_the_projects_page_says_when_they_were_and_will_be_reviewed(
    visitor: Browser, cast: Cast, session: AsyncSession, project: Project, clock: Clock
) -> None:
    await published(session, cast, project, "screening", personal="no", technology="camera")
    await published(session, cast, project, "technology-supplier", at=NOW + DAY)
    for kind, day in ("screening", date(2027, 4, 3)), ("technology-supplier", date(2027, 5, 4)):
        due = sa.update(Assessment).where(Assessment.project_id == project.id, Assessment.kind == kind)
        await session.execute(due.values(review_on=day))
    await session.commit()
    clock.now = NOW + 2 * DAY
    page = (await visitor.get(f"/en/projects/{SLUG}")).text
    assert "Last reviewed on 2 March 2027 · looked at again on 3 April 2027" in page
    assert "Its review is overdue" not in page
    clock.now = NOW + 40 * DAY
    page = (await visitor.get(f"/en/projects/{SLUG}")).text
    assert "Last reviewed on 2 March 2027 · should have been looked at again on 3 April 2027" in page
    assert "Its review is overdue" in page


async def test_what_each_step_owed_names_the_assessments_that_are_missing_and_the_day_of_each_that_is_not(
    visitor: Browser, cast: Cast, session: AsyncSession, tmp_path: Path
) -> None:
    drafted = await complete(session, cast, opens=20 * DAY, closes=70 * DAY)
    await session.execute(sa.delete(AssessmentVersion).where(AssessmentVersion.city_id == cast.city.id))
    await session.execute(sa.delete(Assessment).where(Assessment.project_id == drafted.id))
    await publish(session, cast, drafted, tmp_path)
    gates = f"/projects/{drafted.slug}/gates"
    assert "The impact assessments that the project owes: Screening" in (await visitor.get(f"/en{gates}")).text
    await published(session, cast, drafted, "screening", personal="yes", receivers="police", technology="camera")
    await published(session, cast, drafted, "problem", at=NOW + DAY)
    await session.commit()
    page = (await visitor.get(f"/en{gates}")).text
    assert re.search(r"The impact assessments that the project owes: [^<]*Data protection", page)
    assert "What the problem is ·" not in page
    assert re.search(r"What the problem is: <time[^>]*>2 March 2027", page)
    assert re.search(r"Screening: <time[^>]*>1 March 2027", page)
    assert "Protection des données" in (await visitor.get(f"/fr/projects/{drafted.slug}")).text
