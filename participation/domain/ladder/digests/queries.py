"""Reads what a letter tells: entries of the record about followed projects, what closes soon, and the projects' titles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ladder.digests import rules
from participation.domain.notices.subscriptions.models import Followed, Subscription
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState, ProjectText, Step
from participation.domain.record.models import RecordEntry
from participation.domain.record.queries import COLUMNS, Entry, entry_of
from participation.kit.database import Session


@dataclass(frozen=True)
class Named:
    """A project as a letter names it."""

    id: int
    number: int
    slug: str
    titles: dict[str, str]


@dataclass(frozen=True)
class Closing:
    project_id: int
    kind: str
    closes_at: datetime


@dataclass(frozen=True)
class Told:
    """What a digest tells: the oldest first."""

    entries: list[Entry]
    more: bool
    closing: list[Closing]
    projects: dict[int, Named]


def follows(project: Any) -> sa.ColumnElement[bool]:
    """Whether the subscription in the enclosing statement follows this project (its number as text, as the record has it),
    by itself or with the whole city."""
    fits = sa.or_(Followed.project_id.is_(None), sa.cast(Followed.project_id, sa.Text) == project)
    mine = sa.select(Followed.id).where(Followed.subscription_id == Subscription.id, Followed.confirmed, fits)
    return mine.correlate(Subscription, RecordEntry, Step).exists()


def news(city_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Entries that say what the city does with a project."""
    return (
        RecordEntry.city_id == city_id,
        RecordEntry.subject_kind == "project",
        RecordEntry.kind.not_in(rules.NOT_NEWS),
        RecordEntry.body.is_not(None),
    )


def closes_within(city: CityView, day: date) -> tuple[sa.ColumnElement[bool], ...]:
    begins, ends = rules.closing(day, city.zone)
    return (
        Step.city_id == city.id,
        Step.opened_at.is_not(None),
        Step.ended_at.is_(None),
        Step.closes_at >= begins,
        Step.closes_at < ends,
    )


async def newest(session: Session, city_id: int) -> int:
    """The number of the last entry that is sealed; -1 while there is none."""
    found = await session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(RecordEntry.number), -1)).where(RecordEntry.city_id == city_id)
    )
    return int(found if found is not None else -1)


async def told(session: Session, city: CityView, *, subscription_id: int, day: date, first: int, last: int) -> Told:
    """What the digest of this day tells this subscription, of what it follows when it is sent."""
    mine = Subscription.id == subscription_id
    found = await session.execute(
        sa.select(*COLUMNS)
        .select_from(RecordEntry)
        .join(Subscription, mine)
        .where(*news(city.id), RecordEntry.number > first, RecordEntry.number <= last, follows(RecordEntry.subject_id))
        .order_by(RecordEntry.number)
        .limit(rules.LINES + 1)
    )
    entries = [entry_of(row) for row in found.all()]
    steps = await session.execute(
        sa.select(Step.project_id, Step.kind, Step.closes_at)
        .join(Subscription, mine)
        .where(*closes_within(city, day), follows(sa.cast(Step.project_id, sa.Text)))
        .order_by(Step.closes_at, Step.id)
        .limit(rules.LINES)
    )
    closing = [Closing(*row) for row in steps.all()]
    shown = entries[: rules.LINES]
    wanted = {int(entry.about[1]) for entry in shown if entry.about} | {step.project_id for step in closing}
    return Told(shown, len(entries) > rules.LINES, closing, await named(session, city.id, wanted))


async def named(session: Session, city_id: int, ids: set[int]) -> dict[int, Named]:
    """Projects that are not drafts, with their titles in every language."""
    titles = sa.func.jsonb_object_agg(ProjectText.language, ProjectText.title).filter(ProjectText.title != "")
    rows = await session.execute(
        sa.select(Project.id, Project.number, Project.slug, titles)
        .join(ProjectText, ProjectText.project_id == Project.id)
        .where(Project.city_id == city_id, Project.id.in_(ids), Project.state != ProjectState.DRAFT)
        .group_by(Project.id)
    )
    return {row.id: Named(row.id, row.number, row.slug, row[3] or {}) for row in rows.all()}
