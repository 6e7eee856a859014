"""Residents' pages of documents: a project's list, and one with what it says in words, its picture or its map.

No picture is in any page that somebody opens for the first time: a link in its place says how many bytes it costs, and leads to the
same page with it. So a page stays one request, whoever asks to save data is sent none before they tap, and the pages that are kept
ready are the same for everybody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from participation.channels.http.templates import paragraphs
from participation.channels.http.visit import Visit
from participation.channels.web.maps import map_of
from participation.channels.web.project_cards import beginning, pick
from participation.channels.web.projects import find, writes
from participation.domain.places import queries as places
from participation.domain.projects.documents import operations, queries, rules
from participation.domain.projects.documents.models import DocumentKind, DocumentState, Format
from participation.domain.projects.documents.queries import DocumentView, FileView
from participation.domain.projects.queries import Whole
from participation.kit import i18n
from participation.kit.i18n import Message, _
from participation.kit.sizes import size

AT_ONCE = 10
BEGINNING = 160
"""Characters of what a document says, in the list."""


async def index(visit: Visit) -> Response:
    text = visit.request.query_params.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    async with visit.reading() as session:
        project = await find(visit, session)
        found = await queries.shown(session, project.id, after=after, limit=AT_ONCE + 1)
    visit.depends(f"project:{project.id}")
    lines = [_line(visit, project, one) for one in found[:AT_ONCE]]
    base = visit.url(f"/projects/{project.slug}/documents")
    context = {
        "lines": lines,
        "newer": base if after else None,
        "older": f"{base}?after={found[AT_ONCE - 1].number}" if len(found) > AT_ONCE else None,
    }
    return visit.page("documents/list.html", _common(visit, project) | context)


def _common(visit: Visit, project: Whole) -> dict[str, Any]:
    return {
        "project": {"title": pick(visit, project.said("title")), "address": visit.url(f"/projects/{project.slug}")},
        "base": visit.url(f"/projects/{project.slug}/documents"),
    }


def _line(visit: Visit, project: Whole, one: DocumentView) -> dict[str, Any]:
    words = pick(visit, one.alternatives)
    begins = beginning(words.value, BEGINNING)
    return {
        "page": visit.url(f"/projects/{project.slug}/documents/{one.number}"),
        "title": pick(visit, one.titles),
        "kind": rules.KINDS[DocumentKind(one.kind)],
        "draft": one.state == DocumentState.DRAFT,
        "withdrawn": one.withdrawn_at,
        "at": one.file.at,
        "words": words,
        "begins": begins,
        "picture": bool(one.file.pictures),
        "width": one.file.pictures[0]["width"] if one.file.pictures else None,
        "code": one.language if one.language in i18n.AUTONYMS else None,
        "language": _language(one),
        **_file(one.file),
    }


def _file(file: FileView) -> dict[str, Any]:
    smallest = file.pictures[0]["size"] if file.pictures else file.size
    return {
        "address": file.address,
        "format": rules.FORMAT_NAMES.get(file.ending, file.ending.upper()),
        "size": size(smallest),
        "at": file.at,
        "digest": file.digest,
    }


def _language(one: DocumentView) -> Message | str:
    return rules.SPECIAL_LANGUAGES.get(one.language) or i18n.AUTONYMS.get(one.language, one.language)


async def show(visit: Visit) -> Response:
    """For its officials a draft too: that is the preview."""
    number = str(visit.request.path_params["number"])
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise operations.missing()
    async with visit.reading() as session:
        project = await find(visit, session)
        found = await queries.one(session, project.id, int(number))
        if found is None or (found.state == DocumentState.DRAFT and not writes(visit, project)):
            raise operations.missing()
        earlier = (await queries.editions(session, found.id))[1:] if found.file.edition > 1 else []
        drawn = found.file.format == Format.GEOJSON and found.state != DocumentState.WITHDRAWN
        boundaries = await places.boundaries(session, visit.city.id) if drawn else {}
    visit.depends(f"project:{project.id}")
    line = _line(visit, project, found)
    public = found.state != DocumentState.WITHDRAWN
    chosen = _chosen(visit, found.file)
    context = {
        "line": line | {"html": paragraphs(line["words"].value)},
        "withdrawn": None if public else pick(visit, dict(found.reasons or {})),
        "picture": None if chosen is None or not public else {**chosen, "address": found.file.picture_address(chosen)},
        "pictures": _pictures(line["page"], found.file, chosen),
        "map": map_of(visit, found.file.facts, boundaries) if drawn else None,
        "facts": _facts(visit, found),
        "earlier": [_file(one) | ({} if public else {"address": None}) for one in earlier],
    }
    return visit.page("documents/show.html", _common(visit, project) | context)


def _chosen(visit: Visit, file: FileView) -> Mapping[str, Any] | None:
    """The picture that the reader has tapped on."""
    width = visit.request.query_params.get("picture", "")
    return next((one for one in file.pictures if str(one["width"]) == width), None)


def _pictures(page: str, file: FileView, chosen: Mapping[str, Any] | None) -> list[tuple[str, int, Message, bool]]:
    return [
        (f"{page}?picture={one['width']}#picture", one["width"], size(one["size"]), one == chosen)
        for one in file.pictures
    ]


def _facts(visit: Visit, one: DocumentView) -> list[tuple[Message, Any]]:
    facts, file = one.file.facts, one.file
    rows: list[tuple[Message, Any]] = [
        (_("Kind of file"), rules.FORMAT_NAMES.get(file.ending, file.ending.upper())),
        (_("Size of the file"), size(file.size)),
        (_("Language"), _language(one)),
    ]
    if "pages" in facts:
        rows.append((_("Pages of the file"), i18n.number(facts["pages"], visit.language)))
    if "rows" in facts:
        rows.append((_("Lines of the table"), i18n.number(facts["rows"], visit.language)))
    if one.published_at is not None:
        rows.append((_("Public since"), _day(visit, one.published_at)))
    if one.withdrawn_at is not None:
        rows.append((_("Withdrawn on"), _day(visit, one.withdrawn_at)))
    rows.append((_("Edition"), i18n.number(file.edition, visit.language)))
    return [*rows, (_("Fingerprint (SHA-256), as in the public record"), Markup("<code>{}</code>").format(file.digest))]


def _day(visit: Visit, moment: datetime) -> str:
    return i18n.day(moment, visit.language, visit.city.zone)
