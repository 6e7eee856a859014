"""Writes words of documents in one language: of drafts, and of what is public, in public."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.documents import rules
from participation.domain.projects.documents.finding.operations import enter_in
from participation.domain.projects.documents.models import Document, DocumentState
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.projects.rules import announced
from participation.domain.projects.versions.operations import enter
from participation.domain.record.actors import Actor
from participation.kit import marks
from participation.kit.database import Session, alike
from participation.kit.errors import NotFound
from participation.kit.marks import Made


async def translate_documents(
    session: Session,
    *,
    city: CityView,
    project: Project,
    texts: Mapping[tuple[str, int, str], tuple[str, Made]],
    language: str,
    actor: Actor,
    at: datetime,
) -> None:
    """`texts`: by kind (`document`), number and field. The project is locked by whoever calls, and its documents with it.

    What was withdrawn, and why, was announced, and stays in the languages in which it counts.
    """
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    mine = sa.and_(Document.project_id == project.id, Document.id.in_({number for _kind, number, _field in texts}))
    rows = {row.id: row for row in await session.scalars(sa.select(Document).where(mine))}
    said: dict[str, str] = {}
    looked_at: list[str] = []
    for (_kind, number, field), (text, made) in texts.items():
        row = rows.get(number)
        if row is None or field not in (*rules.WORDS, "reasons"):
            raise NotFound()
        if row.state == DocumentState.WITHDRAWN and language in marks.counted(marks.said(row, field)):
            raise announced()
        changed = marks.put(row, field, language, text, made, city.languages)
        row.whole_in = marks.whole_in(marks.said(row, one) for one in rules.WORDS)
        row.changes += 1
        if row.state != DocumentState.DRAFT:
            said |= {f"document.{row.number}.{field}": text} if changed else {}
            looked_at += [] if changed else [f"document.{row.number}.{field}"]
    alike(rows.values(), *rules.WORDS, "reasons", "marks", "whole_in", "changes")
    if said:
        await enter_in(session, rows.values(), language)
        facts = {"language": language, "texts": list(said), "words": said}
        enter(session, project, "translation_added", who, at, facts)
    if looked_at:
        enter(session, project, "translation_confirmed", who, at, {"language": language, "texts": looked_at})
