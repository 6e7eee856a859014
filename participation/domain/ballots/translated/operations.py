"""Writes the question of a ballot in one language, as long as it is not announced."""

from datetime import datetime

import sqlalchemy as sa

from participation.domain.ballots import rules
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.marks import Made, marked


async def translate_question(
    session: Session,
    *,
    city: CityView,
    project: Project,
    ballot_id: int,
    language: str,
    text: str,
    made: Made,
    actor: Actor,
    at: datetime,
) -> None:
    """The project is locked by whoever calls."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    ballot = await session.scalar(sa.select(Ballot).where(Ballot.id == ballot_id, Ballot.project_id == project.id))
    if ballot is None:
        raise NotFound()
    if ballot.state != BallotState.DRAFT:
        raise rules.announced()
    old, ballot.questions = ballot.questions, ballot.questions | {language: text}
    ballot.marks = marked(old, ballot.questions, ballot.marks, city.languages, {language: made})
    project.version += 1
    project.parts = {**project.parts, "ballot": project.version}
    await session.flush()
