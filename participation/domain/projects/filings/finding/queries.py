"""Finds what organisations had published by its words."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.finding.queries import own_of
from participation.domain.projects.filings.models import Filing, FilingState, FilingWords
from participation.domain.projects.models import Project
from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.queries import PUBLIC, titles
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.searching import query


@dataclass(frozen=True)
class Found:
    """An opinion or an answer in which the words stand, and whose it is."""

    id: int
    slug: str
    titles: dict[str, str]
    organisation: dict[str, str]
    purpose: str
    kind: str | None
    question: str | None
    """None: it is an opinion in free words."""
    language: str
    text: str
    own: str | None
    """The newest questionnaire of a kind that the city has brought in, as JSON; None where it is shipped."""


async def filings(
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
    """The youngest first, each answer once: in the reader's language if it is found there."""
    entry = FilingWords
    best = sa.func.row_number().over(
        partition_by=(entry.filing_id, entry.about), order_by=((entry.language == reader).desc(), entry.language)
    )
    columns = (entry.filing_id, entry.place, entry.about, entry.kind, entry.question, entry.language)
    matching = (
        sa.select(*columns, best.label("rank"))
        .where(entry.city_id == city.id, entry.words.bool_op("@@")(sa.cast(query(wanted), TSQUERY)))
        .where(*([entry.language == language] if language else []))
        .where(*([entry.project_id.in_(among)] if among is not None else []))
        .cte("matching")
        .prefix_with("MATERIALIZED")
    )
    chosen = sa.select(matching).where(matching.c.rank == 1)
    key = paging.decode(after, (int, int), most=paging.INT4) if after else None
    if key:
        older = sa.and_(matching.c.filing_id == key[0], matching.c.place > key[1])
        chosen = chosen.where(sa.or_(matching.c.filing_id < key[0], older))
    page = chosen.order_by(matching.c.filing_id.desc(), matching.c.place).limit(size + 1).subquery()
    answer = Filing.content["answers"][page.c.about]["words"][page.c.language].astext
    said = sa.func.coalesce(answer, Filing.content["words"][page.c.language].astext)
    kind = sa.func.coalesce(page.c.kind, Filing.kind)
    rows = (
        await session.execute(
            sa.select(page.c.filing_id, page.c.place, page.c.question, page.c.language, kind.label("kind"))
            .add_columns(Project.slug, titles(), Organisation.names, Filing.purpose, said.label("text"))
            .add_columns(own_of(city.id, kind))
            .join(Filing, Filing.id == page.c.filing_id)
            .join(Organisation, Organisation.id == Filing.organisation_id)
            .join(Project, Project.id == Filing.project_id)
            .where(PUBLIC, Filing.state == FilingState.PUBLISHED)
            .order_by(page.c.filing_id.desc(), page.c.place)
        )
    ).all()
    items = [
        Found(
            *(row.filing_id, row.slug, row.titles or {}, row.names, row.purpose, row.kind, row.question),
            *(row.language, row.text or "", row.own),
        )
        for row in rows[:size]
    ]
    last = rows[size - 1] if len(rows) > size else None
    return paging.Page(items, paging.encode([last.filing_id, last.place]) if last else None)
