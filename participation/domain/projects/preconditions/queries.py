"""Reads what has been signed."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.projects.preconditions.models import Precondition
from participation.kit.database import Session


@dataclass(frozen=True)
class Signature:
    id: int
    condition: str
    words: dict[str, str]
    role: str
    place: str
    at: datetime


async def signatures(session: Session, project_id: int) -> dict[str, list[Signature]]:
    """By precondition, the newest first."""
    names = (Precondition.id, Precondition.condition, Precondition.words)
    rows = await session.execute(
        sa.select(*names, Precondition.role, Precondition.place, Precondition.at)
        .where(Precondition.project_id == project_id)
        .order_by(Precondition.id.desc())
        .limit(200)
    )
    found: dict[str, list[Signature]] = {}
    for row in rows:
        found.setdefault(row.condition, []).append(Signature(**row._mapping))
    return found
