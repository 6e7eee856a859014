"""Documents as open data: what each is in words, and where its file of today is."""

from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import Listed, Values, origin
from participation.channels.opendata.projects import page
from participation.channels.opendata.shapes import (
    ADDRESS,
    COUNT,
    MOMENT,
    SLUG,
    TEXT,
    WORDS,
    Field,
    Shape,
    many,
    one_of,
    part,
    perhaps,
)
from participation.domain.consultations.about.queries import about
from participation.domain.projects.documents.models import DocumentKind, DocumentState, Format
from participation.domain.projects.documents.operations import missing
from participation.domain.projects.documents.queries import DocumentView, editions, listed
from participation.domain.projects.documents.rules import CODES, FILE_LANGUAGES

EDITION = Shape(
    "DocumentFile",
    "A file that a document has or had.",
    (
        Field("edition", COUNT, "Which it is, counted from 1."),
        Field("format", one_of(Format), "What kind of file it is."),
        Field("media_type", TEXT, "The same for programs."),
        Field("size", COUNT, "Of the file.", "bytes"),
        Field("sha256", TEXT, "The hash of the file, in hexadecimal."),
        Field("added_at", MOMENT, "When it was added."),
        Field("file", perhaps(ADDRESS), "Where it is, for ever; null once the document is withdrawn."),
    ),
)
LINE = (
    Field("id", COUNT, "By which the list goes on."),
    Field("project", SLUG, "The project that it belongs to."),
    Field("number", COUNT, "Within its project."),
    Field("kind", one_of(DocumentKind), "What it is."),
    Field("code", TEXT, "The same as OC4IDS and OCDS name it (documentType)."),
    Field("state", one_of([s for s in DocumentState if s is not DocumentState.DRAFT]), "Drafts are not public."),
    Field("title", WORDS, "What it is called."),
    Field("says", WORDS, "What it says, in words, for who cannot open it."),
    Field("language", one_of(FILE_LANGUAGES), "Of the file; mul: several, und: another, zxx: it has no words."),
    Field("format", one_of(Format), "What kind of file it is."),
    Field("media_type", TEXT, "The same for programs."),
    Field("size", COUNT, "Of the file.", "bytes"),
    Field("sha256", TEXT, "The hash of the file, in hexadecimal."),
    Field("edition", COUNT, "How many files it has had."),
    Field("published_at", perhaps(MOMENT), "When it was published first."),
    Field("changed_at", MOMENT, "Since when this file is public."),
    Field("withdrawn_at", perhaps(MOMENT), "When the city took it back."),
    Field("reason", WORDS, "Why."),
    Field("file", perhaps(ADDRESS), "The file, for ever under this address; null once it is withdrawn."),
    Field("page", ADDRESS, "Its page for people."),
)
DOCUMENT = Shape("Document", "A document of a project, with its file of today.", LINE)
WHOLE = Shape(
    "WholeDocument",
    "A document of a project, with every file that it has had.",
    (*LINE, Field("files", many(part(EDITION)), "The newest first.")),
)


async def index(visit: Visit, values: Values) -> Listed:
    """Of all published projects."""
    async with visit.reading() as session:
        found, more = await listed(session, visit.city.id, after=values["after"], size=values["limit"])
    visit.depends(f"projects:{visit.city.id}")
    items = [DOCUMENT.show(_shown(visit, slug, one), values["language"]) for slug, one in found]
    return Listed(items, found[-1][1].id if more else None)


async def of_project(visit: Visit, values: Values) -> Listed:
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        where: Values = {"after": values["after"], "size": values["limit"], "project_id": project.id}
        found, more = await listed(session, visit.city.id, **where)
    visit.depends(f"project:{project.id}")
    items = [DOCUMENT.show(_shown(visit, slug, one), values["language"]) for slug, one in found]
    return Listed(items, found[-1][1].id if more else None)


async def show(visit: Visit, values: Values) -> dict[str, Any]:
    """One, with the files that it has had."""
    wanted = int(visit.request.path_params["id"])
    async with visit.reading() as session:
        project = await about(session, city_id=visit.city.id, slug=visit.request.path_params["slug"])
        where: Values = {"after": wanted - 1, "size": 1, "project_id": project.id}
        found, _more = await listed(session, visit.city.id, **where)
        if not found or found[0][1].id != wanted:
            raise missing()
        files = await editions(session, wanted)
    visit.depends(f"project:{project.id}")
    slug, one = found[0]
    gone = one.state == DocumentState.WITHDRAWN
    return WHOLE.show(
        _shown(visit, slug, one)
        | {
            "files": [
                {
                    "edition": each.edition,
                    "format": each.format,
                    "media_type": each.media_type,
                    "size": each.size,
                    "sha256": each.digest,
                    "added_at": each.at,
                    "file": None if gone else origin(visit) + each.address,
                }
                for each in files
            ]
        },
        values["language"],
    )


def _shown(visit: Visit, slug: str, one: DocumentView) -> Values:
    file = one.file
    return {
        "id": one.id,
        "project": slug,
        "number": one.number,
        "kind": one.kind,
        "code": CODES[DocumentKind(one.kind)],
        "state": one.state,
        "title": one.titles,
        "says": one.alternatives,
        "language": one.language,
        "format": file.format,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.digest,
        "edition": file.edition,
        "published_at": one.published_at,
        "changed_at": max(file.at, one.published_at or file.at),
        "withdrawn_at": one.withdrawn_at,
        "reason": one.reasons or {},
        "file": None if one.state == DocumentState.WITHDRAWN else origin(visit) + file.address,
        "page": page(visit, slug, f"/documents/{one.number}"),
    }
