"""Reads one comment at a time, the newest first."""

from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.kit.database import Database


@dataclass(frozen=True)
class PublicComment:
    """A comment, a reply or an answer that everybody can read. `office`: which office of the city answers."""

    id: int
    body: str
    language: str
    office: str | None
    replies: int


_comment = Comment.__table__.c
_SHOWN = sa.select(*(_comment[name] for name in PublicComment.__dataclass_fields__)).where(
    _comment.project_id == sa.bindparam("project"), _comment.status == Status.SHOWN
)
_ONE = _SHOWN.where(_comment.parent_id.is_(None), _comment.id == sa.bindparam("comment"))
_NEXT = (
    _SHOWN.where(_comment.parent_id.is_(None), _comment.id < sa.bindparam("before"))
    .order_by(_comment.id.desc())
    .limit(1)
)
LAST = 2**62
"""Before the newest."""
_ANSWERS = _SHOWN.where(_comment.parent_id == sa.bindparam("comment"))
_ANSWER = _ANSWERS.where(_comment.id == sa.bindparam("answer"))
_resident = _comment.office.is_(None)
_NEXT_ANSWER = (
    _ANSWERS.where(sa.tuple_(_resident, _comment.id) > sa.tuple_(sa.bindparam("resident"), sa.bindparam("after")))
    .order_by(_resident, _comment.id)
    .limit(1)
)


async def one(database: Database, *, project_id: int, comment_id: int) -> PublicComment | None:
    rows = await database.ask(_ONE, {"project": project_id, "comment": comment_id})
    return PublicComment(**rows[0]) if rows else None


async def following(database: Database, *, project_id: int, before: int = LAST) -> PublicComment | None:
    """The one that was said before this one; without it the newest."""
    rows = await database.ask(_NEXT, {"project": project_id, "before": before})
    return PublicComment(**rows[0]) if rows else None


async def answer(database: Database, *, project_id: int, comment_id: int, answer_id: int) -> PublicComment | None:
    """One of what was said to a comment."""
    rows = await database.ask(_ANSWER, {"project": project_id, "comment": comment_id, "answer": answer_id})
    return PublicComment(**rows[0]) if rows else None


async def next_answer(
    database: Database, *, project_id: int, comment_id: int, resident: bool, after: int
) -> PublicComment | None:
    """What was said to a comment behind this: the city's answers first, then what residents say, the oldest first."""
    values = {"project": project_id, "comment": comment_id, "resident": resident, "after": after}
    rows = await database.ask(_NEXT_ANSWER, values)
    return PublicComment(**rows[0]) if rows else None
