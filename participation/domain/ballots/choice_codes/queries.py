"""Reads what a choice code stands for, only through the key of its ballot; and how many sheets were printed and have voted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.choice_codes.models import ChoiceBatch, PrintedCode
from participation.domain.ballots.choice_codes.rules import ChoiceCode, Meant, choice_in, code_of
from participation.domain.ballots.queries import SHEETS, BallotView
from participation.kit import partitions
from participation.kit.database import Session

CODES: sa.Table = PrintedCode.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Known:
    """What a code stands for, and since when its batch counts no more."""

    meant: Meant
    stopped_at: datetime | None


async def known(
    session: Session, *, ballot: BallotView, key: bytes, said: Collection[ChoiceCode]
) -> dict[ChoiceCode, Known]:
    """Those of these codes that are printed on a sheet for this ballot; one statement."""
    if not ballot.sheets:
        return {}
    digests = {code_of(key, code.number): code for code in said}
    rows = partitions.partition(CODES, ballot.id)
    batch = ChoiceBatch.__table__.c
    found = await session.execute(
        sa.select(rows.c.code, rows.c.sheet, rows.c.batch, rows.c.content, batch.stopped_at)
        .select_from(rows)
        .join(ChoiceBatch.__table__, sa.and_(batch.ballot_id == rows.c.ballot_id, batch.number == rows.c.batch))
        .where(rows.c.ballot_id == ballot.id, rows.c.code.in_(sorted(digests)))
    )
    told = {}
    for code, sheet, number, content, stopped_at in found:
        choice = choice_in(key, bytes(code), bytes(sheet), bytes(content))
        if choice is not None:
            told[digests[bytes(code)]] = Known(Meant(choice, bytes(sheet), number), stopped_at)
    return told


async def batches(session: Session, *, ballot_id: int) -> Sequence[Any]:
    """Those of a ballot, the newest first."""
    wanted = sa.select(ChoiceBatch.__table__).where(ChoiceBatch.ballot_id == ballot_id)
    return (await session.execute(wanted.order_by(ChoiceBatch.number.desc()))).all()


async def taken(session: Session, *, ballot_id: int, codes: Sequence[bytes]) -> tuple[int, set[bytes]]:
    """The number of the newest batch, and which of these codes are on a sheet already."""
    rows = partitions.partition(CODES, ballot_id)
    newest = sa.select(sa.func.max(ChoiceBatch.number)).where(ChoiceBatch.ballot_id == ballot_id).scalar_subquery()
    listed = sa.literal(list(codes), sa.ARRAY(sa.LargeBinary))
    found = sa.select(newest, sa.func.array_agg(rows.c.code)).where(rows.c.code == sa.any_(listed))
    last, there = (await session.execute(found)).one()
    return last or 0, {bytes(code) for code in there or ()}


async def holders(session: Session, *, ballot_id: int, sheets: Collection[bytes]) -> dict[bytes, bytes]:
    """Of these sheets those that have voted, with whose they are."""
    rows = partitions.partition(SHEETS, ballot_id)
    wanted = sa.select(rows.c.sheet, rows.c.holder).where(rows.c.sheet.in_(sorted(sheets)))
    return {bytes(sheet): bytes(holder) for sheet, holder in await session.execute(wanted)}


async def used(session: Session, *, ballot_id: int) -> int:
    """How many sheets have voted. Asked only where some were printed, and until the votes are counted."""
    return await session.scalar(sheets_of(ballot_id)) or 0


def sheets_of(ballot_id: int) -> sa.Select[int]:
    """The same as part of another statement."""
    return sa.select(sa.func.count()).select_from(partitions.partition(SHEETS, ballot_id))
