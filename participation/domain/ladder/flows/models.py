"""Table of the links by which one project of the city gives data to another."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class DataLink(Base):
    """Announced first, in effect from a later day on, ended at once; never changed in between, and never deleted."""

    __tablename__ = "data_link"
    __table_args__ = (
        sa.CheckConstraint("project_id <> to_project_id", name="two_projects"),
        sa.Index(
            *("ix_data_link_running", "project_id", "to_project_id"),
            unique=True,
            postgresql_where=sa.text("ended_at is null"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    """Whose data are given."""
    to_project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    what: Mapped[dict[str, str]]
    """Which data, what for and on which ground, per language."""
    announced_at: Mapped[datetime]
    effective_on: Mapped[date]
    """From this day on, and never earlier."""
    ended_at: Mapped[datetime | None]
    reasons: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Why it was ended, per language."""
