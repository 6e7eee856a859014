"""Corrects a decision that is public, by two people, and says that a promise was kept; the record shows both."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.outcomes import queries, rules
from participation.domain.outcomes.forms import OutcomeSaid
from participation.domain.outcomes.models import Commitment, Correction, Decision, Outcome, OutcomeState
from participation.domain.outcomes.operations import content_of, instead, successor_of, texts_of, write
from participation.domain.outcomes.published.forms import (
    Place,
    content,
    kept,
    kept_made,
    read_kept,
    read_made,
    said_of,
    still_made,
    with_text,
)
from participation.domain.people.models import Role
from participation.domain.people.rules import acting, first_half, not_waiting
from participation.domain.places.queries import CityView
from participation.domain.projects.elections import queries as elections
from participation.domain.projects.models import Project
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.i18n import Message, _
from participation.kit.marks import Made


async def hand_in(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome_id: int,
    said: OutcomeSaid,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Correction:
    """What is to stand there instead; a second official reads and publishes it. What waits already is replaced."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    outcome = await _public(session, project, outcome_id)
    if version is not None and version < outcome.version:
        raise overwritten()
    if not await _changed(session, project, outcome, said):
        raise Invalid({"form": _("This is what is public already. Change something, and hand that in.")})
    correction = await queries.correction(session, outcome_id=outcome_id, lock=True)
    if version is not None and correction is not None and version < outcome.version + correction.version:
        raise overwritten()
    if correction is None:
        correction = Correction(city_id=city.id, outcome_id=outcome.id, version=0)
        session.add(correction)
    correction.made = still_made(correction.made, read_kept(correction.said), said) if correction.made else {}
    correction.said = kept(said)
    correction.version += 1
    correction.handed_in_by, correction.handed_in_place, correction.handed_in_at = actor.person_id, who.place, at
    await session.flush()
    return correction


async def hand_in_translations(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome: Outcome,
    texts: Mapping[Place, tuple[str, Made]],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """What is public says something new in a language: a correction like any other. It joins the one that waits, or is being written."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    correction = await queries.correction(session, outcome_id=outcome.id, lock=True)
    if correction is None:
        public = said_of(outcome, (await instead(session, outcome)).get("successor"))
        correction = Correction(city_id=city.id, outcome_id=outcome.id, said=kept(public), made={}, version=0)
        session.add(correction)
        waits = True
    else:
        # Whoever hands in the whole has read the whole: with what somebody else handed in, it is written anew.
        waits = correction.handed_in_by == actor.person_id
    said = read_kept(correction.said)
    for place, (text, _made) in texts.items():
        said = with_text(said, place, language, text)
    await _changed(session, project, outcome, said)
    made = kept_made({place: how for place, (_text, how) in texts.items()}, language)
    correction.said = kept(said)
    correction.made = correction.made | {
        name: correction.made.get(name, {}) | languages for name, languages in made.items()
    }
    correction.version += 1
    correction.handed_in_by = actor.person_id if waits else None
    correction.handed_in_place = who.place if waits else None
    correction.handed_in_at = at if waits else None


async def take_back(session: Session, *, city: CityView, project: Project, outcome_id: int, actor: Actor) -> None:
    """It can be changed again; what it says is kept for that."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    await _public(session, project, outcome_id)
    correction = await queries.correction(session, outcome_id=outcome_id, lock=True)
    if correction is None:
        raise not_waiting()
    correction.handed_in_by = correction.handed_in_place = None
    await session.flush()


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome_id: int,
    read: rules.Reading,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Its second official changes what is public, as `read`. The decision stays, and the record shows what it said before."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    outcome = await _public(session, project, outcome_id)
    correction = await queries.correction(session, outcome_id=outcome_id, lock=True)
    if correction is None:
        raise not_waiting()
    first = {"handed_in_by": correction.handed_in_by, "actor_id": actor.person_id}
    if refusal := rules.may_be_second(read=read, now=(correction.id, correction.version), **first):
        raise refusal
    if refusal := await elections.why_not_decided(session, city=city, at=at):
        raise refusal
    said = read_kept(correction.said)
    changed = await _changed(session, project, outcome, said)
    if outcome.decision == Decision.WITHDRAWN:
        # What comes instead is often written after the withdrawal.
        outcome.successor_id = project.successor_id = await successor_of(session, project, said.successor)
    await write(session, city, outcome, said, read_made(correction.made))
    # Higher than whatever a form was opened with that knew of this correction.
    outcome.version += correction.version
    correction.published_by, correction.published_at = actor.person_id, at
    halves = first_half(Role.OFFICIAL, correction.handed_in_place)
    facts = {"outcome": outcome.id, "changed": changed, "handed_in": halves}
    await note(session, project, "outcome_corrected", who, at, facts)
    return outcome


async def _public(session: Session, project: Project, outcome_id: int) -> Outcome:
    outcome = await queries.published_one(session, project_id=project.id, outcome_id=outcome_id, lock=True)
    if outcome is None:
        raise NotFound()
    return outcome


async def _changed(session: Session, project: Project, outcome: Outcome, said: OutcomeSaid) -> dict[str, Any]:
    """What the correction changes, by name, before and after. Raises what it may not."""
    if said.decision != outcome.decision:
        raise Invalid({"decision": _("A decision that is public cannot be changed: the city can only decide anew.")})
    _keeps(outcome, said)
    before = content_of(outcome) | await instead(session, outcome)
    after = content(said)
    if outcome.decision == Decision.WITHDRAWN and said.successor is not None:
        await successor_of(session, project, said.successor)
        after |= {"successor": said.successor}
    return {
        name: {"before": before.get(name), "after": after[name]} for name in after if after[name] != before.get(name)
    }


def _keeps(outcome: Outcome, said: OutcomeSaid) -> None:
    """What residents could read can be corrected, but not emptied, and a promise cannot be taken off the list."""
    errors = {
        f"{name}.{language}": _("This is public already. It can be changed, but not emptied.")
        for name, texts in texts_of(outcome).items()
        for language in rules.emptied(texts, said.texts[name])
    }
    kept = {row.id for row in said.themes}, {row.id for row in said.commitments}
    if {theme.id for theme in outcome.themes} - kept[0] or {promise.id for promise in outcome.commitments} - kept[1]:
        errors["form"] = _("Themes and commitments that are public stay on the page.")
    if outcome.successor_id is not None and said.successor is None:
        errors["successor"] = _("This is public already. It can be changed, but not emptied.")
    errors |= _promised(outcome, said)
    if errors:
        raise Invalid(errors)


def _promised(outcome: Outcome, said: OutcomeSaid) -> dict[str, Message]:
    """A public promise keeps its date, so that one that is late stays late; no other joins it later."""
    dates = {promise.id: promise.due for promise in outcome.commitments}
    errors = {}
    for index, row in enumerate(said.commitments):
        if row.id not in dates:
            field = f"commitment.{index}.names.{next(iter(row.names))}"
            errors[field] = _("No promise can be added to a decision that is public.")
        elif row.due != dates[row.id]:
            errors[f"commitment.{index}.due"] = _(
                "This date is public and stays. A city that needs longer says so in the text, and is late."
            )
    return errors


async def record_commitment_done(
    session: Session, *, city: CityView, project: Project, commitment_id: int, on: date, actor: Actor, at: datetime
) -> Commitment:
    """The city did what it promised, on that day; said in public."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    found = await session.execute(
        sa.select(Commitment)
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .where(
            Commitment.id == commitment_id,
            Outcome.project_id == project.id,
            Outcome.state == OutcomeState.PUBLISHED,
        )
        .with_for_update(of=Commitment)
    )
    commitment = found.scalar_one_or_none()
    if commitment is None:
        raise NotFound()
    if on > at.astimezone(city.zone).date():
        raise Invalid({"done_on": _("This day has not come yet.")})
    if commitment.done_on is not None:
        raise rules.done_already()
    commitment.done_on = on
    facts: Mapping[str, Any] = {
        "commitment": commitment.id,
        "names": commitment.names,
        "due": commitment.due.isoformat(),
        "done": on.isoformat(),
    }
    await note(session, project, "commitment_done", who, at, facts)
    return commitment
