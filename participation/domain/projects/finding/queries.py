"""Finds projects by their words, and the projects among which something else is looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from participation.domain.places.queries import CityView
from participation.domain.projects import rules
from participation.domain.projects.lists.queries import concerns, read_moment
from participation.domain.projects.models import Project, ProjectText
from participation.domain.projects.queries import PUBLIC, titles
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.searching import query


@dataclass(frozen=True)
class Scope:
    """Where something is looked for: these projects, and the title of the one that was named."""

    projects: list[int]
    titles: dict[str, str]


async def scope(session: Session, city: CityView, *, place: int | None, slug: str | None) -> Scope:
    """The published projects that concern a place, or one of them."""
    rows = (await session.execute(_scope(city, place, slug))).all()
    return Scope([row.id for row in rows], rows[0].titles or {} if slug is not None and rows else {})


def _scope(city: CityView, place: int | None, slug: str | None) -> sa.Select[Any]:
    wanted = sa.select(Project.id, titles() if slug is not None else sa.null().label("titles")).where(
        PUBLIC, Project.city_id == city.id
    )
    if place is not None:
        wanted = wanted.where(concerns(city, place))
    return wanted if slug is None else wanted.where(Project.slug == slug)


@dataclass(frozen=True)
class Found:
    """A project, with its words in a language in which they hold what was looked for."""

    id: int
    slug: str
    titles: dict[str, str]
    language: str
    texts: Mapping[str, str]


async def projects(
    session: Session,
    city: CityView,
    wanted: Sequence[str],
    *,
    reader: str,
    place: int | None = None,
    slug: str | None = None,
    language: str | None = None,
    after: str = "",
    size: int,
) -> tuple[paging.Page[Found], Scope | None]:
    """The newest first, each once: in the reader's language if it is found there. With it the scope, where one was named; one statement."""
    scoped = place is not None or slug is not None
    inside = _scope(city, place, slug).cte("inside")
    best = sa.func.row_number().over(
        partition_by=ProjectText.project_id,
        order_by=((ProjectText.language == reader).desc(), ProjectText.language),
    )
    matching = (
        sa.select(ProjectText.project_id, ProjectText.language, best.label("rank"))
        .where(ProjectText.city_id == city.id, ProjectText.search.bool_op("@@")(sa.cast(query(wanted), TSQUERY)))
        .where(*([ProjectText.language == language] if language else []))
        .where(*([ProjectText.project_id.in_(sa.select(inside.c.id))] if scoped else []))
        .cte("matching")
        .prefix_with("MATERIALIZED")
    )
    text = ProjectText.__table__.alias("said")
    found = (
        sa.select(Project.id, Project.slug, Project.published_at, titles())
        .add_columns(text.c.language, *(text.c[field] for field in rules.WORDS))
        .join(matching, sa.and_(matching.c.project_id == Project.id, matching.c.rank == 1))
        .join(text, sa.and_(text.c.project_id == Project.id, text.c.language == matching.c.language))
        .where(PUBLIC)
        .order_by(Project.published_at.desc(), Project.id.desc())
        .limit(size + 1)
    )
    key = paging.decode(after, (str, int), most=paging.INT4) if after else None
    moment = read_moment(key[0]) if key else None
    if key and moment:
        found = found.where(sa.tuple_(Project.published_at, Project.id) < sa.tuple_(moment, key[1]))
    if scoped:
        found = _with(found, inside)
    every = (await session.execute(found)).all()
    rows = [row for row in every if row.id is not None]
    items = [
        Found(row.id, row.slug, row.titles or {}, row.language, {field: getattr(row, field) for field in rules.WORDS})
        for row in rows[:size]
    ]
    last = rows[size - 1] if len(rows) > size else None
    following = paging.encode([last.published_at.isoformat(), last.id]) if last else None
    scope_ = Scope(list(every[0].inside or ()), (slug is not None and every[0].named) or {}) if scoped else None
    return paging.Page(items, following), scope_


def _with(found: Any, inside: Any) -> Any:
    """The same rows, or one that is empty, each with the projects of the scope."""
    ids = sa.select(sa.func.array_agg(inside.c.id)).scalar_subquery().label("inside")
    named = sa.type_coerce(sa.select(inside.c.titles).limit(1).scalar_subquery(), sa.JSON).label("named")
    page = found.subquery("page")
    once = sa.select(sa.literal(1).label("one")).subquery("once")
    order = (page.c.published_at.desc(), page.c.id.desc())
    return sa.select(page, ids, named).select_from(once.outerjoin(page, sa.true())).order_by(*order)
