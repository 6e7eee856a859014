"""Reads all that the city says of a project, in every language and with its marks: one statement, however much it is."""

from typing import Any

import sqlalchemy as sa

from participation.domain.ladder.languages.rules import Saying
from participation.domain.ladder.languages.sources.queries import SOURCES, own
from participation.domain.projects.models import Project
from participation.domain.projects.rules import WORDS
from participation.kit.database import Session


async def sayings(session: Session, project_id: int) -> list[Saying]:
    """In the order of the sources, and of one source in that in which it was written."""
    found: dict[str, list[Any]] = {}
    rows = await session.execute(sa.union_all(*(source.rows(project_id) for source in SOURCES)))
    for row in sorted(rows, key=lambda row: (len(row.id), row.id)):
        found.setdefault(row.kind, []).append(row)
    return [saying for source in SOURCES for saying in source.says(found.get(source.kind, ()))]


def own_sayings(project: Project) -> list[Saying]:
    """A project's own words alone, with its texts loaded: no statement."""
    rows = {text.language: ({field: getattr(text, field) for field in WORDS}, text.marks) for text in project.texts}
    return list(own(rows))
