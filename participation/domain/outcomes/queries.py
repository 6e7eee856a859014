"""Reads outcomes: what was published about a project, and the draft of what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased, joinedload

from participation.domain.outcomes.models import Commitment, Correction, Outcome, OutcomeState, Theme
from participation.domain.outcomes.rules import TEXTS
from participation.domain.projects.models import Project, ProjectState, ProjectText
from participation.kit.database import Session
from participation.kit.marks import Texts


@dataclass(frozen=True)
class ThemeView:
    id: int
    names: dict[str, str]
    disposition: str
    reasons: dict[str, str]


@dataclass(frozen=True)
class CommitmentView:
    id: int
    names: dict[str, str]
    office: str
    due: date
    done_on: date | None


@dataclass(frozen=True)
class Written:
    """All that an official writes of a decision, public or not."""

    id: int
    version: int
    ballot_id: int | None
    decision: str
    departs: bool
    decided: dict[str, str]
    reasons: dict[str, str]
    follows: dict[str, str]
    result_note: dict[str, str]
    place: str | None
    successor: str | None
    """Slug of the project that comes instead of one that is withdrawn."""
    themes: tuple[ThemeView, ...]
    commitments: tuple[CommitmentView, ...]


@dataclass(frozen=True)
class OutcomeView(Written):
    """A decision that is public."""

    published_at: datetime


@dataclass(frozen=True)
class Draft(Written):
    """A decision that only officials see."""

    state: str
    handed_in_by: int | None
    again_opens_at: datetime | None
    again_closes_at: datetime | None


@dataclass(frozen=True)
class About:
    """The project that outcomes are about, with the newest outcome first."""

    id: int
    slug: str
    state: str
    titles: dict[str, str]
    successor: str | None
    """Slug of the project that takes its place."""
    successor_titles: dict[str, str]
    outcomes: tuple[OutcomeView, ...]


_Successor = aliased(Project)


def _titles(project: type[Project]) -> sa.ColumnElement[dict[str, str]]:
    found = (
        sa.select(sa.func.jsonb_object_agg(ProjectText.language, ProjectText.title))
        .where(ProjectText.project_id == project.id, ProjectText.title != "")
        .correlate(project)
        .scalar_subquery()
    )
    return sa.func.coalesce(found, sa.text("'{}'::jsonb"))


async def about(session: Session, *, city_id: int, slug: str) -> About | None:
    """A project that everybody can see, with all that was decided about it: two statements."""
    row = (
        await session.execute(
            sa.select(
                Project.id,
                Project.slug,
                Project.state,
                _titles(Project).label("titles"),
                _Successor.slug.label("successor"),
                _titles(_Successor).label("successor_titles"),
            )
            .outerjoin(_Successor, _Successor.id == Project.successor_id)
            .where(Project.city_id == city_id, Project.slug == slug, Project.state != ProjectState.DRAFT)
        )
    ).first()
    if row is None:
        return None
    _draft, published = await all_of(session, project_id=row.id)
    return About(**row._mapping, outcomes=published)


def _rows_of(kind: type[Theme] | type[Commitment], *order: Any) -> sa.ColumnElement[list[dict[str, Any]]]:
    """An outcome's themes or commitments, whole, as one value."""
    row = sa.func.to_jsonb(sa.literal_column(f'"{kind.__tablename__}"'))
    found = (
        sa.select(sa.func.jsonb_agg(aggregate_order_by(row, *order), type_=JSONB))
        .select_from(kind)
        .where(kind.outcome_id == Outcome.id)
        .correlate(Outcome)
        .scalar_subquery()
    )
    return sa.func.coalesce(found, sa.text("'[]'::jsonb"), type_=JSONB)


async def all_of(session: Session, *, project_id: int) -> tuple[Draft | None, tuple[OutcomeView, ...]]:
    """The draft of a project's next outcome, and what was published, the newest first: one statement."""
    rows = (
        await session.execute(
            sa.select(
                Outcome.__table__,
                _Successor.slug.label("successor"),
                _rows_of(Theme, Theme.id).label("themes"),
                _rows_of(Commitment, Commitment.due, Commitment.id).label("commitments"),
            )
            .outerjoin(_Successor, _Successor.id == Outcome.successor_id)
            .where(Outcome.project_id == project_id)
            .order_by(Outcome.published_at.desc(), Outcome.id.desc())
        )
    ).all()
    drafts = [_seen(Draft, row) for row in rows if row.state != OutcomeState.PUBLISHED]
    published = tuple(_seen(OutcomeView, row) for row in rows if row.state == OutcomeState.PUBLISHED)
    return (drafts[0] if drafts else None), published


W = TypeVar("W", Draft, OutcomeView)


def _seen(kind: type[W], row: Any) -> W:
    values = {field.name: getattr(row, field.name) for field in fields(kind)}
    values |= {name: _texts(row._mapping, name) for name in TEXTS}
    values["themes"] = tuple(
        ThemeView(theme["id"], _texts(theme, "names"), theme["disposition"], _texts(theme, "reasons"))
        for theme in row.themes
    )
    values["commitments"] = tuple(
        CommitmentView(
            promise["id"],
            _texts(promise, "names"),
            promise["office"],
            date.fromisoformat(promise["due"]),
            date.fromisoformat(promise["done_on"]) if promise["done_on"] else None,
        )
        for promise in row.commitments
    )
    return kind(**values)


def _texts(row: Mapping[str, Any], name: str) -> Texts:
    return Texts(row[name], row["marks"].get(name, {}))


@dataclass(frozen=True)
class Decided:
    """An outcome in a list of what was decided lately."""

    id: int
    project_id: int
    decision: str
    decided: dict[str, str]
    published_at: datetime


async def latest(session: Session, *, city_id: int, size: int, project_id: int | None = None) -> list[Decided]:
    """What was decided lately in the whole city, or about one project, the newest first."""
    columns = (Outcome.id, Outcome.project_id, Outcome.decision, Outcome.decided, Outcome.published_at)
    public = [Outcome.city_id == city_id, Outcome.state == OutcomeState.PUBLISHED]
    if project_id is not None:
        public.append(Outcome.project_id == project_id)
    newest = (Outcome.published_at.desc(), Outcome.id.desc())
    rows = await session.execute(sa.select(*columns).where(*public).order_by(*newest).limit(size))
    return [Decided(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Promise:
    """Something that the city promised, with how often and when its outcome was published."""

    id: int
    project_id: int
    names: dict[str, str]
    due: date
    version: int
    published_at: datetime


async def promises(session: Session, project_ids: Sequence[int]) -> list[Promise]:
    """What the city promised for several projects, by its days; one statement."""
    columns = (Commitment.id, Outcome.project_id, Commitment.names, Commitment.due, Outcome.version)
    rows = await session.execute(
        sa.select(*columns, Outcome.published_at)
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .where(Outcome.project_id.in_(project_ids), Outcome.state == OutcomeState.PUBLISHED)
        .order_by(Commitment.due, Commitment.id)
    )
    return [Promise(**row._mapping) for row in rows]


async def draft(session: Session, *, project_id: int, lock: bool = False) -> Outcome | None:
    """The outcome that is not public yet; for whoever changes it, kept from others until the end of the transaction."""
    return await _whole(session, Outcome.project_id == project_id, Outcome.state != OutcomeState.PUBLISHED, lock=lock)


async def published_one(session: Session, *, project_id: int, outcome_id: int, lock: bool = False) -> Outcome | None:
    return await _whole(
        session,
        Outcome.project_id == project_id,
        Outcome.id == outcome_id,
        Outcome.state == OutcomeState.PUBLISHED,
        lock=lock,
    )


@dataclass(frozen=True)
class CorrectionView:
    """A correction that is not public yet."""

    id: int
    version: int
    said: dict[str, Any]
    handed_in_by: int | None


async def written(session: Session, *, outcome_id: int) -> CorrectionView | None:
    """For a page: what is to stand in its place."""
    columns = (Correction.id, Correction.version, Correction.said, Correction.handed_in_by)
    wanted = sa.select(*columns).where(Correction.outcome_id == outcome_id, Correction.published_at.is_(None))
    row = (await session.execute(wanted)).first()
    return None if row is None else CorrectionView(**row._mapping)


async def correction(session: Session, *, outcome_id: int, lock: bool = False) -> Correction | None:
    """What is to stand in its place and is not public yet."""
    query = sa.select(Correction).where(Correction.outcome_id == outcome_id, Correction.published_at.is_(None))
    query = query.execution_options(populate_existing=True)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def _whole(session: Session, *where: sa.ColumnElement[bool], lock: bool) -> Outcome | None:
    query = sa.select(Outcome).where(*where).execution_options(populate_existing=True)
    query = query.options(joinedload(Outcome.themes), joinedload(Outcome.commitments))
    query = query.with_for_update(of=Outcome) if lock else query
    return (await session.execute(query)).unique().scalar_one_or_none()
