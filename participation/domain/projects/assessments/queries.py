"""Reads questionnaires, drafts with their answers, and what has been published."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.forms import read_questionnaire
from participation.domain.projects.assessments.kept.forms import digest, written
from participation.domain.projects.assessments.models import (
    Answer,
    Assessment,
    AssessmentVersion,
    QuestionnaireCopy,
    Questionnaires,
    WithheldAnswer,
)
from participation.domain.projects.assessments.rules import Owes, Question, Questionnaire, owed
from participation.domain.projects.filings.models import Filing, FilingState
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.organisations.rules import INDEPENDENT
from participation.kit.database import Session
from participation.kit.marks import Mark

KINDS = Path(__file__).parent / "kinds"
SCREENING = "screening"


@lru_cache
def shipped() -> tuple[str, ...]:
    """Kinds that come with the platform, the screening first."""
    found = sorted(path.stem for path in KINDS.glob("*.json"))
    return (SCREENING, *(kind for kind in found if kind != SCREENING))


@lru_cache
def shipped_digest(kind: str) -> bytes:
    return digest(written(shipped_one(kind)))


@lru_cache(maxsize=4)
def kept_one(content: str) -> Questionnaire:
    """One of another day, as it was kept."""
    return read_questionnaire(content, foreign=True)


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
    by: Mapping[str, str] | None = None
    """The organisation that gave it, by name, where the city took it over as it was."""

    @property
    def given(self) -> tuple[str, ...]:
        """As the rules ask for it: choices, or the words in whatever language as the only item."""
        return self.chosen or tuple(text for text in self.words.values() if text)[:1]


async def answers(session: Session, project_id: int) -> dict[str, AnswerView]:
    """Everything that a project has answered, by `key`."""
    table = Answer.__table__.c
    columns = (table.chosen, table.words, table.marks, table.source, table.ground, table.office, table.internal_until)
    rows = await session.execute(
        sa.select(table.about, *columns, table.version, Organisation.names.label("by"))
        .outerjoin(Organisation, Organisation.id == table.organisation_id)
        .where(table.project_id == project_id)
    )
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
    """A published version as everybody reads it on a day: what had been kept internal until then is told."""

    kind: str
    number: int
    answers: Mapping[str, Any]
    score: Mapping[str, Any]
    at: datetime
    review_on: date | None
    newest: int
    """The number of the version that is public now."""
    asked: Questionnaire | None = None
    """What was asked then; read where it is asked for."""


async def published(session: Session, project_id: int, *, today: date) -> list[Published]:
    """The newest version of each kind."""
    rows = await session.execute(_versions(project_id, today).where(newest()).order_by(Assessment.id))
    return [_published(row) for row in rows]


async def version(
    session: Session, project_id: int, kind: str, numbers: Sequence[int] | None = None, *, today: date
) -> list[Published]:
    """The newest version of a kind, or those with these numbers, each with the questionnaire that it answers; one statement."""
    copied = sa.select(sa.cast(QuestionnaireCopy.content, sa.Text)).where(
        QuestionnaireCopy.city_id == AssessmentVersion.city_id, QuestionnaireCopy.digest == AssessmentVersion.asked
    )
    # Nearly always it is today's shipped one, which is at hand.
    content: sa.ColumnElement[Any] = copied.scalar_subquery()
    if kind in shipped():
        content = sa.case((AssessmentVersion.asked != shipped_digest(kind), content))
    wanted = _versions(project_id, today, content.label("content")).where(Assessment.kind == kind)
    wanted = wanted.where(newest() if numbers is None else AssessmentVersion.number.in_(numbers))
    rows = await session.execute(wanted.order_by(AssessmentVersion.number))
    return [_published(row, shipped_one(kind) if row.content is None else kept_one(row.content)) for row in rows]


def _versions(project_id: int, today: date, *columns: Any) -> sa.Select[Any]:
    due = WithheldAnswer.until <= today
    # Before its day not even the statement that asks for it brings it along.
    told = sa.func.json_build_object("until", WithheldAnswer.until, "body", sa.case((due, WithheldAnswer.body)))
    withheld = sa.select(sa.func.json_object_agg(WithheldAnswer.question, told, type_=sa.JSON)).where(
        WithheldAnswer.assessment_id == AssessmentVersion.assessment_id,
        WithheldAnswer.number == AssessmentVersion.number,
    )
    return (
        sa.select(
            *(Assessment.kind, AssessmentVersion.number, AssessmentVersion.answers, AssessmentVersion.score),
            *(AssessmentVersion.at, Assessment.review_on, Assessment.published.label("newest")),
            withheld.scalar_subquery().label("withheld"),
            *columns,
        )
        .join(AssessmentVersion, AssessmentVersion.assessment_id == Assessment.id)
        .where(Assessment.project_id == project_id)
    )


def _published(row: Any, asked: Questionnaire | None = None) -> Published:
    answers = dict(row.answers)
    for question, held in (row.withheld or {}).items():
        said = {**answers[question], "until": held["until"]}
        answers[question] = said if held["body"] is None else {**held["body"], "opened": held["until"]}
    return Published(row.kind, row.number, answers, row.score, row.at, row.review_on, row.newest, asked)


@dataclass(frozen=True)
class Review:
    """When what is published now is looked at again."""

    project_id: int
    kind: str
    number: int
    at: datetime
    review_on: date


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


Chosen = Mapping[str, Sequence[str] | None]
"""Question -> the choices taken."""


@cache
def _decisive() -> tuple[str, ...]:
    """Questions of the screening by whose answers it requires something."""
    screening = shipped_one(SCREENING)
    conditions = [one.when for one in screening.owes] + [one.visible_if for one in screening.questions]
    return tuple(dict.fromkeys(asked.question for each in conditions if each is not None for asked in each.asks()))


def decisive() -> sa.ColumnElement[Any]:
    """Of a version no more than what was chosen where a screening decides by it; `required` reads it."""
    answers = AssessmentVersion.answers
    return sa.func.jsonb_build_object(*(part for one in _decisive() for part in (one, answers[one]["chosen"])))


def required(published: Mapping[str, Chosen]) -> list[Owes]:
    """What the published assessments of a project require, by what each of them chose.

    A fact is asked once and stands in several: where two that are public say different things, both count.
    """
    screening = shipped_one(SCREENING)
    chosen = {name: list(said) for name, said in published.get(SCREENING, {}).items() if said}
    facts = [one.id for one in screening.questions if one.fact]
    for kind, answers in published.items():
        for name in facts if kind in shipped() and kind != SCREENING else ():
            chosen[name] = [*chosen.get(name, ()), *(answers.get(name) or ())]
    return owed(screening, {name: said for name, said in chosen.items() if said})


def still_owed(published: Mapping[str, Chosen]) -> tuple[str, ...]:
    """Kinds that are required and not public; the screening first, and while it is missing nothing else."""
    if SCREENING not in published:
        return (SCREENING,)
    return tuple(one.kind for one in required(published) if one.kind not in published)


def opinion_owed() -> sa.ColumnElement[bool]:
    """Beside an assessment and its newest version: whether somebody independent still has to look at it."""
    outside = (
        sa.select(Filing.id)
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(
            Filing.project_id == Assessment.project_id,
            Filing.kind == Assessment.kind,
            Filing.state == FilingState.PUBLISHED,
            Filing.outside,
            Organisation.kind.in_(INDEPENDENT),
        )
        .correlate(Assessment)
    )
    return sa.and_(AssessmentVersion.score["outside"].astext == "true", ~outside.exists())
