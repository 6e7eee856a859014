"""Reads the dated steps of many projects, with what each owed when it opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.elections.queries import held_until
from participation.domain.projects.models import Project, Step, StepExtension
from participation.domain.projects.parts.queries import ExtensionView
from participation.domain.projects.queries import PUBLIC
from participation.kit.database import Session
from participation.kit.marks import Texts


@dataclass(frozen=True)
class StepLine:
    id: int
    slug: str
    kind: str
    announced_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    held_until: datetime | None
    """The end of the election period in which its date lies."""
    allows: list[str]
    owed: dict[str, Any] | None
    extensions: int


async def listed(
    session: Session, city: CityView, *, after: int, size: int, project_id: int | None = None
) -> tuple[Sequence[StepLine], bool]:
    """In the order in which they were planned, of the city or of one project; whether there are more. One statement."""
    extended = sa.select(sa.func.count()).where(StepExtension.step_id == Step.id).scalar_subquery()
    dates = (Step.announced_at, Step.opens_at, Step.closes_at, Step.opened_at, Step.ended_at)
    wanted = (
        sa.select(
            *(Step.id, Project.slug, Step.kind, *dates, Step.allows, Step.owed),
            extended.label("extensions"),
            held_until(Step.city_id, Step.opens_at).label("held_until"),
        )
        .join(Project, Project.id == Step.project_id)
        .where(PUBLIC, Project.city_id == city.id, Step.id > after)
        .order_by(Step.id)
        .limit(size + 1)
    )
    if project_id is not None:
        wanted = wanted.where(Step.project_id == project_id)
    found = [StepLine(**row._mapping) for row in await session.execute(wanted)]
    return found[:size], len(found) > size


async def extensions(session: Session, step: StepLine) -> list[ExtensionView]:
    """In the order in which they were made."""
    one = StepExtension
    wanted = sa.select(one.closed_before, one.closes_now, one.reasons, one.marks, one.at).where(one.step_id == step.id)
    rows = await session.execute(wanted.order_by(one.id))
    return [
        ExtensionView(step.kind, row.closed_before, row.closes_now, Texts(row.reasons, row.marks), row.at)
        for row in rows
    ]
