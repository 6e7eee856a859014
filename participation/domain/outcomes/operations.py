"""Verbs of outcomes: save a draft, hand it in, publish it as a second person."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from participation.domain.ballots import queries as ballots
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Ballot, BallotState, Result
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import phase
from participation.domain.outcomes import queries, rules
from participation.domain.outcomes.forms import OutcomeSaid
from participation.domain.outcomes.models import Commitment, Decision, Outcome, OutcomeState, Theme
from participation.domain.people.models import Role
from participation.domain.people.rules import acting, first_half
from participation.domain.places.queries import CityView
from participation.domain.projects import operations as projects
from participation.domain.projects.elections import queries as elections
from participation.domain.projects.forms import Dates
from participation.domain.projects.models import Project, ProjectState, StepKind
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.rules import StepState, by_kind, overwritten, step_state
from participation.domain.projects.steps.operations import restart_step
from participation.domain.record.actors import Actor
from participation.kit import marks, states
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.i18n import Message, _
from participation.kit.marks import Made, Texts, counted


async def save(
    session: Session,
    *,
    city: CityView,
    project: Project,
    said: OutcomeSaid,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Begin or change the draft of a project's next outcome; nobody else sees it."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    successor_id = await successor_of(session, project, said.successor)
    outcome = await queries.draft(session, project_id=project.id, lock=True)
    if outcome is None:
        outcome = Outcome(city_id=city.id, project_id=project.id, created_at=at, version=0, themes=[], commitments=[])
        session.add(outcome)
    expect(outcome, version)
    outcome.decision = said.decision
    outcome.again_opens_at, outcome.again_closes_at = said.again_opens_at, said.again_closes_at
    outcome.successor_id = successor_id
    # Whoever handed in something else did not hand this in.
    outcome.state, outcome.handed_in_by, outcome.handed_in_place = OutcomeState.DRAFT, None, None
    await write(session, city, outcome, said)
    return outcome


def expect(outcome: Outcome, version: int | None) -> None:
    if version is not None and version < outcome.version:
        raise overwritten()


AllMade = Mapping[tuple[str, int, str], Mapping[str, Made]]
"""Kind (`outcome`, `theme`, `commitment`), number and field of a text -> language -> how it came about."""


async def write(
    session: Session, city: CityView, outcome: Outcome, said: OutcomeSaid, made: AllMade | None = None
) -> None:
    """`made` says of texts how they came about, which is else by hand."""
    how = made or {}
    for field, texts in said.texts.items():
        marks.say(outcome, field, texts, city.languages, how.get(("outcome", outcome.id, field)))
    themes = {theme.id: theme for theme in outcome.themes}
    outcome.themes = [themes.get(row.id or 0) or Theme(city_id=city.id) for row in said.themes]
    for theme, row in zip(outcome.themes, said.themes, strict=True):
        theme.disposition = row.disposition
        marks.say(theme, "names", row.names, city.languages, how.get(("theme", row.id or 0, "names")))
        marks.say(theme, "reasons", row.reasons, city.languages, how.get(("theme", row.id or 0, "reasons")))
    promised = {commitment.id: commitment for commitment in outcome.commitments}
    outcome.commitments = [promised.get(row.id or 0) or Commitment(city_id=city.id) for row in said.commitments]
    for commitment, promise in zip(outcome.commitments, said.commitments, strict=True):
        commitment.office, commitment.due = promise.office, promise.due
        kept = how.get(("commitment", promise.id or 0, "names"))
        marks.say(commitment, "names", promise.names, city.languages, kept)
    outcome.version += 1
    await session.flush()


async def successor_of(session: Session, project: Project, slug: str | None) -> int | None:
    if slug is None:
        return None
    found = await session.scalar(
        sa.select(Project.id).where(
            Project.city_id == project.city_id,
            Project.slug == slug,
            Project.id != project.id,
            Project.state != ProjectState.DRAFT,
        )
    )
    if found is None:
        raise Invalid({"successor": _("There is no published project with this address.")})
    return int(found)


async def instead(session: Session, outcome: Outcome) -> dict[str, str]:
    """For the record: the project that takes the place of one that was withdrawn."""
    if outcome.successor_id is None:
        return {}
    slug = await session.scalar(sa.select(Project.slug).where(Project.id == outcome.successor_id))
    return {"successor": str(slug)}


async def hand_in(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome: Outcome,
    untimely: Mapping[str, Message],
    actor: Actor,
    at: datetime,
) -> None:
    """It says all that it has to, and could be published now; a second official reads it.

    untimely: what `ladder` has against the dates of a ballot that is run again, by field.
    """
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    await _ready(session, city, project, outcome, at)
    await _in_time(session, city, outcome, untimely, at)
    states.advance(outcome, OutcomeState.REVIEW, rules.TRANSITIONS)
    outcome.handed_in_by, outcome.handed_in_place, outcome.handed_in_at = actor.person_id, who.place, at
    await session.flush()


async def take_back(session: Session, *, city: CityView, project: Project, outcome: Outcome, actor: Actor) -> None:
    """It is a draft again, to be changed."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    states.advance(outcome, OutcomeState.DRAFT, rules.TRANSITIONS)
    outcome.handed_in_by = outcome.handed_in_place = None
    await session.flush()


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome: Outcome,
    read: rules.Reading,
    untimely: Mapping[str, Message],
    folder: Path,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Its second official makes the decision public, as `read`, and it does what it says: decides, withdraws, cancels or asks again."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    first = {"handed_in_by": outcome.handed_in_by, "actor_id": actor.person_id}
    if refusal := rules.may_be_second(read=read, now=(outcome.id, outcome.version), **first):
        raise refusal
    if refusal := await elections.why_not_decided(session, city=city, at=at):
        raise refusal
    known = await _ready(session, city, project, outcome, at)
    again = await _in_time(session, city, outcome, untimely, at)
    states.advance(outcome, OutcomeState.PUBLISHED, rules.TRANSITIONS)
    outcome.published_at, outcome.place, outcome.published_by = at, who.place, actor.person_id
    outcome.departs = rules.departs(Decision(outcome.decision), known.result)
    about = known.ballot if outcome.decision in rules.ON_BALLOT or known.voted is None else known.voted
    outcome.ballot_id = None if about is None else about.id
    await session.flush()
    # Said before it is done, so that whoever reads the record in order meets the reasons first.
    halves = {"handed_in": first_half(Role.OFFICIAL, outcome.handed_in_place)}
    said = _facts(outcome) | await instead(session, outcome) | halves
    await note(session, project, "outcome_published", who, at, said)
    await _carry_out(session, city, project, outcome, known.ballot, again, folder, actor, at)
    return outcome


class Known(NamedTuple):
    """How residents voted, as far as they did."""

    ballot: BallotView | None
    voted: BallotView | None
    """The last one that was counted."""
    result: Result | None


async def _ready(session: Session, city: CityView, project: Project, outcome: Outcome, at: datetime) -> Known:
    """What a decision has to say is there, and nothing that runs forbids it."""
    said = {name: counted(Texts(texts, outcome.marks.get(name, {}))) for name, texts in texts_of(outcome).items()}
    wanting = rules.missing(said, city.required_languages)
    if wanting:
        raise Invalid(
            {f"{field}.{language}": _("This is needed in every required language.") for field, language in wanting}
        )
    ballot = await ballots.of_project(session, city_id=city.id, slug=project.slug)
    now = None if ballot is None else phase(ballot, at)
    voted = None if ballot is None else await ballots.last_counted(session, newest=ballot)
    result = None if voted is None or voted.result is None else Result(voted.result["result"])
    announced = any(step_state(step, at) is not StepState.CLOSED for step in project.steps)
    binding = voted is not None and voted.binding
    refusal = rules.may_publish(Decision(outcome.decision), now, binding=binding, result=result, announced=announced)
    if refusal is not None:
        raise refusal
    return Known(ballot, voted, result)


async def _in_time(
    session: Session, city: CityView, outcome: Outcome, untimely: Mapping[str, Message], at: datetime
) -> Dates | None:
    """Of a ballot that is run again: whoever is asked hears of it before, and has as long as for any other vote."""
    if outcome.decision != Decision.BALLOT_REPEATED:
        return None
    opens, closes = outcome.again_opens_at, outcome.again_closes_at
    if closes is None or opens is None or opens <= at:
        raise Invalid(
            {"again_opens_at": _("The new ballot has to open later than now, so that everybody knows of it.")}
        )
    if wrong := await elections.wrong_opening(session, city=city, opens_at=opens, at=at):
        raise Invalid({"again_opens_at": wrong})
    if untimely:
        raise Invalid(dict(untimely))
    return Dates(closes, opens)


def texts_of(outcome: Outcome) -> dict[str, dict[str, str]]:
    return {name: getattr(outcome, name) for name in rules.TEXTS}


def _facts(outcome: Outcome) -> dict[str, Any]:
    """The words of the city, as they were published."""
    return {
        "outcome": outcome.id,
        "decision": str(outcome.decision),
        "departs": outcome.departs,
        **content_of(outcome),
    }


def content_of(outcome: Outcome) -> dict[str, Any]:
    return {
        **texts_of(outcome),
        "themes": [
            {"names": theme.names, "disposition": str(theme.disposition), "reasons": theme.reasons}
            for theme in outcome.themes
        ],
        "commitments": [
            {"names": commitment.names, "office": commitment.office, "due": commitment.due.isoformat()}
            for commitment in outcome.commitments
        ],
    }


async def _carry_out(
    session: Session,
    city: CityView,
    project: Project,
    outcome: Outcome,
    ballot: BallotView | None,
    again: Dates | None,
    folder: Path,
    actor: Actor,
    at: datetime,
) -> None:
    decision = Decision(outcome.decision)
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    running = ballot is not None and ballot.state == BallotState.ANNOUNCED
    cancelled = None
    if ballot is not None and ballot.state == BallotState.CANCELLED:
        cancelled = await session.get_one(Ballot, ballot.id)
    elif ballot is not None and (decision in rules.ON_BALLOT or (decision is Decision.WITHDRAWN and running)):
        cancelled = await counting.cancel(
            session, city=city, project=project, ballot_id=ballot.id, reasons=outcome.reasons, actor=actor, at=at
        )
    if decision is Decision.WITHDRAWN:
        await projects.mark_withdrawn(session, project=project, actor=who, at=at, successor_id=outcome.successor_id)
    elif decision not in rules.ON_BALLOT:
        await projects.mark_decided(session, project=project, actor=who, at=at)
    else:
        await _end_step(session, project, who, at)
    if again is not None and cancelled is not None:
        everything: dict[str, Any] = {"city": city, "project": project, "actor": actor, "at": at}
        step = await restart_step(session, kind=StepKind.DECISION, said=again, **everything)
        await counting.repeat(session, step=step, ballot=cancelled, folder=folder, **everything)


async def _end_step(session: Session, project: Project, who: Actor, at: datetime) -> None:
    step = by_kind(project.steps, StepKind.DECISION)
    if step is not None and step_state(step, at) is not StepState.CLOSED:
        await projects.end_step(session, project=project, kind=StepKind.DECISION, actor=who, at=at)
