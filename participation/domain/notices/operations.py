"""Tells somebody something, on their own page; and takes note that they have seen it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.notices.models import Notice
from participation.kit.database import Session


async def tell(
    session: Session,
    *,
    city_id: int,
    person_id: int,
    kind: str,
    address: str,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    """A fact for one person, as a code: whoever shows it says it in the reader's language."""
    await session.execute(
        sa.insert(Notice).values(city_id=city_id, person_id=person_id, kind=kind, address=address, facts=facts, at=at)
    )


async def mark_seen(session: Session, *, person_id: int, at: datetime) -> None:
    """Everything that they had been told until now."""
    await session.execute(
        sa.update(Notice)
        .where(Notice.person_id == person_id, Notice.seen_at.is_(None), Notice.at <= at)
        .values(seen_at=at)
    )


async def forget_person(session: Session, *, person_id: int) -> None:
    """Part of a person's erasure."""
    await session.execute(sa.delete(Notice).where(Notice.person_id == person_id))
