"""The table of signed preconditions."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Condition(StrEnum):
    HELP = "help"
    ROOM = "room"
    LEADERSHIP = "leadership"
    RESOURCES = "resources"
    UNDECIDED = "undecided"


class Precondition(Base):
    """One signature under one precondition; the newest counts, the earlier ones stay. By role and place, never by person."""

    __tablename__ = "precondition"
    __table_args__ = (sa.Index("ix_precondition_newest", "project_id", "condition", "id"),)

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    condition: Mapped[str]
    words: Mapped[dict[str, str]]
    """Why it is so here, per language."""
    role: Mapped[str]
    place: Mapped[str]
    at: Mapped[datetime]
