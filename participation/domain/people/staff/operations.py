"""Makes members of staff and signs them in."""

import asyncio
import base64
import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
import sqlalchemy as sa
from argon2.exceptions import Argon2Error
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.guesses.queries import wrong_lately
from participation.domain.people.models import Invitation, Person, Role, StaffCredential
from participation.domain.people.operations import HASHER
from participation.domain.people.roles.operations import give
from participation.domain.people.roles.queries import administrators
from participation.domain.people.roles.rules import may_found
from participation.domain.people.rules import acting
from participation.domain.people.staff import queries, rules
from participation.domain.people.staff.forms import NewRole, StaffSignIn
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor, Via, system
from participation.kit import sealing
from participation.kit.errors import Refusal
from participation.kit.hashing import Secrets, keyed

GUESSED = "staff"
GUESSED_TOTP = "totp"
TOTP = "totp"
"""What its secrets are sealed for."""
# What an unknown login is checked against, so that it takes as long as a known one.
_NOBODY = HASHER.hash(randomness.token_urlsafe(16))


async def _credential(
    session: AsyncSession, *, city: CityView, login: str, password: str, totp: str, step: int = 0, secrets: Secrets
) -> int:
    taken = await session.scalar(
        sa.select(StaffCredential.person_id).where(StaffCredential.city_id == city.id, StaffCredential.login == login)
    )
    if taken is not None:
        raise rules.login_taken()
    person = Person(city_id=city.id, language="en")
    session.add(person)
    await session.flush()
    session.add(
        StaffCredential(
            person_id=person.id,
            city_id=city.id,
            login=login,
            password_hash=await asyncio.to_thread(HASHER.hash, password),
            totp_secret=sealing.seal(totp, secrets, TOTP),
            totp_step=step,
        )
    )
    await session.flush()
    return person.id


async def add_staff(
    session: AsyncSession,
    *,
    city: CityView,
    login: str,
    password: str,
    roles: list[NewRole],
    secrets: Secrets,
    at: datetime,
    totp: str | None = None,
) -> tuple[int, str]:
    """From the command line: whoever runs the server makes the first two administrators. Gives person and TOTP secret."""
    secret = totp or pyotp.random_base32()
    # Two who make the second administrator at the same moment do not make a third one.
    await session.execute(sa.text("select id from city where id = :id for no key update"), {"id": city.id})
    there = await administrators(session, city_id=city.id, places=[city.root.id], at=at)
    for new in roles:
        whole_city = new.place_id == city.root.id
        if refusal := may_found(role=new.role, whole_city=whole_city, administrators=there):
            raise refusal
    person_id = await _credential(session, city=city, login=login, password=password, totp=secret, secrets=secrets)
    for new in roles:
        await give(session, city=city, person_id=person_id, new=new, wanted_by=None, actor=system(city.id), at=at)
    return person_id, secret


async def invite(
    session: AsyncSession, *, city: CityView, new: NewRole, secrets: Secrets, actor: Actor, at: datetime
) -> str:
    """The secret part of a link that makes one member of staff, once a second administrator has confirmed it."""
    actor = acting(actor, Role.ADMINISTRATOR, city, [new.place_id])
    if refusal := rules.may_end_at(new.ends_at, at):
        raise refusal
    value = randomness.token_urlsafe(24)
    session.add(
        Invitation(
            city_id=city.id,
            digest=keyed(secrets.key("invitation"), value),
            role=new.role,
            place_id=new.place_id,
            role_ends_at=new.ends_at,
            made_by=actor.person_id,
            made_place=actor.place,
            made_at=at,
            expires_at=min(at + rules.INVITATION, new.ends_at),
        )
    )
    await session.flush()
    return value


async def find_invitation(
    session: AsyncSession, *, city: CityView, value: str, secrets: Secrets, at: datetime, lock: bool = False
) -> Invitation:
    digests = [keyed(key, value) for key in secrets.keys("invitation")]
    found = await queries.invitation(session, city_id=city.id, digests=digests, lock=lock)
    if found is None:
        raise rules.not_invited()
    if refusal := rules.may_accept(found, at):
        raise refusal
    # An invitation counts as long as whoever made it may make it.
    places = await queries.administers(session, city_id=city.id, person_id=found.made_by, at=at)
    if not places & set(city.above(found.place_id)):
        raise rules.not_invited()
    return found


def invited_secret(value: str, secrets: Secrets) -> str:
    """The TOTP secret that goes with an invitation: the same each time the link is opened, and never sent back by a form."""
    return base64.b32encode(keyed(secrets.key("invitation totp"), value)[:20]).decode()


def provisioning(secret: str, login: str, city: CityView) -> str:
    """The `otpauth://` address with which an authenticator learns the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"participation {city.slug}")


async def accept_invitation(
    session: AsyncSession,
    *,
    city: CityView,
    value: str,
    login: str,
    password: str,
    totp: str,
    secrets: Secrets,
    at: datetime,
) -> int:
    """The invited person chooses login and password, and proves that their one-time passwords work."""
    found = await find_invitation(session, city=city, value=value, secrets=secrets, at=at, lock=True)
    secret = invited_secret(value, secrets)
    step = rules.fitting_step(secret, totp, 0, at)
    if step is None:
        raise rules.wrong_totp()
    found.used_at = at
    person_id = await _credential(
        session, city=city, login=login, password=password, totp=secret, step=step, secrets=secrets
    )
    place, role = found.confirmed_place, Role.ADMINISTRATOR
    second = Actor(city_id=city.id, person_id=found.confirmed_by, via=Via.WEB, role=role, place=place)
    new = NewRole(Role(found.role), found.place_id, found.role_ends_at)
    wanted: dict[str, Any] = {"wanted_by": found.made_by, "wanted_place": found.made_place}
    await give(session, city=city, person_id=person_id, new=new, actor=second, at=at, **wanted)
    return person_id


@dataclass(frozen=True)
class StaffRecognition:
    person_id: int | None
    refusal: Refusal | None = None


async def recognise_staff(
    session: AsyncSession,
    *,
    city: CityView,
    given: StaffSignIn,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    at: datetime,
) -> StaffRecognition:
    """Login, password and one-time password together: what was wrong of the three is not said. A miss has been counted.

    Whoever has the password but guesses at one-time passwords is stopped: there are only a million of them.
    """
    credential = (
        await session.execute(
            sa.select(StaffCredential)
            .where(StaffCredential.city_id == city.id, StaffCredential.login == given.login)
            .with_for_update()
        )
    ).scalar_one_or_none()
    fits = await _password_fits(credential, given.password)
    if credential is not None and fits:
        owner = {"person": keyed(secrets.key("totp source"), given.login)[:16]}
        guessed = await wrong_lately(session, city_id=city.id, kind=GUESSED_TOTP, sources=owner, at=at)
        if refusal := rules.may_try_totp(guessed.get("person", 0)):
            return StaffRecognition(None, refusal)
        secret = sealing.opened(credential.totp_secret, secrets, TOTP)
        step = rules.fitting_step(secret, given.totp, credential.totp_step, at)
        if step is not None:
            credential.totp_step = step
            # Sealed anew each time, so that a secret sealed under the previous key is renewed before that key goes.
            credential.totp_secret = sealing.seal(secret, secrets, TOTP)
            await session.flush()
            return StaffRecognition(credential.person_id)
        await count_wrong(session, city_id=city.id, kind=GUESSED_TOTP, sources=owner, at=at)
    await count_wrong(
        session, city_id=city.id, kind=GUESSED, sources={**sources, **login_source(given.login, secrets)}, at=at
    )
    return StaffRecognition(None, rules.not_recognised())


def login_source(login: str, secrets: Secrets) -> dict[str, bytes]:
    """Under which wrong passwords for one login are counted."""
    return {"person": keyed(secrets.key("login source"), login)[:16]}


async def _password_fits(credential: StaffCredential | None, password: str) -> bool:
    try:
        await asyncio.to_thread(HASHER.verify, credential.password_hash if credential else _NOBODY, password)
    except Argon2Error:
        return False
    return credential is not None
