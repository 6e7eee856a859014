"""Reads what is easy to read of a project, with the pictures that stand beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.documents.models import DocumentState, Format
from participation.domain.projects.documents.queries import DocumentView, of_project
from participation.domain.projects.easy.forms import Sentence
from participation.domain.projects.easy.models import EasyRead
from participation.kit.database import Session


@dataclass(frozen=True)
class EasyView:
    language: str
    sentences: tuple[Sentence, ...]
    version: int
    at: datetime


def languages(project_id: int) -> sa.ColumnElement[Any]:
    """In which there is one, as a JSON list, for a statement that asks more."""
    found = sa.func.coalesce(sa.func.json_agg(EasyRead.language), sa.text("'[]'::json"))
    return (
        sa.select(sa.type_coerce(found, sa.JSON))
        .where(EasyRead.project_id == project_id, sa.func.jsonb_array_length(EasyRead.sentences) > 0)
        .scalar_subquery()
    )


async def of(session: Session, project_id: int) -> dict[str, EasyView]:
    """By language; those too that were taken back, without a sentence."""
    rows = await session.scalars(sa.select(EasyRead).where(EasyRead.project_id == project_id))
    return {
        row.language: EasyView(row.language, tuple(Sentence(**one) for one in row.sentences), row.version, row.at)
        for row in rows
    }


async def pictures(session: Session, project_id: int) -> Mapping[int, DocumentView]:
    """The project's public pictures, by the number of their document; the first one of each is the smallest."""
    return {
        one.number: one
        for one in await of_project(session, project_id)
        if one.state == DocumentState.PUBLISHED and one.file.format == Format.IMAGE
    }
