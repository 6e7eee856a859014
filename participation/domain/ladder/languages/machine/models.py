"""The table of what a machine was asked to translate, and what it proposes."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class ProposalState(StrEnum):
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Proposal(Base):
    """One text that a machine is to put, or has put, into one language. It stands nowhere else until an official takes it over."""

    __tablename__ = "translation_proposal"
    __table_args__ = (sa.Index("ix_translation_proposal_due", "next_at", postgresql_where=sa.text("state = 'queued'")),)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    source: Mapped[str]
    """The language that is translated."""
    of: Mapped[str | None]
    """Fingerprint of the text that was translated."""
    text: Mapped[str] = mapped_column(default="")
    provider: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=ProposalState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    """Not tried again before."""
    trouble: Mapped[str | None]
    """Why the last attempt failed; see `kit.translating.TroubleCode`."""
    detail: Mapped[str] = mapped_column(default="")
    """What the server said about it."""
