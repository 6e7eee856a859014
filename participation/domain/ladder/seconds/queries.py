"""Reads what waits for a second person, for the desk of whoever could be that person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.outcomes.models import Correction, Outcome, OutcomeState
from participation.domain.people.models import Invitation, Role, RoleChange
from participation.domain.people.roles.rules import WAITS
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment, AssessmentState
from participation.domain.projects.elections.models import ElectionPeriod
from participation.domain.projects.filings.models import Filing, FilingState
from participation.domain.projects.models import Project, ProjectDistrict, ProjectText
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.organisations.rules import INDEPENDENT
from participation.domain.proxies.delegates.models import Delegate, DelegateState, Objection
from participation.domain.record.actors import Actor
from participation.kit.database import Session

_NOTHING = sa.literal("")
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
    first: tuple[int, ...]
    """Whoever did the first half, or parts of it."""
    since: datetime
    """When they did it."""


async def waiting(session: Session, *, city: CityView, actor: Actor, at: datetime) -> list[Waits]:
    """What this actor could confirm by their roles and places, what waits longest first; one statement."""
    parts: list[Any] = []
    if held := _held(actor, Role.OFFICIAL, city):
        parts += _of_projects(city, held)
    if held := _held(actor, Role.ADMINISTRATOR, city):
        parts += _of_the_city(city, held, at)
    if not parts:
        return []
    rows = sa.union_all(*parts).subquery()
    order = (rows.c.since, rows.c.kind, rows.c.slug, rows.c.detail)
    found = await session.execute(sa.select(rows).order_by(*order).limit(MOST))
    return [Waits(row.kind, row.slug, row.detail, row.titles, tuple(row.first), row.since) for row in found]


def _held(actor: Actor, role: Role, city: CityView) -> set[int]:
    """Every place for which a role holds: as `people.rules.may_act`, for the database."""
    granted = {grant.place_id for grant in actor.grants if grant.role == role}
    return {place for place in city.places if granted & set(city.above(place))}


def _of_projects(city: CityView, held: Collection[int]) -> list[Any]:
    own = sa.and_(Project.city_id == city.id, _within(city, held))
    decided = sa.select(
        *(Outcome.project_id, Correction.handed_in_by, Correction.handed_in_at),
        sa.cast(Outcome.id, sa.Text).label("number"),
    )
    corrections = (
        decided.join(Correction, Correction.outcome_id == Outcome.id)
        .where(Correction.published_at.is_(None), Correction.handed_in_by.is_not(None))
        .subquery()
    )
    none = sa.literal("")
    return [
        _line("outcome", none, Outcome.handed_in_by, Outcome.handed_in_at)
        .join(Outcome, Outcome.project_id == Project.id)
        .where(Outcome.state == OutcomeState.REVIEW, own),
        _line("correction", corrections.c.number, corrections.c.handed_in_by, corrections.c.handed_in_at)
        .join(corrections, corrections.c.project_id == Project.id)
        .where(own),
        _line("urgent", none, UrgentUse.proposed_by, UrgentUse.proposed_at)
        .join(UrgentUse, UrgentUse.project_id == Project.id)
        .where(UrgentUse.opened_at.is_(None), own),
        _line("assessment", Assessment.kind, Assessment.submitted_by, Assessment.submitted_at)
        .join(Assessment, Assessment.project_id == Project.id)
        .where(Assessment.state == AssessmentState.REVIEW, own),
        _line("filing", sa.cast(Filing.id, sa.Text), (Filing.given_by, Organisation.registered_by), Filing.handed_in_at)
        .join(Filing, Filing.project_id == Project.id)
        .join(Organisation, Organisation.id == Filing.organisation_id)
        .where(
            Filing.state == FilingState.HANDED_IN, Filing.kind.is_not(None), Organisation.kind.in_(INDEPENDENT), own
        ),
    ]


def _within(city: CityView, held: Collection[int]) -> sa.ColumnElement[bool]:
    """All of a project's places are held; of one that names none the city."""
    named = sa.exists().where(ProjectDistrict.project_id == Project.id)
    other = named.where(ProjectDistrict.place_id.not_in(held))
    return sa.not_(other) if city.root.id in held else sa.and_(named, sa.not_(other))


def _each(first: Any) -> Any:
    """A number of a person, or several of them and lists of them, as one list."""
    found: Any = sa.literal([], JSONB)
    for one in first if isinstance(first, tuple) else (first,):
        found = found.op("||", return_type=JSONB())(sa.func.coalesce(sa.func.to_jsonb(one), sa.literal([], JSONB)))
    return found.label("first")


def _line(kind: str, detail: Any, first: Any, since: Any) -> Any:
    titles = (
        sa.select(sa.func.jsonb_object_agg(ProjectText.language, ProjectText.title))
        .where(ProjectText.project_id == Project.id, ProjectText.title != "")
        .correlate(Project)
        .scalar_subquery()
    )
    columns = (sa.literal(kind).label("kind"), Project.slug.label("slug"), detail.label("detail"))
    empty = sa.text("'{}'::jsonb")
    return sa.select(
        *columns, sa.func.coalesce(titles, empty).label("titles"), _each(first), since.label("since")
    ).select_from(Project)


def _of_the_city(city: CityView, held: Collection[int], at: datetime) -> list[Any]:
    def line(kind: str, first: Any, since: Any, detail: Any = _NOTHING) -> Any:
        return sa.select(
            sa.literal(kind).label("kind"),
            sa.literal("").label("slug"),
            detail.label("detail"),
            sa.literal_column("'{}'::jsonb", JSONB).label("titles"),
            _each(first),
            since.label("since"),
        )

    def within(place: Any) -> sa.ColumnElement[bool]:
        """No place means the whole city."""
        return sa.func.coalesce(place, city.root.id).in_(held)

    removing = ElectionPeriod.removal_by.is_not(None)
    period = sa.func.coalesce(ElectionPeriod.removal_by, ElectionPeriod.proposed_by)
    wanted_at = sa.func.coalesce(ElectionPeriod.removal_at, ElectionPeriod.proposed_at)
    objected = sa.exists().where(Objection.delegate_id == Delegate.id, Objection.upheld.is_(None))
    number = sa.cast(Delegate.id, sa.Text)
    return [
        line("role", RoleChange.proposed_by, RoleChange.proposed_at).where(
            RoleChange.city_id == city.id, within(RoleChange.place_id), RoleChange.proposed_at > at - WAITS
        ),
        line("role", Invitation.made_by, Invitation.made_at).where(
            Invitation.city_id == city.id,
            within(Invitation.place_id),
            Invitation.confirmed_by.is_(None),
            Invitation.expires_at > at,
        ),
        line("election", period, wanted_at).where(
            ElectionPeriod.city_id == city.id,
            sa.literal(city.root.id in held),
            ElectionPeriod.removed_at.is_(None),
            sa.or_(ElectionPeriod.confirmed_at.is_(None), removing),
        ),
        line("delegate", Delegate.proposed_by, Delegate.proposed_at, number).where(
            Delegate.city_id == city.id,
            within(Delegate.place_id),
            Delegate.state == DelegateState.PROPOSED,
            sa.or_(Delegate.objections_until <= at, objected),
        ),
    ]
