"""Tables of persons, what they sign in with, and what they may do."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.kit.database import Base


class Role(StrEnum):
    RESIDENT = "resident"
    DELEGATE = "delegate"
    MODERATOR = "moderator"
    OFFICIAL = "official"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class CodeState(StrEnum):
    VALID = "valid"
    VOID = "void"
    REPLACED = "replaced"
    """Void, and a fresh slip stands in for it already: the same stub gets no second one."""


class Person(Base):
    """Somebody known to the system, with as little as possible: no name, no birth date, no number of a document."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    language: Mapped[str]
    pin_hash: Mapped[str | None]
    pin_wrong: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many wrong PINs came since they last signed in with the right one, however long ago."""
    pin_free_at: Mapped[datetime | None]
    """While wrong PINs keep coming: when the next attempt may be looked at, so that they are looked at one by one."""
    erased_at: Mapped[datetime | None]


class Residence(Base):
    """The district a person votes in, and since when: a ballot asks for the one at its opening."""

    __tablename__ = "residence"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))


class Batch(Base):
    """A numbered batch of printed access codes of one district; it counts once a second person has activated it."""

    __tablename__ = "batch"
    __table_args__ = (
        sa.UniqueConstraint("city_id", "number"),
        sa.CheckConstraint("handed_out <= printed and returned <= printed", name="counts"),
        sa.CheckConstraint("activated_by is null or activated_by <> issued_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    district_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    number: Mapped[int]
    handed_out_by: Mapped[str]
    """Where and by whom it is handed out, in words: a table, a shelter, an organisation."""
    printed: Mapped[int]
    handed_out: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    issued_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    activated_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    activated_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    recorded_used: Mapped[int | None]
    """How many slips the record says were used, rounded down to tens."""


class AccessCode(Base):
    """One printed code: a keyed hash, the serial number of its stub, and whoever it stands for. Who received it is written nowhere."""

    __tablename__ = "access_code"
    __table_args__ = (sa.UniqueConstraint("batch_id", "serial"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batch.id"))
    serial: Mapped[int]
    digest: Mapped[bytes] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=CodeState.VALID)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """Made when the batch is activated, long before anybody uses the code: see `codes.operations.activate_batch`."""
    used: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """For counting how many codes of a batch were used. Of who first uses theirs to vote it is noted later, with others."""


class StaffCredential(Base):
    """What a member of staff signs in with: login, password and a time-based one-time password."""

    __tablename__ = "staff_credential"
    __table_args__ = (sa.UniqueConstraint("city_id", "login"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    login: Mapped[str]
    password_hash: Mapped[str]
    totp_secret: Mapped[bytes]
    """Encrypted under the master secret."""
    totp_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The last time step that was used, so that no code works twice."""


class RoleGrant(Base):
    """A role for a place, with an end; granted by two administrators, and taken by two (a delegate's by one) or given up by whoever holds it."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.CheckConstraint(
            "granted_by is null or (confirmed_by is not null and confirmed_by <> granted_by)", name="two_people"
        ),
        sa.CheckConstraint(
            # A delegate's is taken by one: a lost device or a fraud does not wait for a second.
            "taken_at is null or taken_by is not distinct from person_id or (role = 'delegate' and taken_by is not null)"
            " or (taken_by is not null and taken_confirmed_by is not null and taken_confirmed_by <> taken_by)",
            name="two_people_take",
        ),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who wanted it; None: the command line, for a city's first administrators."""
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    taken_confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class RoleChange(Base):
    """A role that one administrator wants to give to, or take from, a member of staff: it waits for another administrator."""

    __tablename__ = "role_change"

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    grant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("role_grant.id"), unique=True)
    """The role that is to be taken; None: one is to be given."""
    role: Mapped[str]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    ends_at: Mapped[datetime]
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_place: Mapped[str]
    """Slug of the place for which its proposer is administrator, for the record."""
    proposed_at: Mapped[datetime]


class Invitation(Base):
    """A link that makes one member of staff, once, from when a second administrator has confirmed it."""

    __tablename__ = "invitation"
    __table_args__ = (
        sa.CheckConstraint("confirmed_by is null or confirmed_by <> made_by", name="two_people"),
        sa.CheckConstraint("used_at is null or confirmed_by is not null", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(), primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    digest: Mapped[bytes] = mapped_column(unique=True)
    role: Mapped[str]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    role_ends_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_place: Mapped[str]
    """Slugs of the places for which its two administrators acted, for the record."""
    made_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    confirmed_place: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """A session: it lives here, so that it can be ended from here."""

    __tablename__ = "sign_in"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    staff: Mapped[bool]
    via: Mapped[str]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class WrongGuess(Base):
    """How many wrong codes came in a minute, in all (empty source) and from one device: one budget over all doors."""

    __tablename__ = "wrong_guess"

    city_id: Mapped[int] = mapped_column(sa.ForeignKey("city.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[bytes] = mapped_column(primary_key=True)
    """Keyed hash of the device; empty for the sum over all doors."""
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
