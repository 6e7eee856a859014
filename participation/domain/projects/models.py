"""Tables of projects: what they are, in which words, when their steps open."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.kit.database import Base


class ProjectKind(StrEnum):
    PROJECT = "project"
    PROGRAMME = "programme"


class ProjectState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class StepKind(StrEnum):
    CONSULTATION = "consultation"
    DECISION = "decision"


class Influence(StrEnum):
    """What the city promises to do with what residents say in a consultation."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    EMPOWER = "empower"


class Feature(StrEnum):
    COMMENT = "comment"
    REACT = "react"
    ANSWER = "answer"
    VOTE = "vote"


class Project(Base):
    """A proposed smart-city project, or a programme under which projects hang."""

    __tablename__ = "project"
    __table_args__ = (
        sa.UniqueConstraint("city_id", "slug"),
        sa.UniqueConstraint("city_id", "number"),
        sa.Index("ix_project_newest", "city_id", "published_at", "id", postgresql_where=sa.text("state <> 'draft'")),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    number: Mapped[int]
    slug: Mapped[str]
    kind: Mapped[str] = mapped_column(default=ProjectKind.PROJECT)
    state: Mapped[str] = mapped_column(default=ProjectState.DRAFT)
    programme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("project.id"))
    cost_amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    influence: Mapped[str | None]
    """The level of influence that residents have in the consultation; None while none is promised."""
    agreements_stated: Mapped[bool] = mapped_column(default=False)
    """An official has said that the list of agreements, empty or not, is whole."""
    open_comments: Mapped[bool] = mapped_column(default=False)
    """Comments are taken from people who are not signed in, and counted apart."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each edit, so that two officials do not overwrite each other."""
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The version at which each part (`texts.sw`, `facts`, `agreements`, `steps`) was last changed."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    owed: Mapped[dict[str, Any] | None]
    """What publishing owed when it was published, as `Step.owed`."""
    decided_at: Mapped[datetime | None]
    """When the outcome that decided or withdrew it was published."""

    texts: Mapped[list["ProjectText"]] = relationship(lazy="raise", order_by="ProjectText.language")
    steps: Mapped[list["Step"]] = relationship(lazy="raise", order_by="Step.opens_at")
    agreements: Mapped[list["Agreement"]] = relationship(lazy="raise", order_by="Agreement.signed_on")
    indicators: Mapped[list["Indicator"]] = relationship(lazy="raise", order_by="Indicator.id")
    districts: Mapped[list["ProjectDistrict"]] = relationship(
        lazy="raise", order_by="ProjectDistrict.place_id", cascade="all, delete-orphan"
    )


class ProjectText(Base):
    """The words of a project in one language."""

    __tablename__ = "project_text"
    __table_args__ = (sa.Index("ix_project_text_search", "search", postgresql_using="gin"),)

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    title: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    decided: Mapped[str] = mapped_column(default="")
    """What is decided already."""
    open: Mapped[str] = mapped_column(default="")
    """What can still change."""
    payer: Mapped[str] = mapped_column(default="")
    """Who pays, and on what terms."""
    supplier: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    plain: Mapped[str] = mapped_column(default="")
    """The whole of it in plain words, for who finds the rest hard to read."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> how its text came to be in this language; see `kit.marks`."""
    search: Mapped[str] = mapped_column(TSVECTOR, default=sa.text("''::tsvector"))


class ProjectVersion(Base):
    """All that a published project said, as it stood after each edit, so that its history can show what changed."""

    __tablename__ = "project_version"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class ProjectDistrict(Base):
    """A district (or neighbourhood) that a project names; a project that names none is for the whole city."""

    __tablename__ = "project_district"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), primary_key=True, index=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))


class Agreement(Base):
    """Something the city has signed about a project, binding or not."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    signed_on: Mapped[date]
    binding: Mapped[bool]
    names: Mapped[dict[str, str]]
    """With whom and about what, per language."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Indicator(Base):
    """By what everybody will see whether a project did what it was for: one thing that is measured, from where to where."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    names: Mapped[dict[str, str]]
    """What is measured, per language."""
    units: Mapped[dict[str, str]]
    """In what, per language."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> language -> how the text came to be in it; see `kit.marks`."""
    baseline: Mapped[Decimal] = mapped_column(sa.Numeric(18, 3))
    baseline_on: Mapped[date]
    target: Mapped[Decimal] = mapped_column(sa.Numeric(18, 3))
    target_on: Mapped[date]


class Step(Base):
    """A step of a project: planned dates, when it was really opened, and what it allows."""

    __tablename__ = "step"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "kind"),
        sa.CheckConstraint("closes_at > opens_at", name="dates"),
        sa.Index("ix_step_due", "opens_at", postgresql_where=sa.text("opened_at is null")),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    kind: Mapped[str]
    announced_at: Mapped[datetime | None]
    """When everybody could read its dates first, and notice began to run."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """Ended early by an outcome (a withdrawal, a cancelled ballot), never by a date."""
    allows: Mapped[list[str]]
    owed: Mapped[dict[str, Any] | None]
    """When it opened: what it owed then, and when each thing was given. Stricter settings later do not change it."""


class StepExtension(Base):
    """A closing moved to a later day, with the reason that everybody may read."""

    __tablename__ = "step_extension"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("step.id"), index=True)
    closed_before: Mapped[datetime]
    closes_now: Mapped[datetime]
    reasons: Mapped[dict[str, str]]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
