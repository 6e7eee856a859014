"""Nobody opens a consultation that owes something: not by publishing, a date, an extension, the worker, a form or a command."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation import worker
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.gates import operations as gates
from participation.domain.ladder.gates import queries as gate_reads
from participation.domain.ladder.gates.forms import GatesSaid
from participation.domain.ladder.gates.rules import Holiday
from participation.domain.ladder.operations import Owed
from participation.domain.places.queries import one_city
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.documents.models import Document, DocumentKind, DocumentState
from participation.domain.projects.filings import operations as filings
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.forms import Dates, Extension
from participation.domain.projects.influence.operations import choose_influence
from participation.domain.projects.meetings.models import Meeting, MeetingKind, MeetingProject
from participation.domain.projects.models import (
    Feature,
    Indicator,
    Influence,
    Project,
    ProjectDistrict,
    ProjectKind,
    Step,
    StepKind,
)
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import OrganisationKind
from participation.domain.projects.preconditions.models import Precondition
from participation.domain.projects.queries import find
from participation.kit.database import Session
from participation.kit.errors import Closed, Invalid
from participation.settings import Settings
from tests.asking import answered, hands_in, link, organisation, says
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import say
from tests.drafting import WRITTEN, assessed, complete, promised, publish
from tests.stage import Clock
from tests.world import World

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
    assert await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY) == []
    await document(session, project, DocumentKind.RESETTLEMENT)
    await meeting(session, project, cast.hill)
    assert await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY) == []
    session.add(ProjectDistrict(city_id=cast.city.id, project_id=project.id, place_id=cast.hill))
    await session.flush()
    session.expire_all()
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)) == 1


@pytest.fixture
async def touching_homes(session: Session, cast: Cast, tmp_path: Path) -> Project:
    """For two districts, with all assessments; its screening says that many have to move."""
    project = await complete(session, cast, opens=DAY)
    places = [ProjectDistrict(city_id=cast.city.id, place_id=place) for place in (cast.harbour, cast.market)]
    project.districts.extend(places)
    await session.execute(
        sa.update(AssessmentVersion)
        .where(AssessmentVersion.assessment_id.in_(sa.select(Assessment.id).where(Assessment.kind == "screening")))
        .values(answers={"moves": {"chosen": ["many"], "words": {}, "source": "city"}})
    )
    await assessed(session, project, "homes-livelihoods")
    await assessed(session, project, "human-rights")
    await publish(session, cast, project, tmp_path)
    session.expire_all()
    return await loaded(session, Project.slug == "flood-sirens", city_id=cast.city.id)


async def document(session: Session, project: Project, kind: DocumentKind, *, published: bool = True) -> None:
    session.add(
        Document(
            city_id=project.city_id,
            project_id=project.id,
            number=1 + (await session.scalar(sa.select(sa.func.count()).select_from(Document)) or 0),
            kind=kind,
            state=DocumentState.PUBLISHED if published else DocumentState.DRAFT,
            language="en",
            titles={"en": "A document"},
            alternatives={"en": "What it says."},
            whole_in=["en", "sw"],
            created_at=WRITTEN,
            published_at=WRITTEN if published else None,
        )
    )
    await session.flush()


async def meeting(
    session: Session,
    project: Project,
    place_id: int,
    *,
    kind: MeetingKind = MeetingKind.CONSULTATION,
    after: timedelta = 5 * DAY,
) -> Meeting:
    made = Meeting(
        city_id=project.city_id,
        kind=kind,
        place_id=place_id,
        starts_at=NOW + after,
        ends_at=NOW + after + timedelta(hours=2),
        venue={"en": "School"},
        agenda={"en": "Who moves where"},
        whole_in=["en", "sw"],
        office="Works Office",
        announced_at=NOW,
        changed_at=NOW,
    )
    session.add(made)
    await session.flush()
    session.add(MeetingProject(meeting_id=made.id, project_id=project.id, city_id=project.city_id))
    await session.flush()
    return made


async def lacking(session: Session, cast: Cast) -> list[str]:
    project = await find(session, cast.city, "flood-sirens")
    assert project is not None
    file = (await gate_reads.files(session, cast.city, [project.id], NOW))[project.id]
    return [f"{item.code} {item.message}" for item in gate_reads.missing_ahead(cast.city, project, None, file, NOW)]


async def test_where_homes_are_touched_a_plan_and_a_meeting_in_each_place_are_owed(
    session: Session, cast: Cast, touching_homes: Project
) -> None:
    project, later = touching_homes, NOW + 2 * DAY
    plan, meetings = await lacking(session, cast)
    assert plan.startswith("homes_plan A published resettlement plan")
    assert meetings.startswith("homes_meetings ")
    assert meetings.endswith("Harbour · Market")
    await document(session, project, DocumentKind.BUDGET)
    await document(session, project, DocumentKind.RESETTLEMENT, published=False)
    await meeting(session, project, cast.hill)
    await meeting(session, project, cast.market, kind=MeetingKind.VISIT)
    cancelled = await meeting(session, project, cast.market)
    cancelled.cancelled_at = NOW
    await meeting(session, project, cast.city.root.id)
    assert [item.split()[0] for item in await lacking(session, cast)] == ["homes_plan", "homes_meetings"]
    await document(session, project, DocumentKind.RESETTLEMENT)
    quay = cast.city.place("quay")
    assert quay is not None
    await meeting(session, project, quay.id)
    (meetings,) = await lacking(session, cast)
    assert meetings.endswith(": Market")
    assert await ladder.open_due(session, city=cast.city, at=later) == []
    await meeting(session, project, cast.market)
    assert await lacking(session, cast) == []
    assert len(await ladder.open_due(session, city=cast.city, at=later)) == 1
    step = await session.scalar(sa.select(Step.owed).where(Step.project_id == project.id))
    kept = {one["code"]: one["given"] for one in step["items"]}
    assert kept["homes_plan"] == WRITTEN.isoformat()
    assert kept["homes_meetings"] == NOW.isoformat()


async def test_where_homes_are_touched_the_places_are_named_first(
    session: Session, cast: Cast, touching_homes: Project
) -> None:
    """A meeting for everybody, somewhere, is none in the settlement: the project says where it touches homes."""
    project = touching_homes
    await document(session, project, DocumentKind.RESETTLEMENT)
    project.districts.clear()
    await session.flush()
    await meeting(session, project, cast.city.root.id)
    (places,) = await lacking(session, cast)
    assert places.startswith("homes_places The districts or neighbourhoods whose homes or livelihoods are touched")
    assert await ladder.open_due(session, city=cast.city, at=NOW + 2 * DAY) == []
    quay = cast.city.place("quay")
    assert quay is not None
    project.districts.append(ProjectDistrict(city_id=cast.city.id, place_id=quay.id))
    await session.flush()
    await meeting(session, project, cast.harbour)
    (meetings,) = await lacking(session, cast)
    assert meetings.endswith(": Quay")
    await meeting(session, project, quay.id)
    assert await lacking(session, cast) == []
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 2 * DAY)) == 1


async def test_naming_the_places_is_one_link_away(
    visitor: Browser, app: Any, session: Session, cast: Cast, touching_homes: Project
) -> None:
    touching_homes.districts.clear()
    await session.commit()
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get("/staff/projects/flood-sirens")
    assert 'href="/staff/projects/flood-sirens/facts#districts"' in page.text
    assert 'id="districts"' in (await visitor.get("/staff/projects/flood-sirens/facts")).text
    assert "named as places of the project" in (await visitor.get("/en/projects/flood-sirens/gates")).text


async def test_a_meeting_counts_where_people_could_read_the_plan_before_and_can_be_heard_after(
    session: Session, cast: Cast, touching_homes: Project
) -> None:
    project = touching_homes
    closes = next(step.closes_at for step in project.steps if step.kind == StepKind.CONSULTATION)
    for place in (cast.harbour, cast.market):
        await meeting(session, project, place, after=-DAY)
        await meeting(session, project, place, after=closes - NOW + DAY)
    plan, meetings = await lacking(session, cast)
    assert plan.startswith("homes_plan ")
    assert meetings.endswith("Harbour · Market")
    await document(session, project, DocumentKind.RESETTLEMENT)
    # The plan is older than these meetings, but the assessment was published today.
    (meetings,) = await lacking(session, cast)
    assert meetings.endswith("Harbour · Market")
    await meeting(session, project, cast.harbour, after=timedelta(hours=1))
    await meeting(session, project, cast.market, after=closes - NOW - timedelta(hours=3))
    assert await lacking(session, cast) == []
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 2 * DAY)) == 1


@pytest.mark.parametrize(
    ("said", "counts"), [("some", False), ("none", False), ("unknown", False), ("planned", True), ("held", True)]
)
async def test_what_the_assessment_itself_says_of_meetings_is_believed(
    session: Session, cast: Cast, touching_homes: Project, said: str, counts: bool
) -> None:
    """It knows of settlements that no list of places has."""
    project = touching_homes
    await document(session, project, DocumentKind.RESETTLEMENT)
    for place in (cast.harbour, cast.market):
        await meeting(session, project, place)
    version = await answered(session, project, "homes-livelihoods", {"meeting": {"chosen": [said]}})
    assert version.number == 1
    found = await lacking(session, cast)
    assert len(found) == (0 if counts else 1)
    if not counts:
        assert "the published assessment of homes and livelihoods says that some have none" in found[0]
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 2 * DAY)) == (1 if counts else 0)


async def test_documents_that_the_city_asks_for_are_owed_and_named(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast, opens=DAY), tmp_path)
    said = GatesSaid(documents={"consultation": ["budget", "feasibility"]})
    await gates.set_gates(session, city=cast.city, said=said, version=0, actor=cast.ada, at=NOW)
    city = await one_city(session, None)
    assert await ladder.open_due(session, city=city, at=NOW + DAY) == []
    await document(session, project, DocumentKind.BUDGET)
    (item,) = await lacking(session, replace(cast, city=city))
    assert item == "documents Documents: Feasibility study"
    await document(session, project, DocumentKind.FEASIBILITY)
    assert len(await ladder.open_due(session, city=city, at=NOW + DAY)) == 1


async def doubtful(session: Session, project: Project, kind: str) -> None:
    """An assessment as it is when it is published at a level at which what nobody could assess owes an opinion."""
    version = (
        await session.execute(
            sa.select(AssessmentVersion)
            .join(Assessment, Assessment.id == AssessmentVersion.assessment_id)
            .where(Assessment.project_id == project.id, Assessment.kind == kind)
        )
    ).scalar_one()
    version.score = version.score | {"most": 40, "level": "very_high", "unresolved": 1, "outside": True}


@pytest.mark.parametrize(
    ("kind", "on", "counts"),
    [
        (OrganisationKind.UNIVERSITY, "triple-test", True),
        (OrganisationKind.ASSOCIATION, "triple-test", True),
        (OrganisationKind.AUTHORITY, "triple-test", True),
        (OrganisationKind.SUPPLIER, "triple-test", False),
        (OrganisationKind.MINISTRY, "triple-test", False),
        (OrganisationKind.UNIVERSITY, "problem", False),
        (OrganisationKind.UNIVERSITY, None, False),
    ],
)
async def test_what_nobody_could_assess_owes_an_opinion_of_somebody_independent_on_it(
    session: Session, cast: Cast, tmp_path: Path, kind: OrganisationKind, on: str | None, counts: bool
) -> None:
    project = await complete(session, cast, opens=DAY)
    await doubtful(session, project, "triple-test")
    await publish(session, cast, project, tmp_path)
    later = NOW + 3 * DAY
    assert await ladder.open_due(session, city=cast.city, at=later) == []
    whose = await organisation(session, cast, kind)
    made = await link(session, cast, project, whose, Purpose.OPINION, on)
    await says(session, cast, made, "We have looked at it.")
    assert await ladder.open_due(session, city=cast.city, at=later) == []
    await hands_in(session, cast, made)
    assert await ladder.open_due(session, city=cast.city, at=later) == []
    common: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.oksana, "at": NOW}
    await filings.publish(session, filing_id=made.filing_id, **common)
    assert len(await ladder.open_due(session, city=cast.city, at=later)) == (1 if counts else 0)


async def test_an_opinion_that_the_city_refuses_to_publish_is_none(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=DAY)
    await doubtful(session, project, "problem")
    await publish(session, cast, project, tmp_path)
    made = await link(session, cast, project, await organisation(session, cast), Purpose.OPINION, "problem")
    await says(session, cast, made, "We have looked at it.")
    await hands_in(session, cast, made)
    common: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    await filings.refuse(session, filing_id=made.filing_id, reasons={"en": "No."}, **common)
    assert await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY) == []


async def test_an_opinion_that_is_owed_is_said_to_residents_and_leads_the_official_to_the_link(
    visitor: Browser, app: Any, session: Session, cast: Cast, clock: Clock, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=DAY)
    await doubtful(session, project, "problem")
    await publish(session, cast, project, tmp_path)
    await session.commit()
    clock.now = NOW + 2 * DAY
    page = await visitor.get("/en/projects/flood-sirens")
    assert "An opinion from outside on what nobody could assess" in page.text
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get("/staff/projects/flood-sirens")
    assert '<a href="/staff/projects/flood-sirens/filings">An opinion from outside' in page.text


@pytest.mark.parametrize("what", OWED)
async def test_by_calling_it_a_programme(session: Session, cast: Cast, tmp_path: Path, what: str) -> None:
    """Whoever asks residents owes what comes before that, whatever it groups."""
    project = await complete(session, cast, opens=DAY)
    project.kind = ProjectKind.PROGRAMME
    await without(session, project, what)
    await publish(session, cast, project, tmp_path)
    assert not await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)


async def chose(session: Session, project: Project, kind: str, **chosen: str) -> None:
    """The published assessment says this, as if it had been published so."""
    of = sa.select(Assessment.id).where(Assessment.project_id == project.id, Assessment.kind == kind)
    version = await session.scalar(sa.select(AssessmentVersion).where(AssessmentVersion.assessment_id.in_(of)))
    assert version is not None
    said = {name: {"chosen": [answer], "words": {}, "source": "city"} for name, answer in chosen.items()}
    version.answers = version.answers | said
    await session.flush()


async def test_by_a_screening_that_nobody_could_answer(session: Session, cast: Cast, tmp_path: Path) -> None:
    """Whatever nobody can assess requires what the worst answer would."""
    project = await complete(session, cast, opens=DAY)
    await chose(session, project, "screening", size="unknown", works="unknown")
    await publish(session, cast, project, tmp_path)
    assert not await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)
    await assessed(session, project, "gender-equality", "needs", "environment", "risk")
    assert not await ladder.open_due(session, city=cast.city, at=NOW + 4 * DAY)
    await assessed(session, project, "cost-benefit")
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 5 * DAY)) == 1


@pytest.mark.parametrize(("screening", "module"), [("none", "many"), ("many", "none")])
async def test_by_two_assessments_that_contradict_each_other(
    session: Session, cast: Cast, tmp_path: Path, screening: str, module: str
) -> None:
    """The same fact stands in both, and one of them says that homes are touched: so a plan and meetings are owed."""
    project = await complete(session, cast, opens=DAY)
    await assessed(session, project, "homes-livelihoods", "human-rights")
    await chose(session, project, "screening", moves=screening)
    await chose(session, project, "homes-livelihoods", moves=module)
    await publish(session, cast, project, tmp_path)
    assert not await ladder.open_due(session, city=cast.city, at=NOW + 3 * DAY)
    await chose(session, project, "screening", moves="none")
    await chose(session, project, "homes-livelihoods", moves="none")
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 4 * DAY)) == 1


async def test_a_vote_does_not_open_while_an_assessment_is_owed(session: Session, cast: Cast, tmp_path: Path) -> None:
    """What became known while the consultation ran is public before anybody votes."""
    project = await complete(session, cast, opens=timedelta(0), vote=True)
    await publish(session, cast, project, tmp_path)
    assert await opened(session, project)
    await chose(session, project, "screening", works="yes")
    assert not await ladder.open_due(session, city=cast.city, at=NOW + 51 * DAY)
    await assessed(session, project, "environment")
    assert len(await ladder.open_due(session, city=cast.city, at=NOW + 51 * DAY)) == 1


# What residents are told of it


async def test_nothing_is_said_to_be_given_that_is_not_there(
    visitor: Browser, session: Session, cast: Cast, tmp_path: Path
) -> None:
    """Without dates nobody can say whether there is enough notice; without a ballot it has no question; nobody owes an opinion."""
    project = await complete(session, cast)
    await session.execute(sa.delete(Step).where(Step.project_id == project.id))
    number = project.id
    session.expire_all()
    await publish(session, cast, await loaded(session, Project.id == number, city_id=cast.city.id), tmp_path)
    await session.commit()
    text = (await visitor.get("/en/projects/flood-sirens/gates")).text
    assert "on a day that nobody wrote down" not in text
    assert text.count("looked at as soon as there are dates") == 4
    assert "An opinion from outside" not in text
    assert "The question of the ballot" not in text


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


@pytest.mark.parametrize("opens", [datetime(9999, 12, 31, 23, tzinfo=UTC), NOW + 4000 * DAY])
async def test_dates_at_the_end_of_time_are_refused_too(session: Session, cast: Cast, opens: datetime) -> None:
    project = await complete(session, cast)
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}
    said = Dates(opens + timedelta(minutes=30), opens)
    with pytest.raises(Invalid) as refused:
        await ladder.set_step(session, version=2**30, kind=StepKind.CONSULTATION, said=said, **everything)
    assert str(refused.value.errors["closes_at"]) == "This is more than ten years away."


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
    assert {one["given"] for one in kept.values() if one["code"] not in ("assessments", "opinion")} == {
        WRITTEN.isoformat()
    }
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

    every = [app, *(group.typer_instance for group in app.registered_groups if group.typer_instance)]
    names = {one.name or one.callback.__name__ for each in every for one in each.registered_commands if one.callback}
    assert not {name for name in names if "open" in name or "step" in name}
    for route in routes():
        if getattr(route, "path", "").startswith("/api/"):
            assert set(getattr(route, "methods", None) or ()) <= {"GET", "HEAD"}, route


# The demonstration


async def test_in_the_demonstration_what_opened_had_given_what_it_owed_and_the_identity_card_is_blocked(
    world: World,
) -> None:
    async with world.database.reading() as session:
        city = await one_city(session, None)
        rows = await session.execute(
            sa.select(Project.slug, Step.kind, Step.owed)
            .join(Step, Step.project_id == Project.id)
            .where(Step.opened_at.is_not(None))
        )
        opened = {(row.slug, row.kind): row.owed for row in rows}
        identity = await find(session, city, "digital-identity")
        assert identity is not None
        file = (await gate_reads.files(session, city, [identity.id], world.clock()))[identity.id]
    consulted = {slug for slug, kind in opened if kind == StepKind.CONSULTATION}
    assert consulted == {
        *("bus-corridor", "control-room", "fault-app", "flood-sirens"),
        *("market-cameras", "salt-flats-budget", "water-meters"),
    }
    for step, owed in opened.items():
        assert all(one["given"] for one in owed["items"]), (step, owed)
    homes = {one["code"] for one in opened["bus-corridor", StepKind.CONSULTATION]["items"]}
    assert {"homes_plan", "homes_meetings"} <= homes
    codes = {item.code for item in gate_reads.missing_ahead(city, identity, None, file, world.clock())}
    assert {"assessments", "preconditions", "cost"} <= codes
    assert not {"influence", "indicators"} & codes
    page = await world.visitor("anybody", language="en").get("/en/projects/digital-identity/gates")
    assert "Missing" in page.text
    for part in ("", "/gates"):
        page = await world.visitor("anybody", language="en").get(f"/en/projects/digital-identity{part}")
        assert re.search("The impact assessments that the project owes: [^<]*Data protection", page.text)
