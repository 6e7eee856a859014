"""Tables of organisations. None is a person: an organisation has no account, no role and no vote."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class OrganisationKind(StrEnum):
    SUPPLIER = "supplier"
    MINISTRY = "ministry"
    POLICE = "police"
    PUBLIC_BODY = "public_body"
    AUTHORITY = "authority"
    """Set up by law to watch over others, and bound by nobody's orders."""
    ASSOCIATION = "association"
    UNIVERSITY = "university"
    BUSINESS = "business"


class Organisation(Base):
    """A body that files something with the city, with what it gains from a project and who pays it."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), index=True)
    kind: Mapped[str]
    names: Mapped[dict[str, str]]
    gains: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Per language: what it gains, or could lose, by the city's projects."""
    payer: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Per language: who pays it."""
    declared_on: Mapped[date | None]
    """When it declared these; None: it has not yet, and nothing that it files is published."""
    registered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """The official who said last of what kind it is; this one does not publish it as a voice from outside."""
    registered_place: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
