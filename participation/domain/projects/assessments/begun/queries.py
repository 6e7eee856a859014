"""Reads the drafts of a project by kind, and the questionnaires of its city that can be answered besides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.models import Assessment, Questionnaires
from participation.domain.projects.models import Project
from participation.kit.database import Session


@dataclass(frozen=True)
class AssessmentView:
    id: int
    kind: str
    state: str
    published: int
    published_at: datetime | None
    review_on: date | None
    submitted_by: int | None


async def of_project(
    session: Session, project_id: int
) -> tuple[dict[str, AssessmentView], dict[str, Mapping[str, str]]]:
    """What has been begun, by kind; and the city's own questionnaires, which may be: kind -> title. One statement."""
    begun, own = Assessment.__table__.c, Questionnaires
    names = (
        begun.id,
        begun.kind,
        begun.state,
        begun.published,
        begun.published_at,
        begun.review_on,
        begun.submitted_by,
    )
    title = own.content["title"].label("title")
    city = sa.select(Project.city_id).where(Project.id == project_id).scalar_subquery()
    brought = sa.select(*(sa.null() if name is not begun.kind else own.kind for name in names), own.version, title)
    rows: Iterable[Any] = await session.execute(
        sa.union_all(
            sa.select(*names, sa.null().label("version"), sa.null().label("title")).where(
                begun.project_id == project_id
            ),
            brought.where(own.city_id == city),
        )
    )
    views, titles = {}, {}
    for row in sorted(rows, key=lambda row: row.version or 0):
        if row.id is None:
            titles[row.kind] = row.title
        else:
            views[row.kind] = AssessmentView(**{name.key: row._mapping[name.key] for name in names})
    return views, titles
