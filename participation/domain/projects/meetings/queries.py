"""Reads meetings: those of a project, one of them, and where residents have been or will be met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from participation.domain.projects.lists.queries import read_moment
from participation.domain.projects.meetings.models import Meeting, MeetingChange, MeetingKind, MeetingProject
from participation.domain.projects.meetings.rules import TEXTS
from participation.domain.projects.models import Project, ProjectDistrict, ProjectState, ProjectText
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.marks import Texts, said


@dataclass(frozen=True)
class ChangeView:
    """How a meeting stood before it was moved or cancelled, and why."""

    cancels: bool
    started_before: datetime
    ended_before: datetime
    place_before: int
    venue_before: Mapping[str, str]
    reasons: Texts
    at: datetime


@dataclass(frozen=True)
class AboutView:
    """A project that a meeting is about."""

    id: int
    number: int
    slug: str
    state: str
    places: tuple[int, ...]
    titles: dict[str, str]


@dataclass(frozen=True)
class MeetingView:
    id: int
    kind: str
    place_id: int
    settlement: Texts
    starts_at: datetime
    ends_at: datetime
    venue: Texts
    agenda: Texts
    office: str
    access: list[str]
    spoken: list[str]
    also_spoken: str
    phone: str
    online: str
    version: int
    announced_at: datetime
    changed_at: datetime
    cancelled_at: datetime | None
    minuted_at: datetime | None
    attended: int | None
    minutes: Texts
    decisions: Texts
    document: str
    changes: tuple[ChangeView, ...]
    """The earliest first."""
    about: tuple[AboutView, ...]
    """In the order of the projects' numbers."""


_COLUMNS = tuple(
    getattr(Meeting, name) for name in MeetingView.__dataclass_fields__ if name not in ("changes", "about")
)


def _gathered(value: sa.ColumnElement[Any], *order: Any) -> sa.Function[Any]:
    rows = sa.func.jsonb_agg(aggregate_order_by(value, *order), type_=JSONB)
    return sa.func.coalesce(rows, sa.text("'[]'::jsonb"), type_=JSONB)


def _changes() -> sa.ColumnElement[Any]:
    row = sa.func.to_jsonb(sa.literal_column(f'"{MeetingChange.__tablename__}"'))
    found = sa.select(_gathered(row, MeetingChange.id)).select_from(MeetingChange)
    return found.where(MeetingChange.meeting_id == Meeting.id).correlate(Meeting).scalar_subquery().label("changes")


def _about() -> sa.ColumnElement[Any]:
    titles = (
        sa.select(sa.func.jsonb_object_agg(ProjectText.language, ProjectText.title))
        .where(ProjectText.project_id == Project.id, ProjectText.title != "")
        .correlate(Project)
        .scalar_subquery()
    )
    places = (
        sa.select(sa.func.jsonb_agg(ProjectDistrict.place_id))
        .where(ProjectDistrict.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    said = sa.func.jsonb_build_object(
        *("id", Project.id, "number", Project.number, "slug", Project.slug, "state", Project.state),
        *("places", places, "titles", titles),
    )
    found = (
        sa.select(_gathered(said, Project.number))
        .join(MeetingProject, MeetingProject.project_id == Project.id)
        .where(MeetingProject.meeting_id == Meeting.id, Project.state != ProjectState.DRAFT)
    )
    return found.correlate(Meeting).scalar_subquery().label("about")


def _wanted() -> Any:
    return sa.select(*_COLUMNS, Meeting.marks, _changes(), _about())


def _seen(row: Any) -> MeetingView:
    values = dict(row._mapping) | {field: said(row, field) for field in TEXTS}
    del values["marks"]
    values["changes"] = tuple(_change(one) for one in row.changes)
    values["about"] = tuple(
        AboutView(
            *(one["id"], one["number"], one["slug"], one["state"]),
            tuple(one["places"] or ()),
            one["titles"] or {},
        )
        for one in row.about
    )
    return MeetingView(**values)


def _change(one: Mapping[str, Any]) -> ChangeView:
    return ChangeView(
        cancels=one["cancels"],
        started_before=_moment(one["started_before"]),
        ended_before=_moment(one["ended_before"]),
        place_before=one["place_before"],
        venue_before=one["venue_before"],
        reasons=Texts(one["reasons"], one["marks"].get("reasons", {})),
        at=_moment(one["at"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _of(project_id: int) -> sa.ColumnElement[bool]:
    linked = sa.select(MeetingProject.meeting_id).where(MeetingProject.project_id == project_id)
    return Meeting.id.in_(linked)


async def of_project(
    session: Session, project_id: int, *, at: datetime, past: bool, after: str | None = None
) -> paging.Page[MeetingView]:
    """What comes or runs, the next one first; or what is over, the latest first. One statement."""
    wanted = _wanted().where(_of(project_id), Meeting.ends_at <= at if past else Meeting.ends_at > at)
    key = paging.decode(after, (str, int), most=paging.INT4) if after else None
    moment = read_moment(key[0]) if key else None
    place = sa.tuple_(Meeting.starts_at, Meeting.id)
    if key and moment:
        there = sa.tuple_(sa.literal(moment), sa.literal(key[1]))
        wanted = wanted.where(place < there if past else place > there)
    order = (Meeting.starts_at.desc(), Meeting.id.desc()) if past else (Meeting.starts_at, Meeting.id)
    rows = (await session.execute(wanted.order_by(*order).limit(paging.SIZE + 1))).all()
    shown = [_seen(row) for row in rows[: paging.SIZE]]
    following = None
    if len(rows) > paging.SIZE:
        following = paging.encode([shown[-1].starts_at.isoformat(), shown[-1].id])
    return paging.Page(shown, following)


async def of_projects(session: Session, project_ids: Sequence[int], *, size: int | None = None) -> list[MeetingView]:
    """The meetings of several projects, those that changed last first; one statement."""
    linked = sa.select(MeetingProject.meeting_id).where(MeetingProject.project_id.in_(project_ids))
    wanted = _wanted().where(Meeting.id.in_(linked)).order_by(Meeting.changed_at.desc(), Meeting.id.desc())
    return [_seen(row) for row in await session.execute(wanted.limit(size))]


async def listed(
    session: Session, city_id: int, *, after: int, size: int, project_id: int | None = None
) -> tuple[list[MeetingView], bool]:
    """Meetings about public projects, or about one, in the order in which they were announced; whether there are more."""
    linked = sa.select(MeetingProject.meeting_id).join(Project, Project.id == MeetingProject.project_id)
    linked = linked.where(Project.state != ProjectState.DRAFT)
    if project_id is not None:
        linked = linked.where(Project.id == project_id)
    wanted = _wanted().where(Meeting.city_id == city_id, Meeting.id.in_(linked), Meeting.id > after)
    rows = (await session.execute(wanted.order_by(Meeting.id).limit(size + 1))).all()
    return [_seen(row) for row in rows[:size]], len(rows) > size


async def one(session: Session, *, project_id: int, meeting_id: int) -> MeetingView | None:
    """A meeting about this project."""
    row = (await session.execute(_wanted().where(_of(project_id), Meeting.id == meeting_id))).first()
    return None if row is None else _seen(row)


async def named(session: Session, *, city_id: int, names: Sequence[str]) -> list[AboutView]:
    """Published projects by their slugs or numbers."""
    if not names:
        return []
    places = (
        sa.select(sa.func.jsonb_agg(ProjectDistrict.place_id, type_=JSONB))
        .where(ProjectDistrict.project_id == Project.id)
        .scalar_subquery()
    )
    numbers = [int(name) for name in names if name.isdigit() and len(name) < 10]
    wanted = sa.select(Project.id, Project.number, Project.slug, Project.state, places.label("places")).where(
        Project.city_id == city_id,
        Project.state != ProjectState.DRAFT,
        sa.or_(Project.slug.in_(names), Project.number.in_(numbers)),
    )
    rows = await session.execute(wanted.order_by(Project.number))
    return [AboutView(row.id, row.number, row.slug, row.state, tuple(row.places or ()), {}) for row in rows]


@dataclass(frozen=True)
class Met:
    """Where the people of a place were, or will be, met about a project."""

    place_id: int
    settlement: dict[str, str]
    starts_at: datetime
    minuted: bool


async def met(session: Session, project_ids: Sequence[int]) -> dict[int, list[Met]]:
    """For each project its meetings with residents that were not cancelled, by their dates; one statement."""
    rows = await session.execute(
        sa.select(
            *(MeetingProject.project_id, Meeting.place_id, Meeting.settlement, Meeting.starts_at),
            Meeting.minuted_at.is_not(None).label("minuted"),
        )
        .join(Meeting, Meeting.id == MeetingProject.meeting_id)
        .where(
            MeetingProject.project_id.in_(project_ids),
            Meeting.kind == MeetingKind.CONSULTATION,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    found: dict[int, list[Met]] = {id: [] for id in project_ids}
    for row in rows:
        found[row.project_id].append(Met(row.place_id, row.settlement, row.starts_at, row.minuted))
    return found


@dataclass(frozen=True)
class Line:
    """How many meetings there were or will be, without cancelled ones, and when the next one begins."""

    count: int
    next: datetime | None


def seen_line(said: Mapping[str, Any]) -> Line:
    return Line(said["count"], _moment(said["next"]) if said["next"] else None)


def line(project_id: int, at: datetime) -> sa.ColumnElement[Any]:
    """For `seen_line`, as one value."""
    said = sa.func.json_build_object(
        *("count", sa.func.count(), "next", sa.func.min(Meeting.starts_at).filter(Meeting.ends_at > at)),
    )
    return (
        sa.select(sa.type_coerce(said, sa.JSON))
        .where(_of(project_id), Meeting.cancelled_at.is_(None))
        .scalar_subquery()
    )
