"""Reads what the assessments of many projects came to, and what they answer to the nine points."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import KINDS, decisive, newest, shipped, still_owed
from participation.domain.projects.assessments.rules import LEVELS, Level, Words
from participation.domain.projects.models import Project, ProjectKind, Step
from participation.domain.projects.queries import PUBLIC, titles
from participation.kit import paging
from participation.kit.database import Session


@dataclass(frozen=True)
class Point:
    """Where one of the nine points is asked."""

    kind: str
    section: str
    question: str


@dataclass(frozen=True)
class Outline:
    """Of all shipped questionnaires what a page about many projects needs: read once, without keeping the rest."""

    titles: Mapping[str, Words]
    points: Mapping[str, Point]


@lru_cache
def outline() -> Outline:
    titles, points = {}, {}
    for kind in shipped():
        whole = json.loads((KINDS / f"{kind}.json").read_bytes())
        titles[kind] = whole["title"]
        for section in whole["sections"]:
            for question in section["questions"]:
                if point := question.get("point"):
                    points[point] = Point(kind, section["id"], question["id"])
    return Outline(titles, points)


@dataclass(frozen=True)
class Result:
    """How one assessment came out, as it is public now."""

    level: Level | None
    unresolved: int
    at: datetime
    review_on: date | None


@dataclass(frozen=True)
class Compared:
    """A project by its assessments."""

    id: int
    number: int
    slug: str
    titles: Mapping[str, str]
    results: Mapping[str, Result]
    owed: tuple[str, ...]
    points: Mapping[str, Any]
    """What is answered to each of the nine points, where it is."""

    @property
    def level(self) -> Level | None:
        """The highest."""
        return max((one.level for one in self.results.values() if one.level), key=LEVELS.index, default=None)

    @property
    def unresolved(self) -> int:
        return sum(one.unresolved for one in self.results.values())

    @property
    def at(self) -> datetime | None:
        """When one of them was published last."""
        return max((one.at for one in self.results.values()), default=None)

    @property
    def review_on(self) -> date | None:
        """The first that is due."""
        return min((one.review_on for one in self.results.values() if one.review_on), default=None)


async def page(session: Session, city: CityView, *, after: str, size: int, points: bool) -> paging.Page[Compared]:
    """Published projects in the order of their numbers; one statement. A programme that asks nobody anything is not among them."""
    wanted = (
        _select(city, points)
        .where(sa.or_(Project.kind == ProjectKind.PROJECT, _ASKS))
        .order_by(Project.number)
        .limit(size + 1)
    )
    key = paging.decode(after, (int,), most=paging.INT4) if after else None
    if key is not None:
        wanted = wanted.where(Project.number > key[0])
    rows = [_compared(row) for row in await session.execute(wanted)]
    return paging.Page(rows[:size], paging.encode([rows[size - 1].number]) if len(rows) > size else None)


async def of(session: Session, city: CityView, slugs: Sequence[str]) -> list[Compared]:
    """These projects, those that are published, in this order; one statement."""
    rows = await session.execute(_select(city, True).where(Project.slug.in_(slugs)))
    found = {one.slug: one for one in map(_compared, rows)}
    return [found[slug] for slug in slugs if slug in found]


_ASKS = sa.exists().where(Step.project_id == Project.id)


def _select(city: CityView, points: bool) -> sa.Select[Any]:
    columns = (Project.id, Project.number, Project.slug, titles())
    wanted = sa.select(*columns, _results().label("results"), (_points() if points else sa.null()).label("points"))
    return wanted.where(PUBLIC, Project.city_id == city.id)


def _results() -> sa.ColumnElement[Any]:
    score = AssessmentVersion.score
    one = sa.func.json_build_object(
        *("kind", Assessment.kind, "at", AssessmentVersion.at, "review_on", Assessment.review_on),
        *("level", sa.case((score["most"].astext.cast(sa.Integer) > 0, score["level"].astext))),
        *("unresolved", score["unresolved"], "chosen", decisive()),
    )
    return _published(sa.func.json_agg(one, type_=sa.JSON)).scalar_subquery()


def _points() -> sa.ColumnElement[Any]:
    """Of each version no more than its answers to the nine points."""
    places = outline().points
    pairs = [part for point, place in places.items() for part in (point, AssessmentVersion.answers[place.question])]
    kinds = {place.kind for place in places.values()}
    told = sa.func.json_build_object("kind", Assessment.kind, "said", sa.func.jsonb_build_object(*pairs))
    return _published(sa.func.json_agg(told, type_=sa.JSON)).where(Assessment.kind.in_(kinds)).scalar_subquery()


def _published(column: Any) -> sa.Select[Any]:
    return sa.select(column).join(AssessmentVersion, newest()).where(Assessment.project_id == Project.id)


def _compared(row: Any) -> Compared:
    results = {one["kind"]: one for one in row.results or ()}
    said = {one["kind"]: one["said"] for one in row.points or ()}
    answered = {point: said.get(place.kind, {}).get(point) for point, place in outline().points.items()}
    return Compared(
        id=row.id,
        number=row.number,
        slug=row.slug,
        titles=row.titles or {},
        results={kind: _result(one) for kind, one in results.items()},
        owed=still_owed({kind: one["chosen"] for kind, one in results.items()}),
        points={point: answer for point, answer in answered.items() if answer},
    )


def _result(one: Mapping[str, Any]) -> Result:
    level = Level(one["level"]) if one["level"] else None
    review = date.fromisoformat(one["review_on"]) if one["review_on"] else None
    return Result(level, one["unresolved"], datetime.fromisoformat(one["at"]), review)
