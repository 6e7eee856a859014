"""Reads since when things have been public, from versions, signatures and publications."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ladder.gates.rules import Owing
from participation.domain.ladder.given.rules import Item, Since, read
from participation.domain.ladder.homes.queries import COUNTS, told_at
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.documents.models import Document
from participation.domain.projects.documents.queries import PUBLIC
from participation.domain.projects.filings.queries import outside
from participation.domain.projects.meetings.models import Meeting, MeetingProject
from participation.domain.projects.models import Project, ProjectVersion, Step
from participation.domain.projects.preconditions.models import Precondition
from participation.kit.database import Session

EMPTY = sa.text("'{}'::json")


async def since(session: Session, project_id: int) -> Since:
    return (await story(session, project_id))[0]


async def story(session: Session, project_id: int) -> tuple[Since, dict[Owing, list[Item]]]:
    """Since when things have been there, and what each step that has opened wrote down. One statement, however many versions."""
    row = (
        await session.execute(
            sa.select(
                Project.published_at,
                Project.owed,
                _steps(project_id).label("steps"),
                _texts(project_id).label("texts"),
                _facts(project_id).label("facts"),
                _assessments(project_id).label("assessments"),
                _signed(project_id).label("signed"),
                _ballot(project_id).label("ballot"),
                _documents(project_id).label("documents"),
                _meetings(project_id).label("meetings"),
                _gathered(outside(project_id)).label("opinions"),
            ).where(Project.id == project_id)
        )
    ).one()
    kept = {Owing.INFORMATION: row.owed, **{Owing(kind): owed for kind, owed in row.steps.items()}}
    found = {step: [read(one) for one in owed["items"]] for step, owed in kept.items() if owed is not None}
    since = Since(
        published=row.published_at,
        texts=_moments(row.texts),
        facts=_moments(row.facts),
        assessments=_moments(row.assessments),
        signed=_moments(row.signed),
        ballot=row.ballot,
        documents=_moments(row.documents),
        meetings=_moments(row.meetings),
        opinions=_moments(row.opinions),
    )
    return since, found


def _moments(said: Mapping[str, str | None]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(at).astimezone(UTC) for name, at in said.items() if at is not None}


def _gathered(rows: Any) -> sa.ScalarSelect[Any]:
    """A select of `name` and `at` as one JSON object."""
    found = rows.subquery()
    made = sa.func.coalesce(sa.func.json_object_agg(found.c.name, found.c.at), EMPTY, type_=sa.JSON)
    return sa.select(made).scalar_subquery()


def _steps(project_id: int) -> sa.ScalarSelect[Any]:
    made = sa.func.coalesce(sa.func.json_object_agg(Step.kind, Step.owed), EMPTY, type_=sa.JSON)
    return sa.select(made).where(Step.project_id == project_id).scalar_subquery()


def _texts(project_id: int) -> sa.ScalarSelect[Any]:
    """The first version in which each field said something in each language; what is public is never emptied again."""
    version = ProjectVersion
    language = sa.func.jsonb_each(version.content["texts"]).table_valued("key", "value", name="said")
    words = sa.cast(language.c.value, version.content.type)
    field = sa.func.jsonb_each_text(words).table_valued("key", "value", name="field")
    name = sa.func.concat(language.c.key, ".", field.c.key)
    rows = (
        sa.select(name.label("name"), sa.func.min(version.at).label("at"))
        .select_from(version)
        .join(language, sa.true())
        .join(field, sa.true())
        .where(version.project_id == project_id)
        .group_by(name)
    )
    return _gathered(rows)


def _facts(project_id: int) -> sa.ScalarSelect[Any]:
    version = ProjectVersion
    facts = version.content["facts"]
    there = {
        "cost": facts["cost_amount"].astext.is_not(None),
        "agreements": facts["agreements_stated"].astext == "true",
        "influence": facts["influence"].astext.is_not(None),
        "homes_places": sa.func.jsonb_array_length(facts["districts"]) > 0,
        "indicators": sa.func.jsonb_array_length(version.content["indicators"]) > 0,
    }
    pairs = [part for name, seen in there.items() for part in (name, sa.func.min(version.at).filter(seen))]
    made = sa.func.json_build_object(*pairs, type_=sa.JSON)
    return sa.select(made).where(version.project_id == project_id).scalar_subquery()


def _assessments(project_id: int) -> sa.ScalarSelect[Any]:
    rows = (
        sa.select(Assessment.kind.label("name"), sa.func.min(AssessmentVersion.at).label("at"))
        .join(AssessmentVersion, AssessmentVersion.assessment_id == Assessment.id)
        .where(Assessment.project_id == project_id)
        .group_by(Assessment.kind)
    )
    return _gathered(rows)


def _documents(project_id: int) -> sa.ScalarSelect[Any]:
    rows = (
        sa.select(Document.kind.label("name"), sa.func.min(Document.published_at).label("at"))
        .where(Document.project_id == project_id, PUBLIC)
        .group_by(Document.kind)
    )
    return _gathered(rows)


def _meetings(project_id: int) -> sa.ScalarSelect[Any]:
    rows = (
        sa.select(Meeting.place_id.label("name"), sa.func.min(Meeting.announced_at).label("at"))
        .join(MeetingProject, MeetingProject.meeting_id == Meeting.id)
        .where(MeetingProject.project_id == project_id, COUNTS)
        .where(Meeting.starts_at >= sa.func.coalesce(told_at(project_id), Meeting.starts_at))
        .group_by(Meeting.place_id)
    )
    return _gathered(rows)


def _signed(project_id: int) -> sa.ScalarSelect[Any]:
    rows = (
        sa.select(Precondition.condition.label("name"), sa.func.min(Precondition.at).label("at"))
        .where(Precondition.project_id == project_id)
        .group_by(Precondition.condition)
    )
    return _gathered(rows)


def _ballot(project_id: int) -> sa.ScalarSelect[Any]:
    found = sa.select(Ballot.announced_at).where(Ballot.project_id == project_id, Ballot.state != BallotState.CANCELLED)
    return found.order_by(Ballot.id.desc()).limit(1).scalar_subquery()
