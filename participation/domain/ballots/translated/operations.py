"""Writes questions of ballots in one language, as long as they are not announced."""

from collections.abc import Mapping
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
from participation.kit.database import Session, alike
from participation.kit.errors import NotFound
from participation.kit.marks import Made, marked


async def translate_questions(
    session: Session,
    *,
    city: CityView,
    project: Project,
    texts: Mapping[tuple[str, int, str], tuple[str, Made]],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """`texts`: by kind (`ballot`) and number. The project is locked by whoever calls."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    numbers = {number for _kind, number, _rest in texts}
    mine = sa.and_(Ballot.id.in_(numbers), Ballot.project_id == project.id)
    rows = {row.id: row for row in await session.scalars(sa.select(Ballot).where(mine))}
    for (_kind, number, _rest), (text, made) in texts.items():
        row = rows.get(number)
        if row is None:
            raise NotFound()
        if row.state != BallotState.DRAFT:
            raise rules.announced()
        old, row.questions = row.questions, row.questions | {language: text}
        row.marks = marked(old, row.questions, row.marks, city.languages, {language: made})
    alike(rows.values(), "questions", "marks")
    project.version += 1
    project.parts = {**project.parts, "ballot": project.version}
