"""Table of recordings. Each is here until it was written down; of one that was not, it stays known that it came, and nothing of whose it was."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class RecordingState(StrEnum):
    CALLED = "called"
    """It is at the telephone company, and is to be fetched."""
    KEPT = "kept"
    """It is here, and waits for somebody who listens."""
    WRITTEN = "written"
    UNCLEAR = "unclear"
    """Somebody listened, and it cannot be understood."""
    UNHEARD = "unheard"
    """It could not be fetched, or nobody listened in time."""
    LET_GO = "let_go"
    """It was refused when it came, or taken back: only to be deleted."""


WAITING = (RecordingState.CALLED, RecordingState.KEPT)


class Recording(Base):
    """What somebody said, up to a minute. Nobody hears it but whoever writes it down."""

    __tablename__ = "recording"
    __table_args__ = (sa.Index("ix_recording_waiting", "project_id", "id", postgresql_where=sa.text("state = 'kept'")),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    """Empty where it was refused."""
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("person.id"), index=True)
    """Who spoke, while it waits; it becomes their comment."""
    reply_to: Mapped[int | None] = mapped_column(sa.BigInteger)
    stance: Mapped[str | None]
    language: Mapped[str]
    """In which the menu was heard; often, not always, the one that was spoken."""
    seconds: Mapped[int]
    said_at: Mapped[datetime] = mapped_column(index=True)
    """When it arrived: by this its comment is judged and dated."""
    receipt: Mapped[str | None] = mapped_column(unique=True)
    """The comment's too, once there is one."""
    state: Mapped[str]
    gateway: Mapped[str]
    remote: Mapped[bytes | None]
    """What the telephone company calls it, sealed; empty once it is deleted there."""
    key: Mapped[bytes | None]
    """The recording's own key, sealed: without it nobody can hear it any more."""
    digest: Mapped[str | None]
    """Of the file, which is encrypted under that key; empty once it is deleted."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime] = mapped_column(index=True)
    """When the telephone company is asked again: to give it, or to delete it."""
