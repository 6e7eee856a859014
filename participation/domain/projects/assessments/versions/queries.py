"""Lists the published versions of an assessment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.kit import paging
from participation.kit.database import Session


@dataclass(frozen=True)
class Line:
    number: int
    at: datetime
    score: Mapping[str, Any]


async def versions(session: Session, project_id: int, kind: str, *, after: str = "") -> paging.Page[Line]:
    """Twenty of them, the newest first."""
    wanted = (
        sa.select(AssessmentVersion.number, AssessmentVersion.at, AssessmentVersion.score)
        .join(Assessment, Assessment.id == AssessmentVersion.assessment_id)
        .where(Assessment.project_id == project_id, Assessment.kind == kind)
        .order_by(AssessmentVersion.number.desc())
        .limit(paging.SIZE + 1)
    )
    key = paging.decode(after, (int,), most=paging.INT4) if after else None
    if key is not None:
        wanted = wanted.where(AssessmentVersion.number < key[0])
    rows = [Line(**row._mapping) for row in await session.execute(wanted)]
    shown = rows[: paging.SIZE]
    return paging.Page(shown, paging.encode([shown[-1].number]) if len(rows) > paging.SIZE else None)
