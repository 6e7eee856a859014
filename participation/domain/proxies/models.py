"""Tables of entries: what a delegate recorded for somebody, and what became of it.

No row says whether an entry held a vote: votes stand in tables of their ballot alone (`ballots.carried`).
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class EntryState(StrEnum):
    ACCEPTED = "accepted"
    HELD = "held"
    """Arrived and kept, counted nowhere, until somebody has looked at it."""
    DISPUTED = "disputed"
    """The person says that this is not what they said."""
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    """Looked at, and not taken."""


class EntryKind(StrEnum):
    PROXY = "proxy"
    """Read out, answered and typed by the delegate."""
    ASSISTED = "assisted"
    """With somebody of the person's own choice."""
    MEETING = "meeting"


class Consent(StrEnum):
    """How somebody agreed, after the text was read out."""

    SPOKEN = "spoken"
    SIGNED = "signed"
    THUMB = "thumb"


class Entry(Base):
    """One visit for one project: whose words by kind alone, the consent, and through whom they came."""

    __tablename__ = "entry"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "client_id"),
        sa.Index("ix_entry_project", "project_id", "id"),
        sa.Index("ix_entry_delegate", "delegate_id", "id"),
        sa.Index("ix_entry_waiting", "city_id", "id", postgresql_where=sa.text("state in ('held', 'disputed')")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("device.id"))
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"))
    number: Mapped[int]
    """The delegate's number in the year in which it arrived."""
    client_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid)
    digest: Mapped[bytes]
    """Of what was sent: SHA-256 where it was encrypted, keyed where it was not. The same identifier with another content is refused."""
    via: Mapped[str]
    kind: Mapped[str]
    pseudonym_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("pseudonym.id"), index=True)
    """Who the person is in this project, where they gave their code and said something; a vote alone makes none."""
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    """Without a code: the neighbourhood that they named."""
    age: Mapped[str | None]
    """Without a code: an age band."""
    language: Mapped[str]
    consent: Mapped[str | None]
    consent_version: Mapped[int]
    consent_language: Mapped[str]
    witnessed: Mapped[bool]
    free: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """False: the delegate noted in silence that the person could not speak freely. Counted apart."""
    seconds: Mapped[int]
    """How long it took."""
    finished_at: Mapped[datetime]
    """By the device's clock, corrected by what it was off at the last contact."""
    received_at: Mapped[datetime]
    state: Mapped[str]
    reason: Mapped[str | None]
    """Why it is held or refused: a code of `proxies.rules`."""
    state_at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(unique=True)
    kept: Mapped[bytes | None]
    """Held on arrival, and until somebody has decided: what it says, without a vote, encrypted under the master secret."""
    contact: Mapped[bytes | None]
    """A telephone number for a call-back, where the person gave one, encrypted; gone once they were called or cannot be any more."""


class Meeting(Base):
    """What was said where people met: counts and points, of nobody in particular."""

    __tablename__ = "entry_meeting"

    entry_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("entry.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    attended: Mapped[int]
    points: Mapped[list[str]]
    dissent: Mapped[str]
    hands: Mapped[dict[str, Any]]
    """`for`, `against`, `abstain` -> hands."""
