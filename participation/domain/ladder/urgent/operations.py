"""Verbs of the urgent path: wanted by one official, opened by a second one, reviewed in public."""

from datetime import datetime
from typing import Any, NamedTuple

from participation.domain.ballots.queries import of_step
from participation.domain.ladder.gates import queries as gates
from participation.domain.ladder.gates.rules import NOTICE, Owing
from participation.domain.ladder.operations import follow, kept
from participation.domain.ladder.rules import Dossier
from participation.domain.ladder.urgent import queries, rules
from participation.domain.ladder.urgent.forms import Review, Urgent
from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.ladder.urgent.rules import Urgency, UrgentGround
from participation.domain.people.models import Role
from participation.domain.people.rules import acting, first_half, may_confirm, not_waiting
from participation.domain.places.queries import CityView
from participation.domain.projects.elections import queries as elections
from participation.domain.projects.models import Project, Step, StepKind
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.rules import by_kind
from participation.domain.projects.steps import operations as steps
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.i18n import _


async def want(
    session: Session, *, city: CityView, project: Project, said: Urgent, actor: Actor, at: datetime
) -> UrgentUse:
    """One official says why; it waits for a second one. The project is locked by whoever calls."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    await _judged(session, city, project, said.step, said.ground, at)
    if any(use.opened_at is None for use in await queries.of_project(session, project.id)):
        raise Conflict(
            "waiting_already",
            _("Another use of the urgent path waits for a second official here."),
            _("Confirm it or drop it first."),
        )
    use = UrgentUse(
        city_id=city.id,
        project_id=project.id,
        step=said.step,
        ground=said.ground,
        law=said.law,
        reasons=said.reasons,
        proposed_by=actor.person_id,
        proposed_place=who.place,
        proposed_at=at,
    )
    session.add(use)
    await session.flush()
    return use


async def drop(session: Session, *, city: CityView, project: Project, use_id: int, actor: Actor) -> None:
    """Whoever wanted it thinks again, or another official says no."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    use = await queries.one(session, project_id=project.id, use_id=use_id)
    if use is None or use.opened_at is not None:
        raise not_waiting()
    await session.delete(use)
    await session.flush()


async def open_urgently(
    session: Session, *, city: CityView, project: Project, use_id: int, actor: Actor, at: datetime
) -> UrgentUse:
    """The second official opens the step; what it owes at this moment is written down, and so is when it is reviewed."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    use = await queries.one(session, project_id=project.id, use_id=use_id)
    if use is None or use.opened_at is not None:
        raise not_waiting()
    if refusal := may_confirm(use.proposed_by, actor.person_id):
        raise refusal
    judged = await _judged(session, city, project, StepKind(use.step), UrgentGround(use.ground), at)
    step = judged.step
    use.owed = _owed(judged.urgency, early=step.opens_at > at)
    use.opened_by, use.opened_at = actor.person_id, at
    use.review_due = at.astimezone(city.zone).date() + rules.REVIEW
    facts = {
        "step": use.step,
        "ground": use.ground,
        "law": use.law,
        "reasons": use.reasons,
        "owed": use.owed,
        "review": use.review_due.isoformat(),
        "wanted": first_half(Role.OFFICIAL, use.proposed_place),
    }
    # Said before it is done, so that whoever reads the record in order meets the reasons first.
    await note(session, project, "urgent_opened", who, at, facts)
    life = use.ground == UrgentGround.LIFE and use.step == StepKind.CONSULTATION
    owed = await kept(session, city, project, Owing(step.kind), judged.dossier, at)
    opening: dict[str, Any] = {"city": city, "project": project, "step": step, "owed": owed, "at": at}
    await steps.open_step(session, whatever_is_held=life, **opening)
    step.opens_at = min(step.opens_at, at)
    await follow(session, project, at)
    return use


async def review(
    session: Session, *, city: CityView, project: Project, use_id: int, said: Review, actor: Actor, at: datetime
) -> UrgentUse:
    """Whether it was needed, and what of it was given since: public, and for good."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    use = await queries.one(session, project_id=project.id, use_id=use_id)
    if use is None or use.opened_at is None or use.review_due is None:
        raise NotFound()
    if refusal := rules.may_review(opened_at=use.opened_at, reviewed=use.reviewed_at is not None, at=at):
        raise refusal
    late = rules.overdue(use.review_due, None, at.astimezone(city.zone).date())
    use.needed, use.given, use.reviewed_at = said.needed, said.given, at
    facts = {"step": use.step, "ground": use.ground, "late": late, "needed": said.needed, "given": said.given}
    await note(session, project, "urgent_reviewed", who, at, facts)
    return use


class Judged(NamedTuple):
    """A step, what it owes now, and all that is there of its project."""

    step: Step
    urgency: Urgency
    dossier: Dossier


async def _judged(
    session: Session, city: CityView, project: Project, kind: StepKind, ground: UrgentGround, at: datetime
) -> Judged:
    """The step, and what it owes now. Raises why it may not open on the urgent path."""
    step = by_kind(project.steps, kind)
    if step is None:
        raise Conflict(
            "no_step",
            _("The urgent path opens a step of a published project that has dates and has not opened."),
            _("Set the dates of the step first, or look at the project's page: it may be open already."),
        )
    ballot = await of_step(session, step_id=step.id) if kind is StepKind.DECISION else None
    file = (await gates.files(session, city, [project.id], at))[project.id]
    dossier = gates.of_project(city, project, ballot, file, at)
    urgency = rules.urgency(dossier, kind, queries.screened(file), gates.settled(city))
    held = await elections.running(session, city=city, at=at) is not None
    if refusal := rules.may_take(urgency, step, state=project.state, ground=ground, held=held, at=at):
        raise refusal
    return Judged(step, urgency, dossier)


def _owed(urgency: Urgency, *, early: bool) -> list[dict[str, Any]]:
    """What was owed, for good: code and languages."""
    owed = [{"code": item.code, "languages": list(item.languages)} for item in urgency.owed]
    short = early and all(one["code"] != NOTICE for one in owed)
    return [*owed, {"code": NOTICE, "languages": []}] if short else owed
