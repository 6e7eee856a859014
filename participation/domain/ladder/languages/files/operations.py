"""Brings the texts of a translators' file into a project: all that it says, or nothing where a line breaks a limit."""

from collections.abc import Sequence
from datetime import datetime

from participation.domain.ladder.languages.files.forms import File, Taken, taken
from participation.domain.ladder.languages.operations import write
from participation.domain.ladder.languages.rules import Saying
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.record.actors import Actor
from participation.kit.database import Session


async def bring_in(
    session: Session,
    *,
    city: CityView,
    project: Project,
    sayings: Sequence[Saying],
    file: File,
    replace: bool,
    actor: Actor,
    at: datetime,
) -> Taken:
    """The project is locked by whoever calls, and `sayings` are its texts as they stand."""
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
