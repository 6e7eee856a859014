"""Tables of the record; who acted (`Actor`) and through which channel (`Via`) stand in `actors`."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.domain.record.actors import Actor, Grant, Via, system
from participation.kit.database import Base

__all__ = [
    "Actor",
    "Grant",
    "RecordCheckpoint",
    "RecordEntry",
    "RecordLog",
    "RecordTile",
    "RecordWords",
    "Via",
    "system",
]


class RecordLog(Base):
    """One city's log: its origin, fixed at the first start, and the key that signs it now."""

    __tablename__ = "record_log"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(unique=True)
    vkey: Mapped[str]
    started_at: Mapped[datetime]


class RecordEntry(Base):
    """One entry. It has no number until it is sealed; erased, it has neither salt nor body, and its leaf stays."""

    __tablename__ = "record_entry"
    __table_args__ = (
        sa.UniqueConstraint("city_id", "number"),
        sa.Index("ix_record_entry_unsealed", "city_id", "id", postgresql_where=sa.text("number is null")),
        sa.Index("ix_record_entry_about", "city_id", "subject_kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    number: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str]
    at: Mapped[datetime]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[str | None]
    body: Mapped[str | None]
    """The entry as RFC 8785 JSON, letter for letter what was hashed (JSONB would write some numbers anew)."""
    salt: Mapped[bytes | None]
    leaf: Mapped[bytes]

    @property
    def entry(self) -> dict[str, Any] | None:
        return None if self.body is None else json.loads(self.body)


class RecordWords(Base):
    """The salt under which somebody's words were hashed into an entry: deleting it erases them there."""

    __tablename__ = "record_words"
    __table_args__ = (sa.Index("ix_record_words_about", "city_id", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    digest: Mapped[str]
    salt: Mapped[bytes]


class RecordTile(Base):
    """Up to 256 hashes of one level of the tree, as C2SP tlog-tiles cut it; the last of a level grows."""

    __tablename__ = "record_tile"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    level: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    data: Mapped[bytes]


class RecordCheckpoint(Base):
    """A signed statement of how long the record was and what stood in it; every one that was published is kept."""

    __tablename__ = "record_checkpoint"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    size: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    note: Mapped[str]
    at: Mapped[datetime]
