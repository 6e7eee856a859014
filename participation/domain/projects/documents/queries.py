"""Reads documents: of a project, one with its editions, a file to be served, and which files are used at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from participation.domain.projects.documents.models import Document, DocumentEdition, DocumentState
from participation.domain.projects.documents.rules import ENDINGS
from participation.domain.projects.models import Project, ProjectDistrict, ProjectState
from participation.kit.database import Session
from participation.kit.marks import Texts, said


@dataclass(frozen=True)
class FileView:
    """A file as it is linked to: where it is, what it is, how large."""

    id: int
    edition: int
    format: str
    media_type: str
    digest: str
    size: int
    name: str
    facts: Mapping[str, Any]
    pictures: Sequence[Mapping[str, Any]]
    at: datetime

    @property
    def ending(self) -> str:
        return ENDINGS[self.media_type]

    @property
    def address(self) -> str:
        return f"/documents/{self.id}/{self.name}.{self.ending}"

    def picture_address(self, picture: Mapping[str, Any]) -> str:
        return f"/documents/{self.id}/{self.name}-{picture['width']}.{ENDINGS[picture['media_type']]}"


@dataclass(frozen=True)
class DocumentView:
    """A document with its file of today."""

    id: int
    number: int
    kind: str
    state: str
    language: str
    titles: Texts
    alternatives: Texts
    changes: int
    published_at: datetime | None
    withdrawn_at: datetime | None
    reasons: Texts | None
    file: FileView


_DOCUMENT = (
    *(Document.id, Document.number, Document.kind, Document.state, Document.language, Document.titles),
    *(Document.alternatives, Document.changes, Document.published_at, Document.withdrawn_at, Document.reasons),
)
_FILE = (
    *(DocumentEdition.format, DocumentEdition.media_type, DocumentEdition.digest, DocumentEdition.size),
    *(DocumentEdition.name, DocumentEdition.facts, DocumentEdition.pictures, DocumentEdition.at),
)
PUBLIC = Document.state == DocumentState.PUBLISHED
SHOWN = Document.state != DocumentState.DRAFT


def of_today() -> sa.ColumnElement[bool]:
    return sa.and_(DocumentEdition.document_id == Document.id, DocumentEdition.number == Document.editions)


def _selected(*where: sa.ColumnElement[bool]) -> Any:
    file = (DocumentEdition.id.label("file_id"), DocumentEdition.number.label("edition"), *_FILE)
    return (
        sa.select(*_DOCUMENT, Document.marks, *file)
        .join(DocumentEdition, of_today())
        .where(*where)
        .order_by(Document.number)
    )


def _view(row: Any) -> DocumentView:
    given = row._mapping
    return DocumentView(
        **{column.key: given[column.key] for column in _DOCUMENT} | _worded(row),
        file=FileView(id=row.file_id, edition=row.edition, **{column.key: given[column.key] for column in _FILE}),
    )


def _worded(row: Any) -> dict[str, Any]:
    """Its words with their marks."""
    reasons = None if row.reasons is None else said(row, "reasons")
    return {"titles": said(row, "titles"), "alternatives": said(row, "alternatives"), "reasons": reasons}


async def of_project(session: Session, project_id: int) -> list[DocumentView]:
    """All of them, drafts and what was withdrawn too: for its officials."""
    return [_view(row) for row in await session.execute(_selected(Document.project_id == project_id))]


async def shown(session: Session, project_id: int, *, after: int = 0, limit: int = 1_000) -> list[DocumentView]:
    """Those that everybody can see, what was withdrawn among them, in the order of their numbers."""
    wanted = _selected(Document.project_id == project_id, SHOWN, Document.number > after).limit(limit)
    return [_view(row) for row in await session.execute(wanted)]


async def listed(
    session: Session, city_id: int, *, after: int, size: int, project_id: int | None = None
) -> tuple[list[tuple[str, DocumentView]], bool]:
    """Of the city's public projects, or of one, by slug, what was withdrawn among them; whether there are more. One statement."""
    wanted = (
        _selected(SHOWN, Document.city_id == city_id, Document.id > after)
        .order_by(None)
        .order_by(Document.id)
        .join(Project, Project.id == Document.project_id)
        .where(Project.state != ProjectState.DRAFT)
        .add_columns(Project.slug)
        .limit(size + 1)
    )
    if project_id is not None:
        wanted = wanted.where(Document.project_id == project_id)
    found = [(row.slug, _view(row)) for row in await session.execute(wanted)]
    return found[:size], len(found) > size


async def published(session: Session, project_ids: Sequence[int]) -> dict[int, list[DocumentView]]:
    """What is public of several projects, by project; one statement."""
    found: dict[int, list[DocumentView]] = {id: [] for id in project_ids}
    rows = await session.execute(
        _selected(Document.project_id.in_(project_ids), PUBLIC).add_columns(Document.project_id)
    )
    for row in rows:
        found[row.project_id].append(_view(row))
    return found


@dataclass(frozen=True)
class Announced:
    """That a document was published, and what became of it."""

    project_id: int
    number: int
    titles: Texts
    alternatives: Texts
    published_at: datetime
    withdrawn_at: datetime | None
    reasons: Texts | None


async def latest(session: Session, project_ids: Sequence[int], *, size: int) -> list[Announced]:
    """What was published of several projects or withdrawn, the latest first; one statement."""
    columns = (Document.project_id, Document.number, Document.titles, Document.alternatives, Document.published_at)
    newest = sa.func.greatest(Document.published_at, Document.withdrawn_at).desc()
    rows = await session.execute(
        sa.select(*columns, Document.withdrawn_at, Document.reasons, Document.marks)
        .where(Document.project_id.in_(project_ids), SHOWN, Document.published_at.is_not(None))
        .order_by(newest, Document.id.desc())
        .limit(size)
    )
    names = ("project_id", "number", "published_at", "withdrawn_at")
    return [Announced(**{name: row._mapping[name] for name in names}, **_worded(row)) for row in rows]


async def one(session: Session, project_id: int, number: int) -> DocumentView | None:
    row = (await session.execute(_selected(Document.project_id == project_id, Document.number == number))).first()
    return None if row is None else _view(row)


async def editions(session: Session, document_id: int) -> list[FileView]:
    """All of its files, the newest first."""
    rows = await session.execute(
        sa.select(DocumentEdition.id, DocumentEdition.number.label("edition"), *_FILE)
        .where(DocumentEdition.document_id == document_id)
        .order_by(DocumentEdition.number.desc())
    )
    return [FileView(**row._mapping) for row in rows]


def count(project_id: int) -> sa.ColumnElement[int]:
    """How many are public, for a statement that asks more."""
    return (
        sa.select(sa.func.count()).select_from(Document).where(Document.project_id == project_id, PUBLIC)
    ).scalar_subquery()


def whole_in(project_id: sa.ColumnElement[int] | int) -> sa.ColumnElement[Any]:
    """Of each that is public, the languages in which all of its words count (a JSON list of lists), for a statement that asks more."""
    return (
        sa.select(sa.func.coalesce(sa.func.json_agg(Document.whole_in), sa.text("'[]'::json"), type_=sa.JSON))
        .where(Document.project_id == project_id, PUBLIC)
        .scalar_subquery()
    )


def kinds(project_id: sa.ColumnElement[int] | int) -> sa.ColumnElement[Any]:
    """The kinds that are public (a JSON list, each once), for a statement that asks more: gates owe documents of a kind."""
    each = sa.func.json_agg(aggregate_order_by(sa.distinct(Document.kind), Document.kind))
    return (
        sa.select(sa.func.coalesce(each, sa.text("'[]'::json"), type_=sa.JSON))
        .where(Document.project_id == project_id, PUBLIC)
        .scalar_subquery()
    )


# Files


@dataclass(frozen=True)
class Served:
    """A file that somebody asks for, with what decides whether they get it."""

    file: FileView
    state: str
    public: bool
    """The project is."""
    places: tuple[int, ...]


async def served(session: Session, city_id: int, edition_id: int) -> Served | None:
    places = (
        sa.select(sa.func.array_agg(ProjectDistrict.place_id))
        .where(ProjectDistrict.project_id == Project.id)
        .scalar_subquery()
    )
    wanted = (
        sa.select(
            DocumentEdition.id,
            DocumentEdition.number.label("edition"),
            *_FILE,
            Document.state,
            (Project.state != ProjectState.DRAFT).label("public"),
            places.label("places"),
        )
        .join(Document, Document.id == DocumentEdition.document_id)
        .join(Project, Project.id == Document.project_id)
        .where(DocumentEdition.city_id == city_id, DocumentEdition.id == edition_id)
    )
    row = (await session.execute(wanted)).first()
    if row is None:
        return None
    given = dict(row._mapping)
    state, public, where = given.pop("state"), given.pop("public"), given.pop("places")
    return Served(FileView(**given), state, public, tuple(where or ()))


async def used(session: Session) -> set[str]:
    """The hashes of all files that some edition has, of any city."""
    rows = await session.execute(sa.select(DocumentEdition.digest, DocumentEdition.pictures))
    return {digest for row in rows for digest in (row.digest, *(one["digest"] for one in row.pictures))}
