"""Enters a document under its words while it is public, and takes it out when it is withdrawn."""

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from participation.domain.projects.documents.models import Document, DocumentState, DocumentWords
from participation.kit.database import Session
from participation.kit.searching import terms


async def enter(session: Session, document: Document) -> None:
    """As it stands now, in place of what it said before; of what is not public nothing stays."""
    await session.execute(sa.delete(DocumentWords).where(DocumentWords.document_id == document.id))
    await _enter(session, [document], {*document.titles, *document.alternatives})


async def enter_in(session: Session, documents: Iterable[Document], language: str) -> None:
    """What they say in one language, where they are public."""
    await _enter(session, documents, {language})


async def _enter(session: Session, documents: Iterable[Document], languages: Collection[str]) -> None:
    entries = [
        {
            "document_id": one.id,
            "language": language,
            "city_id": one.city_id,
            "project_id": one.project_id,
            "found": terms(f"{one.titles.get(language, '')}\n{one.alternatives.get(language, '')}"),
        }
        for one in documents
        if one.state == DocumentState.PUBLISHED
        for language in sorted(languages)
    ]
    if entries:
        await session.execute(_ENTER, entries)


_ENTER = sa.text(
    "insert into document_words (document_id, language, city_id, project_id, words) "
    "values (:document_id, :language, :city_id, :project_id, array_to_tsvector(:found)) "
    "on conflict (document_id, language) do update set words = excluded.words"
).bindparams(sa.bindparam("found", type_=sa.ARRAY(sa.Text)))
