"""Verbs of documents: add, change, publish, withdraw, and delete a draft."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.documents import queries, rules
from participation.domain.projects.documents.finding.operations import enter
from participation.domain.projects.documents.forms import DocumentSaid, NewFile
from participation.domain.projects.documents.models import Document, DocumentEdition, DocumentState, Format
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import note, places_of
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor
from participation.kit import marks
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid, NotFound, Refusal
from participation.kit.i18n import _


@dataclass
class Filed:
    """A document before whoever changes it, with its file of today."""

    document: Document
    edition: DocumentEdition


async def add(
    session: Session,
    *,
    city: CityView,
    project: Project,
    said: DocumentSaid,
    file: NewFile,
    actor: Actor,
    at: datetime,
) -> Filed:
    """A draft. The project is locked by whoever calls, so that no two get the same number."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    if refusal := rules.fits(said.kind, file.format):
        raise refusal
    counted = sa.select(sa.func.coalesce(sa.func.max(Document.number), 0), sa.func.count())
    last, count = (await session.execute(counted.where(Document.project_id == project.id))).one()
    if count >= rules.MOST_DOCUMENTS:
        raise Conflict(
            "many",
            _("This project has as many documents as a project can have."),
            _("Put a new file in the place of an old one."),
        )
    document = Document(city_id=city.id, project_id=project.id, number=last + 1, created_at=at)
    _write(city, document, said)
    session.add(document)
    await session.flush()
    edition = _edition(document, 1, file, at)
    session.add(edition)
    await session.flush()
    return Filed(document, edition)


async def change(
    session: Session,
    *,
    city: CityView,
    project: Project,
    filed: Filed,
    version: int,
    said: DocumentSaid,
    file: NewFile | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Its words, and its file where another one came. What is public changes in public: a new edition, an entry of the record."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    document = filed.document
    public = document.state == DocumentState.PUBLISHED
    edition = filed.edition.number
    if not _write_anew(city, filed, version, said, file, at):
        return
    if public:
        if errors := rules.wanting(document.titles, document.alternatives, city.required_languages):
            raise Invalid(errors)
        session.add(filed.edition)
        new_file = filed.edition.number > edition
        await note(session, project, "document_changed", who, at, {**_facts(filed), "new_file": new_file})
        await enter(session, document)
    await session.flush()


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project,
    filed: Filed,
    version: int | None = None,
    said: DocumentSaid | None = None,
    file: NewFile | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """From now on everybody can read it, as it is or with what is changed now, and its hash stands in the record.

    What is published already stays as it is.
    """
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    document, edition = filed.document, filed.edition
    if document.state == DocumentState.PUBLISHED:
        return
    if said is not None and version is not None:
        _write_anew(city, filed, version, said, file, at)
    if refusal := rules.may_change(document.state) or _lacking(city, project, document):
        raise refusal
    document.state, document.published_at = DocumentState.PUBLISHED, at
    document.changes += 1
    edition.at, edition.name = at, rules.name_of(document.titles, document.kind, document.number)
    await note(session, project, "document_published", who, at, _facts(filed))
    await enter(session, document)


def _lacking(city: CityView, project: Project, document: Document) -> Refusal | None:
    return rules.may_publish(
        project_public=project.state != ProjectState.DRAFT,
        titles=marks.said(document, "titles"),
        alternatives=marks.said(document, "alternatives"),
        required=city.required_languages,
    )


def _write_anew(
    city: CityView, filed: Filed, version: int, said: DocumentSaid, file: NewFile | None, at: datetime
) -> bool:
    """Whether anything differs. A public file stays as it was, and the new one is the next edition; a draft's gives way to it."""
    document = filed.document
    _expect(document, version)
    if refusal := rules.may_change(document.state):
        raise refusal
    if refusal := rules.fits(said.kind, file.format if file else Format(filed.edition.format)):
        raise refusal
    if file is not None and file.digest == filed.edition.digest:
        file = None
    if file is None and _words(document) == _said(said):
        return False
    _write(city, document, said)
    document.changes += 1
    if file is not None and document.state == DocumentState.PUBLISHED:
        document.editions += 1
        filed.edition = _edition(document, document.editions, file, at)
    elif file is not None:
        _put(filed.edition, document, file, at)
    return True


async def withdraw(
    session: Session,
    *,
    city: CityView,
    project: Project,
    filed: Filed,
    reasons: dict[str, str],
    actor: Actor,
    at: datetime,
) -> None:
    """Nobody is given its files any more; that it was there, and why it went, stays for everybody to read."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    document = filed.document
    if refusal := rules.may_withdraw(document.state):
        raise refusal
    document.state, document.withdrawn_at = DocumentState.WITHDRAWN, at
    marks.say(document, "reasons", reasons, city.languages)
    document.changes += 1
    facts = {"document": document.number, "titles": document.titles, "reasons": reasons}
    await note(session, project, "document_withdrawn", who, at, facts)
    await enter(session, document)


async def delete_draft(
    session: Session, *, city: CityView, project: Project, filed: Filed, version: int, actor: Actor
) -> None:
    """What was never public goes without a trace; its file goes with the next sweep."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    document = filed.document
    _expect(document, version)
    if document.state != DocumentState.DRAFT:
        raise Conflict(
            "public",
            _("This has been published, and cannot be deleted any more."),
            _("You can withdraw it, with a reason that everybody can read."),
        )
    await session.execute(sa.delete(DocumentEdition).where(DocumentEdition.document_id == document.id))
    await session.delete(document)
    await session.flush()


async def open_project(session: Session, *, city: CityView, slug: str, actor: Actor) -> Project:
    """The project with its places alone, kept from others until the end of the transaction, and so are its documents."""
    mine = sa.and_(Project.city_id == city.id, Project.slug == slug)
    await session.execute(sa.select(Project.id).where(mine).with_for_update(key_share=True))
    wanted = sa.select(Project).where(mine).options(joinedload(Project.districts))
    project = (await session.scalars(wanted.execution_options(populate_existing=True))).unique().one_or_none()
    if project is None:
        raise NotFound("project", _("There is no such project."), _("The staff desk lists all of them."))
    acting(actor, Role.OFFICIAL, city, places_of(project))
    return project


async def find(session: Session, project: Project, number: int) -> Filed:
    wanted = (
        sa.select(Document, DocumentEdition)
        .join(DocumentEdition, queries.of_today())
        .where(Document.project_id == project.id, Document.number == number)
    )
    row = (await session.execute(wanted)).one_or_none()
    if row is None:
        raise missing()
    return Filed(*row)


def missing() -> NotFound:
    return NotFound(
        "document",
        _("There is no such document, or it is not published yet."),
        _("The project's list of documents says what is there."),
    )


def _expect(document: Document, version: int) -> None:
    if document.changes > version:
        raise overwritten()


def _write(city: CityView, document: Document, said: DocumentSaid) -> None:
    document.kind, document.language = str(said.kind), said.language
    marks.say(document, "titles", said.titles, city.languages)
    marks.say(document, "alternatives", said.alternatives, city.languages)
    document.whole_in = marks.whole_in(marks.said(document, field) for field in rules.WORDS)


def _words(document: Document) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "language": document.language,
        "titles": document.titles,
        "alternatives": document.alternatives,
    }


def _said(said: DocumentSaid) -> dict[str, Any]:
    return {
        "kind": str(said.kind),
        "language": said.language,
        "titles": said.titles,
        "alternatives": said.alternatives,
    }


def _edition(document: Document, number: int, file: NewFile, at: datetime) -> DocumentEdition:
    edition = DocumentEdition(city_id=document.city_id, document_id=document.id, number=number)
    _put(edition, document, file, at)
    return edition


def _put(edition: DocumentEdition, document: Document, file: NewFile, at: datetime) -> None:
    edition.format, edition.media_type = str(file.format), file.media_type
    edition.digest, edition.size = file.digest, file.size
    edition.facts, edition.pictures = dict(file.facts), [dict(one) for one in file.pictures]
    edition.name, edition.at = rules.name_of(document.titles, document.kind, document.number), at


def _facts(filed: Filed) -> dict[str, Any]:
    document, edition = filed.document, filed.edition
    words = {"titles": document.titles, "alternatives": document.alternatives}
    return {
        "document": document.number,
        "kind": document.kind,
        "titles": document.titles,
        "language": document.language,
        "edition": edition.number,
        "type": edition.media_type,
        "size": edition.size,
        "sha256": edition.digest,
        "words": hashlib.sha256(rfc8785.dumps(words)).hexdigest(),
    }
