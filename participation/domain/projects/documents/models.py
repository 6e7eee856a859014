"""Tables of documents: what each is in words, and its file in every edition."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class DocumentKind(StrEnum):
    """The closed list; `rules.CODES` says what each is called in open data."""

    NEEDS = "needs"
    FEASIBILITY = "feasibility"
    PLAN = "plan"
    BUDGET = "budget"
    ENVIRONMENT = "environment"
    SOCIAL = "social"
    LAND = "land"
    RESETTLEMENT = "resettlement"
    RISK = "risk"
    HEARING_NOTICE = "hearing_notice"
    HEARING_INVITATION = "hearing_invitation"
    MINUTES = "minutes"
    TENDER = "tender"
    BIDS = "bids"
    AWARD = "award"
    CONTRACT = "contract"
    CONTRACT_CHANGE = "contract_change"
    SPECIFICATION = "specification"
    PROGRESS = "progress"
    AUDIT = "audit"
    COMPLAINTS = "complaints"
    OPINION = "opinion"
    DATA = "data"
    MAP = "map"
    PICTURE = "picture"
    OTHER = "other"


class DocumentState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Format(StrEnum):
    """What is taken, judged by what a file holds."""

    PDF = "pdf"
    ODT = "odt"
    DOCX = "docx"
    IMAGE = "image"
    CSV = "csv"
    GEOJSON = "geojson"


class Document(Base):
    """A document of a project: its kind, its language, and in words what it says."""

    __tablename__ = "document"
    __table_args__ = (sa.UniqueConstraint("project_id", "number"),)

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    number: Mapped[int]
    """Within its project; what was public keeps it."""
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=DocumentState.DRAFT)
    language: Mapped[str]
    """Of the file: one of ours, or `mul` (several), `und` (another), `zxx` (it has no words)."""
    titles: Mapped[dict[str, str]]
    alternatives: Mapped[dict[str, str]]
    """What it says, in words, per language: for who cannot open it, or cannot pay for its bytes."""
    whole_in: Mapped[list[str]] = mapped_column(default=list)
    """Languages in which both count; kept up with each change, so that no page has to compare them."""
    changes: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that two officials do not overwrite each other."""
    editions: Mapped[int] = mapped_column(default=1)
    """How many there are; the last one is what it is now."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reasons: Mapped[dict[str, str] | None]
    """Why it was withdrawn, per language."""
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field -> language -> how the text came to be in it; see `kit.marks`."""


class DocumentEdition(Base):
    """The file of a document from one moment on. Once it is public it is never changed again: a new file is a new edition."""

    __tablename__ = "document_edition"
    __table_args__ = (
        sa.UniqueConstraint("document_id", "number"),
        sa.Index("ix_document_edition_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    """Its address: once it is public, a file that has changed has another one."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[int]
    format: Mapped[str]
    media_type: Mapped[str]
    digest: Mapped[str]
    """SHA-256 of what is served; of an image, of its largest picture."""
    size: Mapped[int]
    name: Mapped[str]
    """The file's name without its ending, made from its title."""
    facts: Mapped[dict[str, Any]]
    """What was found in it: pages, rows, the shapes of a map."""
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Of an image: width, height, media_type, digest and size of each, the smallest first."""
    at: Mapped[datetime]
    """When it arrived; once it is public, since when it is."""


class DocumentWords(Base):
    """What a public document can be found by, in one language: its title, and what it says in words."""

    __tablename__ = "document_words"
    __table_args__ = (sa.Index("ix_document_words_words", "words", postgresql_using="gin"),)

    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    words: Mapped[str] = mapped_column(TSVECTOR)
