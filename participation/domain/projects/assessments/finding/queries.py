"""Finds public answers of assessments by their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import (
    Assessment,
    AssessmentVersion,
    AssessmentWords,
    Questionnaires,
    WithheldAnswer,
)
from participation.domain.projects.assessments.queries import newest, shipped
from participation.domain.projects.models import Project
from participation.domain.projects.queries import PUBLIC, titles
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.searching import query


@dataclass(frozen=True)
class Found:
    """An answer in which the words stand: of which project, which assessment, which section, to which question."""

    slug: str
    titles: dict[str, str]
    kind: str
    section: str
    question: str
    language: str
    text: str
    own: str | None
    """The newest questionnaire of a kind that the city has brought in, as JSON; None where it is shipped."""


async def answers(
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
    """The youngest assessments first, each answer once: in the reader's language if it is found there, and of a fact that
    several assessments of a project ask for in the first of them."""
    entry = AssessmentWords
    best = sa.func.row_number().over(
        partition_by=(sa.case((entry.fact, -entry.project_id), else_=entry.assessment_id), entry.question),
        order_by=((entry.language == reader).desc(), entry.language, entry.assessment_id),
    )
    matching = (
        sa.select(
            *(entry.assessment_id, entry.place, entry.section, entry.question, entry.language), best.label("rank")
        )
        .where(entry.city_id == city.id, entry.words.bool_op("@@")(sa.cast(query(wanted), TSQUERY)))
        .where(*([entry.language == language] if language else []))
        .where(*([entry.project_id.in_(among)] if among is not None else []))
        .cte("matching")
        .prefix_with("MATERIALIZED")
    )
    chosen = sa.select(matching).where(matching.c.rank == 1)
    key = paging.decode(after, (int, int), most=paging.INT4) if after else None
    if key:
        older = sa.and_(matching.c.assessment_id == key[0], matching.c.place > key[1])
        chosen = chosen.where(sa.or_(matching.c.assessment_id < key[0], older))
    page = chosen.order_by(matching.c.assessment_id.desc(), matching.c.place).limit(size + 1).subquery()
    opened = (
        sa.select(WithheldAnswer.body["words"][page.c.language].astext)
        .where(
            WithheldAnswer.assessment_id == page.c.assessment_id,
            WithheldAnswer.number == AssessmentVersion.number,
            WithheldAnswer.question == page.c.question,
            WithheldAnswer.opened_at.is_not(None),
        )
        .scalar_subquery()
    )
    said = sa.func.coalesce(AssessmentVersion.answers[page.c.question]["words"][page.c.language].astext, opened)
    rows = (
        await session.execute(
            sa.select(page, Project.slug, titles(), Assessment.kind, said.label("text"))
            .add_columns(own_of(Assessment.city_id, Assessment.kind))
            .join(Assessment, Assessment.id == page.c.assessment_id)
            .join(AssessmentVersion, newest())
            .join(Project, Project.id == Assessment.project_id)
            .where(PUBLIC)
            .order_by(page.c.assessment_id.desc(), page.c.place)
        )
    ).all()
    items = [
        Found(row.slug, row.titles or {}, row.kind, row.section, row.question, row.language, row.text or "", row.own)
        for row in rows[:size]
    ]
    last = rows[size - 1] if len(rows) > size else None
    return paging.Page(items, paging.encode([last.assessment_id, last.place]) if last else None)


def own_of(city_id: Any, kind: Any) -> sa.ColumnElement[str | None]:
    """The newest questionnaire of a kind that a city has brought in."""
    newest_of = (
        sa.select(sa.cast(Questionnaires.content, sa.Text))
        .where(Questionnaires.city_id == city_id, Questionnaires.kind == kind)
        .order_by(Questionnaires.version.desc())
        .limit(1)
        .correlate_except(Questionnaires)
        .scalar_subquery()
    )
    return sa.case((kind.not_in(shipped()), newest_of)).label("own")
