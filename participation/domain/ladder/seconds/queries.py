"""Reads what waits for a second person, for the desk of whoever could be that person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.outcomes.models import Correction, Outcome, OutcomeState
from participation.domain.people.models import Invitation, Role, RoleChange
from participation.domain.people.roles.rules import WAITS
from participation.domain.projects.assessments.models import Assessment, AssessmentState
from participation.domain.projects.elections.models import ElectionPeriod
from participation.domain.projects.models import Project, ProjectDistrict, ProjectText
from participation.kit.database import Session

MOST = 30
"""Lines on the desk; whoever clears them sees the next ones."""


@dataclass(frozen=True)
class Waits:
    """Something that one person has handed in, and where a second one reads it."""

    kind: str
    slug: str
    """Of its project; empty for what is about the city."""
    detail: str
    titles: dict[str, str]
    places: tuple[int, ...]
    first: int | None
    """Whoever did the first half."""


async def waiting(session: Session, *, city_id: int, roles: Collection[str], at: datetime) -> list[Waits]:
    """Of what these roles confirm, the oldest kinds of it first; one statement."""
    parts: list[Any] = []
    if Role.OFFICIAL in roles:
        parts += _of_projects(city_id)
    if Role.ADMINISTRATOR in roles:
        parts += _of_the_city(city_id, at)
    if not parts:
        return []
    rows = await session.execute(sa.union_all(*parts).limit(MOST))
    return [Waits(row.kind, row.slug, row.detail, row.titles, tuple(row.places or ()), row.first) for row in rows]


def _of_projects(city_id: int) -> list[Any]:
    decided = sa.select(Outcome.project_id, Correction.handed_in_by, sa.cast(Outcome.id, sa.Text).label("number"))
    corrections = (
        decided.join(Correction, Correction.outcome_id == Outcome.id)
        .where(Correction.published_at.is_(None), Correction.handed_in_by.is_not(None))
        .subquery()
    )
    none = sa.literal("")
    return [
        _line("outcome", none, Outcome.handed_in_by)
        .join(Outcome, Outcome.project_id == Project.id)
        .where(Outcome.state == OutcomeState.REVIEW, Project.city_id == city_id),
        _line("correction", corrections.c.number, corrections.c.handed_in_by)
        .join(corrections, corrections.c.project_id == Project.id)
        .where(Project.city_id == city_id),
        _line("urgent", none, UrgentUse.proposed_by)
        .join(UrgentUse, UrgentUse.project_id == Project.id)
        .where(UrgentUse.opened_at.is_(None), Project.city_id == city_id),
        _line("assessment", Assessment.kind, Assessment.submitted_by)
        .join(Assessment, Assessment.project_id == Project.id)
        .where(Assessment.state == AssessmentState.REVIEW, Project.city_id == city_id),
    ]


def _line(kind: str, detail: Any, first: Any) -> Any:
    titles = (
        sa.select(sa.func.jsonb_object_agg(ProjectText.language, ProjectText.title))
        .where(ProjectText.project_id == Project.id, ProjectText.title != "")
        .correlate(Project)
        .scalar_subquery()
    )
    places = (
        sa.select(sa.func.array_agg(ProjectDistrict.place_id))
        .where(ProjectDistrict.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    columns = (sa.literal(kind).label("kind"), Project.slug.label("slug"), detail.label("detail"))
    empty = sa.text("'{}'::jsonb")
    return sa.select(
        *columns, sa.func.coalesce(titles, empty).label("titles"), places.label("places"), first.label("first")
    ).select_from(Project)


def _of_the_city(city_id: int, at: datetime) -> list[Any]:
    def line(kind: str, place: Any, first: Any) -> Any:
        return sa.select(
            sa.literal(kind).label("kind"),
            sa.literal("").label("slug"),
            sa.literal("").label("detail"),
            sa.text("'{}'::jsonb as titles"),
            sa.func.array_remove(sa.cast(array([place]), sa.ARRAY(sa.Integer)), None).label("places"),
            first.label("first"),
        )

    whole = sa.null()
    removing = ElectionPeriod.removal_by.is_not(None)
    period = sa.func.coalesce(ElectionPeriod.removal_by, ElectionPeriod.proposed_by)
    return [
        line("role", RoleChange.place_id, RoleChange.proposed_by).where(
            RoleChange.city_id == city_id, RoleChange.proposed_at > at - WAITS
        ),
        line("role", Invitation.place_id, Invitation.made_by).where(
            Invitation.city_id == city_id, Invitation.confirmed_by.is_(None), Invitation.expires_at > at
        ),
        line("election", whole, period).where(
            ElectionPeriod.city_id == city_id,
            ElectionPeriod.removed_at.is_(None),
            sa.or_(ElectionPeriod.confirmed_at.is_(None), removing),
        ),
    ]
