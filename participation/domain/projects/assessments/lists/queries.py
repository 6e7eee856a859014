"""Reads the newest version of each published assessment, over projects, without what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion, WithheldAnswer
from participation.domain.projects.assessments.queries import newest
from participation.domain.projects.models import Project
from participation.domain.projects.queries import PUBLIC
from participation.kit.database import Session


@dataclass(frozen=True)
class Line:
    """How one assessment came out."""

    id: int
    slug: str
    kind: str
    number: int
    questionnaire: int
    score: dict[str, Any]
    withheld: int
    """Answers that an office still keeps to itself."""
    at: datetime
    review_on: date | None


async def listed(
    session: Session, city: CityView, *, today: date, after: int, size: int, project_id: int | None = None
) -> tuple[Sequence[Line], bool]:
    """In the order in which they were begun, of the city or of one project; whether there are more. One statement."""
    withheld = (
        sa.select(sa.func.count())
        .where(
            WithheldAnswer.assessment_id == AssessmentVersion.assessment_id,
            WithheldAnswer.number == AssessmentVersion.number,
            WithheldAnswer.until > today,
        )
        .scalar_subquery()
    )
    version = (AssessmentVersion.number, AssessmentVersion.questionnaire, AssessmentVersion.score, AssessmentVersion.at)
    wanted = (
        sa.select(
            *(Assessment.id, Project.slug, Assessment.kind, *version, Assessment.review_on),
            withheld.label("withheld"),
        )
        .join(AssessmentVersion, newest())
        .join(Project, Project.id == Assessment.project_id)
        .where(PUBLIC, Project.city_id == city.id, Assessment.id > after)
        .order_by(Assessment.id)
        .limit(size + 1)
    )
    if project_id is not None:
        wanted = wanted.where(Assessment.project_id == project_id)
    found = [Line(**row._mapping) for row in await session.execute(wanted)]
    return found[:size], len(found) > size
