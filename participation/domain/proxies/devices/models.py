"""Tables of devices: what may send entries, the codes that enrol one, and the receipts that are reserved for it."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class DeviceKind(StrEnum):
    PAGE = "page"
    """A browser with the delegate's page."""
    ODK = "odk"
    """An app user: a form-filling program that speaks OpenRosa."""
    OFFICE = "office"
    """No device at all: paper and spreadsheets that are typed in at an office."""


class Device(Base):
    """Whatever a delegate's entries come from. Lost or stolen, it is revoked, and what arrives from it later is held."""

    __tablename__ = "device"
    __table_args__ = (
        sa.Index("ix_device_office", "delegate_id", unique=True, postgresql_where=sa.text("kind = 'office'")),
        sa.CheckConstraint("(token_digest is null) = (kind = 'office')", name="nobody_signs_in_as_an_office"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"), index=True)
    public_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid, unique=True)
    kind: Mapped[str]
    token_digest: Mapped[bytes | None] = mapped_column(unique=True)
    """Keyed hash of what it signs in with; an office has nothing to sign in with."""
    digest_ha1: Mapped[bytes | None]
    """For OpenRosa's Digest alone, encrypted under the master secret: MD5 of user, realm and password."""
    label: Mapped[str]
    """What its delegate calls it."""
    enrolled_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Enrolment(Base):
    """A code that enrols one device, once."""

    __tablename__ = "enrolment"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    delegate_id: Mapped[int] = mapped_column(sa.ForeignKey("delegate.id"), index=True)
    kind: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ReservedReceipt(Base):
    """A receipt in a device's stock: written down for a person with no network, and valid once the entry has arrived."""

    __tablename__ = "reserved_receipt"

    receipt: Mapped[str] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("device.id"), index=True)
    given_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
