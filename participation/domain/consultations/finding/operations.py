"""Enters comments under their words, and takes them out again: in the transaction that shows or hides them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.consultations.finding import rules
from participation.domain.consultations.models import Comment, CommentWords
from participation.domain.moderation.models import Status
from participation.kit.database import Session


def _words(found: sa.ColumnElement[Any], city: sa.ColumnElement[Any], comment: sa.ColumnElement[Any]) -> Any:
    """With the mark of its block."""
    block = comment.bitwise_rshift(sa.literal(rules.BLOCK))
    mark = sa.cast(city, sa.Text) + sa.literal(":#b") + sa.cast(block, sa.Text)
    return sa.func.array_to_tsvector(sa.func.array_append(found, mark))


_ROW = {
    "comment_id": sa.bindparam("comment", type_=sa.BigInteger),
    "city_id": sa.bindparam("city", type_=sa.Integer),
    "project_id": sa.bindparam("project", type_=sa.Integer),
}
_ENTER = (
    insert(CommentWords)
    .values(**_ROW, words=_words(sa.bindparam("found", type_=sa.ARRAY(sa.Text)), _ROW["city_id"], _ROW["comment_id"]))
    .on_conflict_do_nothing()
)


def entered(posted: sa.CTE, values: Mapping[str, Any]) -> sa.CTE:
    """The entry of a comment that the same statement posts."""
    found = rules.entries(**{name: values[name] for name in ("city_id", "project_id", "language", "body")})
    row = sa.select(
        posted.c.id,
        sa.literal(values["city_id"]),
        sa.literal(values["project_id"]),
        _words(sa.literal(found, sa.ARRAY(sa.Text)), sa.literal(values["city_id"]), posted.c.id),
    )
    return insert(CommentWords).from_select([*_ROW, "words"], row, include_defaults=False).cte("entered")


async def enter(session: Session, *where: sa.ColumnElement[bool]) -> None:
    """Those of these comments that everybody can read."""
    columns = (Comment.id, Comment.city_id, Comment.project_id, Comment.language, Comment.body)
    rows = await session.execute(sa.select(*columns).where(Comment.status == Status.SHOWN, *where))
    entries = [
        {
            "comment": row.id,
            "city": row.city_id,
            "project": row.project_id,
            "found": rules.entries(
                city_id=row.city_id, project_id=row.project_id, language=row.language, body=row.body
            ),
        }
        for row in rows
    ]
    if entries:
        await session.execute(_ENTER, entries)


async def leave(session: Session, ids: Sequence[int]) -> None:
    if ids:
        await session.execute(sa.delete(CommentWords).where(CommentWords.comment_id.in_(ids)))
