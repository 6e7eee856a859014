"""Tables of meetings: when and where, about which projects, how they were moved, and what came of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class MeetingKind(StrEnum):
    CONSULTATION = "consultation"
    COUNCIL = "council"
    VISIT = "visit"


class Access(StrEnum):
    """What a venue or its hosts offer to those who could not come otherwise."""

    STEP_FREE = "step_free"
    TOILET = "toilet"
    SIGN = "sign"
    LOOP = "loop"
    CHILDREN = "children"
    TRANSPORT = "transport"


class Meeting(Base):
    """A meeting that the city has announced; it is never deleted, only moved or cancelled with a reason."""

    __tablename__ = "meeting"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="dates"),
        sa.CheckConstraint("attended is null or attended = 0 or attended >= 10", name="attended"),
        sa.Index("ix_meeting_dates", "city_id", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    kind: Mapped[str]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    """The district or neighbourhood whose people are invited; the city itself: everybody."""
    settlement: Mapped[dict[str, str]] = mapped_column(default=dict)
    """The settlement inside that place that it is held for, where it has a name of its own."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[dict[str, str]]
    """The address, and how to find it, per language."""
    agenda: Mapped[dict[str, str]]
    office: Mapped[str]
    """The public office that holds it."""
    access: Mapped[list[str]] = mapped_column(default=list)
    spoken: Mapped[list[str]] = mapped_column(default=list)
    """Languages spoken or interpreted there, of those of the platform."""
    also_spoken: Mapped[str] = mapped_column(default="")
    """Other languages, by name."""
    phone: Mapped[str] = mapped_column(default="")
    """A number by which one can take part or ask."""
    online: Mapped[str] = mapped_column(default="")
    """An address by which one can take part."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that two officials do not overwrite each other."""
    announced_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    minuted_at: Mapped[datetime | None]
    attended: Mapped[int | None]
    """How many came; 0: fewer than ten, of which no number is kept."""
    minutes: Mapped[dict[str, str]] = mapped_column(default=dict)
    decisions: Mapped[dict[str, str]] = mapped_column(default=dict)
    document: Mapped[str] = mapped_column(default="")
    """Address of the full minutes, where there are any."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> language -> how the text came to be in it; see `kit.marks`."""
    whole_in: Mapped[list[str]] = mapped_column(default=list)
    """Languages in which all of it counts; kept up with each change, so that no page has to compare them."""


class MeetingProject(Base):
    """A project that a meeting is about; a session of the council may have several on its agenda."""

    __tablename__ = "meeting_project"

    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True, index=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))


class MeetingChange(Base):
    """A meeting that was moved or cancelled: how it stood before, and the reason that everybody may read."""

    __tablename__ = "meeting_change"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("meeting.id"), index=True)
    cancels: Mapped[bool]
    started_before: Mapped[datetime]
    ended_before: Mapped[datetime]
    place_before: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    venue_before: Mapped[dict[str, str]]
    reasons: Mapped[dict[str, str]]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
