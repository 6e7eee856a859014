"""Reads, for several projects at once, what has been assessed and decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.outcomes.models import Outcome, OutcomeState
from participation.domain.projects.assessments.models import Assessment
from participation.domain.projects.models import Project
from participation.kit.database import Session


@dataclass(frozen=True)
class Disclosed:
    assessed: dict[str, str]
    """Kind of each published assessment -> when it was published last."""
    decision: str | None
    """The city's newest."""
    decided_at: datetime | None


async def of(session: Session, project_ids: Sequence[int]) -> dict[int, Disclosed]:
    """One statement."""
    kinds: Any = sa.func.json_object_agg(Assessment.kind, Assessment.published_at, type_=sa.JSON)
    assessed = sa.select(kinds).where(Assessment.project_id == Project.id, Assessment.published > 0)
    newest = sa.select(Outcome.decision).where(
        Outcome.project_id == Project.id, Outcome.state == OutcomeState.PUBLISHED
    )
    newest = newest.order_by(Outcome.published_at.desc(), Outcome.id.desc()).limit(1)
    rows = await session.execute(
        sa.select(
            Project.id,
            Project.decided_at,
            assessed.scalar_subquery().label("assessed"),
            newest.scalar_subquery().label("decision"),
        ).where(Project.id.in_(project_ids))
    )
    return {row.id: Disclosed(row.assessed or {}, row.decision, row.decided_at) for row in rows}
