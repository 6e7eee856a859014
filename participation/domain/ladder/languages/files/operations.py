"""Brings the texts of a translators' file into a project: all that it says, or nothing where a line breaks a limit."""

from datetime import datetime

from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.files.forms import File, Taken, taken
from participation.domain.ladder.languages.operations import write
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.record.actors import Actor
from participation.kit.database import Session


async def bring_in(
    session: Session, *, city: CityView, project: Project, file: File, replace: bool, actor: Actor, at: datetime
) -> Taken:
    """The project is locked by whoever calls."""
    sayings = await queries.sayings(session, project.id)
    found = taken(file, sayings, city, replace=replace)
    await write(
        session,
        city=city,
        project=project,
        sayings=sayings,
        language=file.language,
        written=found.written,
        actor=actor,
        at=at,
    )
    return found
