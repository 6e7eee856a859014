"""Enters a document under its words while it is public, and takes it out when it is withdrawn."""

import sqlalchemy as sa

from participation.domain.projects.documents.models import Document, DocumentState, DocumentWords
from participation.kit.database import Session
from participation.kit.searching import terms


async def enter(session: Session, document: Document) -> None:
    """As it stands now, in place of what it said before; of what is not public nothing stays."""
    await session.execute(sa.delete(DocumentWords).where(DocumentWords.document_id == document.id))
    languages = {*document.titles, *document.alternatives} if document.state == DocumentState.PUBLISHED else set()
    entries = [
        {
            "document_id": document.id,
            "language": language,
            "city_id": document.city_id,
            "project_id": document.project_id,
            "found": terms(f"{document.titles.get(language, '')}\n{document.alternatives.get(language, '')}"),
        }
        for language in sorted(languages)
    ]
    if entries:
        await session.execute(_ENTER, entries)


_ENTER = sa.text(
    "insert into document_words (document_id, language, city_id, project_id, words) "
    "values (:document_id, :language, :city_id, :project_id, array_to_tsvector(:found))"
).bindparams(sa.bindparam("found", type_=sa.ARRAY(sa.Text)))
