"""Tables of delegates: who was put forward for which district, what they declared, who objected, and their numbers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class DelegateState(StrEnum):
    PROPOSED = "proposed"
    APPOINTED = "appointed"
    SUSPENDED = "suspended"
    """What they bring is held until an administrator lets them go on, or revokes them."""
    REFUSED = "refused"
    """Not appointed: an objection was upheld, or what they declared stands against it."""
    REVOKED = "revoked"
    ENDED = "ended"
    """Never stored: the time for which they were appointed is over. See `rules.standing`."""


class Reason(StrEnum):
    """Why somebody is not appointed, suspended or revoked."""

    OBJECTION = "objection"
    WITHDRAWN = "withdrawn"
    """Whoever put them forward, or another administrator, thought again."""
    CHECKS = "checks"
    """Too many people who were called back had not said what was entered."""
    COMPLAINT = "complaint"
    CONFLICT = "conflict"
    """An interest that was not declared, or came later."""
    OWN_WISH = "own_wish"


class Interest(StrEnum):
    """What a delegate has to declare. Who holds an office of a party may be appointed: everybody can read it."""

    CANDIDATE = "candidate"
    PARTY_OFFICE = "party_office"
    LANDLORD = "landlord"
    SUPPLIER = "supplier"


class Delegate(Base):
    """Somebody put forward to record what the people of one district say. Public by role and interests, never by name."""

    __tablename__ = "delegate"
    __table_args__ = (sa.CheckConstraint("appointed_by is null or appointed_by <> proposed_by", name="two_people"),)

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """Made for this alone when they are appointed: a delegate signs in by an enrolled device, and holds the role of a delegate."""
    resident_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """Who they are as a resident, by the code that they gave when they enrolled a device: nobody enters for themselves."""
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    state: Mapped[str] = mapped_column(default=DelegateState.PROPOSED)
    described: Mapped[dict[str, str]]
    """By language, what they do in the district: "teacher at the harbour school". Shown to everybody."""
    interests: Mapped[dict[str, Any]]
    """Interest -> identifiers of the places where it holds, the city's for all of them. What is not there was declared as absent."""
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_place: Mapped[str]
    """Slug of the place for which its proposer is administrator, for the record."""
    proposed_at: Mapped[datetime]
    objections_until: Mapped[datetime]
    appointed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    appointed_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    state_at: Mapped[datetime]
    """Since when their state is what it is."""
    reason: Mapped[str | None]
    """Why they are suspended, refused or revoked."""


class DelegateNumber(Base):
    """What a delegate goes by in public: a random number, another one each year."""

    __tablename__ = "delegate_number"
    __table_args__ = (sa.UniqueConstraint("city_id", "year", "number"),)

    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    number: Mapped[int]


class Objection(Base):
    """What somebody has against a delegate; read by administrators alone, counted in public, answered by their decision."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"), index=True)
    body: Mapped[str]
    language: Mapped[str]
    receipt: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    upheld: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
