"""Tables of telephone numbers, of whom they speak for, and of sessions on them. No number can be read from them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Phone(Base):
    """A number, as a keyed hash; it is here once somebody has said something from it, chosen a language or linked it."""

    __tablename__ = "phone"
    __table_args__ = (sa.UniqueConstraint("city_id", "digest"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    digest: Mapped[bytes]
    language: Mapped[str | None]
    """In which it wants to be spoken to."""
    person_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("person.id"), unique=True)
    """Whom it speaks for by itself, as long as nobody with an access code is linked to it: somebody who may say something, not vote."""
    shared: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Several people have linked it, be it only for a while: from then on each proves who they are."""
    seen_in: Mapped[date]
    """First day of the month in which it was last heard of: after a year of silence it may be somebody else's."""


class PhoneLink(Base):
    """A number is a credential of a person with an access code. Several people may share one."""

    __tablename__ = "phone_link"

    phone_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("phone.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("person.id"), primary_key=True, index=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    linked_on: Mapped[date]


class JoinWord(Base):
    """Digits that somebody signed in on the web sends from a phone, once and soon, so that its number is theirs."""

    __tablename__ = "join_word"
    __table_args__ = (sa.UniqueConstraint("city_id", "digest"),)

    person_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("person.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    digest: Mapped[bytes]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class PhoneSession(Base):
    """A session of USSD or a call: where it stands in the menu. What is chosen at a vote's step never comes here.

    Unlogged: it is in no write-ahead log, replica or archive; after a crash whoever was in the middle dials again.
    """

    __tablename__ = "phone_session"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    steps: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """For each request that was answered: a keyed hash of what it said so far, with the place to which it led and what was wrong with it."""
    place: Mapped[str]
    """The last of these places."""
    language: Mapped[str | None]
    """Chosen by somebody who shows a number that others have linked, and has not proved to be one of them: it holds for this call alone."""
    owner: Mapped[bytes | None] = mapped_column(index=True)
    """Keyed hash of whoever proved who they are, so that they find their place again when the line was cut."""
    ends_at: Mapped[datetime] = mapped_column(index=True)


class PhoneMessage(Base):
    """Messages, and requests of sessions and calls, that were acted upon, as keyed hashes, so that none acts a second time. Never of votes."""

    __tablename__ = "phone_message"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    on: Mapped[date] = mapped_column(index=True)
