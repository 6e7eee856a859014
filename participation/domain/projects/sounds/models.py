"""Tables of sounds: the files of a part of a project, or of the city's own texts, in a language; and sentences that wait for a voice."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class SoundKind(StrEnum):
    UPLOADED = "uploaded"
    """A person speaks: an official sent the recording."""
    SYNTHESISED = "synthesised"
    """A machine reads the text."""


class Sound(Base):
    """One part, in one language, to be heard: at most one recording and one machine's reading of each."""

    __tablename__ = "sound"
    __table_args__ = (
        sa.UniqueConstraint(
            *("project_id", "city_id", "part", "language", "kind"),
            name="uq_sound_part",
            postgresql_nulls_not_distinct=True,
        ),
        sa.Index("ix_sound_city_id", "city_id", postgresql_where=sa.text("project_id is null")),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    """None: one of the city's own texts."""
    part: Mapped[str]
    """See `rules`."""
    language: Mapped[str]
    """One of ours, or the code of a language that the city speaks."""
    kind: Mapped[str]
    said: Mapped[str]
    """Fingerprint of the text that it says; of a language without a catalogue, of the text in the city's first language."""
    seconds: Mapped[int]
    opus_digest: Mapped[str]
    opus_size: Mapped[int]
    mp3_digest: Mapped[str]
    mp3_size: Mapped[int]
    at: Mapped[datetime]


class Sentence(Base):
    """A sentence of a channel that a machine is to read: of menus and screens, never anything that a person said or did."""

    __tablename__ = "sentence"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    said: Mapped[str] = mapped_column(primary_key=True)
    """Fingerprint of the text."""
    text: Mapped[str]
    asked_at: Mapped[datetime]
