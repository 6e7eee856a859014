"""Verbs of the ladder: publish, announce, open what is due, extend: whatever touches more than one domain."""

from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from participation.domain.ballots import operations as ballots
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ballots.queries import of_step
from participation.domain.ladder import queries, rules
from participation.domain.ladder.rules import Missing, Owing
from participation.domain.places.queries import CityView
from participation.domain.projects import operations as projects
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.forms import Dates, Extension
from participation.domain.projects.models import Project, ProjectState, Step, StepKind
from participation.domain.projects.rules import by_kind
from participation.domain.projects.steps import operations as steps
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Conflict
from participation.kit.i18n import _
from participation.kit.marks import counting

log = structlog.get_logger()
NOTICE = timedelta(minutes=1)
"""A ballot is announced at least this long before it opens."""


class Owed(Conflict):
    """Something that has to be public first is not there."""

    def __init__(self, items: list[Missing]) -> None:
        super().__init__(
            "owed",
            _("Something that has to be published is still missing."),
            _("The list of what is missing leads to each field."),
        )
        self.items = items


async def publish(
    session: Session, *, city: CityView, project: Project, folder: Path, actor: Actor, at: datetime
) -> None:
    """Publish a project with its dates and its ballot; a step whose date has come opens at once when it owes nothing."""
    items = rules.missing(queries.of_project(city, project, None, (), at), Owing.INFORMATION)
    if items:
        raise Owed(items)
    await projects.publish(session, city=city, project=project, actor=actor, at=at)
    decision = by_kind(project.steps, StepKind.DECISION)
    ballot = None if decision is None else await of_step(session, step_id=decision.id)
    if ballot is not None and not _unasked(city, ballot):
        await announce_ballot(session, city=city, project=project, folder=folder, actor=actor, at=at)
    await open_due(session, city=city, at=at, project_id=project.id)


async def announce_ballot(
    session: Session, *, city: CityView, project: Project, folder: Path, actor: Actor, at: datetime
) -> Ballot:
    """The question and the rule become public and final. Where the step's date has come meanwhile, the step moves."""
    step = by_kind(project.steps, StepKind.DECISION)
    if step is None or project.state != ProjectState.PUBLISHED:
        raise Conflict(
            "no_step",
            _("A ballot is announced in the step of decision of a published project."),
            _("Publish the project with the dates of its decision first."),
        )
    if step.opened_at is None and step.opens_at < at + NOTICE:
        soon = (at + 2 * NOTICE).replace(second=0, microsecond=0)
        await steps.move_step(session, project=project, step=step, opens_at=soon, actor=actor, at=at)
    return await ballots.announce(session, city=city, project=project, step=step, folder=folder, actor=actor, at=at)


async def set_step(
    session: Session,
    *,
    city: CityView,
    project: Project,
    version: int,
    kind: StepKind,
    said: Dates,
    actor: Actor,
    at: datetime,
) -> Step:
    """Set or announce a step's dates; on a published project it opens at once when its date has come and it owes nothing."""
    step = await steps.set_step(
        session, city=city, project=project, version=version, kind=kind, said=said, actor=actor, at=at
    )
    if project.state == ProjectState.PUBLISHED:
        await open_due(session, city=city, at=at, project_id=project.id)
    return step


async def extend(
    session: Session, *, city: CityView, project: Project, kind: StepKind, said: Extension, actor: Actor, at: datetime
) -> None:
    """Extend a step; the ballot follows the step of decision."""
    await steps.extend_step(session, city=city, project=project, kind=kind, said=said, actor=actor, at=at)
    await _follow(session, project, at)


async def open_due(session: Session, *, city: CityView, at: datetime, project_id: int | None = None) -> list[int]:
    """Open each step whose date has come and that owes nothing; a step that owes something stays planned, and says so.

    For a whole city each by itself: one that cannot be opened keeps no other closed.
    """
    attempt = _open if project_id is not None else _open_alone
    due = (
        sa.select(Step.id, Step.project_id)
        .join(Project, Project.id == Step.project_id)
        .where(
            Step.city_id == city.id,
            Step.opened_at.is_(None),
            Step.ended_at.is_(None),
            Step.opens_at <= at,
            Project.state == ProjectState.PUBLISHED,
        )
        .order_by(Step.opens_at, Step.id)
    )
    if project_id is not None:
        due = due.where(Step.project_id == project_id)
    opened = []
    for row in (await session.execute(due)).all():
        if await attempt(session, city, row.project_id, row.id, at):
            opened.append(row.id)
    return opened


async def _open_alone(session: Session, city: CityView, project_id: int, step_id: int, at: datetime) -> bool:
    try:
        async with session.begin_nested():
            return await _open(session, city, project_id, step_id, at)
    except Exception as error:
        log.error("step_not_opened", project=project_id, step=step_id, error=type(error).__name__, exc_info=error)
        return False


async def _open(session: Session, city: CityView, project_id: int, step_id: int, at: datetime) -> bool:
    """Looks first, so that a step that owes something for weeks locks nobody out; looks again under the lock."""
    if await _ready(session, city, project_id, step_id, at, lock=False) is None:
        return False
    ready = await _ready(session, city, project_id, step_id, at, lock=True)
    if ready is None:
        return False
    project, step = ready
    await steps.open_step(session, project=project, step=step, at=at)
    await _follow(session, project, at)
    return True


async def _ready(
    session: Session, city: CityView, project_id: int, step_id: int, at: datetime, *, lock: bool
) -> tuple[Project, Step] | None:
    project = await projects.loaded(session, Project.id == project_id, city_id=city.id, lock=lock)
    step = next((step for step in project.steps if step.id == step_id), None)
    if step is None or step.opened_at is not None or step.ended_at is not None or step.opens_at > at:
        return None
    ballot = await of_step(session, step_id=step.id) if step.kind == StepKind.DECISION else None
    unassessed: tuple[str, ...] = ()
    if step.kind == StepKind.CONSULTATION:
        unassessed = (await assessments.unassessed(session, [project.id]))[project.id]
    owed = rules.missing(queries.of_project(city, project, ballot, unassessed, at), Owing(step.kind))
    return None if owed else (project, step)


async def _follow(session: Session, project: Project, at: datetime) -> None:
    """The ballot's dates are its step's."""
    step = by_kind(project.steps, StepKind.DECISION)
    if step is not None and project.state == ProjectState.PUBLISHED:
        await session.flush()
        await ballots.extend(session, step=step, at=at)


def _unasked(city: CityView, ballot: Ballot) -> bool:
    said = counting(ballot.questions, ballot.marks)
    return ballot.state != BallotState.DRAFT or any(language not in said for language in city.required_languages)
