"""Table of text messages that wait to be sent."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class TextMessage(Base):
    """An answer on its way. It goes as soon as it was handed over: nothing of it is kept."""

    __tablename__ = "text_message"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    gateway: Mapped[str]
    answers: Mapped[bytes] = mapped_column(unique=True)
    """Keyed hash of the message that it answers: the same one sent again by the gateway gets no second answer."""
    sealed: Mapped[bytes | None]
    """Number, text and what the gateway wants to be told with them; empty once it was handed over."""
    made_at: Mapped[datetime]
    next_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
