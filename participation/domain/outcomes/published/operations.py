"""Corrects a decision that is public, and says that a promise was kept; the record shows both."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.outcomes import queries, rules
from participation.domain.outcomes.forms import OutcomeSaid
from participation.domain.outcomes.models import Commitment, Decision, Outcome, OutcomeState
from participation.domain.outcomes.operations import content_of, expect, instead, successor_of, texts_of, write
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.operations import note, places_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Invalid, NotFound
from participation.kit.i18n import Message, _


async def correct(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome_id: int,
    said: OutcomeSaid,
    version: int | None = None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Change what was published. The decision stays, nothing is taken back, and the record shows what it said before."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    outcome = await queries.published_one(session, project_id=project.id, outcome_id=outcome_id, lock=True)
    if outcome is None:
        raise NotFound()
    expect(outcome, version)
    if said.decision != outcome.decision:
        raise Invalid({"decision": _("A decision that is public cannot be changed: the city can only decide anew.")})
    _keeps(outcome, said)
    before = content_of(outcome) | await instead(session, outcome)
    if outcome.decision == Decision.WITHDRAWN:
        # What comes instead is often written after the withdrawal.
        outcome.successor_id = project.successor_id = await successor_of(session, project, said.successor)
    await write(session, city, outcome, said)
    after = content_of(outcome) | await instead(session, outcome)
    changed = {
        name: {"before": before.get(name), "after": after[name]} for name in after if after[name] != before.get(name)
    }
    if changed:
        await note(session, project, "outcome_corrected", who, at, {"outcome": outcome.id, "changed": changed})
    return outcome


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
