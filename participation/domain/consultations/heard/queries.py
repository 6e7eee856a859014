"""Reads one comment at a time, the newest first."""

from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.kit.database import Database


@dataclass(frozen=True)
class Heard:
    """A comment that everybody can read."""

    id: int
    body: str
    language: str


_COLUMNS = [Comment.__table__.c[name] for name in Heard.__dataclass_fields__]
_READABLE = (
    Comment.__table__.c.project_id == sa.bindparam("project"),
    Comment.__table__.c.status == Status.SHOWN,
    Comment.__table__.c.parent_id.is_(None),
)
_ONE = sa.select(*_COLUMNS).where(*_READABLE, Comment.__table__.c.id == sa.bindparam("comment"))
_NEXT = (
    sa.select(*_COLUMNS)
    .where(*_READABLE, Comment.__table__.c.id < sa.bindparam("before"))
    .order_by(Comment.__table__.c.id.desc())
    .limit(1)
)
LAST = 2**62
"""Before the newest."""


async def one(database: Database, *, project_id: int, comment_id: int) -> Heard | None:
    rows = await database.ask(_ONE, {"project": project_id, "comment": comment_id})
    return Heard(**rows[0]) if rows else None


async def following(database: Database, *, project_id: int, before: int = LAST) -> Heard | None:
    """The one that was said before this one; without it the newest."""
    rows = await database.ask(_NEXT, {"project": project_id, "before": before})
    return Heard(**rows[0]) if rows else None
