"""An official hands a decision in and a second one publishes it; a ballot that is run again gives the notice and time that any vote owes."""

from datetime import datetime
from pathlib import Path
from typing import Any

from participation.domain.ladder.gates.rules import Owing
from participation.domain.ladder.operations import timed
from participation.domain.outcomes import operations as outcomes
from participation.domain.outcomes.models import Decision, Outcome
from participation.domain.outcomes.rules import Reading
from participation.domain.places.queries import CityView
from participation.domain.projects.forms import Dates
from participation.domain.projects.models import Project
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.i18n import Message


async def hand_in(
    session: Session, *, city: CityView, project: Project, outcome: Outcome, actor: Actor, at: datetime
) -> None:
    common: dict[str, Any] = {"city": city, "project": project, "outcome": outcome, "at": at}
    await outcomes.hand_in(session, actor=actor, untimely=_untimely(**common), **common)


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project,
    outcome: Outcome,
    read: Reading,
    folder: Path,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Notice counts from now: what was early enough when it was handed in may be too late by the time it is read."""
    common: dict[str, Any] = {"city": city, "project": project, "outcome": outcome, "at": at}
    return await outcomes.publish(
        session, read=read, folder=folder, actor=actor, untimely=_untimely(**common), **common
    )


def _untimely(*, city: CityView, project: Project, outcome: Outcome, at: datetime) -> dict[str, Message]:
    opens, closes = outcome.again_opens_at, outcome.again_closes_at
    if outcome.decision != Decision.BALLOT_REPEATED or opens is None or closes is None:
        return {}
    _dates, wrong = timed(city, project, Owing.DECISION, Dates(closes, opens), at)
    return {f"again_{field}": message for field, message in wrong.items()}
