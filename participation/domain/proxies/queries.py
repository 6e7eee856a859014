"""Reads entries: whether one arrived before, how many a delegate brought on a day, what waits, what a receipt stands for."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from participation.domain.proxies.models import Entry
from participation.domain.proxies.paper.models import PaperSheet
from participation.kit.database import Session

FROM_A_FORM = sa.exists().where(PaperSheet.receipt == Entry.receipt)
"""Printed forms are typed in on another day than they were filled in, many at once; how many there can be, their batches say."""


@dataclass(frozen=True)
class Had:
    """What became of an entry that had arrived before."""

    digest: bytes
    state: str
    reason: str | None
    receipt: str


async def had(session: Session, *, device_id: int, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Had]:
    """Of these, those that have arrived from that device; one statement."""
    rows = await session.execute(
        sa.select(Entry.client_id, Entry.digest, Entry.state, Entry.reason, Entry.receipt).where(
            Entry.device_id == device_id, Entry.client_id.in_(list(ids))
        )
    )
    return {row.client_id: Had(bytes(row.digest), row.state, row.reason, row.receipt) for row in rows}


async def by_day(session: Session, *, delegate_id: int, zone: ZoneInfo) -> dict[date, int]:
    """How many entries of a delegate were finished on each day of the city's; one statement.

    Without printed forms.
    """
    day = sa.cast(sa.func.timezone(str(zone), Entry.finished_at), sa.Date).label("day")
    counted = sa.select(day, sa.func.count()).where(Entry.delegate_id == delegate_id, ~FROM_A_FORM).group_by(day)
    return {day: int(count) for day, count in (await session.execute(counted)).all()}
