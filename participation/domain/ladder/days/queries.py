"""What comes and what has been, in the order of its moments, in pages: four statements, however much there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from participation.domain.ladder.flows.models import DataLink
from participation.domain.outcomes.models import Commitment, Outcome, OutcomeState
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment
from participation.domain.projects.lists.queries import concerns
from participation.domain.projects.meetings.models import Meeting, MeetingProject
from participation.domain.projects.models import Project, ProjectState, Step
from participation.domain.projects.queries import PUBLIC, texts_of
from participation.domain.projects.rules import LATE
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.i18n import SOURCE


class Kind(IntEnum):
    """What a day is the day of; of the same moment, the lower number comes first."""

    OPENS = 0
    CLOSES = 1
    MEETING = 2
    REVIEW = 3
    PROMISE = 4
    LINK = 5


WHOLE_DAYS = (Kind.REVIEW, Kind.PROMISE, Kind.LINK)
"""These have a day and no hour."""


@dataclass(frozen=True)
class About:
    slug: str
    number: int
    titles: dict[str, str]


@dataclass(frozen=True)
class Day:
    """One line of the calendar."""

    kind: Kind
    id: int
    at: datetime
    """Of what has a day alone, the beginning of that day in the city."""
    what: str
    """The step, or the kind of meeting."""
    count: int
    """Of reviews on the same day."""
    names: dict[str, str]
    """What was promised, or which data are given."""
    place_id: int | None
    off: bool
    """Cancelled."""
    done: bool
    about: tuple[About, ...]


@dataclass(frozen=True)
class _Key:
    """Where a page begins."""

    at: datetime
    kind: int
    id: int

    def before(self, zone: Any) -> tuple[date, bool]:
        """For what has a day alone: the day, and whether the key stands at its very beginning."""
        local = self.at.astimezone(zone)
        return local.date(), local.time() == time.min


async def days(
    session: Session, city: CityView, *, at: datetime, language: str, past: bool, place: int | None, after: str | None
) -> paging.Page[Day]:
    """From today on, the next first; or before today, the latest first. `place`: a district or neighbourhood alone."""
    start = datetime.combine(at.astimezone(city.zone).date(), time.min, city.zone).astimezone(UTC)
    key = _read(after)
    found: list[tuple[Any, datetime]] = []
    for parts, moment in ((_moments(city, place), True), (_dates(city, place), False)):
        line = sa.union_all(*parts).subquery()
        edge = start if moment else at.astimezone(city.zone).date()
        wanted = sa.select(line).where(line.c.at < edge if past else line.c.at >= edge)
        if key is not None:
            wanted = wanted.where(_beyond(line, key, city, moment=moment, past=past))
        order = [column.desc() if past else column for column in (line.c.at, line.c.kind, line.c.id)]
        rows = await session.execute(wanted.order_by(*order).limit(paging.SIZE + 1))
        found += [(row, row.at if moment else _midnight(city, row.at)) for row in rows]
    found.sort(key=lambda one: (one[1], one[0].kind, one[0].id), reverse=past)
    shown = found[: paging.SIZE]
    following = None
    if len(found) > paging.SIZE:
        row, moment_ = shown[-1]
        following = paging.encode([moment_.isoformat(), row.kind, row.id])
    return paging.Page(await _titled(session, city, language, shown), following)


def _midnight(city: CityView, day: date) -> datetime:
    return datetime.combine(day, time.min, city.zone).astimezone(UTC)


def _read(after: str | None) -> _Key | None:
    key = paging.decode(after, (str, int, int), most=paging.INT4) if after else None
    if key is None:
        return None
    try:
        moment = datetime.fromisoformat(key[0])
        # What lies at the end of all calendars has no day in some of the world's zones.
        known = moment.tzinfo is not None and 1900 < moment.year < 9000 and 0 <= key[1] < len(Kind)
        return _Key(moment.astimezone(UTC), key[1], key[2]) if known else None
    except (ValueError, OverflowError):
        return None


def _beyond(line: Any, key: _Key, city: CityView, *, moment: bool, past: bool) -> sa.ColumnElement[bool]:
    """What comes after the key, in the order of the list."""
    there: datetime | date = key.at
    exact = True
    if not moment:
        there, exact = key.before(city.zone)
    here = sa.tuple_(line.c.kind, line.c.id)
    same = sa.tuple_(sa.literal(key.kind), sa.literal(key.id))
    if past:
        # A day begins before every hour of it.
        return sa.or_(line.c.at < there, sa.and_(line.c.at == there, here < same if exact else sa.true()))
    return sa.or_(line.c.at > there, sa.and_(line.c.at == there, here > same if exact else sa.false()))


def _line(kind: Kind, id: Any, at: Any, what: Any, *, about: Any, **other: Any) -> Any:
    """One part of the union; all have the same columns."""
    return sa.select(
        sa.literal(int(kind), sa.Integer).label("kind"),
        sa.cast(id, sa.BigInteger).label("id"),
        at.label("at"),
        what.label("what"),
        other.get("count", sa.literal(1)).label("count"),
        sa.type_coerce(other.get("names", sa.cast(sa.literal("{}"), JSONB)), JSONB).label("names"),
        other.get("place", sa.cast(sa.null(), sa.Integer)).label("place"),
        other.get("off", sa.false()).label("off"),
        other.get("done", sa.false()).label("done"),
        sa.type_coerce(about, JSONB).label("about"),
    )


def _moments(city: CityView, place: int | None) -> list[Any]:
    """Openings, closings and meetings; a step that never opened, since a decision ended it, has neither."""
    late = sa.and_(Step.opened_at.is_not(None), Step.opened_at - Step.opens_at >= LATE)
    opens = sa.case((late, Step.opened_at), else_=Step.opens_at)
    own = sa.func.jsonb_build_array(Project.id)
    steps = [
        _line(Kind.OPENS, Step.id, opens, Step.kind, about=own),
        _line(Kind.CLOSES, Step.id, sa.func.least(Step.closes_at, Step.ended_at), Step.kind, about=own),
    ]
    stays = sa.or_(Step.ended_at.is_(None), Step.opened_at.is_not(None))
    parts = [part.join(Project, Project.id == Step.project_id).where(stays, *_public(city, place)) for part in steps]
    linked = (
        sa.select(sa.func.jsonb_agg(MeetingProject.project_id))
        .join(Project, Project.id == MeetingProject.project_id)
        .where(MeetingProject.meeting_id == Meeting.id, PUBLIC)
        .scalar_subquery()
    )
    off = Meeting.cancelled_at.is_not(None)
    meetings = _line(
        Kind.MEETING, Meeting.id, Meeting.starts_at, Meeting.kind, about=linked, place=Meeting.place_id, off=off
    ).where(Meeting.city_id == city.id)
    if place is not None:
        inside = {one for one in city.places if place in city.above(one)}
        meetings = meetings.where(Meeting.place_id.in_(inside | set(city.above(place))))
    return [*parts, meetings]


def _dates(city: CityView, place: int | None) -> list[Any]:
    """Reviews, those of a project on the same day together; promises; and links, under the project whose data are given.

    A withdrawn project has no reviews any more.
    """
    reviews = (
        _line(
            Kind.REVIEW,
            Project.id,
            Assessment.review_on,
            sa.literal("review"),
            about=sa.func.jsonb_build_array(Project.id),
            count=sa.func.count(),
        )
        .join(Project, Project.id == Assessment.project_id)
        .where(Assessment.published > 0, Assessment.review_on.is_not(None), Project.state != ProjectState.WITHDRAWN)
        .where(*_public(city, place))
        .group_by(Project.id, Assessment.review_on)
    )
    promises = (
        _line(
            Kind.PROMISE,
            Commitment.id,
            Commitment.due,
            sa.literal("promise"),
            about=sa.func.jsonb_build_array(Project.id),
            names=Commitment.names,
            done=Commitment.done_on.is_not(None),
        )
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .join(Project, Project.id == Outcome.project_id)
        .where(Outcome.state == OutcomeState.PUBLISHED, *_public(city, place))
    )
    ended = sa.cast(sa.func.timezone(city.time_zone, DataLink.ended_at), sa.Date)
    links = (
        _line(
            Kind.LINK,
            DataLink.id,
            DataLink.effective_on,
            sa.literal("link"),
            about=sa.func.jsonb_build_array(Project.id),
            names=DataLink.what,
            off=sa.func.coalesce(ended < DataLink.effective_on, sa.false()),
        )
        .join(Project, Project.id == DataLink.project_id)
        .where(*_public(city, place))
    )
    return [reviews, promises, links]


def _public(city: CityView, place: int | None) -> list[sa.ColumnElement[bool]]:
    conditions = [PUBLIC, Project.city_id == city.id]
    return conditions if place is None else [*conditions, concerns(city, place)]


async def _titled(session: Session, city: CityView, language: str, rows: Sequence[tuple[Any, datetime]]) -> list[Day]:
    ids = {id for row, _at in rows for id in row.about or ()}
    about = await _about(session, ids, {language, SOURCE, *city.required_languages}) if ids else {}
    return [
        Day(
            kind=Kind(row.kind),
            id=row.id,
            at=at,
            what=row.what,
            count=row.count,
            names=dict(row.names),
            place_id=row.place,
            off=row.off,
            done=row.done,
            about=tuple(sorted((about[id] for id in row.about or () if id in about), key=lambda one: one.number)),
        )
        for row, at in rows
    ]


async def _about(session: Session, ids: set[int], languages: set[str]) -> Mapping[int, About]:
    texts = await texts_of(session, ids, ("title",), languages)
    named = await session.execute(sa.select(Project.id, Project.slug, Project.number).where(Project.id.in_(ids)))
    return {
        row.id: About(
            row.slug,
            row.number,
            {code: said["title"] for code, said in texts.get(row.id, {}).items() if said["title"]},
        )
        for row in named
    }
