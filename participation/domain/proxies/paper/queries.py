"""Reads batches of paper forms, and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.domain.places.queries import CityView
from participation.domain.projects.queries import titles_of
from participation.domain.proxies.delegates.models import DelegateNumber
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.proxies.paper.models import PaperBatch, PaperSheet, SheetState
from participation.domain.proxies.taken_along.queries import in_short
from participation.kit.database import Session

PAGE = 20


@dataclass(frozen=True)
class BatchView:
    """A batch, with its sheets by state."""

    id: int
    titles: dict[str, str]
    delegate: int | None
    """By the number of this year."""
    language: str
    carried_by: str
    printed: int
    printed_at: datetime
    read: int
    differs: int
    taken: int
    void: int


async def batches(
    session: Session, *, city: CityView, at: datetime, before: int | None = None
) -> tuple[list[BatchView], int | None]:
    """A page of them, the newest first, and where the next one begins; one statement."""
    counted = {
        str(state): sa.select(sa.func.count())
        .where(PaperSheet.batch_id == PaperBatch.id, PaperSheet.state == state)
        .scalar_subquery()
        .label(str(state))
        for state in SheetState
        if state is not SheetState.PRINTED
    }
    wanted = (
        sa.select(
            *(PaperBatch.id, titles_of(PaperBatch.project_id).label("titles"), DelegateNumber.number.label("delegate")),
            *(PaperBatch.language, PaperBatch.carried_by, PaperBatch.printed, PaperBatch.printed_at),
            *counted.values(),
        )
        .outerjoin(
            DelegateNumber,
            sa.and_(DelegateNumber.delegate_id == PaperBatch.delegate_id, DelegateNumber.year == year_of(city, at)),
        )
        .where(PaperBatch.city_id == city.id)
        .order_by(PaperBatch.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        wanted = wanted.where(PaperBatch.id < before)
    rows = [BatchView(**row._mapping) for row in await session.execute(wanted)]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


async def shown(session: Session, ids: Collection[int]) -> dict[int, Any]:
    """Comment -> its words and their language, of those that everybody can read."""
    wanted = sa.select(Comment.id, in_short(), Comment.language).where(
        Comment.id.in_(list(ids)), Comment.status == Status.SHOWN
    )
    return {row.id: row for row in await session.execute(wanted)}
