"""Nobody opens a consultation that owes an assessment: not by publishing, a date, an extension, the worker or a form."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.domain.ladder import operations as ladder
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.forms import Dates, Extension
from participation.domain.projects.models import Feature, Project, ProjectKind, Step, StepKind
from participation.domain.projects.operations import loaded
from participation.kit.database import Session
from participation.kit.errors import Closed
from participation.settings import Settings
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import say
from tests.drafting import assessed, complete, publish
from tests.stage import Clock

OWED = ("screening", "problem", "triple-test", "technology-supplier")


async def without(session: Session, project: Project, kind: str) -> None:
    gone = sa.select(Assessment.id).where(Assessment.project_id == project.id, Assessment.kind == kind)
    await session.execute(sa.delete(AssessmentVersion).where(AssessmentVersion.assessment_id.in_(gone)))
    await session.execute(sa.delete(Assessment).where(Assessment.id.in_(gone.scalar_subquery())))


async def opened(session: Session, project: Project) -> bool:
    step = sa.select(Step.opened_at).where(Step.project_id == project.id, Step.kind == StepKind.CONSULTATION)
    await session.flush()
    return await session.scalar(step) is not None


@pytest.mark.parametrize("kind", OWED)
async def test_by_publishing_or_by_its_date(session: Session, cast: Cast, tmp_path: Path, kind: str) -> None:
    project = await complete(session, cast, opens=timedelta(0))
    await without(session, project, kind)
    await publish(session, cast, project, tmp_path)
    assert not await opened(session, project)
    assert await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY) == []
    await assessed(session, project, kind)
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 4 * DAY)) == 1
    assert await opened(session, project)


async def test_by_dates_that_are_set_on_a_public_project(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast)
    await without(session, project, "triple-test")
    await session.execute(sa.delete(Step).where(Step.project_id == project.id))
    number = project.id
    session.expire_all()
    project = await loaded(session, Project.id == number, city_id=cast.city.id)
    await publish(session, cast, project, tmp_path)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW + DAY}
    said = Dates(NOW + 40 * DAY, NOW + DAY, (Feature.COMMENT,))
    await ladder.set_step(session, version=2**30, kind=StepKind.CONSULTATION, said=said, **everything)
    assert not await opened(session, project)


async def test_by_an_extension(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast, opens=DAY)
    await without(session, project, "problem")
    await publish(session, cast, project, tmp_path)
    longer = Extension(NOW + 60 * DAY, {"en": "More time.", "sw": "Muda zaidi."})
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW + 2 * DAY}
    await ladder.extend(session, kind=StepKind.CONSULTATION, said=longer, **everything)
    assert not await opened(session, project)


async def test_by_the_worker(
    session: Session, database: Any, settings: Settings, clock: Clock, cast: Cast, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=DAY)
    await without(session, project, "technology-supplier")
    await publish(session, cast, project, tmp_path)
    await session.commit()
    clock.now = NOW + 2 * DAY
    await worker.look(worker.Work(settings, database, clock))
    assert not await opened(session, project)


async def test_by_the_form_of_a_comment(
    visitor: Browser, app: Any, session: Session, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=DAY)
    await without(session, project, "screening")
    await publish(session, cast, project, tmp_path)
    await session.commit()
    clock.now = NOW + 2 * DAY
    with pytest.raises(Closed):
        await say(session, cast, cast.amina, slug="flood-sirens", at=clock.now)
    await session.rollback()
    await sign_in_as(visitor, app, cast.amina)
    page = await visitor.get("/en/projects/flood-sirens/comments")
    assert "the city still has to publish something" in page.text
    assert 'name="body"' not in page.text
    page = await visitor.get("/en/projects/flood-sirens")
    assert "The impact assessments that the project owes" in page.text
    assert "Owed, and not published yet" in page.text


async def test_what_the_screening_requires_is_owed_too(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast, opens=DAY)
    version = (
        await session.execute(
            sa.select(AssessmentVersion)
            .join(Assessment, Assessment.id == AssessmentVersion.assessment_id)
            .where(Assessment.project_id == project.id, Assessment.kind == "screening")
        )
    ).scalar_one()
    version.answers = {"moves": {"chosen": ["many"], "words": {}, "source": "city"}}
    await publish(session, cast, project, tmp_path)
    assert await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY) == []
    await assessed(session, project, "homes-livelihoods")
    assert await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY) == []
    await assessed(session, project, "human-rights")
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)) == 1


async def test_a_programme_owes_none_since_its_projects_do(session: Session, cast: Cast, tmp_path: Path) -> None:
    project = await complete(session, cast, opens=DAY)
    project.kind = ProjectKind.PROGRAMME
    for kind in OWED:
        await without(session, project, kind)
    await publish(session, cast, project, tmp_path)
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)) == 1
