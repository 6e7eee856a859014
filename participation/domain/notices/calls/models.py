"""Table of call-backs: a number, sealed until it was called; then only that some number was, for a day."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class MissedCall(Base):
    """A call that rang and was turned down."""

    __tablename__ = "missed_call"
    __table_args__ = (
        sa.Index(
            *("uq_missed_call_waiting", "city_id", "digest"),
            unique=True,
            postgresql_where=sa.text("sealed is not null"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    gateway: Mapped[str]
    digest: Mapped[bytes]
    """Keyed hash of the number, by which one that lets it ring all day is known."""
    sealed: Mapped[bytes | None]
    """The number; empty once it was called."""
    rang_at: Mapped[datetime] = mapped_column(index=True)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    booked: Mapped[int] = mapped_column(default=0, server_default="0")
    """Minutes for which the city has put money aside, until the telephone company reports how many they were."""
