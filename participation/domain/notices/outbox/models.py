"""Table of the e-mails that are to be sent: what each tells stands in the record, so that none holds words."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class LetterKind(StrEnum):
    CONFIRM = "confirm"
    DIGEST = "digest"


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    """Handed to the mail server, whose answer is not known yet."""
    SENT = "sent"
    UNSURE = "unsure"
    """Nobody can tell whether the mail server took it. It is not sent again; what it told comes with the next digest."""
    REFUSED = "refused"
    """The mail server does not take it, now or later."""


class Letter(Base):
    """One e-mail to one subscription; a digest is of one day, and tells of the entries of the record after `first`, up to `last`."""

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("subscription_id", "day"),
        sa.Index("ix_letter_due", "next_at", postgresql_where=sa.text("state in ('queued', 'sending')")),
        sa.Index("ix_letter_done", "done_at", postgresql_where=sa.text("done_at is not null")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id", ondelete="CASCADE"))
    kind: Mapped[str]
    day: Mapped[date | None]
    """None: it asks for confirmation."""
    first: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    state: Mapped[str] = mapped_column(default=LetterState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    """When it is to be tried; while it is being sent, when it counts as unsure."""
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
