"""Reads what a project said before, and what counts of what it says now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.models import Project, ProjectVersion
from participation.domain.projects.rules import WORDS
from participation.kit.database import Session
from participation.kit.marks import Texts, counted


async def versions(session: Session, project_id: int, version: int) -> list[tuple[int, datetime, dict[str, Any]]]:
    """A version and the one before it, the later first."""
    wanted = (
        sa.select(ProjectVersion.version, ProjectVersion.at, ProjectVersion.content)
        .where(ProjectVersion.project_id == project_id, ProjectVersion.version <= version)
        .order_by(ProjectVersion.version.desc())
        .limit(2)
    )
    return [(row.version, row.at, row.content) for row in await session.execute(wanted)]


def texts_in(project: Project, field: str) -> Texts:
    """One field in every language, of a project with its texts loaded."""
    return Texts(
        {text.language: getattr(text, field) for text in project.texts if getattr(text, field)},
        {text.language: text.marks[field] for text in project.texts if field in text.marks},
    )


def words_that_count(said: Callable[[str], Texts]) -> dict[str, dict[str, str]]:
    """Language, field, text, without what is out of date or a machine's alone. `said` gives a field in every language."""
    found: dict[str, dict[str, str]] = {}
    for field in WORDS:
        for language, text in counted(said(field)).items():
            found.setdefault(language, {})[field] = text
    return found
