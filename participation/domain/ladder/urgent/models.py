"""The table of uses of the urgent path."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class UrgentUse(Base):
    """A step that opens, or has opened, although something that it owes is missing; what was owed then stays written down."""

    __tablename__ = "urgent_use"
    __table_args__ = (
        sa.Index("uq_urgent_use_waiting", "project_id", unique=True, postgresql_where=sa.text("opened_at is null")),
        sa.Index("ix_urgent_use_newest", "city_id", "opened_at", "id"),
        sa.CheckConstraint(
            "opened_at is null or (opened_by is not null and opened_by <> proposed_by and review_due is not null)",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    step: Mapped[str]
    ground: Mapped[str]
    law: Mapped[str]
    """Which law allows it, as it is cited."""
    reasons: Mapped[dict[str, str]]
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_place: Mapped[str | None]
    proposed_at: Mapped[datetime]
    opened_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """The second official."""
    opened_at: Mapped[datetime | None]
    owed: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """What was owed at that moment: code and languages."""
    review_due: Mapped[date | None]
    needed: Mapped[dict[str, str]] = mapped_column(default=dict)
    """The review: whether it was needed."""
    given: Mapped[dict[str, str]] = mapped_column(default=dict)
    """The review: what of it the city has given since."""
    reviewed_at: Mapped[datetime | None]
