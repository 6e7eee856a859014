"""Sets up kiosks, enrols screens as them, ends them; and notes that somebody is there, needs help, or has gone."""

import secrets as randomness
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.kiosks import rules
from participation.domain.people.kiosks.forms import NewKiosk
from participation.domain.people.kiosks.models import Kiosk
from participation.domain.people.models import Role
from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor, Via, system
from participation.domain.record.operations import append
from participation.kit import changes
from participation.kit.database import Session
from participation.kit.errors import Refusal
from participation.kit.hashing import Secrets, random_number

GUESSED = "kiosk"
"""Wrong codes that should enrol a kiosk are counted apart from residents' codes (`people.guesses`)."""
KEEPERS = (Role.ADMINISTRATOR, Role.OFFICIAL)


@dataclass(frozen=True)
class Made:
    """A kiosk, and the code that enrols a screen as it, in clear this one time."""

    id: int
    code: str


def random_code() -> str:
    return random_number(rules.CODE)


async def set_up(
    session: Session,
    *,
    city: CityView,
    said: NewKiosk,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
    draw: Callable[[], str] = random_code,
) -> Made:
    """A kiosk that waits for its screen."""
    who = acting_as_one_of(actor, KEEPERS, city, [said.place_id])
    kiosk = Kiosk(
        city_id=city.id, place_id=said.place_id, stands=said.stands, paper=said.paper, made_by=who.person_id, made_at=at
    )
    session.add(kiosk)
    code = _new_code(kiosk, draw(), secrets, at)
    await session.flush()
    await _note(session, "kiosk_set_up", city, kiosk, who, at)
    return Made(kiosk.id, code)


async def make_code(
    session: Session, *, city: CityView, kiosk_id: int, secrets: Secrets, actor: Actor, at: datetime
) -> Made:
    """Another code: the first was not used in time, or the screen is replaced. The old screen works until the new one is enrolled."""
    kiosk, who = await _held(session, city, kiosk_id, actor)
    code = _new_code(kiosk, random_code(), secrets, at)
    await _note(session, "kiosk_code_made", city, kiosk, who, at)
    return Made(kiosk.id, code)


def _new_code(kiosk: Kiosk, code: str, secrets: Secrets, at: datetime) -> str:
    kiosk.code_digest, kiosk.code_until = rules.code_digests(secrets, code)[0], at + rules.WORKS_FOR
    return code


async def describe(
    session: Session, *, city: CityView, kiosk_id: int, stands: str, paper: str, actor: Actor, at: datetime
) -> None:
    """Where it stands and where its paper lies, in other words than before."""
    kiosk, who = await _held(session, city, kiosk_id, actor)
    if (kiosk.stands, kiosk.paper) != (stands, paper):
        kiosk.stands, kiosk.paper = stands, paper
        await _note(session, "kiosk_described", city, kiosk, who, at)


async def enrol(
    session: Session, *, city: CityView, code: str, sources: Mapping[str, bytes], secrets: Secrets, at: datetime
) -> str | Refusal:
    """What goes into the cookie of the screen that brought this code.

    A refusal comes back and is not raised: a wrong guess was counted, and is to be committed.
    """
    known = sa.select(Kiosk).where(Kiosk.city_id == city.id, Kiosk.code_digest.in_(rules.code_digests(secrets, code)))
    kiosk = await session.scalar(known.with_for_update())
    if kiosk is None:
        await count_wrong(session, city_id=city.id, kind=GUESSED, sources=sources, at=at)
        return rules.unknown_code()
    if refusal := rules.may_enrol(kiosk.ended_at, kiosk.code_until, at):
        return refusal
    token = randomness.token_urlsafe(32)
    kiosk.token_digest = rules.token_digests(secrets, token)[0]
    kiosk.code_digest = kiosk.code_until = kiosk.used_at = kiosk.help_at = None
    kiosk.enrolled_at = at
    await _note(session, "kiosk_enrolled", city, kiosk, replace(system(city.id), via=Via.KIOSK), at)
    return token


async def end(session: Session, *, city: CityView, kiosk_id: int, actor: Actor, at: datetime) -> None:
    """It is taken away, or its screen was stolen: from the next touch on it shows that it is out of use. One member of staff is enough."""
    kiosk, who = await _held(session, city, kiosk_id, actor)
    kiosk.token_digest = kiosk.code_digest = kiosk.code_until = kiosk.used_at = kiosk.help_at = None
    kiosk.ended_at = at
    await _note(session, "kiosk_ended", city, kiosk, who, at)


async def _held(session: Session, city: CityView, kiosk_id: int, actor: Actor) -> tuple[Kiosk, Actor]:
    mine = sa.select(Kiosk).where(Kiosk.city_id == city.id, Kiosk.id == kiosk_id)
    kiosk = await session.scalar(mine.with_for_update())
    if kiosk is None:
        raise rules.no_kiosk()
    who = acting_as_one_of(actor, KEEPERS, city, [kiosk.place_id])
    if refusal := rules.may_change(kiosk.ended_at):
        raise refusal
    return kiosk, who


async def _note(session: Session, kind: str, city: CityView, kiosk: Kiosk, actor: Actor, at: datetime) -> None:
    """In the record, and to every web server, which keeps the kiosks in mind with the city."""
    await session.flush()
    facts = {"kiosk": kiosk.id, "place": city.places[kiosk.place_id].slug}
    about = ("kiosk", str(kiosk.id))
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts=facts, about=about)
    changes.touch(session, f"city:{city.id}")


async def renew(session: Session, *, kiosk_id: int, digest: bytes) -> None:
    """The hash of a kiosk's cookie under the newest secret."""
    await session.execute(sa.update(Kiosk).where(Kiosk.id == kiosk_id).values(token_digest=digest))


async def note_present(session: Session, present: Mapping[int, datetime]) -> None:
    """At which kiosks somebody is, and since when they touched nothing: of all at once and in a fixed order, so that it stands beside no vote."""
    table: Any = Kiosk.__table__
    noted = sa.update(table).where(table.c.id == sa.bindparam("which"), table.c.token_digest.is_not(None))
    rows = [{"which": kiosk_id, "moment": present[kiosk_id]} for kiosk_id in sorted(present)]
    connection = await session.connection()
    await connection.execute(noted.values(used_at=sa.bindparam("moment")), rows)


async def call_help(session: Session, *, kiosk_id: int, at: datetime) -> None:
    """They need help: that, and nothing else, is seen at the desk."""
    calls = sa.update(Kiosk).where(Kiosk.id == kiosk_id).values(used_at=at)
    waits = sa.case((Kiosk.help_at > at - rules.CALLED, Kiosk.help_at), else_=at)
    await session.execute(calls.values(help_at=waits))


async def answer_help(session: Session, *, city_id: int, kiosk_id: int) -> None:
    """Somebody is on their way. No role is asked for: whoever is nearest goes."""
    await session.execute(sa.update(Kiosk).where(Kiosk.city_id == city_id, Kiosk.id == kiosk_id).values(help_at=None))


async def left(session: Session, *, kiosk_id: int, done: bool) -> None:
    """Nobody touches it any more, and nothing is kept of that somebody did. Who is not `done` may be waiting for the help that they called."""
    gone = {"used_at": None} | ({"help_at": None} if done else {})
    await session.execute(sa.update(Kiosk).where(Kiosk.id == kiosk_id).values(gone))


async def forget(session: Session, *, at: datetime) -> None:
    """What a kiosk that lost its power could not say: that nobody is there any more. And codes that nobody used in time."""
    await session.execute(sa.update(Kiosk).where(Kiosk.used_at <= at - rules.PRESENT).values(used_at=None))
    await session.execute(sa.update(Kiosk).where(Kiosk.help_at <= at - rules.CALLED).values(help_at=None))
    late = sa.update(Kiosk).where(Kiosk.code_until <= at)
    await session.execute(late.values(code_digest=None, code_until=None))
