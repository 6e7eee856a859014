"""Reads lists and what was drawn from them, as anybody can recompute it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.proxies.checks import rules
from participation.domain.proxies.checks.models import CheckCase, CheckList, CheckMark, CheckRound
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session


@dataclass(frozen=True)
class Listed:
    """One delegate's list in a round."""

    delegate_id: int
    number: int
    year: int
    place_id: int
    digest: bytes
    entries: int
    to_draw: int
    marks: list[bytes] = field(default_factory=list)

    @property
    def published(self) -> bool:
        """Of fewer than ten entries neither the list nor its length is."""
        return self.entries >= rules.FULL


@dataclass(frozen=True)
class Round:
    id: int
    number: int
    listed_at: datetime
    secret: bytes
    drawn_at: datetime | None
    size: int | None
    root: bytes | None
    entry: int | None
    """Number in the record, once it has one."""


async def lists_of(session: Session, *, round_id: int) -> list[Listed]:
    """Two statements."""
    marks: defaultdict[tuple[int, int], list[bytes]] = defaultdict(list)
    for row in await session.execute(
        sa.select(CheckMark.delegate_id, CheckMark.number, CheckMark.mark)
        .where(CheckMark.round_id == round_id)
        .order_by(CheckMark.mark)
    ):
        marks[row.delegate_id, row.number].append(bytes(row.mark))
    rows = await session.execute(
        sa.select(
            *(CheckList.delegate_id, CheckList.number, CheckList.year, CheckList.place_id),
            *(CheckList.digest, CheckList.entries, CheckList.to_draw),
        )
        .where(CheckList.round_id == round_id)
        .order_by(CheckList.year, CheckList.number)
    )
    return [Listed(*row[:4], bytes(row[4]), *row[5:], marks[row[0], row[1]]) for row in rows]


async def drawn_before(session: Session, *, city_id: int) -> dict[tuple[int, int], int]:
    """By delegate and number, how many entries were drawn, or will be from a list that is fixed already."""
    counted = (
        sa.select(CheckList.delegate_id, CheckList.number, sa.func.sum(CheckList.to_draw))
        .where(CheckList.city_id == city_id)
        .group_by(CheckList.delegate_id, CheckList.number)
    )
    return {(delegate, number): int(count) for delegate, number, count in await session.execute(counted)}


_ROUND = (
    *(CheckRound.id, CheckRound.number, CheckRound.listed_at, CheckRound.secret),
    *(CheckRound.drawn_at, CheckRound.size, CheckRound.root, RecordEntry.number.label("entry")),
)


async def rounds(session: Session, *, city_id: int, limit: int) -> list[Round]:
    """The newest first."""
    wanted = sa.select(*_ROUND).join(RecordEntry, RecordEntry.id == CheckRound.record_id)
    wanted = wanted.where(CheckRound.city_id == city_id).order_by(CheckRound.number.desc()).limit(limit)
    return [Round(*row) for row in await session.execute(wanted)]


async def round_file(session: Session, *, city_id: int, number: int) -> dict[str, Any] | None:
    """A round as it is published: what was listed and, once it was drawn, all that is needed to draw it again."""
    wanted = sa.select(*_ROUND).join(RecordEntry, RecordEntry.id == CheckRound.record_id)
    row = (await session.execute(wanted.where(CheckRound.city_id == city_id, CheckRound.number == number))).first()
    if row is None:
        return None
    found = Round(*row)
    lists = await lists_of(session, round_id=found.id)
    said: dict[str, Any] = {
        "round": found.number,
        "listed": found.entry,
        "commitment": rules.digest_of([found.secret]).hex(),
        "lists": [_published(one) for one in lists],
    }
    if found.drawn_at is not None and found.root is not None:
        seed = rules.seed(found.secret, found.root)
        said |= {"secret": found.secret.hex(), "checkpoint": found.size, "root": found.root.hex(), "seed": seed.hex()}
        for one, line in zip(lists, said["lists"], strict=True):
            if one.published:
                line["drawn"] = [mark.hex() for mark in rules.drawn(seed, one.marks, one.to_draw)]
    return said


def _published(one: Listed) -> dict[str, Any]:
    said: dict[str, Any] = {"delegate": one.number, "year": one.year, "digest": one.digest.hex()}
    if one.published:
        said |= {"to_draw": one.to_draw, "marks": [mark.hex() for mark in one.marks]}
    return said


async def cases_of(session: Session, *, delegate_id: int, number: int) -> dict[str, int]:
    """By state, how many of a delegate's cases were drawn."""
    counted = (
        sa.select(CheckCase.state, sa.func.count())
        .where(CheckCase.delegate_id == delegate_id, CheckCase.number == number, CheckCase.drawn_at.is_not(None))
        .group_by(CheckCase.state)
    )
    return {state: int(count) for state, count in await session.execute(counted)}
