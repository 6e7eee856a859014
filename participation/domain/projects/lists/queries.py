"""Reads of lists: projects by place, step and word, the staff's list, what is open now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from participation.domain.places.queries import CityView
from participation.domain.projects import rules
from participation.domain.projects.elections.queries import held_until
from participation.domain.projects.models import Project, ProjectDistrict, ProjectText
from participation.domain.projects.queries import (
    ALL_WORDS,
    PUBLIC,
    STEPS,
    WHOLE,
    Card,
    Whole,
    cards_of,
    consultation,
    decision,
    joined,
    select_cards,
    stands,
    texts_of,
    whole,
)
from participation.kit import paging, searching
from participation.kit.database import Session


@dataclass(frozen=True)
class Asked:
    """What somebody looks for."""

    place: int | None = None
    step: str | None = None
    word: str = ""
    overdue: tuple[int, ...] | None = None
    """Only what the city is late with: steps that should have opened, and these projects, known to be late otherwise."""


async def cards(
    session: Session, city: CityView, asked: Asked, *, language: str, at: datetime, after: str | None = None
) -> paging.Page[Card]:
    """A page of published projects, the newest first. What is for the whole city, or for a place around, is found at each place."""
    wanted = _fitting(select_cards(), city, asked, at)
    if wanted is None:
        return paging.Page([], None)
    key = paging.decode(after, (str, int), most=paging.INT4) if after else None
    moment = read_moment(key[0]) if key else None
    if key and moment:
        wanted = wanted.where(sa.tuple_(Project.published_at, Project.id) < sa.tuple_(moment, key[1]))
    newest = wanted.order_by(Project.published_at.desc(), Project.id.desc()).limit(paging.SIZE + 1)
    rows = (await session.execute(newest)).all()
    shown = rows[: paging.SIZE]
    more = len(rows) > paging.SIZE
    following = paging.encode([shown[-1].published_at.isoformat(), shown[-1].id]) if more else None
    return paging.Page(await cards_of(session, shown, city, language), following)


async def published(
    session: Session, city: CityView, asked: Asked, *, at: datetime, after: int, size: int
) -> tuple[list[Whole], bool]:
    """Published projects in the order of their numbers, with titles and summaries in every language; whether there are more."""
    wanted = _fitting(select_cards(*WHOLE), city, asked, at)
    if wanted is None:
        return [], False
    rows = (await session.execute(wanted.where(Project.number > after).order_by(Project.number).limit(size + 1))).all()
    return await _titled(session, rows[:size]), len(rows) > size


async def latest(session: Session, city: CityView, *, size: int) -> list[Whole]:
    """Published projects by the latest of their dates, those with dates to come first."""
    dates = (Project.published_at, Project.decided_at, *(step.closes_at for step in STEPS))
    newest = sa.func.greatest(*dates).desc()
    wanted = select_cards(*WHOLE).where(PUBLIC, Project.city_id == city.id).order_by(newest, Project.id.desc())
    return await _titled(session, (await session.execute(wanted.limit(size))).all())


async def _titled(session: Session, rows: Sequence[Any]) -> list[Whole]:
    texts = await texts_of(session, [row.id for row in rows], ("title", "summary")) if rows else {}
    return [whole(row, texts) for row in rows]


@dataclass(frozen=True)
class Addressed:
    """A published project as an address, and which of its pages there are."""

    slug: str
    consulted: bool
    voted: bool
    decided: bool


async def addresses(session: Session, city: CityView) -> list[Addressed]:
    """Every published project, in the order of their numbers."""
    columns = (Project.slug, *(step.id for step in STEPS), Project.decided_at)
    wanted = joined(sa.select(*columns)).where(PUBLIC, Project.city_id == city.id).order_by(Project.number)
    rows = (await session.execute(wanted)).all()
    return [Addressed(row[0], row[1] is not None, row[2] is not None, row[3] is not None) for row in rows]


async def slugs(session: Session, city: CityView, ids: Sequence[int]) -> dict[int, str]:
    """Addresses of those of these projects that are published."""
    if not ids:
        return {}
    wanted = sa.select(Project.id, Project.slug).where(PUBLIC, Project.city_id == city.id, Project.id.in_(ids))
    return {row.id: row.slug for row in await session.execute(wanted)}


async def named(session: Session, city: CityView, numbers: Collection[int]) -> dict[int, dict[str, str]]:
    """Titles of published projects, by number and language."""
    titles = sa.select(Project.number, ProjectText.language, ProjectText.title).join(
        ProjectText, ProjectText.project_id == Project.id
    )
    wanted = titles.where(PUBLIC, Project.city_id == city.id, Project.number.in_(numbers), ProjectText.title != "")
    found: dict[int, dict[str, str]] = {}
    for number, language, title in await session.execute(wanted):
        found.setdefault(number, {})[language] = title
    return found


def _fitting(wanted: sa.Select[Any], city: CityView, asked: Asked, at: datetime) -> sa.Select[Any] | None:
    """What is published and asked for; None where no project can be found by such words."""
    wanted = wanted.where(PUBLIC, Project.city_id == city.id)
    if asked.word:
        terms = searching.wanted(asked.word)
        if not terms:
            return None
        wanted = wanted.where(Project.id.in_(sa.select(_found(city, terms).c.project_id)))
    if asked.step:
        wanted = wanted.where(stands(at) == asked.step)
    if asked.overdue is not None:
        wanted = wanted.where(sa.or_(Project.id.in_(asked.overdue), *(_overdue(step, at) for step in STEPS)))
    if asked.place is not None:
        wanted = wanted.where(concerns(city, asked.place))
    return wanted


def _found(city: CityView, terms: Sequence[str]) -> sa.CTE:
    """Materialized, so that a rare word is looked up in the index and not hunted for among the newest."""
    query = searching.query(terms)
    return (
        sa.select(ProjectText.project_id)
        .distinct()
        .where(ProjectText.city_id == city.id, ProjectText.search.bool_op("@@")(sa.cast(query, TSQUERY)))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )


def concerns(city: CityView, place_id: int) -> sa.ColumnElement[bool]:
    """It names the place, one inside it or one around it, or none at all."""
    inside = {place for place in city.places if place_id in city.above(place)}
    places = inside | set(city.above(place_id))
    named = sa.select(ProjectDistrict.place_id).where(ProjectDistrict.project_id == Project.id)
    return sa.or_(sa.exists(named.where(ProjectDistrict.place_id.in_(places))), ~sa.exists(named))


def read_moment(text: str) -> datetime | None:
    """None for what is no moment, or none that has a name in universal time."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


async def desk(session: Session, city: CityView, *, after: str | None = None) -> paging.Page[Whole]:
    """All projects of the city for its staff, the newest first, with all that is needed to say what is missing."""
    wanted = select_cards(*WHOLE).where(Project.city_id == city.id)
    key = paging.decode(after, (int,), most=paging.INT4) if after else None
    if key:
        wanted = wanted.where(Project.number < key[0])
    rows = (await session.execute(wanted.order_by(Project.number.desc()).limit(paging.SIZE + 1))).all()
    shown = rows[: paging.SIZE]
    texts = await texts_of(session, [row.id for row in shown], ALL_WORDS)
    following = paging.encode([shown[-1].number]) if len(rows) > paging.SIZE else None
    return paging.Page([whole(row, texts) for row in shown], following)


# The first page


@dataclass(frozen=True)
class Front:
    open: list[Card]
    coming: list[Card]
    decided: list[Card]


@dataclass(frozen=True)
class Overview:
    """How many projects stand where, and when a date will next change that."""

    counts: dict[str, int]
    overdue: int
    """Projects with a step that should have opened."""
    until: datetime | None


async def overview(session: Session, city: CityView, *, at: datetime) -> Overview:
    opening = [sa.case((step.opens_at > at, step.opens_at)) for step in STEPS]
    late = [sa.case((step.opens_at > at - rules.LATE, step.opens_at + rules.LATE)) for step in STEPS]
    closing = [sa.case((step.closes_at > at, step.closes_at)) for step in STEPS]
    soonest: sa.ColumnElement[datetime | None] = sa.func.min(sa.func.least(*opening, *late, *closing))
    where = stands(at).label("stands")
    overdue = sa.func.count().filter(sa.or_(*(_overdue(step, at) for step in STEPS)))
    columns: Any = sa.select(where, sa.func.count(), overdue, soonest)
    counted = joined(columns).where(PUBLIC, Project.city_id == city.id).group_by(where)
    rows = (await session.execute(counted)).all()
    return Overview(
        counts={where: count for where, count, _overdue_here, _soonest in rows},
        overdue=sum(overdue_here for _where, _count, overdue_here, _soonest in rows),
        until=min((soonest for *_rest, soonest in rows if soonest is not None), default=None),
    )


def _overdue(step: Any, at: datetime) -> sa.ColumnElement[bool]:
    """It should have opened, and no election period holds it."""
    due = sa.func.greatest(step.opens_at, held_until(step.city_id, step.opens_at))
    late = sa.and_(step.opened_at.is_(None), step.ended_at.is_(None), due <= at - rules.LATE)
    return sa.func.coalesce(late, sa.false())


async def front(session: Session, city: CityView, *, language: str, at: datetime) -> Front:
    """What is open, by what closes first; what opens next; what was decided last."""
    running = sa.or_(*(_running(step, at) for step in STEPS))
    waiting = sa.or_(*(_waiting(step, at) for step in STEPS))
    closes = sa.case((_running(decision, at), decision.closes_at), else_=consultation.closes_at)
    opens = sa.case((_waiting(consultation, at), consultation.opens_at), else_=decision.opens_at)
    found = sa.union_all(
        _part(city, "open", running, closes, 6),
        _part(city, "coming", sa.and_(waiting, sa.not_(running)), opens, 3),
        _part(city, "decided", Project.decided_at.is_not(None), Project.decided_at.desc(), 3),
    ).subquery()
    rows = (await session.execute(sa.select(found).order_by(found.c.part, found.c.rank))).all()
    ids = {row.id: row for row in rows}
    made = {card.id: card for card in await cards_of(session, list(ids.values()), city, language)}
    parts: dict[str, list[Card]] = {"open": [], "coming": [], "decided": []}
    for row in rows:
        parts[row.part].append(made[row.id])
    return Front(**parts)


def _part(city: CityView, name: str, condition: Any, order: Any, limit: int) -> sa.Select[Any]:
    rank = sa.func.row_number().over(order_by=(order, Project.id)).label("rank")
    chosen = select_cards(sa.literal(name).label("part"), rank).where(PUBLIC, Project.city_id == city.id, condition)
    return sa.select(chosen.order_by(order, Project.id).limit(limit).subquery())


def _running(step: Any, at: datetime) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(sa.and_(step.opened_at <= at, step.closes_at > at, step.ended_at.is_(None)), sa.false())


def _waiting(step: Any, at: datetime) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(sa.and_(step.opened_at.is_(None), step.opens_at > at, step.ended_at.is_(None)), sa.false())
