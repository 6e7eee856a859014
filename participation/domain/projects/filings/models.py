"""Tables of filings: what an organisation was asked for, by which link, and what it handed in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Purpose(StrEnum):
    """For what one link is."""

    SUPPLIER = "supplier"
    """The questions of the project's assessments that are the supplier's part."""
    OWN = "own"
    """An assessment of its own, by whoever receives data."""
    COUNTER = "counter"
    """A counter-assessment: the same questions as the city's, as far as it sees them differently."""
    OPINION = "opinion"
    """Free words, on the project or on one of its assessments."""


class FilingState(StrEnum):
    OPEN = "open"
    HANDED_IN = "handed_in"
    """Frozen: whoever filed it cannot change it any more, and the city never could."""
    PUBLISHED = "published"
    REFUSED = "refused"


class Stance(StrEnum):
    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"


class Filing(Base):
    """One thing that one organisation was asked to file on one project. Of its link only a keyed hash is kept."""

    __tablename__ = "filing"
    __table_args__ = (
        sa.Index("ix_filing_project_id_state", "project_id", "state"),
        sa.CheckConstraint(
            "not outside or (published_by is not null and registered_by is not null"
            " and published_by <> registered_by and not given_by @> to_jsonb(published_by))",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    purpose: Mapped[str]
    kind: Mapped[str | None]
    """Of which assessment; None for a supplier's part of all of them, or an opinion on the whole project."""
    digest: Mapped[bytes] = mapped_column(unique=True)
    given_by: Mapped[list[int]] = mapped_column(default=list)
    """The officials who made a link to it, and so could have written in it."""
    given_place: Mapped[str | None]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """Until then the link can be opened."""
    stopped_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=FilingState.OPEN)
    about: Mapped[str | None]
    """Of an opinion: a section, or `section/question`; None for all of it."""
    stance: Mapped[str | None]
    words: Mapped[dict[str, str]] = mapped_column(default=dict)
    """An opinion, per language."""
    gains: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Interests that came with this filing; empty: those that stand with the organisation go for it."""
    payer: Mapped[dict[str, str]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=0)
    """Goes up with each change of opinion or interests, so that two people do not overwrite each other."""
    content: Mapped[dict[str, Any] | None]
    """All of it as it was handed in: interests, answers, opinion. Never changed again."""
    score: Mapped[dict[str, Any] | None]
    """To what the same engine comes by its answers."""
    handed_in_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    """When the city published it, or refused to."""
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    registered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Of a voice from outside: who had registered the organisation when it was published."""
    outside: Mapped[bool] = mapped_column(default=False)
    """Published as the voice of somebody independent on an assessment, by an official who neither gave the link nor
    registered the organisation. Only such a one is the opinion from outside that an assessment may owe."""
    reasons: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Per language: why the city refused to publish it."""


class FilingAnswer(Base):
    """What an organisation answers to one question, until it hands in."""

    __tablename__ = "filing_answer"

    filing_id: Mapped[int] = mapped_column(sa.ForeignKey("filing.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    """`kind/question`, or `fact/name`, as the city's answers are kept."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    chosen: Mapped[list[str]]
    words: Mapped[dict[str, str]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)


class FilingWords(Base):
    """What a published opinion, or one published answer, can be found by, in one language."""

    __tablename__ = "filing_words"
    __table_args__ = (sa.Index("ix_filing_words_words", "words", postgresql_using="gin"),)

    filing_id: Mapped[int] = mapped_column(sa.ForeignKey("filing.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    """As answers are kept; empty: the opinion itself."""
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    kind: Mapped[str | None]
    question: Mapped[str | None]
    place: Mapped[int]
    """Its place in the filing."""
    words: Mapped[str] = mapped_column(TSVECTOR)
