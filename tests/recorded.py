"""What the record holds, for tests."""

from typing import Any

import sqlalchemy as sa

from participation.domain.record.models import RecordEntry
from participation.kit.database import Session


async def recorded(session: Session, kind: str) -> list[dict[str, Any]]:
    """Whole entries of one kind, the oldest first."""
    found = await session.scalars(sa.select(RecordEntry).where(RecordEntry.kind == kind).order_by(RecordEntry.id))
    return [one.entry or {} for one in found]


async def facts(session: Session, kind: str) -> list[Any]:
    """What these tell."""
    return [entry["facts"] for entry in await recorded(session, kind)]
