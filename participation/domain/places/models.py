"""Tables of cities and of the places inside them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class PlaceKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    NEIGHBOURHOOD = "neighbourhood"


class City(Base):
    """One city of the installation, with what it has settled for itself."""

    __tablename__ = "city"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    host: Mapped[str | None] = mapped_column(unique=True)
    """Host name that leads here; with one city in the installation every host name does."""
    names: Mapped[dict[str, str]]
    time_zone: Mapped[str]
    currency: Mapped[str]
    languages: Mapped[list[str]]
    """Languages of the city's content, the official one first."""
    required_languages: Mapped[list[str]]
    handing_out: Mapped[dict[str, str]] = mapped_column(default=dict)
    """How the city hands out access codes, in words, per language (markdown)."""
    checking_tables: Mapped[dict[str, str]] = mapped_column(default=dict)
    """Where and when somebody sits there to whom people bring what a delegate wrote down: one line, per language."""
    gates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What steps owe here beyond the default (`ladder.gates`): `owed`, `numbers`, `documents`."""
    holidays: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    """Days that do not count towards notice and duration: `first`, `last`, `names`."""
    short_number: Mapped[str | None]
    """What is dialled or written to from any phone, without the internet, once the city has such a number."""
    phones: Mapped[str] = mapped_column(default="number", server_default="number")
    """What is asked of whoever takes part by phone, see `people.phones.rules.Assurance`."""
    synthesis: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    """A machine reads texts aloud of which nobody has recorded anything."""
    spoken_languages: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=sa.text("'[]'"))
    """Languages without a catalogue, which are heard and not read: `code`, `own` (the name in itself), `names`."""
    created_at: Mapped[datetime]


class Place(Base):
    """A city, district or neighbourhood; a tree with the city at its root."""

    __tablename__ = "place"
    __table_args__ = (sa.UniqueConstraint("city_id", "slug"), sa.CheckConstraint("population >= 0", name="population"))

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"), index=True)
    kind: Mapped[str]
    slug: Mapped[str]
    names: Mapped[dict[str, str]]
    population: Mapped[int]
    boundary: Mapped[list[Any] | None] = mapped_column(JSONB)
    """Rings of positions (longitude, latitude), simplified; None: not known."""
