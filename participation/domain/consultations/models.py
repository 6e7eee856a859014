"""Tables of what people say about a project, and what they think of each other's words."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from participation.domain.moderation.models import Status
from participation.kit.database import Base


class Stance(StrEnum):
    FOR = "for"
    AGAINST = "against"
    MIXED = "mixed"
    QUESTION = "question"


class ReactionKind(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"  # noqa: S105


class Pseudonym(Base):
    """A person within one project: a random number, so that nobody can follow them from project to project."""

    __tablename__ = "pseudonym"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "number"),
        sa.UniqueConstraint("project_id", "person_id"),
        sa.UniqueConstraint("project_id", "source"),
        sa.Index("ix_pseudonym_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    number: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("person.id"))
    """Empty for imported participants, and after the person has had themselves erased."""
    source: Mapped[str | None]
    """For an imported participant: the identifier there."""


class Comment(Base):
    """What somebody says about a project, or replies to somebody who did."""

    __tablename__ = "comment"
    __table_args__ = (
        sa.Index("ix_comment_newest", "project_id", "created_at", "id", postgresql_where=sa.text("parent_id is null")),
        sa.Index("ix_comment_agreed", "project_id", "agrees", "id", postgresql_where=sa.text("parent_id is null")),
        sa.Index(
            "ix_comment_disputed",
            "project_id",
            sa.text("least(agrees, disagrees)"),
            "id",
            postgresql_where=sa.text("parent_id is null"),
        ),
        sa.Index("ix_comment_parent", "parent_id", "id", postgresql_where=sa.text("parent_id is not null")),
        sa.Index("ix_comment_office", "parent_id", "id", postgresql_where=sa.text("office is not null")),
        sa.Index("ix_comment_arrival", "project_id", "id"),
        sa.Index(
            "ix_comment_about",
            *("project_id", "about", "created_at", "id"),
            postgresql_where=sa.text("about is not null and parent_id is null"),
        ),
        sa.Index("ix_comment_hidden", "project_id", "id", postgresql_where=sa.text("status = 'hidden'")),
        sa.Index("ix_comment_held", "project_id", "id", postgresql_where=sa.text("status = 'held'")),
        sa.Index("ix_comment_entry", "entry_id", postgresql_where=sa.text("entry_id is not null")),
        sa.UniqueConstraint("project_id", "source"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("comment.id"))
    pseudonym_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("pseudonym.id"), index=True)
    """Empty when the writer was not signed in, and for official answers."""
    about: Mapped[str | None]
    """`kind/question` of an impact assessment, where it is about one answer; a reply is about what its comment is about."""
    office: Mapped[str | None]
    """For an official answer: which office speaks. Never a person's name."""
    body: Mapped[str]
    language: Mapped[str]
    stance: Mapped[str | None]
    """Replies, answers and imported statements take none."""
    via: Mapped[str]
    status: Mapped[str] = mapped_column(default=Status.SHOWN)
    hidden_reason: Mapped[str | None]
    agrees: Mapped[int] = mapped_column(default=0)
    disagrees: Mapped[int] = mapped_column(default=0)
    passes: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    source: Mapped[str | None]
    """For an imported comment: its identifier there."""
    receipt: Mapped[str | None] = mapped_column(unique=True)
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The entry that a delegate recorded it in, where one did; entries stand above, so by number alone."""
    carrier: Mapped[int | None]
    """The number of that delegate, shown beside it."""


class CommentWords(Base):
    """What a comment can be found by. Only a comment that everybody can read has a row here: hiding and erasing take it away."""

    __tablename__ = "comment_words"
    __table_args__ = (
        # Without a list of what is still to be sorted in, which every search would have to read through.
        sa.Index("ix_comment_words_words", "words", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    comment_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("comment.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    words: Mapped[str] = mapped_column(TSVECTOR)


class CommentCount(Base):
    """How many comments a project has, replies left out: kept up with each one, so that no page has to count them."""

    __tablename__ = "comment_count"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    stance: Mapped[str] = mapped_column(primary_key=True)
    """Empty for imported statements, which take none."""
    via: Mapped[str] = mapped_column(primary_key=True)
    signed: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the writers were signed in; who was not is counted apart."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    count: Mapped[int]


class AnswerTalk(Base):
    """An answer of an impact assessment that residents comment on: how many do, and what was asked when the last of them did."""

    __tablename__ = "answer_talk"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    """`kind/question`."""
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    section: Mapped[str]
    question: Mapped[dict[str, str]]
    """Its text per language."""
    count: Mapped[int]


class Reaction(Base):
    """Somebody agrees, disagrees or passes; the last one counts."""

    __tablename__ = "reaction"
    __table_args__ = (
        sa.Index("uq_reaction_receipt", "receipt", unique=True, postgresql_where=sa.text("receipt is not null")),
        sa.Index("ix_reaction_pseudonym", "pseudonym_id"),
        sa.Index("ix_reaction_entry", "entry_id", postgresql_where=sa.text("entry_id is not null")),
        sa.Index("ix_reaction_brought", "comment_id", postgresql_where=sa.text("entry_id is not null and not apart")),
        sa.Index("ix_reaction_apart", "comment_id", postgresql_where=sa.text("apart")),
    )

    comment_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("comment.id"), primary_key=True)
    pseudonym_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("pseudonym.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    kind: Mapped[str]
    via: Mapped[str]
    at: Mapped[datetime | None]
    """Empty where an imported matrix says nothing of when."""
    receipt: Mapped[str | None]
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The entry that a delegate recorded it in, where one did; entries stand above, so by number alone."""
    apart: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Not in the comment's counters: of somebody whom a delegate described without a code, or disputed."""
