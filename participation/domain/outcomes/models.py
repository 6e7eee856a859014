"""Tables of what the city decided, with reasons, and what it promised to do."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.kit.database import Base


class Decision(StrEnum):
    ADOPTED = "adopted"
    ADOPTED_IN_PART = "adopted_in_part"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    BALLOT_CANCELLED = "ballot_cancelled"
    BALLOT_REPEATED = "ballot_repeated"


class Disposition(StrEnum):
    ACCEPTED = "accepted"
    ACCEPTED_IN_PART = "accepted_in_part"
    REJECTED = "rejected"
    OUT_OF_SCOPE = "out_of_scope"
    ALREADY_PLANNED = "already_planned"


class OutcomeState(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    """Handed in; a second official reads it before it is published."""
    PUBLISHED = "published"


class Outcome(Base):
    """The city's decision on a project: what, why, what follows."""

    __tablename__ = "outcome"
    __table_args__ = (
        sa.Index("uq_outcome_draft", "project_id", unique=True, postgresql_where=sa.text("state <> 'published'")),
        sa.CheckConstraint(
            "state <> 'published'"
            " or (handed_in_by is not null and published_by is not null and published_by <> handed_in_by)",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    ballot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballot.id"))
    decision: Mapped[str]
    state: Mapped[OutcomeState] = mapped_column(sa.Text, default=OutcomeState.DRAFT)
    departs: Mapped[bool] = mapped_column(default=False)
    """The decision departs from the residents' vote, in whole or in part; the reasons then come first."""
    decided: Mapped[dict[str, str]]
    reasons: Mapped[dict[str, str]]
    follows: Mapped[dict[str, str]]
    result_note: Mapped[dict[str, str]] = mapped_column(default=dict)
    """What the city says of the result of the ballot, beside its numbers."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> language -> how the text came to be in it; see `kit.marks`."""
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    """For a withdrawal: the project that takes its place."""
    again_opens_at: Mapped[datetime | None]
    again_closes_at: Mapped[datetime | None]
    """For a ballot that is run again: its new dates."""
    version: Mapped[int] = mapped_column(default=0)
    """Goes up with each change, so that two officials do not overwrite each other."""
    handed_in_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    handed_in_place: Mapped[str | None]
    handed_in_at: Mapped[datetime | None]
    """Since when it waits for a second person."""
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    place: Mapped[str | None]
    """Slug of the place for which the official acted who published it."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    themes: Mapped[list["Theme"]] = relationship(lazy="raise", order_by="Theme.id", cascade="all, delete-orphan")
    commitments: Mapped[list["Commitment"]] = relationship(
        lazy="raise", order_by="Commitment.due, Commitment.id", cascade="all, delete-orphan"
    )


class Correction(Base):
    """What is to stand in place of a decision that is public, once a second official has published it."""

    __tablename__ = "outcome_correction"
    __table_args__ = (
        sa.Index(
            "uq_outcome_correction_open", "outcome_id", unique=True, postgresql_where=sa.text("published_at is null")
        ),
        sa.CheckConstraint(
            "published_at is null"
            " or (handed_in_by is not null and published_by is not null and published_by <> handed_in_by)",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    outcome_id: Mapped[int] = mapped_column(sa.ForeignKey("outcome.id"), index=True)
    said: Mapped[dict[str, Any]]
    """All that the page would say, as `published.forms` writes it down."""
    made: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Text -> language -> how its translation came about, where somebody translated it."""
    version: Mapped[int] = mapped_column(default=0)
    """Goes up with each change, so that nobody publishes what they have not read."""
    handed_in_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """None: it was taken back, and is being written."""
    handed_in_place: Mapped[str | None]
    handed_in_at: Mapped[datetime | None]
    """Since when it waits for a second person."""
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[datetime | None]


class Theme(Base):
    """Something that many people raised, and what the city makes of it."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    outcome_id: Mapped[int] = mapped_column(sa.ForeignKey("outcome.id"), index=True)
    names: Mapped[dict[str, str]]
    disposition: Mapped[str]
    reasons: Mapped[dict[str, str]]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Commitment(Base):
    """What the city promised, by when; late is shown as late."""

    __tablename__ = "commitment"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    outcome_id: Mapped[int] = mapped_column(sa.ForeignKey("outcome.id"), index=True)
    names: Mapped[dict[str, str]]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    office: Mapped[str]
    due: Mapped[date]
    done_on: Mapped[date | None]
