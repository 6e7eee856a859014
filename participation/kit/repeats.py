"""Every write can be repeated: the same again gives the first answer again, the same id with another content is refused."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base, Session
from participation.kit.errors import Conflict
from participation.kit.i18n import _

FORM_AGE = timedelta(hours=24)
"""For so long a form that was opened can be sent, and sent again."""
KEPT = FORM_AGE + timedelta(hours=1)
"""No form comes again after that, whatever the clocks of the hosts say."""


class Repeat(Base):
    """The answer that was given to a form, an entry or a message, kept while it may come again. Never used for votes."""

    __tablename__ = "repeat"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    token: Mapped[bytes] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    answer: Mapped[dict[str, Any] | None]
    at: Mapped[datetime] = mapped_column(index=True)


async def once(
    session: Session,
    *,
    city_id: int,
    token: bytes,
    content: bytes,
    at: datetime,
    act: Callable[[], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """Do it the first time; later, or at the same moment from elsewhere, give the first answer.

    `token` and `content` are keyed hashes (32 bytes). The row is written first, so that a second sender waits for the first.
    """
    first = await session.execute(
        insert(Repeat)
        .values(city_id=city_id, token=token, content=content, at=at)
        .on_conflict_do_nothing()
        .returning(Repeat.token)
    )
    if first.scalar_one_or_none() is None:
        row = (
            await session.execute(
                sa.select(Repeat.content, Repeat.answer).where(Repeat.city_id == city_id, Repeat.token == token)
            )
        ).one()
        if row.content != content:
            raise Conflict(
                "repeat",
                _("This form was already sent with other words."),
                _("Open the page again and send it once more."),
            )
        return dict(row.answer or {})
    answer = await act()
    await session.execute(
        sa.update(Repeat).where(Repeat.city_id == city_id, Repeat.token == token).values(answer=answer)
    )
    return answer


async def answered(session: Session, *, city_id: int, token: bytes, content: bytes) -> bool:
    """Whether this was done already, and said the same."""
    first = await session.scalar(sa.select(Repeat.content).where(Repeat.city_id == city_id, Repeat.token == token))
    return first == content


async def forget(session: Session, *, at: datetime) -> None:
    """Answers to forms that cannot come again."""
    await session.execute(sa.delete(Repeat).where(Repeat.at < at - KEPT))
