"""Reads what is known of a number, in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from participation.domain.people.models import AccessCode, Batch, CodeState, Person, SignIn
from participation.domain.people.phones.models import Phone, PhoneLink, PhoneSession
from participation.domain.people.phones.rules import Known, Linked, silent_since
from participation.kit.database import Database, Session

_phone, _link, _person = Phone.__table__.c, PhoneLink.__table__.c, Person.__table__.c


def living() -> sa.ColumnElement[bool]:
    """Whose link it is: a phone speaks for somebody as long as their code counts."""
    code, batch = AccessCode.__table__.c, Batch.__table__.c
    counts = sa.exists(
        sa.select(code.id)
        .join(Batch.__table__, batch.id == code.batch_id)
        .where(code.person_id == _person.id, code.state == CodeState.VALID, batch.stopped_at.is_(None))
    )
    return sa.and_(_person.id == _link.person_id, _person.erased_at.is_(None), counts)


def _known() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            *(_phone.id, _phone.digest, _phone.language, _phone.shared, _phone.seen_in),
            _phone.person_id.label("alone"),
            _person.id.label("linked"),
            _person.pin_hash.is_not(None).label("has_pin"),
        )
        .select_from(Phone.__table__)
        .outerjoin(PhoneLink.__table__, _link.phone_id == _phone.id)
        .outerjoin(Person.__table__, living())
        .where(
            _phone.city_id == sa.bindparam("city_id"),
            _phone.digest.in_([sa.bindparam("current"), sa.bindparam("previous")]),
        )
        .order_by(_person.id)
    )


_KNOWN = _known()


async def known(database: Database, *, city_id: int, digests: Sequence[bytes], today: date) -> Known | None:
    """`digests`: under the current master secret, and under the one before where there is one. Who was silent for a year is not known."""
    values = {"city_id": city_id, "current": digests[0], "previous": digests[-1]}
    rows = await database.ask(_KNOWN, values)
    if not rows:
        return None
    first = next((row for row in rows if bytes(row["digest"]) == digests[0]), rows[0])
    if first["seen_in"] < silent_since(today):
        return None
    linked = tuple(
        Linked(row["linked"], row["has_pin"]) for row in rows if row["linked"] is not None and row["id"] == first["id"]
    )
    said = {name: first[name] for name in ("language", "shared", "seen_in", "alone")}
    return Known(first["id"], bytes(first["digest"]), **said, linked=linked)


@dataclass(frozen=True)
class SessionView:
    """A session as it is kept: hash of a request -> place and what was wrong; the last place; the language that holds for it alone."""

    steps: Mapping[str, Any]
    place: str
    language: str | None


_kept = PhoneSession.__table__.c
_SESSION = sa.select(_kept.steps, _kept.place, _kept.language).where(
    _kept.digest == sa.bindparam("digest"), _kept.ends_at > sa.bindparam("at", type_=sa.TIMESTAMP(timezone=True))
)


async def session_of(database: Database, *, digest: bytes, at: datetime) -> SessionView | None:
    rows = await database.ask(_SESSION, {"digest": digest, "at": at})
    if not rows:
        return None
    return SessionView(**rows[0])


async def left_at(
    session: Session, *, city_id: int, owner: bytes, but: Collection[bytes], not_at: str, at: datetime
) -> str | None:
    """The place at which this person was when another session of theirs was cut. `not_at`: how places begin to which nobody is led back."""
    wanted = sa.select(PhoneSession.place).where(
        PhoneSession.city_id == city_id,
        PhoneSession.owner == owner,
        PhoneSession.digest.not_in(but),
        ~PhoneSession.place.startswith(not_at, autoescape=True),
        PhoneSession.ends_at > at,
    )
    return await session.scalar(wanted.order_by(PhoneSession.ends_at.desc()).limit(1))


@dataclass(frozen=True)
class LinkedPhone:
    """A number that a person has linked, as they see it: none of its digits are known."""

    phone_id: int
    linked_on: date
    shared: bool


async def of_person(session: Session, *, person_id: int) -> list[LinkedPhone]:
    each = aliased(PhoneLink)
    people = sa.select(sa.func.count()).where(each.phone_id == PhoneLink.phone_id).scalar_subquery()
    wanted = sa.select(PhoneLink.phone_id, PhoneLink.linked_on, (people > 1).label("shared"))
    mine = wanted.where(PhoneLink.person_id == person_id).order_by(PhoneLink.linked_on, PhoneLink.phone_id)
    return [LinkedPhone(row.phone_id, row.linked_on, row.shared) for row in await session.execute(mine)]


async def in_session(database: Database, *, city_id: int, digest: bytes, at: datetime) -> int | None:
    """Whoever proved in this session of USSD, or in this call, who they are."""
    rows = await database.ask(_IN_SESSION, {"city_id": city_id, "digest": digest, "at": at})
    return rows[0]["person_id"] if rows else None


_IN_SESSION = (
    sa.select(SignIn.__table__.c.person_id)
    .join(Person.__table__, _person.id == SignIn.__table__.c.person_id)
    .where(
        SignIn.__table__.c.city_id == sa.bindparam("city_id"),
        SignIn.__table__.c.digest == sa.bindparam("digest"),
        SignIn.__table__.c.ends_at > sa.bindparam("at", type_=sa.TIMESTAMP(timezone=True)),
        ~SignIn.__table__.c.staff,
        _person.erased_at.is_(None),
    )
)
