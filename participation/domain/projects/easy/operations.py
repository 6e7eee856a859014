"""The verb of what is easy to read: write it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.easy.forms import Sentence
from participation.domain.projects.easy.models import EasyRead
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.i18n import _


async def write(
    session: Session,
    *,
    city: CityView,
    project: Project,
    language: str,
    sentences: Sequence[Sentence],
    version: int,
    actor: Actor,
    at: datetime,
) -> None:
    """All of it, in one language; nothing takes it back. The project is locked by whoever calls."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    if language not in city.languages:
        raise Invalid({"form": _("Please choose one of the city's languages.")})
    stored = await session.scalar(
        sa.select(EasyRead).where(EasyRead.project_id == project.id, EasyRead.language == language)
    )
    if version != (0 if stored is None else stored.version):
        raise overwritten()
    said = [asdict(one) for one in sentences]
    if said == ([] if stored is None else stored.sentences):
        return
    if stored is None:
        session.add(
            EasyRead(city_id=city.id, project_id=project.id, language=language, sentences=said, version=1, at=at)
        )
    else:
        stored.sentences, stored.version, stored.at = said, stored.version + 1, at
    await session.flush()
    if project.state != ProjectState.DRAFT:
        await note(session, project, "easy_read_written", who, at, {"language": language, "sentences": said})
