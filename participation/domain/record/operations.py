"""Verbs of the record: append an entry, seal what was appended, erase, start, change the key."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.record import keys, notes, queries, rules, tiles, tree
from participation.domain.record.actors import Actor, system
from participation.domain.record.models import RecordCheckpoint, RecordEntry, RecordLog, RecordTile, RecordWords
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.i18n import _

SEALING = 6962
"""Class of the advisory lock under which one process at a time numbers and signs a city's entries."""
AT_ONCE = 10_000


class WrongKey(Exception):
    """The record is signed with another key now; load it again."""


async def append(
    session: Session,
    *,
    city_id: int,
    kind: str,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any],
    about: tuple[str, str] | None = None,
) -> RecordEntry:
    """Write an entry in the transaction of what it records; it gets its number when it is sealed. No words of residents."""
    (entry,) = await append_each(session, city_id=city_id, kind=kind, actor=actor, at=at, entries=[(facts, about)])
    return entry


async def append_each(
    session: Session,
    *,
    city_id: int,
    kind: str,
    actor: Actor,
    at: datetime,
    entries: Iterable[tuple[Mapping[str, Any], tuple[str, str] | None]],
) -> list[RecordEntry]:
    """The same for one act that concerns several subjects: an entry for each, in one statement."""
    made = enter(session, city_id=city_id, kind=kind, actor=actor, at=at, entries=entries)
    await session.flush()
    return made


def enter(
    session: Session,
    *,
    city_id: int,
    kind: str,
    actor: Actor,
    at: datetime,
    entries: Iterable[tuple[Mapping[str, Any], tuple[str, str] | None]],
) -> list[RecordEntry]:
    """The same for what is one of several acts: they are written with the next flush, all in one statement and in this order."""
    if actor.city_id != city_id:
        raise ValueError("an actor of another city")
    made = []
    for facts, about in entries:
        body = rules.canonical(rules.entry_of(kind, actor, at, dict(facts), about))
        salt = secrets.token_bytes(rules.SALT)
        subject_kind, subject_id = about or (None, None)
        entry = RecordEntry(
            city_id=city_id,
            kind=kind,
            at=at,
            subject_kind=subject_kind,
            subject_id=subject_id,
            body=body.decode(),
            salt=salt,
            leaf=rules.leaf_data(salt, body),
        )
        made.append(entry)
    session.add_all(made)
    return made


async def hash_words(session: Session, *, city_id: int, about: tuple[str, str], text: str) -> str:
    """The hash of somebody's words, to stand among an entry's facts; its salt is kept until they are erased."""
    salt = secrets.token_bytes(rules.SALT)
    digest = rules.words_hash(text, salt)
    session.add(RecordWords(city_id=city_id, subject_kind=about[0], subject_id=about[1], digest=digest, salt=salt))
    await session.flush()
    return digest


async def erase_words(session: Session, *, city_id: int, about: tuple[str, str]) -> None:
    """Delete the salts of what was said there: the hashes in the record say nothing any more."""
    mine = (RecordWords.city_id == city_id, RecordWords.subject_kind == about[0], RecordWords.subject_id == about[1])
    await session.execute(sa.delete(RecordWords).where(*mine))


async def erase_entry(
    session: Session, *, city_id: int, number: int, actor: Actor, at: datetime, reason: str
) -> RecordEntry:
    """Delete what an entry said, and record that. What explains other gaps, or hands the key on, stays."""
    where = (RecordEntry.city_id == city_id, RecordEntry.number == number)
    found = (
        await session.execute(sa.select(RecordEntry.kind, RecordEntry.body).where(*where).with_for_update())
    ).first()
    if found is None:
        raise NotFound()
    if found.kind in (rules.ERASURE, rules.NEW_KEY, rules.STARTED):
        raise Conflict(
            "entry_stays",
            _("This entry of the record cannot be erased: others rest on it."),
            _("Erase the entry that holds the words, if there are any."),
        )
    if found.body is None:
        raise Conflict(
            "entry_erased", _("This entry of the record has been erased already."), _("There is nothing left to do.")
        )
    await session.execute(sa.update(RecordEntry).where(*where).values(body=None, salt=None))
    facts = {"entry": number, "reason": reason}
    return await append(session, city_id=city_id, kind=rules.ERASURE, actor=actor, at=at, facts=facts)


def origin_at(host: str) -> str:
    """The name of a record that is started under this host; it stays, whatever hosts the city has later."""
    return f"{host}/record"


async def start(session: Session, *, city_id: int, host: str, folder: Path, at: datetime) -> notes.Signer:
    """The key that signs a city's record now. The first time, fix its origin, make the key and record both."""
    await _one_at_a_time(session, city_id)
    log = await queries.log(session, city_id)
    if log is not None:
        return keys.load(folder, log.key)
    signer = keys.make(folder, origin_at(host))
    session.add(RecordLog(city_id=city_id, origin=signer.name, vkey=str(signer.verifier), started_at=at))
    facts = {"origin": signer.name, "key": str(signer.verifier)}
    await append(session, city_id=city_id, kind=rules.STARTED, actor=system(city_id), at=at, facts=facts)
    await seal(session, city_id=city_id, signer=signer, at=at)
    return signer


async def rotate(session: Session, *, city_id: int, actor: Actor, folder: Path, at: datetime) -> notes.Signer:
    """Sign with a new key from now on: an entry that the old and the new key have both signed says so."""
    await _one_at_a_time(session, city_id)
    log = await queries.log(session, city_id)
    if log is None:
        raise NotFound()
    old = keys.load(folder, log.key)
    new = keys.make(folder, log.origin)
    note = notes.sign(notes.succession(old.verifier, new.verifier), old, new)
    await append(session, city_id=city_id, kind=rules.NEW_KEY, actor=actor, at=at, facts={"note": note})
    values = {"vkey": str(new.verifier)}
    await session.execute(sa.update(RecordLog).where(RecordLog.city_id == city_id).values(values))
    await seal(session, city_id=city_id, signer=new, at=at)
    return new


async def seal(session: Session, *, city_id: int, signer: notes.Signer, at: datetime) -> int:
    """Number what was appended since, add it to the tree, and sign how the record stands. How many; call again at `AT_ONCE`."""
    await _one_at_a_time(session, city_id)
    log = await queries.log(session, city_id)
    if log is None or log.key != signer.verifier:
        raise WrongKey
    last = await queries.checkpoint(session, city_id)
    size = 0 if last is None else last.size
    leaves = await _number(session, city_id, size)
    if not leaves:
        return 0
    edge = await queries.tiles_of(session, city_id, tiles.edge(size))
    changed = tiles.extend(size, edge, [tree.leaf_hash(leaf) for leaf in leaves])
    await _store(session, city_id, changed)
    size += len(leaves)
    now = edge | changed
    root = tree.range_hash(0, size, lambda height, index: tiles.node(now, height, index))
    note = notes.sign(notes.Checkpoint(signer.name, size, root).text, signer)
    await session.execute(sa.insert(RecordCheckpoint).values(city_id=city_id, size=size, note=note, at=at))
    return len(leaves)


async def _one_at_a_time(session: Session, city_id: int) -> None:
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(SEALING, city_id)))


async def _number(session: Session, city_id: int, first: int) -> list[bytes]:
    """Number unsealed entries in the order in which they were written; their leaf data, in that order."""
    order = sa.func.row_number().over(order_by=RecordEntry.id)
    waiting = (
        sa.select(RecordEntry.id, (first - 1 + order).label("number"))
        .where(RecordEntry.city_id == city_id, RecordEntry.number.is_(None))
        .order_by(RecordEntry.id)
        .limit(AT_ONCE)
        .subquery()
    )
    numbered = await session.execute(
        sa.update(RecordEntry)
        .where(RecordEntry.id == waiting.c.id)
        .values(number=waiting.c.number)
        .returning(RecordEntry.number, RecordEntry.leaf)
        .execution_options(synchronize_session=False)
    )
    return [leaf for _number, leaf in sorted((number, leaf) for number, leaf in numbered)]


async def _store(session: Session, city_id: int, changed: tiles.Tiles) -> None:
    rows = [
        {"city_id": city_id, "level": level, "number": number, "data": data}
        for (level, number), data in changed.items()
    ]
    upsert = insert(RecordTile)
    upsert = upsert.on_conflict_do_update(
        index_elements=["city_id", "level", "number"], set_={"data": upsert.excluded.data}
    )
    await session.execute(upsert, rows)
