"""Recognises whoever holds a code, opens and ends sessions, sets PINs, erases persons."""

import asyncio
import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.notices.operations import tell
from participation.domain.people import queries
from participation.domain.people.codes import rules
from participation.domain.people.codes.lost.models import LostWord
from participation.domain.people.codes.uses.operations import Use, note_uses
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.guesses.rules import may_come_back, pin_wait, turn
from participation.domain.people.models import (
    AccessCode,
    Batch,
    Person,
    Residence,
    SignIn,
    StaffCredential,
)
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Via
from participation.kit.errors import Refusal
from participation.kit.hashing import Secrets, keyed

GUESSED = "code"
PIN_QUEUE = 6964
"""Class of the advisory lock under which attempts on one PIN are looked at one by one."""
# OWASP's smaller setting: a web worker checks many at once and has to stay small.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
RESIDENT_SESSION = timedelta(days=30)
STAFF_SESSION = timedelta(hours=12)
KIOSK_SESSION = timedelta(hours=2)
"""At most, however long somebody stays. It ends sooner after the last sign of life, of which nothing is written (`channels.http.at_kiosk`)."""


@dataclass(frozen=True)
class Recognition:
    """Who holds a code; or why it does not count. A wrong one has been counted, and is to be committed."""

    person_id: int | None
    field: str = "code"
    refusal: Refusal | None = None
    wait: float = 0.0
    """Seconds to wait before asking again with `waited`: too many wrong PINs came for this person."""
    pin_hash: str | None = None
    """The PIN's hash under the newest secret, where it stands under an older one."""
    use: Use | None = None
    """What is still to be noted of the code."""


def hashed(code: str, secrets: Secrets) -> tuple[bytes, ...]:
    """As a code may be kept: under the newest secret first."""
    return tuple(keyed(key, code) for key in secrets.keys("access code"))


async def recognise(
    session: AsyncSession,
    *,
    city: CityView,
    code: str,
    pin: str,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    language: str,
    at: datetime,
    waited: bool = False,
    beside_vote: bool = False,
    needs_pin: bool = True,
    digests: Sequence[bytes] = (),
) -> Recognition:
    """The person of a code. Every door that takes a code comes through here.

    `beside_vote`: nothing is written of a right code, since that would lead to the vote that comes with it; what is to be
    noted comes back as `use`, for `codes.uses.operations.note_uses` a good while later and together with others.
    `needs_pin`: also where they have set one. What a delegate brings for somebody needs it for a vote alone; a wrong one is wrong everywhere.
    `digests`: what is known of a code that is not typed again.
    """
    digests = digests or hashed(code, secrets)
    found = await queries.code(session, city_id=city.id, digests=digests)
    if found is None:
        await count_wrong(session, city_id=city.id, kind=GUESSED, sources=sources, at=at)
        return Recognition(
            None,
            refusal=rules.unknown(),
        )
    access, batch, person = found
    erased = person is not None and person.erased_at is not None
    if refusal := rules.may_sign_in(access, batch, erased=erased):
        return Recognition(None, refusal=refusal)
    if person is None:
        raise RuntimeError("a batch that was activated has a person for each code")
    confirmed = Recognition(person.id)
    if needs_pin or pin:
        confirmed = await confirm_pin(
            session, city_id=city.id, person=person, pin=pin, sources=sources, secrets=secrets, at=at, waited=waited
        )
    use = Use(access.id, person.id, digests[0], None if access.used else language, confirmed.pin_hash)
    nothing_new = access.used and access.digest == use.digest and use.pin_hash is None
    if confirmed.person_id is None or nothing_new:
        return confirmed
    if beside_vote:
        return replace(confirmed, use=use)
    await note_uses(session, [use])
    return confirmed


async def confirm_pin(
    session: AsyncSession,
    *,
    city_id: int,
    person: Person,
    pin: str,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    at: datetime,
    waited: bool = False,
) -> Recognition:
    """Whether the person's PIN came too, where they have set one. Wrong ones make the next attempts wait, one by one."""
    if person.pin_hash is None:
        return Recognition(person.id)
    if not pin:
        return Recognition(None, field="pin", refusal=rules.wrong_pin(typed=False))
    if not waited and (not_yet := await queue_for_pin(session, person.id, at)):
        return not_yet
    fits, renewed = await pin_fits(secrets, person, pin)
    if fits:
        return Recognition(person.id, pin_hash=renewed)
    one_more = {"pin_wrong": Person.pin_wrong + 1}
    await session.execute(sa.update(Person).where(Person.id == person.id).values(one_more))
    await count_wrong(session, city_id=city_id, kind=GUESSED, sources=sources, at=at)
    return Recognition(None, field="pin", refusal=rules.wrong_pin(typed=True))


async def queue_for_pin(session: AsyncSession, person_id: int, at: datetime) -> Recognition | None:
    """A place in the queue of this person's PIN, which all doors and all processes share; None: it is looked at now.

    Of many attempts at once each one sees how many were wrong before it. While few were, no row is locked or written: it would
    carry the number of a transaction that stands beside a vote's.
    """
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(PIN_QUEUE, person_id % 2**31)))
    kept = sa.select(Person.pin_wrong, Person.pin_free_at).where(Person.id == person_id)
    wrong, free_at = (await session.execute(kept)).one()
    if pin_wait(wrong) == 0:
        return None
    place = turn(wrong, free_at, at)
    if place is None:
        return Recognition(None, field="pin", refusal=may_come_back(wrong))
    await session.execute(sa.update(Person).where(Person.id == person_id).values(pin_free_at=place.next_at))
    return Recognition(None, wait=place.wait) if place.wait else None


async def tell_wrong_pins(session: AsyncSession, city_id: int, person_id: int, at: datetime) -> None:
    """Whoever signs in with the right PIN learns how many wrong ones came, and the count begins anew.

    Not where a code comes with a vote: nothing is written about a person beside it.
    """
    count = await session.scalar(sa.select(Person.pin_wrong).where(Person.id == person_id))
    if not count:
        return
    facts = {"count": count}
    await tell(session, city_id=city_id, person_id=person_id, kind="wrong_pins", address="/me/pin", facts=facts, at=at)
    blank = {"pin_wrong": 0, "pin_free_at": None}
    await session.execute(sa.update(Person).where(Person.id == person_id).values(blank))


def _peppered(key: bytes, person_id: int, pin: str) -> str:
    """A PIN has few digits: without the key that is not in the database, its hash says nothing."""
    return keyed(key, person_id, pin).hex()


async def pin_fits(secrets: Secrets, person: Person, pin: str) -> tuple[bool, str | None]:
    """Whether it does; and its hash under the newest secret, where it stands under one that is taken away one day."""
    current = secrets.key("pin")
    for key in secrets.keys("pin"):
        try:
            await asyncio.to_thread(HASHER.verify, person.pin_hash or "", _peppered(key, person.id, pin))
        except Argon2Error:
            continue
        if key == current:
            return True, None
        return True, await asyncio.to_thread(HASHER.hash, _peppered(current, person.id, pin))
    return False, None


async def change_pin(
    session: AsyncSession,
    *,
    city_id: int,
    person_id: int,
    pin: str,
    new: str | None,
    keep: bytes,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    at: datetime,
    waited: bool = False,
) -> Recognition:
    """From now on the printed code alone neither signs in nor votes; None takes the PIN away.

    Whoever has one has to type it. All sessions but the one to keep end: somebody else may have used the code.
    """
    person = await session.get_one(Person, person_id)
    confirmed = await confirm_pin(
        session, city_id=city_id, person=person, pin=pin, sources=sources, secrets=secrets, at=at, waited=waited
    )
    if confirmed.person_id is not None:
        secret = None if new is None else _peppered(secrets.key("pin"), person_id, new)
        person.pin_hash = None if secret is None else await asyncio.to_thread(HASHER.hash, secret)
        await end_sessions(session, person_id=person_id, but=keep)
        await session.flush()
    return confirmed


async def set_language(session: AsyncSession, *, person_id: int, language: str) -> None:
    """In which language they want to be told things."""
    await session.execute(sa.update(Person).where(Person.id == person_id).values(language=language))


async def sign_in(
    session: AsyncSession, *, city_id: int, person_id: int, via: Via, secrets: Secrets, at: datetime
) -> str:
    """A resident's session, if their code still counts at this moment: nobody slips in while a batch is being stopped."""
    counts = await session.scalar(
        sa.select(AccessCode.id)
        .join(Batch, Batch.id == AccessCode.batch_id)
        .where(AccessCode.person_id == person_id, AccessCode.state == "valid", Batch.stopped_at.is_(None))
        .limit(1)
        .with_for_update(read=True)
    )
    if counts is None:
        raise rules.ended()
    await tell_wrong_pins(session, city_id, person_id, at)
    return await open_session(
        session, city_id=city_id, person_id=person_id, staff=False, via=via, secrets=secrets, at=at
    )


async def open_session(
    session: AsyncSession,
    *,
    city_id: int,
    person_id: int,
    staff: bool,
    via: Via,
    secrets: Secrets,
    at: datetime,
) -> str:
    """A new session; what is returned goes into the cookie, and only its keyed hash is kept."""
    value = randomness.token_urlsafe(24)
    session.add(
        SignIn(
            digest=keyed(secrets.key("session"), value),
            city_id=city_id,
            person_id=person_id,
            staff=staff,
            via=via,
            started_at=at,
            ends_at=at + (STAFF_SESSION if staff else KIOSK_SESSION if via is Via.KIOSK else RESIDENT_SESSION),
        )
    )
    await session.flush()
    return value


async def end_session(session: AsyncSession, *, digest: bytes) -> None:
    await session.execute(sa.delete(SignIn).where(SignIn.digest == digest))


async def end_sessions(session: AsyncSession, *, person_id: int, but: bytes | None = None) -> None:
    """All sessions of a person, or all but the one that asks."""
    query = sa.delete(SignIn).where(SignIn.person_id == person_id)
    await session.execute(query if but is None else query.where(SignIn.digest != but))


async def end_old_sessions(session: AsyncSession, *, at: datetime) -> None:
    await session.execute(sa.delete(SignIn).where(SignIn.ends_at <= at))


async def erase_person(session: AsyncSession, *, person_id: int, at: datetime) -> None:
    """Part of a person's erasure: what is left is a number, so that their code never becomes a second voice."""
    blank = {"language": "", "pin_hash": None, "pin_wrong": 0, "pin_free_at": None, "erased_at": at}
    statement = sa.update(Person).where(Person.id == person_id).values(blank)
    for table in (SignIn, Residence, StaffCredential, LostWord):
        theirs = sa.delete(table).where(table.person_id == person_id).cte(f"no_{table.__tablename__}")
        statement = statement.add_cte(theirs)
    await session.execute(statement.execution_options(synchronize_session=False))
