"""Table of what phones cost: sums, never single messages."""

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class PhoneCost(Base):
    """How much went through a gateway in a month, about one project or (0) none. Added to for many messages at once, never beside a vote."""

    __tablename__ = "phone_cost"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    gateway: Mapped[str] = mapped_column(primary_key=True)
    project: Mapped[int] = mapped_column(primary_key=True)
    """Its number; 0 where it is about none."""
    messages: Mapped[int]
    """Text messages, sessions or calls."""
    units: Mapped[int]
    """What is paid for: segments, sessions, minutes."""
    cost: Mapped[Decimal] = mapped_column(sa.Numeric(14, 4))
