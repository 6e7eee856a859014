"""Finds public documents by their words."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from participation.domain.places.queries import CityView
from participation.domain.projects.documents.models import Document, DocumentState, DocumentWords
from participation.domain.projects.models import Project
from participation.domain.projects.queries import PUBLIC, titles
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.searching import query


@dataclass(frozen=True)
class Found:
    """A document, with its title and what it says in a language in which they hold what was looked for."""

    slug: str
    titles: dict[str, str]
    number: int
    kind: str
    own: dict[str, str]
    """The document's titles."""
    language: str
    said: str


async def documents(
    session: Session,
    city: CityView,
    wanted: Sequence[str],
    *,
    reader: str,
    among: Sequence[int] | None = None,
    language: str | None = None,
    after: str = "",
    size: int,
) -> paging.Page[Found]:
    """The youngest first, each once: in the reader's language if it is found there."""
    entry = DocumentWords
    best = sa.func.row_number().over(
        partition_by=entry.document_id, order_by=((entry.language == reader).desc(), entry.language)
    )
    matching = (
        sa.select(entry.document_id, entry.language, best.label("rank"))
        .where(entry.city_id == city.id, entry.words.bool_op("@@")(sa.cast(query(wanted), TSQUERY)))
        .where(*([entry.language == language] if language else []))
        .where(*([entry.project_id.in_(among)] if among is not None else []))
        .cte("matching")
        .prefix_with("MATERIALIZED")
    )
    said = Document.alternatives.op("->>")(matching.c.language)
    found = (
        sa.select(Document.id, Document.number, Document.kind, Document.titles.label("own"), said.label("said"))
        .add_columns(matching.c.language, Project.slug, titles())
        .join(matching, sa.and_(matching.c.document_id == Document.id, matching.c.rank == 1))
        .join(Project, Project.id == Document.project_id)
        .where(PUBLIC, Document.state == DocumentState.PUBLISHED)
        .order_by(Document.id.desc())
        .limit(size + 1)
    )
    key = paging.decode(after, (int,), most=paging.INT4) if after else None
    if key:
        found = found.where(Document.id < key[0])
    rows = (await session.execute(found)).all()
    items = [
        Found(row.slug, row.titles or {}, row.number, row.kind, row.own, row.language, row.said or "")
        for row in rows[:size]
    ]
    return paging.Page(items, paging.encode([rows[size - 1].id]) if len(rows) > size else None)
