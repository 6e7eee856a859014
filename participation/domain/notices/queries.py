"""Reads what a person has been told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.notices.models import Notice
from participation.kit.database import Session

MOST = 50


@dataclass(frozen=True)
class NoticeView:
    id: int
    kind: str
    address: str
    facts: dict[str, Any]
    at: datetime
    seen: bool


async def for_person(session: Session, *, city_id: int, person_id: int, limit: int = MOST) -> list[NoticeView]:
    """The newest first. Says codes and facts; `moderation.rules.told` has the sentences of what moderation tells."""
    rows = await session.execute(
        sa.select(Notice.id, Notice.kind, Notice.address, Notice.facts, Notice.at, Notice.seen_at)
        .where(Notice.city_id == city_id, Notice.person_id == person_id)
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return [NoticeView(row.id, row.kind, row.address, row.facts, row.at, row.seen_at is not None) for row in rows]
