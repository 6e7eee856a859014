"""Reads what came in an entry, for the person for whom it was written down and for whoever looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Reaction
from participation.domain.moderation.models import Status
from participation.kit.database import Session


@dataclass(frozen=True)
class Written:
    """A comment as it was written down; without its words once they were taken back."""

    id: int
    body: str
    language: str
    stance: str | None
    status: Status


@dataclass(frozen=True)
class Reacted:
    comment_id: int
    kind: str
    body: str
    """What it is about, where everybody can read that."""
    language: str


async def comment_of(session: Session, entry_id: int) -> Written | None:
    wanted = sa.select(Comment.id, Comment.body, Comment.language, Comment.stance, Comment.status)
    row = (await session.execute(wanted.where(Comment.entry_id == entry_id))).first()
    return None if row is None else Written(row.id, row.body, row.language, row.stance, Status(row.status))


_WORDS = sa.case((Comment.status == Status.SHOWN, sa.func.left(Comment.body, 120)), else_="").label("body")


async def reactions_of(session: Session, entry_id: int) -> Sequence[Reacted]:
    wanted = (
        sa.select(Reaction.comment_id, Reaction.kind, _WORDS, Comment.language)
        .join(Comment, Comment.id == Reaction.comment_id)
        .where(Reaction.entry_id == entry_id)
        .order_by(Reaction.comment_id)
    )
    return [Reacted(*row) for row in (await session.execute(wanted)).all()]


async def reactions_to(session: Session, project_id: int, kinds: Mapping[int, str]) -> Sequence[Reacted]:
    """Those of an entry that waits, which stand in no table yet: comment -> kind."""
    wanted = sa.select(Comment.id, _WORDS, Comment.language).where(
        Comment.project_id == project_id, Comment.id.in_(list(kinds))
    )
    rows = await session.execute(wanted.order_by(Comment.id))
    return [Reacted(row.id, kinds[row.id], row.body, row.language) for row in rows]
