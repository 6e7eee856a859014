"""Reads a project's texts into a translators' file."""

import sqlalchemy as sa

from participation.domain.ladder.languages import queries
from participation.domain.ladder.languages.files.forms import entries, usual_source
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _
from participation.kit.po import written


async def exported(
    session: Session, *, city: CityView, slug: str, language: str, source: str | None
) -> tuple[bytes, int]:
    """The file, and how many texts are in it. Drafts too: who may read them, the caller asks."""
    mine = sa.select(Project.id).where(Project.city_id == city.id, Project.slug == slug)
    project_id = await session.scalar(mine)
    if project_id is None:
        raise NotFound("project", _("There is no such project."), _("The staff desk lists all of them."))
    sayings = await queries.sayings(session, project_id)
    chosen = source or usual_source(sayings, language, city)
    found = entries(sayings, language, chosen)
    return written(found, language=language, source=chosen, project=slug), len(found)
