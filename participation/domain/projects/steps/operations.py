"""Verbs of steps: set and announce dates, extend, open, move what comes after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects import rules
from participation.domain.projects.elections import queries as elections
from participation.domain.projects.forms import USUAL, Dates, Extension
from participation.domain.projects.models import Project, ProjectState, Step, StepExtension, StepKind
from participation.domain.projects.operations import expect, note, places_of, stamp
from participation.domain.projects.versions.operations import enter
from participation.domain.record.actors import Actor, system
from participation.kit.database import Session, alike
from participation.kit.errors import Conflict, Invalid, NotFound
from participation.kit.i18n import Message, _
from participation.kit.marks import Made, counts, marked


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
    too_short: Mapping[str, Message] | None = None,
) -> Step:
    """Dates of a step, as long as they are not announced; on a published project this announces them.

    too_short: what `ladder` has against them, by field.
    """
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    expect(project, f"steps.{kind}", version)
    published = project.state != ProjectState.DRAFT
    step = rules.by_kind(project.steps, kind)
    refusal = rules.may_set_dates(state=project.state, announced=step is not None)
    if refusal is not None:
        raise refusal
    opens = said.opens_at or at
    errors = rules.wrong_dates(kind, opens, said.closes_at, project.steps, at) or too_short
    near = opens <= at + rules.LONGEST
    if near and (wrong := await elections.wrong_opening(session, city=city, opens_at=opens, at=at)):
        errors = {**(errors or {}), "opens_at": wrong}
    if errors:
        raise Invalid(dict(errors))
    if step is None:
        step = Step(city_id=city.id, kind=kind)
        project.steps.append(step)
    step.opens_at, step.closes_at = opens, said.closes_at
    step.announced_at = at if published else None
    step.allows = [str(feature) for feature in said.allows or USUAL[kind]]
    project.version += 1
    project.parts = {**project.parts, f"steps.{kind}": project.version}
    await session.flush()
    if published:
        facts = {"step": str(kind), "opens": stamp(opens), "closes": stamp(said.closes_at)}
        await note(session, project, "step_announced", who, at, facts)
    return step


async def drop_step(session: Session, *, city: CityView, project: Project, kind: StepKind, actor: Actor) -> None:
    """Out of a draft; an announced step stays."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    step = rules.by_kind(project.steps, kind)
    if step is None:
        return
    if project.state != ProjectState.DRAFT:
        raise Conflict(
            "announced",
            _("The dates of this step are announced already."),
            _("You can still extend it, with a reason that everybody can read."),
        )
    project.steps.remove(step)
    await session.delete(step)
    await session.flush()


async def extend_step(
    session: Session, *, city: CityView, project: Project, kind: StepKind, said: Extension, actor: Actor, at: datetime
) -> Step:
    """To a later moment, with a reason in every required language; what comes after moves with it."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    step = rules.by_kind(project.steps, kind)
    if step is None or project.state == ProjectState.DRAFT:
        raise NotFound()
    refusal = rules.may_extend(step, said.closes_at, at)
    if refusal is not None:
        raise refusal
    wanting = [language for language in city.required_languages if not said.reasons.get(language)]
    if wanting:
        raise Invalid({f"reasons.{language}": _("This is needed in every required language.") for language in wanting})
    before, step.closes_at = step.closes_at, said.closes_at
    session.add(
        StepExtension(
            city_id=city.id,
            step_id=step.id,
            closed_before=before,
            closes_now=said.closes_at,
            reasons=said.reasons,
            marks=marked({}, said.reasons, {}, city.languages),
            at=at,
        )
    )
    facts = {"step": str(kind), "from": stamp(before), "to": stamp(said.closes_at), "reasons": said.reasons}
    await note(session, project, "step_extended", who, at, facts)
    if kind is StepKind.CONSULTATION:
        await push_decision(session, project=project, actor=who, at=at)
    return step


async def translate_extensions(
    session: Session,
    *,
    city: CityView,
    project: Project,
    texts: Mapping[tuple[str, int, str], tuple[str, Made]],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Reasons in a language in which they were not given, by kind (`extension`) and number. What was announced stays as it is."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    numbers = {number for _kind, number, _rest in texts}
    mine = sa.and_(StepExtension.id.in_(numbers), Step.project_id == project.id)
    found = await session.scalars(sa.select(StepExtension).join(Step, Step.id == StepExtension.step_id).where(mine))
    rows = {row.id: row for row in found}
    for (_kind, number, _rest), (text, made) in texts.items():
        row = rows.get(number)
        if row is None:
            raise NotFound()
        if counts(language, row.reasons, row.marks):
            raise rules.announced()
        reasons = row.reasons | {language: text}
        row.marks = marked(row.reasons, reasons, row.marks, city.languages, {language: made})
        row.reasons = reasons
        facts = {"language": language, "texts": ["extension"], "words": text}
        enter(session, project, "translation_added", who, at, facts)
    alike(rows.values(), "reasons", "marks")


async def open_step(
    session: Session,
    *,
    city: CityView,
    project: Project,
    step: Step,
    at: datetime,
    owed: Mapping[str, Any] | None = None,
    whatever_is_held: bool = False,
) -> None:
    """Its date has come and nothing that it owes is missing: `owed` says what, and is kept. Opened late it keeps its length.

    `whatever_is_held`: in an election period too, which `ladder.urgent` alone may say, of a consultation where life is in danger.
    """
    if not whatever_is_held and (refusal := await elections.why_not_open(session, city=city, at=at)):
        raise refusal
    closes = rules.closing_when_opened(step, at)
    step.opened_at = at
    step.owed = None if owed is None else dict(owed)
    facts: dict[str, Any] = {
        "step": step.kind,
        "planned": stamp(step.opens_at),
        "closes": stamp(closes),
        "late": rules.opened_late(step),
    }
    if owed is not None:
        facts["owed"] = [one["code"] for one in owed["items"]]
    step.closes_at = closes
    actor = system(project.city_id)
    await note(session, project, "step_opened", actor, at, facts)
    if step.kind == StepKind.CONSULTATION:
        await push_decision(session, project=project, actor=actor, at=at)


async def push_decision(session: Session, *, project: Project, actor: Actor, at: datetime) -> None:
    """A decision that was to open before the consultation's new closing moves with it and keeps its length."""
    consultation = rules.by_kind(project.steps, StepKind.CONSULTATION)
    decision = rules.by_kind(project.steps, StepKind.DECISION)
    if consultation is None or decision is None or decision.opened_at or decision.ended_at:
        return
    if consultation.closes_at > decision.opens_at:
        await move_step(session, project=project, step=decision, opens_at=consultation.closes_at, actor=actor, at=at)


async def move_step(
    session: Session, *, project: Project, step: Step, opens_at: datetime, actor: Actor, at: datetime
) -> None:
    """A step that has not opened yet opens later, and keeps its length."""
    step.closes_at += opens_at - step.opens_at
    step.opens_at = opens_at
    facts = {"step": step.kind, "opens": stamp(step.opens_at), "closes": stamp(step.closes_at)}
    await note(session, project, "step_moved", actor, at, facts)


async def restart_step(
    session: Session, *, city: CityView, project: Project, kind: StepKind, said: Dates, actor: Actor, at: datetime
) -> Step:
    """After an outcome ended a step early (a cancelled ballot), the same step again with new dates."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    step = rules.by_kind(project.steps, kind)
    if step is None:
        raise NotFound()
    if project.state != ProjectState.PUBLISHED or rules.step_state(step, at) is not rules.StepState.CLOSED:
        raise Conflict(
            "running",
            _("Only a step that has ended can be run again."),
            _("Extend it, or end it by a decision with reasons."),
        )
    opens = said.opens_at or at
    errors = rules.wrong_dates(kind, opens, said.closes_at, project.steps, at)
    near = opens <= at + rules.LONGEST
    if near and (wrong := await elections.wrong_opening(session, city=city, opens_at=opens, at=at)):
        errors["opens_at"] = wrong
    if errors:
        raise Invalid(errors)
    step.opens_at, step.closes_at, step.opened_at, step.ended_at = opens, said.closes_at, None, None
    step.announced_at, step.owed = at, None
    facts = {"step": str(kind), "opens": stamp(opens), "closes": stamp(said.closes_at)}
    await note(session, project, "step_announced", who, at, facts)
    return step
