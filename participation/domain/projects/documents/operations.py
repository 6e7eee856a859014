"""Verbs of documents: take a file in, add, change, publish, withdraw, and delete a draft."""

import hashlib
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
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.examining import Examined, Refused, examined
from participation.kit.files import Arriving, Files
from participation.kit.i18n import _


async def take_in(files: Files, arrived: Arriving) -> NewFile:
    """Examine a file that has arrived, and keep it, or of an image the pictures made from it; raises the refusal.

    Whatever comes of it, nothing of what arrived stays where it arrived.
    """
    try:
        found = await examined(arrived.path)
        if found.pictures:
            return await _pictures(files, found)
        format_ = Format(found.format)
        digest = await files.take(arrived)
        return NewFile(format_, rules.MEDIA_TYPES[format_][0], digest, arrived.size, found.facts, ())
    except Refused as refusal:
        raise rules.refused(refusal.code, refusal.where) from None
    finally:
        arrived.drop()


async def _pictures(files: Files, found: Examined) -> NewFile:
    """The image itself, which may say where it was taken, is kept by nobody."""
    made: list[dict[str, Any]] = [
        {
            "width": one.width,
            "height": one.height,
            "media_type": one.media_type,
            "digest": await files.keep(one.content),
            "size": len(one.content),
        }
        for one in found.pictures
    ]
    largest = made[-1]
    return NewFile(Format.IMAGE, largest["media_type"], largest["digest"], largest["size"], found.facts, tuple(made))


async def add(
    session: Session,
    *,
    city: CityView,
    project: Project,
    said: DocumentSaid,
    file: NewFile,
    actor: Actor,
    at: datetime,
) -> Document:
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
    _write(document, said)
    session.add(document)
    await session.flush()
    session.add(_edition(document, 1, file, at))
    await session.flush()
    return document


async def change(
    session: Session,
    *,
    city: CityView,
    project: Project,
    document: Document,
    version: int,
    said: DocumentSaid,
    file: NewFile | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Its words, and its file where another one came. What is public changes in public: a new edition, an entry of the record."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    _expect(document, version)
    public = document.state == DocumentState.PUBLISHED
    if refusal := rules.may_change(document.state) or (
        rules.may_publish(
            project_public=True, titles=said.titles, alternatives=said.alternatives, required=city.required_languages
        )
        if public
        else None
    ):
        raise refusal
    current = await queries.current(session, document)
    if refusal := rules.fits(said.kind, file.format if file else Format(current.format)):
        raise refusal
    same_words = _words(document) == _said(said)
    if file is not None and file.digest == current.digest:
        file = None
    if same_words and file is None:
        return
    _write(document, said)
    document.changes += 1
    if file is not None:
        current = await _replace(session, document, file, at)
    if public:
        facts = {**_facts(document, current), "new_file": file is not None}
        await note(session, project, "document_changed", who, at, facts)
        await enter(session, document)
    await session.flush()


async def publish(
    session: Session, *, city: CityView, project: Project, document: Document, actor: Actor, at: datetime
) -> None:
    """From now on everybody can read it, and its hash stands in the record. The same again changes nothing."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    if document.state == DocumentState.PUBLISHED:
        return
    if refusal := rules.may_change(document.state) or rules.may_publish(
        project_public=project.state != ProjectState.DRAFT,
        titles=document.titles,
        alternatives=document.alternatives,
        required=city.required_languages,
    ):
        raise refusal
    edition = await queries.current(session, document)
    document.state, document.published_at = DocumentState.PUBLISHED, at
    document.changes += 1
    edition.at, edition.name = at, rules.name_of(document.titles, document.kind, document.number)
    await note(session, project, "document_published", who, at, _facts(document, edition))
    await enter(session, document)


async def withdraw(
    session: Session,
    *,
    city: CityView,
    project: Project,
    document: Document,
    reasons: dict[str, str],
    actor: Actor,
    at: datetime,
) -> None:
    """Nobody is given its files any more; that it was there, and why it went, stays for everybody to read."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    if refusal := rules.may_withdraw(document.state):
        raise refusal
    document.state, document.withdrawn_at, document.reasons = DocumentState.WITHDRAWN, at, reasons
    document.changes += 1
    facts = {"document": document.number, "titles": document.titles, "reasons": reasons}
    await note(session, project, "document_withdrawn", who, at, facts)
    await enter(session, document)


async def delete_draft(
    session: Session, *, city: CityView, project: Project, document: Document, version: int, actor: Actor
) -> None:
    """What was never public goes without a trace; its file goes with the next sweep."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
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


async def find(session: Session, project: Project, number: int) -> Document:
    found = await session.scalar(
        sa.select(Document).where(Document.project_id == project.id, Document.number == number)
    )
    if found is None:
        raise missing()
    return found


def missing() -> NotFound:
    return NotFound(
        "document",
        _("There is no such document, or it is not published yet."),
        _("The project's list of documents says what is there."),
    )


def _expect(document: Document, version: int) -> None:
    if document.changes > version:
        raise overwritten()


def _write(document: Document, said: DocumentSaid) -> None:
    document.kind, document.language = str(said.kind), said.language
    document.titles, document.alternatives = said.titles, said.alternatives


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
    return DocumentEdition(
        city_id=document.city_id,
        document_id=document.id,
        number=number,
        format=str(file.format),
        media_type=file.media_type,
        digest=file.digest,
        size=file.size,
        name=rules.name_of(document.titles, document.kind, document.number),
        facts=dict(file.facts),
        pictures=list(file.pictures),
        at=at,
    )


async def _replace(session: Session, document: Document, file: NewFile, at: datetime) -> DocumentEdition:
    """Beside the public ones; instead of a draft's. Either way under an address of its own."""
    if document.state == DocumentState.PUBLISHED:
        document.editions += 1
    else:
        await session.execute(sa.delete(DocumentEdition).where(DocumentEdition.document_id == document.id))
    edition = _edition(document, document.editions, file, at)
    session.add(edition)
    await session.flush()
    return edition


def _facts(document: Document, edition: DocumentEdition) -> dict[str, Any]:
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
