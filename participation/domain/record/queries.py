"""Reads of the record: entries in pages, what its static files hold, and proofs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.record import notes, rules, tiles, tree
from participation.domain.record.models import RecordCheckpoint, RecordEntry, RecordLog, RecordTile, RecordWords
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.errors import Gone, NotFound
from participation.kit.i18n import _


@dataclass(frozen=True)
class Entry:
    """An entry as a page shows it; one that was erased has no facts and no actor, one not yet sealed no number."""

    number: int | None
    kind: str
    at: datetime
    about: tuple[str, str] | None
    actor: dict[str, Any]
    via: str | None
    facts: dict[str, Any]
    erased: bool


@dataclass(frozen=True)
class Log:
    origin: str
    key: notes.VerifierKey


@dataclass(frozen=True)
class Signed:
    """A checkpoint: its size and the signed note."""

    size: int
    note: str
    at: datetime


async def log(session: Session, city_id: int) -> Log | None:
    row = (
        await session.execute(sa.select(RecordLog.origin, RecordLog.vkey).where(RecordLog.city_id == city_id))
    ).first()
    return None if row is None else Log(row.origin, notes.VerifierKey.parse(row.vkey))


async def city_of_origin(session: Session, origin: str) -> int | None:
    """The city whose record has this name."""
    city_id: int | None = await session.scalar(sa.select(RecordLog.city_id).where(RecordLog.origin == origin))
    return city_id


async def checkpoint(session: Session, city_id: int, *, size: int | None = None) -> Signed | None:
    """The latest checkpoint, or the one that was signed at a size."""
    columns = (RecordCheckpoint.size, RecordCheckpoint.note, RecordCheckpoint.at)
    wanted = sa.select(*columns).where(RecordCheckpoint.city_id == city_id)
    if size is not None:
        wanted = wanted.where(RecordCheckpoint.size == size)
    row = (await session.execute(wanted.order_by(RecordCheckpoint.size.desc()).limit(1))).first()
    return None if row is None else Signed(row.size, row.note, row.at)


async def first_checkpoint_over(session: Session, city_id: int, number: int) -> Signed | None:
    """The first checkpoint that was signed with this entry in the record."""
    wanted = sa.select(RecordCheckpoint.size, RecordCheckpoint.note, RecordCheckpoint.at).where(
        RecordCheckpoint.city_id == city_id, RecordCheckpoint.size > number
    )
    row = (await session.execute(wanted.order_by(RecordCheckpoint.size).limit(1))).first()
    return None if row is None else Signed(row.size, row.note, row.at)


COLUMNS = (
    RecordEntry.id,
    RecordEntry.number,
    RecordEntry.kind,
    RecordEntry.at,
    RecordEntry.subject_kind,
    RecordEntry.subject_id,
    RecordEntry.body,
)


async def entries(session: Session, city_id: int, *, after: str | None = None) -> paging.Page[Entry]:
    """A page of what is sealed, the newest first."""
    sealed = sa.select(*COLUMNS).where(RecordEntry.city_id == city_id, RecordEntry.number.is_not(None))
    key = paging.decode(after, (int,)) if after else None
    if key is not None:
        sealed = sealed.where(RecordEntry.number < key[0])
    rows = (await session.execute(sealed.order_by(RecordEntry.number.desc()).limit(paging.SIZE + 1))).all()
    shown = rows[: paging.SIZE]
    following = paging.encode([shown[-1].number]) if len(rows) > paging.SIZE else None
    return paging.Page([entry_of(row) for row in shown], following)


async def entry(session: Session, city_id: int, number: int) -> Entry:
    row = (await session.execute(sa.select(*COLUMNS).where(*_numbered(city_id, number)))).first()
    if row is None:
        raise NotFound()
    return entry_of(row)


async def history_of(session: Session, city_id: int, about: tuple[str, str], *, limit: int = 200) -> list[Entry]:
    """What happened to a thing, the newest first; what is being sealed is shown too."""
    rows = await session.execute(
        sa.select(*COLUMNS)
        .where(RecordEntry.city_id == city_id, RecordEntry.subject_kind == about[0], RecordEntry.subject_id == about[1])
        .order_by(RecordEntry.id.desc())
        .limit(limit)
    )
    return [entry_of(row) for row in rows]


async def entry_file(session: Session, city_id: int, number: int) -> bytes:
    """`/record/entry/{n}.json`, byte for byte. Raises `Gone` when it was erased."""
    wanted = sa.select(RecordEntry.salt, RecordEntry.body).where(*_numbered(city_id, number))
    row = (await session.execute(wanted)).first()
    if row is None:
        raise NotFound()
    if row.body is None or row.salt is None:
        raise Gone(
            "entry_erased",
            _("This entry was erased; a later entry of the record says so and why."),
            _("What it proved still holds: its hash stays in the record."),
        )
    return rules.body_file(row.salt, row.body)


async def tile_file(session: Session, city_id: int, address: tiles.Address) -> bytes:
    """`/record/tile/…`, byte for byte: hashes of a level, or a bundle of entries."""
    if address.number > notes.MAX_SIZE >> 8:
        raise NotFound()
    if address.level is None:
        data = await _bundle(session, city_id, address)
        complete = data is not None
    else:
        have = await tiles_of(session, city_id, [(address.level, address.number)])
        data = have.get((address.level, address.number), b"")[: address.width * tiles.HASH]
        complete = len(data) == address.width * tiles.HASH
    if data is None or not complete:
        raise NotFound()
    return data


async def proof_file(session: Session, city_id: int, number: int) -> str:
    """`/record/entry/{n}.tlog-proof`: that the entry is in the record as it was last signed."""
    signed = await checkpoint(session, city_id)
    if signed is None or not 0 <= number < signed.size:
        raise NotFound()
    hashes = await inclusion_proof(session, city_id, number, signed.size)
    return notes.proof_text(number, hashes, signed.note)


async def tiles_of(session: Session, city_id: int, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Stored tiles by level and number."""
    keys = list(wanted)
    if not keys:
        return {}
    rows = await session.execute(
        sa.select(RecordTile.level, RecordTile.number, RecordTile.data).where(
            RecordTile.city_id == city_id, sa.tuple_(RecordTile.level, RecordTile.number).in_(keys)
        )
    )
    return {(row.level, row.number): row.data for row in rows}


async def inclusion_proof(session: Session, city_id: int, number: int, size: int) -> list[bytes]:
    """The hashes that show entry `number` to be in the record as it was at `size`."""
    return await _proof(session, city_id, tree.inclusion_ranges(number, size))


async def consistency_proof(session: Session, city_id: int, old: int, size: int) -> list[bytes]:
    """The hashes that show the record at `size` to begin with the record as it was at `old`."""
    return await _proof(session, city_id, tree.consistency_ranges(old, size))


async def words_salts(session: Session, city_id: int, about: tuple[str, str]) -> dict[str, str]:
    """Hash in the record -> salt, for who wants to check that the record holds their own words."""
    rows = await session.execute(
        sa.select(RecordWords.digest, RecordWords.salt).where(
            RecordWords.city_id == city_id, RecordWords.subject_kind == about[0], RecordWords.subject_id == about[1]
        )
    )
    return {row.digest: row.salt.hex() for row in rows}


async def _proof(session: Session, city_id: int, ranges: list[tuple[int, int]]) -> list[bytes]:
    parts = [part for start, end in ranges for part in tree.subtrees(start, end)]
    have = await tiles_of(session, city_id, tiles.needed(parts))
    return [tree.range_hash(start, end, lambda height, index: tiles.node(have, height, index)) for start, end in ranges]


async def _bundle(session: Session, city_id: int, address: tiles.Address) -> bytes | None:
    first = address.number * tiles.WIDTH
    leaves = (
        await session.scalars(
            sa.select(RecordEntry.leaf)
            .where(RecordEntry.city_id == city_id, RecordEntry.number.between(first, first + address.width - 1))
            .order_by(RecordEntry.number)
        )
    ).all()
    return tiles.bundle(leaves) if len(leaves) == address.width else None


def _numbered(city_id: int, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    # A number that no record can reach would not fit PostgreSQL's bigint either.
    return RecordEntry.city_id == city_id, RecordEntry.number == (number if 0 <= number <= notes.MAX_SIZE else -1)


def entry_of(row: Any) -> Entry:
    said = {} if row.body is None else json.loads(row.body)
    return Entry(
        number=row.number,
        kind=row.kind,
        at=row.at,
        about=None if row.subject_kind is None else (row.subject_kind, row.subject_id),
        actor=said.get("actor", {}),
        via=said.get("via"),
        facts=said.get("facts", {}),
        erased=row.body is None,
    )
