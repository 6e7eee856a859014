"""Nobody opens a consultation that owes something: not by publishing, a date, an extension, the worker, a form or a command."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.gates import operations as gates
from participation.domain.ladder.gates.forms import GatesSaid
from participation.domain.ladder.gates.rules import Holiday
from participation.domain.ladder.operations import Owed
from participation.domain.places.queries import one_city
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.forms import Dates, Extension
from participation.domain.projects.influence.operations import choose_influence
from participation.domain.projects.models import Feature, Indicator, Influence, Project, ProjectKind, Step, StepKind
from participation.domain.projects.operations import loaded
from participation.domain.projects.preconditions.models import Precondition
from participation.kit.database import Session
from participation.kit.errors import Closed, Invalid
from participation.settings import Settings
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import say
from tests.drafting import WRITTEN, assessed, complete, promised, publish
from tests.stage import Clock

ASSESSMENTS = ("screening", "problem", "triple-test", "technology-supplier")
PROMISES = ("influence", "preconditions", "indicators")
OWED = (*ASSESSMENTS, *PROMISES)
"""What is taken away from a project that has everything, and given back."""


async def without(session: Session, project: Project, what: str) -> None:
    """As if it had never been given."""
    if what == "influence":
        project.influence = None
    elif what == "preconditions":
        newest = sa.select(sa.func.max(Precondition.id)).where(Precondition.project_id == project.id)
        await session.execute(sa.delete(Precondition).where(Precondition.id == newest.scalar_subquery()))
    elif what == "indicators":
        await session.execute(sa.delete(Indicator).where(Indicator.project_id == project.id))
        project.indicators.clear()
    else:
        await _unassessed(session, project, what)
    await session.flush()


async def given_back(session: Session, cast: Cast, project: Project, what: str) -> None:
    if what in PROMISES:
        project = await loaded(session, Project.id == project.id, city_id=cast.city.id)
        await promised(session, cast, project, at=NOW + 3 * DAY)
    else:
        await assessed(session, project, what)


async def _unassessed(session: Session, project: Project, kind: str) -> None:
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
    await given_back(session, cast, project, kind)
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 4 * DAY)) == 1
    assert await opened(session, project)


@pytest.mark.parametrize("what", ["triple-test", *PROMISES])
async def test_by_dates_that_are_set_on_a_public_project(
    session: Session, cast: Cast, tmp_path: Path, what: str
) -> None:
    project = await complete(session, cast)
    await without(session, project, what)
    await session.execute(sa.delete(Step).where(Step.project_id == project.id))
    number = project.id
    session.expire_all()
    project = await loaded(session, Project.id == number, city_id=cast.city.id)
    await publish(session, cast, project, tmp_path)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    said = Dates(NOW + 60 * DAY, NOW + 14 * DAY, (Feature.COMMENT,))
    await ladder.set_step(session, version=2**30, kind=StepKind.CONSULTATION, said=said, **everything)
    assert await ladder.open_due(session, city=cast.city, at=NOW + 15 * DAY) == []
    assert not await opened(session, project)


@pytest.mark.parametrize("what", ["problem", *PROMISES])
async def test_by_an_extension(session: Session, cast: Cast, tmp_path: Path, what: str) -> None:
    project = await complete(session, cast, opens=DAY)
    await without(session, project, what)
    await publish(session, cast, project, tmp_path)
    longer = Extension(NOW + 60 * DAY, {"en": "More time.", "sw": "Muda zaidi."})
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW + 2 * DAY}
    await ladder.extend(session, kind=StepKind.CONSULTATION, said=longer, **everything)
    assert not await opened(session, project)


@pytest.mark.parametrize("what", ["technology-supplier", *PROMISES])
async def test_by_the_worker(
    session: Session, database: Any, settings: Settings, clock: Clock, cast: Cast, tmp_path: Path, what: str
) -> None:
    project = await complete(session, cast, opens=DAY)
    await without(session, project, what)
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
    for what in OWED:
        await without(session, project, what)
    await publish(session, cast, project, tmp_path)
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)) == 1


# Dates


async def test_by_dates_that_leave_too_little_notice_or_time(session: Session, cast: Cast, tmp_path: Path) -> None:
    """A draft whose dates were right when they were set is not published once they are too near."""
    project = await complete(session, cast, opens=14 * DAY, closes=44 * DAY, at=NOW)
    with pytest.raises(Owed) as refused:
        await publish(session, cast, project, tmp_path, at=NOW + DAY)
    assert [(item.step, item.code) for item in refused.value.items] == [("information", "notice")]
    await publish(session, cast, project, tmp_path, at=NOW)
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 14 * DAY)) == 1


@pytest.mark.parametrize(
    ("opens", "closes", "field", "day"),
    [
        (13, 60, "opens_at", "15 March 2027"),
        (14, 43, "closes_at", "14 April 2027"),
        (0, 60, "opens_at", "15 March 2027"),
    ],
)
async def test_dates_that_are_too_short_are_refused_with_the_earliest_possible_day(
    session: Session, cast: Cast, opens: int, closes: int, field: str, day: str
) -> None:
    project = await complete(session, cast)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    said = Dates(NOW + closes * DAY, NOW + opens * DAY)
    with pytest.raises(Invalid) as refused:
        await ladder.set_step(session, version=2**30, kind=StepKind.CONSULTATION, said=said, **everything)
    assert list(refused.value.errors) == [field]
    assert day in str(refused.value.errors[field])


async def test_a_step_without_an_opening_opens_on_the_earliest_possible_morning(session: Session, cast: Cast) -> None:
    project = await complete(session, cast)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    said = Dates(NOW + 60 * DAY)
    step = await ladder.set_step(session, version=2**30, kind=StepKind.CONSULTATION, said=said, **everything)
    assert step.opens_at.astimezone(cast.city.zone).isoformat() == "2027-03-15T09:00:00+03:00"


async def test_by_a_holiday_that_falls_into_the_notice_or_a_promise_that_needs_longer(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    """What became too short after it was announced does not open, until it has had its notice and is long enough."""
    project = await publish(session, cast, await complete(session, cast, opens=DAY, closes=31 * DAY), tmp_path)
    off = Holiday(NOW.date() - 25 * DAY, NOW.date() - 4 * DAY, {"en": "Holidays"})
    await gates.add_holiday(session, city=cast.city, said=off, actor=cast.ada, at=NOW)
    city = await one_city(session, None)
    assert await ladder.open_due(session, city=city, at=NOW + DAY) == []
    project = await loaded(session, Project.id == project.id, city_id=city.id)
    everything: dict[str, Any] = {"city": city, "project": project, "actor": cast.omar, "at": NOW}
    await choose_influence(session, version=2**30, influence=Influence.INVOLVE, **everything)
    assert await ladder.open_due(session, city=city, at=NOW + 10 * DAY) == []
    longer = Extension(NOW + 43 * DAY, {"en": "More time.", "sw": "Muda zaidi."})
    await ladder.extend(session, kind=StepKind.CONSULTATION, said=longer, **everything)
    assert await ladder.open_due(session, city=city, at=NOW + 5 * DAY) == []
    assert len(await ladder.open_due(session, city=city, at=NOW + 6 * DAY)) == 1


async def test_a_step_keeps_what_it_owed_when_the_city_becomes_stricter(
    session: Session, cast: Cast, tmp_path: Path, visitor: Browser, clock: Clock
) -> None:
    project = await publish(session, cast, await complete(session, cast, opens=timedelta(0)), tmp_path)
    step = next(step for step in project.steps if step.kind == StepKind.CONSULTATION)
    assert step.owed is not None
    kept = {one["code"]: one for one in step.owed["items"]}
    assert (kept["notice"]["days"], kept["notice"]["least"]) == (30, 14)
    assert (kept["duration"]["days"], kept["duration"]["least"]) == (40, 30)
    assert {one["given"] for one in kept.values() if one["code"] != "assessments"} == {WRITTEN.isoformat()}
    said = GatesSaid(numbers={"indicators": 3, "notice": 60})
    await gates.set_gates(session, city=cast.city, said=said, version=0, actor=cast.ada, at=NOW)
    await session.commit()
    page = await visitor.get("/en/projects/flood-sirens/gates")
    assert "30 days, at least 14" in page.text
    assert "at least 60" not in page.text
    assert page.text.index("Opened on 1 March 2027") < page.text.rindex("40 days, at least 30")


async def test_no_command_opens_a_step_and_open_data_only_reads() -> None:
    """The other doors are not there: no command names a step, and open data takes nothing but GET."""
    from participation.channels.routes import routes
    from participation.cli import app

    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    assert not {name for name in names if "open" in name or "step" in name}
    for route in routes():
        if getattr(route, "path", "").startswith("/api/"):
            assert set(getattr(route, "methods", None) or ()) <= {"GET", "HEAD"}, route
