"""Verbs of the ladder: publish, announce, open what is due, extend: whatever touches more than one domain."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from participation.domain.ballots import operations as ballots
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ballots.queries import of_step
from participation.domain.ladder import rules
from participation.domain.ladder.gates import queries as gates
from participation.domain.ladder.gates.rules import Owing
from participation.domain.ladder.given import queries as given
from participation.domain.ladder.given.rules import Since, items
from participation.domain.ladder.rules import Dossier, Missing
from participation.domain.places.queries import CityView
from participation.domain.projects import operations as projects
from participation.domain.projects.elections import queries as elections
from participation.domain.projects.forms import Dates, Extension
from participation.domain.projects.models import Project, ProjectState, Step, StepKind
from participation.domain.projects.preconditions.operations import published_signatures
from participation.domain.projects.rules import LONGEST, by_kind
from participation.domain.projects.steps import operations as steps
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Conflict
from participation.kit.i18n import Message, _
from participation.kit.marks import counting

log = structlog.get_logger()
NOTICE = timedelta(minutes=1)
"""A ballot is announced at least this long before it opens, and longer where the city asks for it."""
MORNING = time(9)
"""When a step opens for which nobody chose an hour."""


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
    file = (await gates.files(session, city, [project.id], at))[project.id]
    said = gates.of_project(city, project, None, file, at)
    lacking = rules.missing(said, Owing.INFORMATION, gates.settled(city))
    if lacking:
        raise Owed(lacking)
    for step in project.steps:
        step.announced_at = at
    project.owed = await kept(session, city, project, Owing.INFORMATION, said, at)
    await projects.publish(session, city=city, project=project, actor=actor, at=at)
    await published_signatures(session, project=project, actor=actor, at=at)
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
    soon = _after_notice(city, step, at)
    if step.opened_at is None and step.opens_at < soon:
        soon = await elections.out_of_periods(session, city=city, moment=soon)
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
    """Set or announce a step's dates, which have to leave enough notice and time; no opening: as early as may be.

    On a published project it opens at once when its date has come and it owes nothing.
    """
    said, wrong = timed(city, project, Owing(kind), said, at)
    step = await steps.set_step(
        session, city=city, project=project, version=version, kind=kind, said=said, actor=actor, at=at, too_short=wrong
    )
    if project.state == ProjectState.PUBLISHED and step.opens_at <= at:
        await open_due(session, city=city, at=at, project_id=project.id)
    return step


def timed(city: CityView, project: Project, step: Owing, said: Dates, at: datetime) -> tuple[Dates, dict[str, Message]]:
    """The dates with their opening, and what of them is too early or too short when they are announced now."""
    table = gates.settled(city)
    influence = project.influence
    today = at.astimezone(city.zone).date()
    notice, duration = table.notice(step), table.duration(step, influence)
    first = table.earliest(today, notice)
    opens_at = said.opens_at or (at if first == today else _morning(city, first))
    if max(opens_at, said.closes_at) > at + LONGEST:
        return replace(said, opens_at=opens_at), {}  # refused for that, and days so far away cannot be counted on
    opens = opens_at.astimezone(city.zone).date()
    wrong = {}
    if opens < first:
        wrong["opens_at"] = rules.too_soon(step, notice, first)
    last = table.earliest(opens, duration)
    if said.closes_at.astimezone(city.zone).date() < last:
        wrong["closes_at"] = rules.too_short(step, duration, last)
    return replace(said, opens_at=opens_at), wrong


def _morning(city: CityView, day: date) -> datetime:
    return datetime.combine(day, MORNING, city.zone).astimezone(UTC)


async def extend(
    session: Session, *, city: CityView, project: Project, kind: StepKind, said: Extension, actor: Actor, at: datetime
) -> None:
    """Extend a step; the ballot follows the step of decision."""
    await steps.extend_step(session, city=city, project=project, kind=kind, said=said, actor=actor, at=at)
    await follow(session, project, at)


async def open_due(session: Session, *, city: CityView, at: datetime, project_id: int | None = None) -> list[int]:
    """Open each step whose date has come and that owes nothing; a step that owes something stays planned, and says so.

    For a whole city each by itself: one that cannot be opened keeps no other closed. In an election period none opens.
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
            ~elections.runs(city, at),
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
    project, step, said = ready
    owed = await kept(session, city, project, Owing(step.kind), said, at)
    await steps.open_step(session, city=city, project=project, step=step, owed=owed, at=at)
    await follow(session, project, at)
    return True


async def _ready(
    session: Session, city: CityView, project_id: int, step_id: int, at: datetime, *, lock: bool
) -> tuple[Project, Step, Dossier] | None:
    project = await projects.loaded(session, Project.id == project_id, city_id=city.id, lock=lock)
    step = next((step for step in project.steps if step.id == step_id), None)
    if step is None or step.opened_at is not None or step.ended_at is not None or step.opens_at > at:
        return None
    ballot = await of_step(session, step_id=step.id) if step.kind == StepKind.DECISION else None
    file = (await gates.files(session, city, [project.id], at))[project.id]
    said = gates.of_project(city, project, ballot, file, at)
    owed = rules.missing(said, Owing(step.kind), gates.settled(city))
    return None if owed else (project, step, said)


async def kept(
    session: Session, city: CityView, project: Project, step: Owing, said: Dossier, at: datetime
) -> dict[str, Any]:
    """What is owed now and since when it has been there: it stays like this, however strict the city becomes later."""
    published = step is Owing.INFORMATION
    since = Since(at, {}, {}, {}, {}, None, {}, {}) if published else await given.since(session, project.id)
    found = items(step, gates.settled(city), said, since, project.steps, city.required_languages)
    return {"items": [one.stored for one in found]}


async def follow(session: Session, project: Project, at: datetime) -> None:
    """The ballot's dates are its step's."""
    step = by_kind(project.steps, StepKind.DECISION)
    if step is not None and project.state == ProjectState.PUBLISHED:
        await session.flush()
        await ballots.extend(session, step=step, at=at)


def _after_notice(city: CityView, step: Step, at: datetime) -> datetime:
    """When a vote may open whose question becomes public now; its planned opening where that is late enough."""
    table = gates.settled(city)
    today, planned = (moment.astimezone(city.zone).date() for moment in (at, step.opens_at))
    first = table.earliest(today, table.notice(Owing.DECISION))
    if step.opens_at >= at + NOTICE and planned >= first:
        return step.opens_at
    return (at + 2 * NOTICE).replace(second=0, microsecond=0) if first == today else _morning(city, first)


def _unasked(city: CityView, ballot: Ballot) -> bool:
    said = counting(ballot.questions, ballot.marks)
    return ballot.state != BallotState.DRAFT or any(language not in said for language in city.required_languages)
