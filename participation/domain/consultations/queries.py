"""Reads of comments: pages, threads, how many comments there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.brought.queries import apart, brought
from participation.domain.consultations.models import AnswerTalk, Comment, Pseudonym
from participation.domain.consultations.rules import LISTED, no_comment
from participation.domain.moderation.models import Status
from participation.domain.record.actors import Via
from participation.kit import paging
from participation.kit.database import Session


class Order(StrEnum):
    NEWEST = "newest"
    AGREED = "agreed"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class CommentView:
    """A comment as it may be shown: what is hidden or erased comes without its words."""

    id: int
    parent_id: int | None
    pseudonym_id: int | None
    number: int | None
    office: str | None
    body: str
    cut: bool
    """There is more of it than is shown here."""
    language: str
    stance: str | None
    via: str
    status: Status
    reason: str | None
    agrees: int
    disagrees: int
    passes: int
    brought: int
    apart: int
    replies: int
    created_at: datetime
    about: str | None = None
    """`kind/question`, where it is about one answer of an impact assessment."""
    section: str | None = None
    question: dict[str, str] | None = None
    """Where that question stands, and its text."""
    carrier: int | None = None
    """The number of the delegate who brought it."""

    @property
    def shown(self) -> bool:
        return self.status is Status.SHOWN

    @property
    def imported(self) -> bool:
        return self.via == Via.IMPORT


_READABLE = Comment.status == Status.SHOWN


def _columns(listed: bool) -> tuple[Any, ...]:
    """What of a comment is read; words that are not to be shown are not even fetched."""
    words: Any = sa.func.left(Comment.body, LISTED) if listed else Comment.body
    longer: Any = sa.func.char_length(Comment.body) > LISTED if listed else sa.false()
    return (
        Comment.id,
        Comment.parent_id,
        Comment.pseudonym_id,
        Pseudonym.number,
        Comment.office,
        sa.case((_READABLE, words), else_="").label("body"),
        sa.and_(_READABLE, longer).label("cut"),
        Comment.language,
        Comment.stance,
        Comment.via,
        Comment.status,
        Comment.hidden_reason.label("reason"),
        *(Comment.agrees, Comment.disagrees, Comment.passes, brought(), apart(), Comment.replies),
        Comment.created_at,
        *(Comment.about, AnswerTalk.section, AnswerTalk.question, Comment.carrier),
    )


def _select(*, listed: bool) -> Any:
    talk = sa.and_(AnswerTalk.project_id == Comment.project_id, AnswerTalk.about == Comment.about)
    wanted = sa.select(*_columns(listed)).outerjoin(Pseudonym, Pseudonym.id == Comment.pseudonym_id)
    return wanted.outerjoin(AnswerTalk, talk)


def _view(row: Any) -> CommentView:
    values = {name: value for name, value in row._mapping.items() if name != "receipt"}
    return CommentView(**values | {"status": Status(row.status)})


_DISPUTED = sa.func.least(Comment.agrees, Comment.disagrees)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _key(order: Order, key: tuple[Any, ...]) -> tuple[Any, int]:
    if order is not Order.NEWEST:
        return key[0], key[1]
    try:
        return _EPOCH + timedelta(microseconds=key[0]), key[1]
    except OverflowError:
        return _EPOCH, key[1]


def _place(order: Order, view: CommentView) -> str:
    first = {
        Order.NEWEST: (view.created_at - _EPOCH) // timedelta(microseconds=1),
        Order.AGREED: view.agrees,
        Order.DISPUTED: min(view.agrees, view.disagrees),
    }[order]
    return paging.encode([first, view.id])


@lru_cache
def _page_of(order: Order, *, further: bool, about: bool) -> Any:
    by: Any = {Order.NEWEST: Comment.created_at, Order.AGREED: Comment.agrees, Order.DISPUTED: _DISPUTED}[order]
    wanted = _select(listed=True).where(Comment.project_id == sa.bindparam("project"), Comment.parent_id.is_(None))
    if about:
        wanted = wanted.where(Comment.about == sa.bindparam("about"))
    if further:
        kind = sa.TIMESTAMP(timezone=True) if order is Order.NEWEST else sa.BigInteger()
        after: Any = sa.tuple_(sa.bindparam("first", type_=kind), sa.bindparam("last", type_=sa.BigInteger()))
        wanted = wanted.where(sa.tuple_(by, Comment.id) < after)
    return wanted.order_by(by.desc(), Comment.id.desc()).limit(paging.SIZE + 1)


async def comments(
    session: Session, project_id: int, *, order: Order, after: str, about: str | None = None
) -> paging.Page[CommentView]:
    """Twenty comments, without their replies; the order's own index is read, never the whole project.

    `about`: those about one answer alone, the newest first.
    """
    order = order if about is None else Order.NEWEST
    key = paging.decode(after, (int, int)) if after else None
    values: dict[str, Any] = {"project": project_id} | ({} if about is None else {"about": about})
    if key is not None:
        values["first"], values["last"] = _key(order, key)
    rows = (await session.execute(_page_of(order, further=key is not None, about=about is not None), values)).all()
    views = [_view(row) for row in rows[: paging.SIZE]]
    return paging.Page(views, _place(order, views[-1]) if len(rows) > paging.SIZE else None)


@lru_cache
def _first_replies() -> Any:
    ids: Any = sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger))
    parent = sa.select(sa.func.unnest(ids).label("id")).subquery()
    replies = _select(listed=True).where(Comment.parent_id == parent.c.id).order_by(Comment.id).limit(2)
    each = sa.union_all(
        *(
            sa.select(part)
            for part in (
                replies.where(Comment.office.is_not(None)).correlate(parent).subquery(),
                replies.where(Comment.office.is_(None)).correlate(parent).subquery(),
            )
        )
    ).lateral()
    return sa.select(each).select_from(parent.join(each, sa.true()))


async def first_replies(session: Session, parents: Sequence[CommentView]) -> dict[int, list[CommentView]]:
    """For each comment of a list: official answers (at most 2), then the first replies (at most 2)."""
    ids = [parent.id for parent in parents if parent.replies]
    if not ids:
        return {}
    rows = await session.execute(_first_replies(), {"ids": ids})
    found: dict[int, list[CommentView]] = {}
    for view in sorted(map(_view, rows), key=lambda view: (view.office is None, view.id)):
        found.setdefault(view.parent_id or 0, []).append(view)
    return found


async def thread(session: Session, project_id: int, comment_id: int) -> tuple[CommentView, str | None]:
    """One comment whole, and its receipt, which is shown to nobody but its writer."""
    wanted = _select(listed=False).add_columns(Comment.receipt)
    row = (await session.execute(wanted.where(Comment.project_id == project_id, Comment.id == comment_id))).first()
    if row is None:
        raise no_comment()
    return _view(row), row.receipt


async def replies(session: Session, parent_id: int, *, after: str) -> paging.Page[CommentView]:
    """Replies to one comment, the oldest first, as in a conversation."""
    wanted = _select(listed=True).where(Comment.parent_id == parent_id)
    key = paging.decode(after, (int,)) if after else None
    if key is not None:
        wanted = wanted.where(Comment.id > key[0])
    rows = (await session.execute(wanted.order_by(Comment.id).limit(paging.SIZE + 1))).all()
    views = [_view(row) for row in rows[: paging.SIZE]]
    return paging.Page(views, paging.encode([views[-1].id]) if len(rows) > paging.SIZE else None)
