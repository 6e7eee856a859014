"""Reads the register of data flows out of published assessments and announced links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from participation.domain.ladder.flows.models import DataLink
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import (
    Assessment,
    AssessmentVersion,
    QuestionnaireCopy,
    WithheldAnswer,
)
from participation.domain.projects.assessments.queries import SCREENING, newest, shipped_digest, shipped_one
from participation.domain.projects.assessments.rules import Words
from participation.domain.projects.filings.receivers.queries import NAMING
from participation.domain.projects.models import Project, ProjectDistrict, ProjectState
from participation.domain.projects.queries import PUBLIC, titles_of
from participation.kit import paging
from participation.kit.database import Session

RECEIVERS, DATA, SHARING, KEPT = "receivers", "data", "sharing", "kept"
QUESTIONS = (RECEIVERS, DATA, SHARING, KEPT)
NEWEST_LINKS = 30
"""Links of one project that its register shows; the history has all."""
MOST_PROJECTS = 200
"""Among which an official chooses one that gets data."""


@dataclass(frozen=True)
class Said:
    """What one published assessment answers."""

    kind: str
    at: datetime
    answers: Mapping[str, Any]
    choices: Mapping[str, Words] | None
    """Who can receive data, in the words of that day where they are not today's."""


@dataclass(frozen=True)
class Flow:
    """A project with the answers that say where its data go: the newest that is public to each question."""

    id: int
    number: int
    slug: str
    titles: Mapping[str, str]
    assessed: tuple[Said, ...]
    incoming: int
    """How many other projects give it data, or will."""

    def said(self, question: str) -> tuple[Said, Mapping[str, Any]] | None:
        found = [one for one in self.assessed if question in one.answers]
        return (found[-1], found[-1].answers[question]) if found else None


@dataclass(frozen=True)
class Side:
    """A project at one end of a link."""

    id: int
    slug: str
    number: int
    titles: Mapping[str, str]


@dataclass(frozen=True)
class LinkView:
    id: int
    giver: Side
    receiver: Side
    what: Mapping[str, str]
    announced_at: datetime
    effective_on: date


def receivers() -> Mapping[str, Words]:
    """Who can receive data, as the screening asks it today."""
    asked = next(question for question in shipped_one(SCREENING).questions if question.id == RECEIVERS)
    return {choice.id: choice.text for choice in asked.choices}


async def page(
    session: Session, city: CityView, *, after: str, size: int, receiver: str, today: date
) -> paging.Page[Flow]:
    """Projects that have published something about their data, in the order of their numbers; one statement."""
    wanted = _flows(city, today).where(sa.or_(_assessed(), _linked()))
    if receiver:
        wanted = wanted.where(_received().contains([receiver]))
    key = paging.decode(after, (int,), most=paging.INT4) if after else None
    if key is not None:
        wanted = wanted.where(Project.number > key[0])
    rows = [_flow(row) for row in await session.execute(wanted.order_by(Project.number).limit(size + 1))]
    return paging.Page(rows[:size], paging.encode([rows[size - 1].number]) if len(rows) > size else None)


async def of_project(session: Session, city: CityView, slug: str, *, today: date) -> Flow | None:
    """One public project, whatever it has published."""
    row = (await session.execute(_flows(city, today).where(Project.slug == slug))).first()
    return None if row is None else _flow(row)


def _flows(city: CityView, today: date) -> sa.Select[Any]:
    incoming = sa.select(sa.func.count()).where(DataLink.to_project_id == Project.id, DataLink.ended_at.is_(None))
    return sa.select(
        *(Project.id, Project.number, Project.slug, titles_of(Project.id).label("titles")),
        *(_answers(today).label("assessed"), incoming.scalar_subquery().label("incoming")),
    ).where(PUBLIC, Project.city_id == city.id)


def _assessed() -> sa.ColumnElement[bool]:
    return sa.exists().where(Assessment.project_id == Project.id, Assessment.kind.in_(NAMING), Assessment.published > 0)


def _linked() -> sa.ColumnElement[bool]:
    either = sa.or_(DataLink.project_id == Project.id, DataLink.to_project_id == Project.id)
    return sa.exists().where(either, DataLink.ended_at.is_(None))


def _received() -> sa.ColumnElement[Any]:
    """Who receives the data, as the newest published assessment says that asks for it."""
    chosen = (
        sa.select(AssessmentVersion.answers[RECEIVERS]["chosen"])
        .select_from(Assessment)
        .join(AssessmentVersion, newest())
        .where(
            Assessment.project_id == Project.id,
            Assessment.kind.in_(NAMING),
            AssessmentVersion.answers.has_key(RECEIVERS),
        )
        .order_by(AssessmentVersion.at.desc(), Assessment.id.desc())
        .limit(1)
    )
    return sa.type_coerce(chosen.scalar_subquery(), JSONB)


def _answers(today: date) -> sa.ScalarSelect[Any]:
    """Of each newest version the answers about data; of what is withheld only what has become public."""
    answers = AssessmentVersion.answers
    opened = sa.select(sa.func.json_object_agg(WithheldAnswer.question, WithheldAnswer.body, type_=sa.JSON)).where(
        WithheldAnswer.assessment_id == AssessmentVersion.assessment_id,
        WithheldAnswer.number == AssessmentVersion.number,
        WithheldAnswer.question.in_(QUESTIONS),
        WithheldAnswer.until <= today,
    )
    ends = sa.select(sa.func.json_object_agg(WithheldAnswer.question, WithheldAnswer.until, type_=sa.JSON)).where(
        WithheldAnswer.assessment_id == AssessmentVersion.assessment_id,
        WithheldAnswer.number == AssessmentVersion.number,
        WithheldAnswer.question.in_(QUESTIONS),
    )
    # Nearly always it answers today's questionnaire, whose words are at hand.
    today_s = sa.case(*((Assessment.kind == kind, sa.literal(shipped_digest(kind), sa.LargeBinary)) for kind in NAMING))
    path = sa.text("""'$.sections[*].questions[*] ? (@.id == "receivers").choices'""")
    older = sa.select(sa.func.jsonb_path_query_first(QuestionnaireCopy.content, path, type_=JSONB)).where(
        QuestionnaireCopy.city_id == AssessmentVersion.city_id, QuestionnaireCopy.digest == AssessmentVersion.asked
    )
    one = sa.func.json_build_object(
        *("kind", Assessment.kind, "at", AssessmentVersion.at),
        *("answers", sa.func.jsonb_build_object(*(part for name in QUESTIONS for part in (name, answers[name])))),
        *("opened", opened.scalar_subquery(), "ends", ends.scalar_subquery()),
        *("choices", sa.case((AssessmentVersion.asked != today_s, older.scalar_subquery()))),
    )
    return (
        sa.select(sa.func.json_agg(one, type_=sa.JSON))
        .select_from(Assessment)
        .join(AssessmentVersion, newest())
        .where(Assessment.project_id == Project.id, Assessment.kind.in_(NAMING))
        .scalar_subquery()
    )


def _flow(row: Any) -> Flow:
    assessed = sorted((_said(one) for one in row.assessed or ()), key=lambda one: one.at)
    return Flow(row.id, row.number, row.slug, row.titles or {}, tuple(assessed), row.incoming)


def _said(one: Mapping[str, Any]) -> Said:
    answers = {name: said for name, said in one["answers"].items() if said is not None}
    for name, until in (one["ends"] or {}).items():
        if name in answers:
            answers[name] = (one["opened"] or {}).get(name) or {**answers[name], "until": until}
    choices = None if one["choices"] is None else {choice["id"]: choice["text"] for choice in one["choices"]}
    return Said(one["kind"], datetime.fromisoformat(one["at"]), answers, choices)


# Links


giver, receiver = aliased(Project), aliased(Project)


async def links_of(session: Session, project_id: int) -> list[LinkView]:
    """Running links from and to a project, the newest first; one statement."""
    either = sa.or_(DataLink.project_id == project_id, DataLink.to_project_id == project_id)
    rows = await session.execute(_links(either).order_by(DataLink.id.desc()).limit(NEWEST_LINKS))
    return [_link(row) for row in rows]


async def links_from(session: Session, project_ids: Sequence[int], *, each: int) -> dict[int, list[LinkView]]:
    """Running links from several projects, of each so many, the newest first; one statement."""
    place = sa.func.row_number().over(partition_by=DataLink.project_id, order_by=DataLink.id.desc())
    chosen = sa.select(DataLink.id, place.label("place")).where(
        DataLink.project_id.in_(project_ids), DataLink.ended_at.is_(None)
    )
    few = chosen.subquery()
    wanted = _links(DataLink.id.in_(sa.select(few.c.id).where(few.c.place <= each)))
    found: dict[int, list[LinkView]] = {}
    for row in await session.execute(wanted.order_by(DataLink.id.desc())):
        found.setdefault(row.giver_id, []).append(_link(row))
    return found


async def link(session: Session, project_id: int, link_id: int) -> LinkView | None:
    """A running link from this project."""
    row = (await session.execute(_links(DataLink.project_id == project_id, DataLink.id == link_id))).first()
    return None if row is None else _link(row)


def _links(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    ends = [
        column
        for name, side in (("giver", giver), ("receiver", receiver))
        for column in (
            *(side.id.label(f"{name}_id"), side.slug.label(f"{name}_slug"), side.number.label(f"{name}_number")),
            titles_of(side.id).label(f"{name}_titles"),
        )
    ]
    return (
        sa.select(DataLink.id, DataLink.what, DataLink.announced_at, DataLink.effective_on, *ends)
        .join(giver, giver.id == DataLink.project_id)
        .join(receiver, receiver.id == DataLink.to_project_id)
        .where(*where, DataLink.ended_at.is_(None))
    )


def _link(row: Any) -> LinkView:
    found = row._mapping
    gives, gets = (
        Side(found[f"{name}_id"], found[f"{name}_slug"], found[f"{name}_number"], found[f"{name}_titles"] or {})
        for name in ("giver", "receiver")
    )
    return LinkView(row.id, gives, gets, row.what, row.announced_at, row.effective_on)


async def others(session: Session, city: CityView, project_id: int) -> list[tuple[Side, tuple[int, ...]]]:
    """Projects that could get data of this one, with the places that each names."""
    places = sa.select(sa.func.array_agg(ProjectDistrict.place_id)).where(ProjectDistrict.project_id == Project.id)
    rows = await session.execute(
        sa.select(
            *(Project.id, Project.slug, Project.number),
            *(titles_of(Project.id).label("titles"), places.scalar_subquery().label("places")),
        )
        .where(
            *(Project.city_id == city.id, Project.id != project_id),
            Project.state.in_((ProjectState.PUBLISHED, ProjectState.DECIDED)),
        )
        .order_by(Project.number.desc())
        .limit(MOST_PROJECTS)
    )
    return [(Side(row.id, row.slug, row.number, row.titles or {}), tuple(row.places or ())) for row in rows]
