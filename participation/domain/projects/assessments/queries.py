"""Reads questionnaires, drafts with their answers, and what has been published."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.forms import read_questionnaire
from participation.domain.projects.assessments.models import Answer, Assessment, AssessmentVersion, Questionnaires
from participation.domain.projects.assessments.rules import Question, Questionnaire, owed
from participation.kit.database import Session
from participation.kit.marks import Mark

KINDS = Path(__file__).parent / "kinds"
SCREENING = "screening"


@lru_cache
def shipped() -> tuple[str, ...]:
    """Kinds that come with the platform, the screening first."""
    found = sorted(path.stem for path in KINDS.glob("*.json"))
    return (SCREENING, *(kind for kind in found if kind != SCREENING))


@lru_cache(maxsize=16)
def shipped_one(kind: str) -> Questionnaire:
    """Read when somebody first asks for it: most web workers never do."""
    return read_questionnaire((KINDS / f"{kind}.json").read_bytes())


async def questionnaire(session: Session, *, city_id: int, kind: str) -> Questionnaire | None:
    """The newest of its kind: shipped, or else the city's own."""
    if kind in shipped():
        return shipped_one(kind)
    wanted = (
        sa.select(Questionnaires.content)
        .where(Questionnaires.city_id == city_id, Questionnaires.kind == kind)
        .order_by(Questionnaires.version.desc())
        .limit(1)
    )
    own = await session.scalar(wanted)
    return None if own is None else read_questionnaire(json.dumps(own), foreign=True)


def key(kind: str, question: Question) -> str:
    """Under which an answer is kept; a fact under its own name, so that it is asked once."""
    return f"fact/{question.fact}" if question.fact else f"{kind}/{question.id}"


@dataclass(frozen=True)
class AnswerView:
    """What is answered to one question."""

    chosen: tuple[str, ...]
    words: Mapping[str, str]
    marks: Mapping[str, Mark]
    source: str
    ground: str | None
    office: str | None
    internal_until: date | None
    version: int

    @property
    def given(self) -> tuple[str, ...]:
        """As the rules ask for it: choices, or the words in whatever language as the only item."""
        return self.chosen or tuple(text for text in self.words.values() if text)[:1]


@dataclass(frozen=True)
class AssessmentView:
    id: int
    kind: str
    state: str
    published: int
    published_at: datetime | None
    review_on: date | None
    submitted_by: int | None


async def of_project(session: Session, project_id: int) -> dict[str, AssessmentView]:
    """What has been begun, by kind."""
    names = (
        *(Assessment.id, Assessment.kind, Assessment.state, Assessment.published),
        *(Assessment.published_at, Assessment.review_on, Assessment.submitted_by),
    )
    rows = await session.execute(sa.select(*names).where(Assessment.project_id == project_id))
    return {row.kind: AssessmentView(**row._mapping) for row in rows}


async def answers(session: Session, project_id: int) -> dict[str, AnswerView]:
    """Everything that a project has answered, by `key`."""
    table = Answer.__table__.c
    columns = (table.chosen, table.words, table.marks, table.source, table.ground, table.office, table.internal_until)
    rows = await session.execute(sa.select(table.about, *columns, table.version).where(table.project_id == project_id))
    found = {}
    for row in rows:
        values = {name: value for name, value in row._mapping.items() if name != "about"}
        found[row.about] = AnswerView(**values | {"chosen": tuple(row.chosen)})
    return found


def given(asked: Questionnaire, known: Mapping[str, AnswerView]) -> dict[str, Sequence[str]]:
    """The answers to one questionnaire, as its rules take them."""
    found: dict[str, Sequence[str]] = {}
    for question in asked.questions:
        answer = known.get(key(asked.kind, question))
        if answer is not None and answer.given:
            found[question.id] = answer.given
    return found


@dataclass(frozen=True)
class Published:
    """An assessment as everybody reads it."""

    kind: str
    number: int
    questionnaire: int
    answers: Mapping[str, Any]
    score: Mapping[str, Any]
    at: datetime
    review_on: date | None


async def published(session: Session, project_id: int, kind: str | None = None) -> list[Published]:
    """The newest version of each kind, or of one."""
    wanted = (
        sa.select(
            *(Assessment.kind, AssessmentVersion.number, AssessmentVersion.questionnaire, AssessmentVersion.answers),
            *(AssessmentVersion.score, AssessmentVersion.at, Assessment.review_on),
        )
        .join(Assessment, newest())
        .where(Assessment.project_id == project_id)
        .order_by(Assessment.id)
    )
    if kind is not None:
        wanted = wanted.where(Assessment.kind == kind)
    return [Published(**row._mapping) for row in await session.execute(wanted)]


@dataclass(frozen=True)
class PublishedVersion:
    """That an assessment was published."""

    project_id: int
    kind: str
    number: int
    at: datetime


@dataclass(frozen=True)
class Review(PublishedVersion):
    """When what is published now is looked at again."""

    review_on: date


async def latest_versions(session: Session, project_ids: Sequence[int], *, size: int) -> list[PublishedVersion]:
    """What was published of several projects, the latest first, earlier versions too."""
    wanted = (
        sa.select(*(Assessment.project_id, Assessment.kind, AssessmentVersion.number, AssessmentVersion.at))
        .join(Assessment, AssessmentVersion.assessment_id == Assessment.id)
        .where(Assessment.project_id.in_(project_ids))
        .order_by(AssessmentVersion.at.desc(), Assessment.id.desc(), AssessmentVersion.number.desc())
        .limit(size)
    )
    return [PublishedVersion(**row._mapping) for row in await session.execute(wanted)]


async def reviews(session: Session, project_ids: Sequence[int]) -> list[Review]:
    """The next review of each published assessment of several projects."""
    wanted = (
        sa.select(
            *(Assessment.project_id, Assessment.kind, Assessment.published.label("number")),
            *(Assessment.published_at.label("at"), Assessment.review_on),
        )
        .where(Assessment.project_id.in_(project_ids), Assessment.published > 0, Assessment.review_on.is_not(None))
        .order_by(Assessment.review_on, Assessment.id)
    )
    return [Review(**row._mapping) for row in await session.execute(wanted)]


def newest() -> sa.ColumnElement[bool]:
    """Joins an assessment to the version that is public now."""
    return sa.and_(AssessmentVersion.assessment_id == Assessment.id, AssessmentVersion.number == Assessment.published)


def published_choices(answers: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    """What a published version chose, as the rules take it."""
    return {name: said["chosen"] for name, said in answers.items() if said.get("chosen")}


def still_owed(published: Collection[str], screening: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Kinds that are required and not public: the screening first, then what its published answers require."""
    if screening is None:
        return (SCREENING,)
    required = owed(shipped_one(SCREENING), published_choices(screening))
    return tuple(one.kind for one in required if one.kind not in published)


async def unassessed(session: Session, project_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """For each project what `still_owed` says; one statement."""
    said = sa.case((Assessment.kind == SCREENING, AssessmentVersion.answers))
    rows = await session.execute(
        sa.select(Assessment.project_id, Assessment.kind, said.label("screening"))
        .join(AssessmentVersion, newest())
        .where(Assessment.project_id.in_(project_ids))
    )
    kinds: dict[int, set[str]] = {}
    screenings: dict[int, Any] = {}
    for row in rows:
        kinds.setdefault(row.project_id, set()).add(row.kind)
        if row.kind == SCREENING:
            screenings[row.project_id] = row.screening
    return {id: still_owed(kinds.get(id, ()), screenings.get(id)) for id in project_ids}
