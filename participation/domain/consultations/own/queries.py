"""What became of a contribution, by its receipt; and what is kept of one person, for that person alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Pseudonym, Reaction, ReactionKind
from participation.domain.moderation.models import Status
from participation.domain.projects.models import Project, ProjectText
from participation.kit.database import Database, Session


class What(StrEnum):
    COMMENT = "comment"
    REPLY = "reply"
    ANSWER = "answer"
    REACTION = "reaction"


@dataclass(frozen=True)
class Became:
    """What a receipt shows: that it arrived, when, and whether it is shown. A reaction's choice is not said."""

    what: What
    titles: dict[str, str]
    address: str
    """Path of the page, without language."""
    at: datetime | None
    status: Status
    """Of the comment; for a reaction, of the comment that it is on."""
    reason: str | None
    """Why it is hidden, as a code of `moderation.models.Reason`."""


async def by_receipt(session: Session, *, city_id: int, receipt: str) -> Became | None:
    """What became of the comment or the reaction with this receipt (12 digits); None when there is none."""
    titles = sa.select(sa.func.json_object_agg(ProjectText.language, ProjectText.title, type_=sa.JSON)).where(
        ProjectText.project_id == Project.id
    )
    columns = (
        Comment.id,
        Comment.parent_id,
        Comment.office,
        Comment.status,
        Comment.hidden_reason,
        Project.slug,
        titles.scalar_subquery().label("titles"),
    )
    said = (
        sa.select(*columns, Comment.created_at.label("at"), sa.false().label("reaction"))
        .join(Project, Project.id == Comment.project_id)
        .where(Comment.receipt == receipt, Comment.city_id == city_id)
    )
    reacted = (
        sa.select(*columns, Reaction.at, sa.true().label("reaction"))
        .join(Comment, Comment.id == Reaction.comment_id)
        .join(Project, Project.id == Comment.project_id)
        .where(Reaction.receipt == receipt, Reaction.receipt.is_not(None), Reaction.city_id == city_id)
    )
    row = (await session.execute(said)).first() or (await session.execute(reacted)).first()
    if row is None:
        return None
    what = What.COMMENT if row.parent_id is None else What.ANSWER if row.office is not None else What.REPLY
    return Became(
        what=What.REACTION if row.reaction else what,
        titles=row.titles or {},
        address=f"/projects/{row.slug}/comments/{row.id}",
        at=row.at,
        status=Status(row.status),
        reason=row.hidden_reason,
    )


@dataclass(frozen=True)
class OwnComment:
    slug: str
    pseudonym: int
    body: str
    language: str
    stance: str | None
    via: str
    status: str
    reason: str | None
    at: datetime
    receipt: str | None
    comment_id: int
    about: str | None


@dataclass(frozen=True)
class OwnReaction:
    slug: str
    pseudonym: int
    comment_id: int
    kind: str
    via: str
    at: datetime | None
    receipt: str | None


async def comments_of(session: Session, *, city_id: int, person_id: int) -> list[OwnComment]:
    """Everything that a person said, for nobody but themselves: their own page and its export."""
    rows = await session.execute(
        sa.select(
            Project.slug,
            Pseudonym.number.label("pseudonym"),
            Comment.body,
            Comment.language,
            Comment.stance,
            Comment.via,
            Comment.status,
            Comment.hidden_reason.label("reason"),
            Comment.created_at.label("at"),
            Comment.receipt,
            Comment.id.label("comment_id"),
            Comment.about,
        )
        .join(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
        .join(Project, Project.id == Comment.project_id)
        .where(Pseudonym.city_id == city_id, Pseudonym.person_id == person_id)
        .order_by(Comment.id)
    )
    return [OwnComment(**row._mapping) for row in rows]


async def reactions_of(session: Session, *, city_id: int, person_id: int) -> list[OwnReaction]:
    """Everything that a person reacted to, for nobody but themselves."""
    rows = await session.execute(
        sa.select(
            Project.slug,
            Pseudonym.number.label("pseudonym"),
            Reaction.comment_id,
            Reaction.kind,
            Reaction.via,
            Reaction.at,
            Reaction.receipt,
        )
        .join(Pseudonym, Pseudonym.id == Reaction.pseudonym_id)
        .join(Project, Project.id == Pseudonym.project_id)
        .where(Pseudonym.city_id == city_id, Pseudonym.person_id == person_id)
        .order_by(Reaction.comment_id)
    )
    return [OwnReaction(**row._mapping) for row in rows]


@dataclass(frozen=True)
class Mine:
    """What somebody signed in may see of themselves in one project."""

    pseudonym_id: int | None
    reactions: dict[int, tuple[ReactionKind, str]]
    """By comment: what they chose, and its receipt."""


NOBODY = Mine(None, {})
"""Whoever is not signed in."""


async def mine_of(session: Session, project_id: int, person_id: int, shown: Sequence[int]) -> Mine:
    """The pseudonym and reactions of whoever asks, on the comments that are shown to them."""
    of = sa.and_(Reaction.pseudonym_id == Pseudonym.id, Reaction.comment_id.in_(list(shown)))
    rows = (
        await session.execute(
            sa.select(Pseudonym.id, Reaction.comment_id, Reaction.kind, Reaction.receipt)
            .outerjoin(Reaction, of)
            .where(Pseudonym.project_id == project_id, Pseudonym.person_id == person_id)
        )
    ).all()
    reactions = {row.comment_id: (ReactionKind(row.kind), row.receipt or "") for row in rows if row.comment_id}
    return Mine(rows[0].id if rows else None, reactions)


@dataclass(frozen=True)
class Recalled:
    """Something that a person said, for them alone."""

    id: int
    body: str
    language: str


LAST = 2**62
"""Before the newest."""
_comment, _pseudonym = Comment.__table__.c, Pseudonym.__table__.c
_BEFORE = (
    sa.select(*(_comment[name] for name in Recalled.__dataclass_fields__))
    .where(
        _comment.pseudonym_id == _pseudonym.id,
        _pseudonym.city_id == sa.bindparam("city"),
        _pseudonym.person_id == sa.bindparam("person"),
        _comment.id < sa.bindparam("before"),
        _comment.status != Status.ERASED,
    )
    .order_by(_comment.id.desc())
    .limit(1)
)


async def before(database: Database, *, city_id: int, person_id: int, before: int) -> Recalled | None:
    """What they said before this; hidden or held, it is theirs all the same."""
    rows = await database.ask(_BEFORE, {"city": city_id, "person": person_id, "before": before})
    return Recalled(**rows[0]) if rows else None
