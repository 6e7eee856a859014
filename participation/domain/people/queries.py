"""Reads who somebody is: sessions with their roles, codes, and what is kept about a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from participation.domain.people.models import AccessCode, Batch, Person, Residence, RoleGrant, SignIn
from participation.domain.record.actors import Grant
from participation.kit.database import Database, Session


@dataclass(frozen=True)
class SignedIn:
    """A session that is running, whose it is and what they may do."""

    digest: bytes
    person_id: int
    staff: bool
    language: str
    has_pin: bool
    ends_at: datetime
    via: str
    grants: tuple[Grant, ...]


def _session() -> sa.Select[*tuple[Any, ...]]:
    """The session, its person, and each role that is running."""
    at: sa.BindParameter[datetime] = sa.bindparam("at", type_=sa.TIMESTAMP(timezone=True))
    sign_in, person, grant = (model.__table__.c for model in (SignIn, Person, RoleGrant))
    running = sa.and_(
        grant.person_id == person.id,
        grant.taken_at.is_(None),
        grant.granted_at <= at,
        grant.ends_at > at,
        sign_in.staff,
    )
    joined = SignIn.__table__.join(Person.__table__, person.id == sign_in.person_id)
    return (
        sa.select(
            sign_in.person_id,
            sign_in.staff,
            sign_in.ends_at,
            sign_in.via,
            person.language,
            person.pin_hash.is_not(None).label("has_pin"),
            grant.role,
            grant.place_id,
        )
        .select_from(joined.outerjoin(RoleGrant.__table__, running))
        .where(
            sign_in.city_id == sa.bindparam("city_id"),
            sign_in.digest == sa.bindparam("digest"),
            sign_in.ends_at > at,
            person.erased_at.is_(None),
        )
    )


_SESSION = _session()
"""Built once, and of tables: every request of somebody signed in begins with it, and its ORM form took twice as long."""


async def signed_in(database: Database, *, city_id: int, digest: bytes, at: datetime) -> SignedIn | None:
    rows = await database.ask(_SESSION, {"city_id": city_id, "digest": digest, "at": at})
    if not rows:
        return None
    first = rows[0]
    grants = tuple(Grant(row["role"], row["place_id"]) for row in rows if row["role"] is not None)
    known = {name: first[name] for name in ("person_id", "staff", "language", "has_pin", "ends_at", "via")}
    return SignedIn(digest=digest, grants=grants, **known)


async def code(
    session: Session, *, city_id: int, digests: Sequence[bytes]
) -> tuple[AccessCode, Batch, Person | None] | None:
    """The code with one of these digests, its batch, and who used it first."""
    row = (
        await session.execute(
            sa.select(AccessCode, Batch, Person)
            .join(Batch, Batch.id == AccessCode.batch_id)
            .outerjoin(Person, Person.id == AccessCode.person_id)
            .where(AccessCode.city_id == city_id, AccessCode.digest.in_(digests))
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


@dataclass(frozen=True)
class Running:
    """A session of a person, as they see it."""

    digest: bytes
    via: str
    started_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Slip:
    """The slip that leads to a person: numbers of its batch and its stub, and whether it is counted as used."""

    batch: int
    serial: int
    used: bool


@dataclass(frozen=True)
class RoleHeld:
    """A role that a person has or had, for a place; `until` is when it was taken or ends."""

    role: str
    place_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Home:
    """What is kept about a person here: language, whether there is a PIN, wrong ones, their slip, where they lived, and roles."""

    language: str
    has_pin: bool
    wrong_pins: int
    slip: Slip | None
    lived: tuple[tuple[int, datetime], ...]
    """Every district, and since when; the one that counts now comes last."""
    roles: tuple[RoleHeld, ...]
    more: Any = None

    @property
    def district_id(self) -> int | None:
        return self.lived[-1][0] if self.lived else None

    @property
    def since(self) -> datetime | None:
        return self.lived[-1][1] if self.lived else None


_NO_ROLES = sa.null()


async def home(
    session: Session,
    *,
    city_id: int,
    person_id: int,
    at: datetime,
    beside: sa.ScalarSelect[Any] | sa.ColumnElement[Any] = _NO_ROLES,
    more: sa.ScalarSelect[Any] | sa.ColumnElement[Any] = _NO_ROLES,
) -> tuple[Home, list[Running]]:
    """What is kept, and the sessions that are running, the newest first; one statement.

    `beside`: roles that stand elsewhere, as a list of `[role, place, since, until]`. `more`: what another domain
    keeps about them, which reads it itself.
    """
    residence = sa.func.json_build_array(Residence.district_id, Residence.since)
    lived = sa.select(sa.func.json_agg(aggregate_order_by(residence, Residence.since), type_=sa.JSON)).where(
        Residence.person_id == Person.id
    )
    until = sa.func.coalesce(RoleGrant.taken_at, RoleGrant.ends_at)
    role = sa.func.json_build_array(RoleGrant.role, RoleGrant.place_id, RoleGrant.granted_at, until)
    roles = sa.select(sa.func.json_agg(aggregate_order_by(role, RoleGrant.id), type_=sa.JSON)).where(
        RoleGrant.person_id == Person.id
    )
    running = sa.and_(SignIn.person_id == Person.id, SignIn.ends_at > at)
    rows = (
        await session.execute(
            sa.select(
                Person.language,
                Person.pin_hash.is_not(None).label("has_pin"),
                Person.pin_wrong,
                lived.scalar_subquery().label("lived"),
                roles.scalar_subquery().label("roles"),
                beside.label("beside"),
                more.label("more"),
                Batch.number,
                AccessCode.serial,
                AccessCode.used,
                SignIn.digest,
                SignIn.via,
                SignIn.started_at,
                SignIn.ends_at,
            )
            .select_from(Person)
            .outerjoin(AccessCode, AccessCode.person_id == Person.id)
            .outerjoin(Batch, Batch.id == AccessCode.batch_id)
            .outerjoin(SignIn, running)
            .where(Person.city_id == city_id, Person.id == person_id)
            .order_by(SignIn.started_at.desc())
        )
    ).all()
    first = rows[0]
    found = Home(
        first.language,
        first.has_pin,
        first.pin_wrong,
        None if first.serial is None else Slip(first.number, first.serial, first.used),
        tuple((place, _moment(since)) for place, since in first.lived or ()),
        tuple(
            RoleHeld(role, place, _moment(since), _moment(end))
            for role, place, since, end in (*(first.roles or ()), *(first.beside or ()))
        ),
        first.more,
    )
    return found, [Running(bytes(r.digest), r.via, r.started_at, r.ends_at) for r in rows if r.digest is not None]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
