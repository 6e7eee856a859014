"""Reads every comment of a project or of a city, replies among them, for whoever takes a copy of what was said; and sums for lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.consultations.brought.queries import apart, brought
from participation.domain.consultations.models import Comment, CommentCount, Pseudonym
from participation.domain.moderation.models import Status
from participation.domain.projects.models import Project
from participation.domain.projects.queries import PUBLIC
from participation.domain.record.actors import BY_DELEGATES
from participation.kit.database import Session


@dataclass(frozen=True)
class Arrived:
    """A comment without anything by which its writer could be followed to another project."""

    id: int
    project_id: int
    slug: str
    parent_id: int | None
    number: int | None
    office: str | None
    body: str | None
    """None when it is hidden or erased: such words are not even fetched."""
    language: str
    stance: str | None
    via: str
    status: str
    reason: str | None
    agrees: int
    disagrees: int
    passes: int
    brought: int
    """Of these reactions those that delegates brought; see `rules.share`."""
    apart: int
    """Beside these; see `rules.enough`."""
    replies: int
    created_at: datetime
    about: str | None


async def arrived(session: Session, project_id: int, *, after: int, size: int) -> tuple[list[Arrived], bool]:
    """A page of comments by arrival, each whole; whether there are more."""
    return await _arrived(session, Comment.project_id == project_id, after=after, size=size)


async def arrived_in(session: Session, city_id: int, *, after: int, size: int) -> tuple[list[Arrived], bool]:
    """The same over all published projects of a city."""
    return await _arrived(session, Comment.city_id == city_id, PUBLIC, after=after, size=size)


async def _arrived(
    session: Session, *where: sa.ColumnElement[bool], after: int, size: int
) -> tuple[list[Arrived], bool]:
    rows = await session.execute(
        sa.select(
            Comment.id,
            Comment.project_id,
            Project.slug,
            Comment.parent_id,
            Pseudonym.number,
            Comment.office,
            sa.case((Comment.status == Status.SHOWN, Comment.body)).label("body"),
            Comment.language,
            Comment.stance,
            Comment.via,
            Comment.status,
            Comment.hidden_reason.label("reason"),
            Comment.agrees,
            Comment.disagrees,
            Comment.passes,
            brought(),
            apart(),
            Comment.replies,
            Comment.created_at,
            Comment.about,
        )
        .join(Project, Project.id == Comment.project_id)
        .outerjoin(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
        .where(*where, Comment.id > after)
        .order_by(Comment.id)
        .limit(size + 1)
    )
    found = [Arrived(**row._mapping) for row in rows]
    return found[:size], len(found) > size


@dataclass(frozen=True)
class Total:
    all: int = 0
    brought: int = 0
    """By delegates."""


async def totals(session: Session, project_ids: Sequence[int]) -> dict[int, Total]:
    """Comments by project, for lists of projects."""
    theirs = sa.func.sum(CommentCount.count).filter(CommentCount.via.in_(BY_DELEGATES))
    rows = await session.execute(
        sa.select(CommentCount.project_id, sa.func.sum(CommentCount.count), sa.func.coalesce(theirs, 0))
        .where(CommentCount.project_id.in_(list(project_ids)))
        .group_by(CommentCount.project_id)
    )
    return {project_id: Total(int(total), int(brought)) for project_id, total, brought in rows.all()}
