"""Reads comments for moderators, in the order in which they arrived: pseudonyms alone, project by project."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.brought.queries import apart, brought
from participation.domain.consultations.models import AnswerTalk, Comment, Pseudonym
from participation.domain.consultations.queries import CommentView
from participation.domain.consultations.rules import LISTED, nothing_to_decide
from participation.domain.moderation.models import Status
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectDistrict, ProjectState, ProjectText
from participation.domain.record.actors import Actor
from participation.kit import paging
from participation.kit.database import Session


@dataclass(frozen=True)
class Queued:
    """A comment with its words, hidden or not, and the project that it is about."""

    comment: CommentView
    project_id: int
    slug: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Scope:
    """A project that somebody moderates."""

    id: int
    slug: str
    titles: dict[str, str]
    places: tuple[int, ...]


async def scopes(session: Session, *, city: CityView, actor: Actor) -> list[Scope]:
    """The published projects for whose places this moderator has the role."""
    titles = sa.select(sa.func.json_object_agg(ProjectText.language, ProjectText.title, type_=sa.JSON)).where(
        ProjectText.project_id == Project.id
    )
    places = sa.select(sa.func.json_agg(ProjectDistrict.place_id, type_=sa.JSON)).where(
        ProjectDistrict.project_id == Project.id
    )
    rows = await session.execute(
        sa.select(
            Project.id, Project.slug, titles.scalar_subquery().label("titles"), places.scalar_subquery().label("places")
        ).where(Project.city_id == city.id, Project.state != ProjectState.DRAFT)
    )
    found = [Scope(row.id, row.slug, row.titles or {}, tuple(row.places or ())) for row in rows]
    return [scope for scope in found if may_act(actor, Role.MODERATOR, city, scope.places) is None]


_COLUMNS = (
    Comment.id,
    Comment.project_id,
    Comment.parent_id,
    Comment.pseudonym_id,
    Pseudonym.number,
    Comment.office,
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
    AnswerTalk.section,
    AnswerTalk.question,
)
_TALK = sa.and_(AnswerTalk.project_id == Comment.project_id, AnswerTalk.about == Comment.about)


_FOR_A_MODERATOR = Comment.hidden_reason.is_(None)
"""What is held with a reason belongs to a delegate's entry, and is decided about with that."""


async def queue(session: Session, scopes: Sequence[Scope], *, only: Status | None, after: str) -> paging.Page[Queued]:
    """Twenty comments and replies of all these projects, the last to arrive first; or only those that are held or hidden."""
    if not scopes:
        return paging.Page([], None)
    project = sa.select(
        sa.func.unnest(sa.cast([scope.id for scope in scopes], sa.ARRAY(sa.Integer))).label("id")
    ).subquery()
    # Each project's newest by its own index: a busy project must not make a quiet one's moderator wait.
    newest = sa.select(Comment.id).where(Comment.project_id == project.c.id)
    if only is not None:
        newest = newest.where(Comment.status == sa.literal_column(f"'{only}'"))
    if only is Status.HELD:
        newest = newest.where(_FOR_A_MODERATOR)
    key = paging.decode(after, (int,)) if after else None
    if key is not None:
        newest = newest.where(Comment.id < key[0])
    each = newest.order_by(Comment.id.desc()).limit(paging.SIZE + 1).correlate(project).lateral()
    ids = (
        sa.select(each.c.id)
        .select_from(project.join(each, sa.true()))
        .order_by(each.c.id.desc())
        .limit(paging.SIZE + 1)
    )
    words = (
        sa.func.left(Comment.body, LISTED).label("body"),
        (sa.func.char_length(Comment.body) > LISTED).label("cut"),
    )
    rows = (
        await session.execute(
            sa.select(*_COLUMNS, *words)
            .outerjoin(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
            .outerjoin(AnswerTalk, _TALK)
            .where(Comment.id.in_(ids))
            .order_by(Comment.id.desc())
        )
    ).all()
    by_id = {scope.id: scope for scope in scopes}
    items = [_queued(row, by_id) for row in rows[: paging.SIZE]]
    following = paging.encode([items[-1].comment.id]) if len(rows) > paging.SIZE else None
    return paging.Page(items, following)


async def waiting(session: Session, scopes: Sequence[Scope]) -> int:
    """How many comments of these projects are held until a moderator has looked at them."""
    held = Comment.status == sa.literal_column(f"'{Status.HELD}'")
    mine = Comment.project_id.in_([scope.id for scope in scopes])
    counted = sa.select(sa.func.count()).where(mine, held, _FOR_A_MODERATOR)
    return await session.scalar(counted) or 0


async def one(session: Session, scopes: Sequence[Scope], comment_id: int) -> Queued:
    """A comment of one of these projects, whole, with its words."""
    row = (
        await session.execute(
            sa.select(*_COLUMNS, Comment.body, sa.false().label("cut"))
            .outerjoin(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
            .outerjoin(AnswerTalk, _TALK)
            .where(Comment.id == comment_id, Comment.project_id.in_([scope.id for scope in scopes]))
        )
    ).first()
    if row is None:
        raise nothing_to_decide()
    return _queued(row, {scope.id: scope for scope in scopes})


def _queued(row: Any, scopes: dict[int, Scope]) -> Queued:
    values = dict(row._mapping)
    scope = scopes[values.pop("project_id")]
    return Queued(CommentView(**values | {"status": Status(row.status)}), scope.id, scope.slug, scope.titles)
