"""Tables of paper forms: batches as they were printed, their sheets, and what was read off a sheet until it is taken."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class SheetState(StrEnum):
    PRINTED = "printed"
    """Nobody has typed it in."""
    READ = "read"
    """One person has; another one reads it independently."""
    DIFFERS = "differs"
    """The two read it differently; a third settles it."""
    TAKEN = "taken"
    VOID = "void"
    """Blank, spoilt or without consent, as two people say."""


class PaperBatch(Base):
    """Forms for one project, in one language, for the people of one delegate. Its number is its identifier, in no other city the same."""

    __tablename__ = "paper_batch"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), index=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"))
    language: Mapped[str]
    consent_version: Mapped[int]
    places: Mapped[list[int]]
    """Neighbourhoods in the order of their numbers on the paper."""
    statements: Mapped[list[int]]
    """Comments in the order of their numbers on the paper."""
    carried_by: Mapped[str]
    """Who hands them out, and where; no names of people."""
    printed: Mapped[int]
    printed_at: Mapped[datetime]


class PaperSheet(Base):
    """One sheet. Its receipt was torn off with the stub before anything was typed."""

    __tablename__ = "paper_sheet"
    __table_args__ = (
        sa.Index("ix_paper_sheet_waiting", "city_id", postgresql_where=sa.text("state in ('read', 'differs')")),
    )

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("paper_batch.id"), primary_key=True)
    serial: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    receipt: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    first_read_at: Mapped[datetime | None]
    """The moment by which it is judged, at the latest the closing: the date that somebody writes on a sheet proves nothing."""
    photograph: Mapped[str | None]
    """SHA-256 of the picture that was made of it, with the strip painted over; what was sent is kept by nobody."""
    photograph_at: Mapped[datetime | None]
    photograph_seen: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Somebody has seen that the strip is covered."""


class PaperReading(Base):
    """What one person read off a sheet; gone as soon as it is taken or void, and with it who that was."""

    __tablename__ = "paper_reading"
    __table_args__ = (
        sa.ForeignKeyConstraint(["batch_id", "serial"], ["paper_sheet.batch_id", "paper_sheet.serial"]),
        sa.UniqueConstraint("batch_id", "serial", "person_id"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    batch_id: Mapped[int]
    serial: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    sealed: Mapped[bytes]
    """Its fields, with access code and telephone, encrypted under the master secret."""
