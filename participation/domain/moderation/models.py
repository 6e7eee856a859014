"""The published reasons for which something may be hidden, and the table of decisions."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Status(StrEnum):
    SHOWN = "shown"
    HELD = "held"
    """Waits for somebody to look at it, unread by others: without a reason, since it may name somebody who works for the city."""
    HIDDEN = "hidden"
    ERASED = "erased"
    """Taken back by whoever said it; the words are gone."""


class Reason(StrEnum):
    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    NAMES_WORKER = "names_worker"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    IMPORTED = "imported"
    """Rejected by the moderators of the consultation that it was imported from."""
    DISPUTED = "disputed"
    DELEGATE = "delegate"
    """Of what a delegate brought, while it is held: the person says otherwise, or the delegate's entries are being looked at."""


class ListedName(Base):
    """A city worker who is not to be named, as a keyed hash of the name: nobody can read the list, it only recognises."""

    __tablename__ = "listed_name"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class ModerationDecision(Base):
    """One decision of a moderator: what was hidden or shown again, why, by whom."""

    __tablename__ = "moderation_decision"
    __table_args__ = (sa.Index("ix_moderation_decision_about", "kind", "about_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    kind: Mapped[str]
    about_id: Mapped[int] = mapped_column(sa.BigInteger)
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
