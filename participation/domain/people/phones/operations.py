"""Takes note of a number, links it to people and unlinks it, proves who somebody is on a shared one, keeps sessions."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import aliased

from participation.domain.people.codes.lost.models import LostWord
from participation.domain.people.codes.rules import ended
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.models import AccessCode, Batch, CodeState, Person, SignIn
from participation.domain.people.operations import GUESSED, Recognition, pin_fits, queue_for_pin, tell_wrong_pins
from participation.domain.people.phones import queries, rules
from participation.domain.people.phones.models import JoinWord, Phone, PhoneLink, PhoneMessage, PhoneSession
from participation.domain.people.phones.rules import Known, Linked
from participation.domain.record.actors import Via
from participation.kit.database import Session
from participation.kit.hashing import Secrets, keyed, random_number

SESSION = timedelta(minutes=10)
"""For so long a session can be asked again, or found again by whoever proves who they are. Networks end theirs after three."""
LONGEST_CALL = timedelta(hours=1)
"""No network ends a call, and whoever listens to comments is long on the line: for so long it stays known who they are."""
MESSAGES_KEPT = timedelta(days=90)


def digests(secrets: Secrets, number: str) -> list[bytes]:
    """Of a number in E.164, under the current master secret first."""
    return [keyed(key, number) for key in secrets.keys("phone number")]


async def note(session: Session, *, city_id: int, digests: Sequence[bytes], language: str | None, today: date) -> int:
    """The row of a number, made where there is none yet; and that it was heard of this month. One that was silent for a year begins anew,
    whether the worker has forgotten it already or not: somebody else may have it."""
    silent = (Phone.city_id == city_id, Phone.digest.in_(digests), Phone.seen_in < rules.silent_since(today))
    await session.execute(sa.delete(Phone).where(*silent))
    if len(digests) > 1:
        newer = aliased(Phone)
        renewed = sa.update(Phone).where(
            Phone.city_id == city_id,
            Phone.digest == digests[1],
            ~sa.exists().where(newer.city_id == city_id, newer.digest == digests[0]),
        )
        await session.execute(renewed.values(digest=digests[0]))
    new = {"city_id": city_id, "digest": digests[0], "language": language, "seen_in": rules.month(today)}
    made = insert(Phone).values(new)
    changed = {"seen_in": made.excluded.seen_in, "language": sa.func.coalesce(made.excluded.language, Phone.language)}
    made = made.on_conflict_do_update(index_elements=["city_id", "digest"], set_=changed)
    return int((await session.execute(made.returning(Phone.id))).scalar_one())


async def begin(session: Session, *, city_id: int, phone_id: int, language: str) -> int | None:
    """The person whom a number speaks for by itself: they live nowhere, and never vote. None: somebody has linked it meanwhile.

    Locked, so that two at once make one, and that whoever links it then finds how it reacts now.
    """
    row = (await session.execute(sa.select(Phone.person_id).where(Phone.id == phone_id).with_for_update())).scalar_one()
    whose = sa.select(Person.id).join(PhoneLink, queries.living()).where(PhoneLink.phone_id == phone_id)
    if await session.scalar(whose.limit(1)) is not None:
        return None
    if row is not None:
        return int(row)
    person = Person(city_id=city_id, language=language)
    session.add(person)
    await session.flush()
    await session.execute(sa.update(Phone).where(Phone.id == phone_id).values(person_id=person.id))
    return person.id


async def link(session: Session, *, city_id: int, phone_id: int, person_id: int, today: date) -> int | None:
    """From now on the number is a credential of this person. Returns whom it spoke for by itself until now, and will again when nobody is linked to it."""
    phone = (await session.execute(sa.select(Phone).where(Phone.id == phone_id).with_for_update())).scalar_one()
    rows = await session.execute(
        sa.select(PhoneLink.person_id, Person.pin_hash.is_not(None))
        .join(Person, Person.id == PhoneLink.person_id)
        .where(PhoneLink.phone_id == phone_id)
    )
    linked = [Linked(*row) for row in rows]
    if refusal := rules.may_link(linked, person_id):
        raise refusal
    made = insert(PhoneLink).values(phone_id=phone_id, person_id=person_id, city_id=city_id, linked_on=today)
    await session.execute(made.on_conflict_do_nothing())
    phone.shared = phone.shared or any(one.person_id != person_id for one in linked)
    await session.flush()
    return phone.person_id


async def unlink(session: Session, *, person_id: int, phone_id: int) -> None:
    """The person takes their number away; others who share it keep it."""
    gone = sa.delete(PhoneLink).where(PhoneLink.phone_id == phone_id, PhoneLink.person_id == person_id)
    await session.execute(gone)


async def stop(session: Session, *, city_id: int, digests: Sequence[bytes]) -> None:
    """The number speaks for nobody any more, and is forgotten. Only where it has said something by itself its hash stays until the year
    is over: were it to begin again, it would be the same person, not one voice more."""
    this = (Phone.city_id == city_id, Phone.digest.in_(digests))
    ids = sa.select(Phone.id).where(*this)
    await session.execute(sa.delete(PhoneLink).where(PhoneLink.phone_id.in_(ids)))
    await session.execute(sa.delete(Phone).where(*this, Phone.person_id.is_(None)))
    await session.execute(sa.update(Phone).where(*this).values(language=None, shared=False))


async def unlink_all(session: Session, *, person_id: int) -> None:
    """Their slip was lost or is void: whoever holds it could have linked a phone of their own, and got digits by it for the desk."""
    for table in (PhoneLink, JoinWord, LostWord):
        await session.execute(sa.delete(table).where(table.person_id == person_id))


@dataclass(frozen=True)
class Seen:
    """That a number was heard of, and its hash under the newest secret."""

    phone_id: int
    digest: bytes
    month: date


async def note_seen(session: Session, seen: Sequence[Seen]) -> None:
    """Of several at once and in a fixed order, a while after they were heard of, so that it stands beside no vote."""
    if not seen:
        return
    table: Any = Phone.__table__
    newer, which = table.alias(), sa.bindparam("which", type_=table.c.id.type)
    digest = sa.bindparam("hash", type_=table.c.digest.type)
    free = ~sa.exists().where(newer.c.city_id == table.c.city_id, newer.c.digest == digest, newer.c.id != which)
    noted = sa.update(table).where(table.c.id == which, free).values(seen_in=sa.bindparam("month"), digest=digest)
    ordered = sorted(seen, key=lambda one: one.phone_id)
    connection = await session.connection()
    await connection.execute(
        noted, [{"which": one.phone_id, "hash": one.digest, "month": one.month} for one in ordered]
    )


async def forget_silent(session: Session, *, at: datetime) -> None:
    """Numbers of which nothing was heard for a year: somebody else may have them."""
    await session.execute(sa.delete(Phone).where(Phone.seen_in < rules.silent_since(at.date())))


async def forget_person(session: Session, *, person_id: int) -> None:
    """Part of a person's erasure."""
    await session.execute(sa.delete(PhoneLink).where(PhoneLink.person_id == person_id))
    await session.execute(sa.delete(JoinWord).where(JoinWord.person_id == person_id))
    await session.execute(sa.update(Phone).where(Phone.person_id == person_id).values(person_id=None))


# Linking from the web


async def give_word(session: Session, *, city_id: int, person_id: int, secrets: Secrets, at: datetime) -> str:
    """Digits for somebody signed in, in place of those that they were given before."""
    word = random_number(rules.JOIN_DIGITS)
    values = {"digest": keyed(secrets.key("join word"), word), "ends_at": at + rules.JOIN_LASTS, "city_id": city_id}
    made = insert(JoinWord).values(person_id=person_id, **values)
    await session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=values))
    return word


async def take_word(session: Session, *, city_id: int, word: str, secrets: Secrets, at: datetime) -> int:
    """Whose digits these are; they work once."""
    wanted = [keyed(key, word) for key in secrets.keys("join word")]
    used = sa.delete(JoinWord).where(JoinWord.city_id == city_id, JoinWord.digest.in_(wanted), JoinWord.ends_at > at)
    person = await session.scalar(used.returning(JoinWord.person_id))
    if person is None:
        raise rules.no_such_word()
    return int(person)


async def forget_words(session: Session, *, at: datetime) -> None:
    await session.execute(sa.delete(JoinWord).where(JoinWord.ends_at <= at))


# Who somebody is


async def prove_by_pin(
    session: Session,
    *,
    city_id: int,
    known: Known | None,
    pin: str,
    sources: Mapping[str, bytes],
    secrets: Secrets,
    at: datetime,
    waited: Sequence[int] | None = None,
) -> tuple[Recognition, Sequence[int]]:
    """Of the people who share a number, the one whose PIN this is; a wrong one counts for each with whose PIN it was compared.

    Whoever has to wait after wrong ones is left for a second turn, and comes back with the answer: `waited`, then.
    """
    people = [one.person_id for one in known.linked if one.has_pin] if known else []
    compared, fits, left, wait = [], [], [], 0.0
    later: Recognition | None = None
    for person_id in people if waited is None else waited:
        if waited is None and (not_yet := await queue_for_pin(session, person_id, at)):
            if not_yet.wait:
                left.append(person_id)
                wait = max(wait, not_yet.wait)
            else:
                later = not_yet
            continue
        compared.append(person_id)
        fitting, renewed = await pin_fits(secrets, await session.get_one(Person, person_id), pin)
        if fitting:
            fits.append(Recognition(person_id, pin_hash=renewed))
    if len(fits) == 1:
        return fits[0], ()
    if fits:
        return Recognition(None, field="pin", refusal=rules.same_pin()), ()
    refusal = rules.no_pin_here()
    if compared:
        wrong = sa.update(Person).where(Person.id.in_(compared)).values(pin_wrong=Person.pin_wrong + 1)
        refusal = rules.pin_fits_nobody(max(await session.scalars(wrong.returning(Person.pin_wrong))))
    if compared or not people:
        await count_wrong(session, city_id=city_id, kind=GUESSED, sources=sources, at=at)
    if left:
        return Recognition(None, field="pin", wait=wait), left
    return later or Recognition(None, field="pin", refusal=refusal), ()


async def enter(session: Session, *, city_id: int, person_id: int, digest: bytes, via: Via, at: datetime) -> None:
    """From now on this session of USSD, or this call, is theirs, like one that was opened with a code on the web; it ends with the line."""
    counts = sa.select(AccessCode.id).join(Batch, Batch.id == AccessCode.batch_id)
    counts = counts.where(AccessCode.person_id == person_id, AccessCode.state == CodeState.VALID)
    if await session.scalar(counts.where(Batch.stopped_at.is_(None)).limit(1).with_for_update(read=True)) is None:
        raise ended()
    await tell_wrong_pins(session, city_id, person_id, at)
    ends_at = at + (LONGEST_CALL if via is Via.VOICE else SESSION)
    values = {"person_id": person_id, "via": via, "started_at": at, "ends_at": ends_at}
    made = insert(SignIn).values(digest=digest, city_id=city_id, staff=False, **values)
    await session.execute(made.on_conflict_do_update(index_elements=["digest"], set_=values))


# Sessions and messages


async def keep(
    session: Session,
    *,
    city_id: int,
    digest: bytes,
    steps: Mapping[str, Any],
    place: str,
    owner: bytes | None,
    at: datetime,
    language: str | None = None,
) -> None:
    """What a request has led to. The same request from elsewhere has led to the same."""
    values = {"steps": dict(steps), "place": place, "language": language, "owner": owner, "ends_at": at + SESSION}
    await session.execute(_KEEP, values | {"digest": digest, "city_id": city_id})


def _keeping() -> Insert:
    columns = PhoneSession.__table__.c
    made = insert(PhoneSession).values(
        {column.name: sa.bindparam(column.name, type_=column.type) for column in columns}
    )
    changed = {
        "steps": PhoneSession.steps.op("||")(made.excluded.steps),
        "place": made.excluded.place,
        "language": sa.func.coalesce(made.excluded.language, PhoneSession.language),
        "owner": sa.func.coalesce(made.excluded.owner, PhoneSession.owner),
        "ends_at": made.excluded.ends_at,
    }
    return made.on_conflict_do_update(index_elements=["digest"], set_=changed)


_KEEP = _keeping()
"""Built once: every request of a session ends with it."""


async def disown(session: Session, digests: Collection[bytes]) -> None:
    """Of sessions that came to their end: whoever proves who they are is not led back to them. A while afterwards, and of several at
    once, so that it stands beside no vote."""
    if digests:
        this = (PhoneSession.digest.in_(digests), PhoneSession.owner.is_not(None))
        await session.execute(sa.update(PhoneSession).where(*this).values(owner=None))


async def forget_sessions(session: Session, *, at: datetime) -> None:
    await session.execute(sa.delete(PhoneSession).where(PhoneSession.ends_at <= at))


async def first_time(session: Session, *, city_id: int, digests: Sequence[bytes], at: datetime) -> bool:
    """Whether this message or request was not acted upon before, for as long as anybody could send it again. `digests`: under the
    current master secret, and under the one before."""
    known = sa.exists().where(PhoneMessage.digest.in_(digests[1:])).select()
    if len(digests) > 1 and await session.scalar(known):
        return False
    made = insert(PhoneMessage).values(digest=digests[0], city_id=city_id, on=at.date()).on_conflict_do_nothing()
    return (await session.execute(made.returning(PhoneMessage.digest))).first() is not None


async def forget_messages(session: Session, *, at: datetime) -> None:
    await session.execute(sa.delete(PhoneMessage).where(PhoneMessage.on < (at - MESSAGES_KEPT).date()))
