"""Officials' pages of documents: the list, a new one, one with its words and its file, and its withdrawal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, project_of, slug_of, tongues, typed
from participation.channels.staff.saving import saved
from participation.domain.projects.documents import operations, queries, rules
from participation.domain.projects.documents.forms import read_reasons
from participation.domain.projects.documents.models import DocumentKind, DocumentState
from participation.domain.projects.documents.queries import DocumentView
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.queries import Whole
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.i18n import AUTONYMS, _
from participation.kit.sizes import size

STATES = {
    DocumentState.DRAFT: _("Draft"),
    DocumentState.PUBLISHED: _("Public"),
    DocumentState.WITHDRAWN: _("Withdrawn document"),
}


@dataclass(frozen=True)
class Before:
    """A project before an official who may write it, as its pages of documents show it."""

    project: Whole
    desk: str
    context: dict[str, Any]


def number(visit: Visit) -> int:
    text = str(visit.request.path_params["number"])
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise operations.missing()
    return int(text)


async def before_official(visit: Visit, session: Session) -> Before:
    project = await project_of(visit, session)
    desk = f"/staff/projects/{project.slug}"
    return Before(
        project,
        desk,
        {
            "title_": _pick(visit, project.said("title")),
            "slug": project.slug,
            "desk": desk,
            "base": f"{desk}/documents",
            "project_public": project.state != ProjectState.DRAFT,
        },
    )


async def opened(visit: Visit, session: Session) -> Project:
    return await operations.open_project(session, city=visit.city, slug=slug_of(visit), actor=visit.actor)


def _pick(visit: Visit, texts: Mapping[str, str]) -> i18n.Text:
    return i18n.pick(texts, visit.language, visit.city.languages)


async def wanted(visit: Visit, session: Session, before: Before) -> DocumentView:
    found = await queries.one(session, before.project.id, number(visit))
    if found is None:
        raise operations.missing()
    return found


# The list


async def index(visit: Visit) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        found = await queries.of_project(session, before.project.id)
    lines = [line_of(visit, before, one) for one in found]
    return visit.page("staff/documents/list.html", before.context | {"lines": lines})


def line_of(visit: Visit, before: Before, one: DocumentView) -> dict[str, Any]:
    required = visit.city.required_languages
    lacking = [language for language in required if not (one.titles.get(language) and one.alternatives.get(language))]
    return {
        "address": f"{before.desk}/documents/{one.number}",
        "number": one.number,
        "title": _pick(visit, one.titles),
        "kind": rules.KINDS[DocumentKind(one.kind)],
        "file": _file(one),
        "state": STATES[DocumentState(one.state)],
        "lacking": [AUTONYMS[language] for language in lacking] if one.state == DocumentState.DRAFT else [],
    }


def _file(one: DocumentView) -> dict[str, Any]:
    file = one.file
    address = file.picture_address(file.pictures[0]) if file.pictures else file.address
    return {
        "address": address,
        "format": rules.FORMAT_NAMES.get(file.ending, file.ending.upper()),
        "size": size(file.size),
        "edition": file.edition,
        "at": file.at,
    }


# Withdrawing it


async def withdraw(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _withdraw(visit)

    async def act(session: Session) -> dict[str, Any]:
        reasons = read_reasons(visit.fields, visit.city)
        project = await opened(visit, session)
        filed = await operations.find(session, project, number(visit))
        await operations.withdraw(
            session,
            city=visit.city,
            project=project,
            filed=filed,
            reasons=reasons,
            actor=visit.actor,
            at=visit.at,
        )
        return {"slug": project.slug, "number": filed.document.number}

    return await saved(visit, act, _withdraw, "/staff/projects/{slug}/documents/{number}")


async def _withdraw(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        before = await before_official(visit, session)
        found = await wanted(visit, session, before)
    context = {
        "document": line_of(visit, before, found),
        "may": found.state == DocumentState.PUBLISHED,
        "values": typed(visit, {}, errors),
        "errors": errors or {},
        "tongues": tongues(visit),
    }
    return visit.page("staff/documents/withdraw.html", before.context | context, form=True, status=status)
