"""The page on which everything that is public is looked for by its words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web import search_views as views
from participation.channels.web.project_cards import pick
from participation.domain.consultations.finding import queries as comments
from participation.domain.places.queries import PlaceView
from participation.domain.projects.assessments.finding import queries as assessments
from participation.domain.projects.documents.finding import queries as documents
from participation.domain.projects.filings.finding import queries as filings
from participation.domain.projects.finding import queries as projects
from participation.domain.projects.forms import SLUG
from participation.kit import i18n, paging, searching
from participation.kit.database import Session, TooSlow
from participation.kit.errors import Unavailable
from participation.kit.i18n import Message, Text, _

WITHIN = 2_000
"""Milliseconds for each statement."""
WAITING = 5
"""Seconds to wait for others who search."""
SHORT = 4
"""Of each kind, where everything is looked through: together no more than a page of one kind has."""


class Kind(StrEnum):
    PROJECTS = "projects"
    ASSESSMENTS = "assessments"
    OPINIONS = "opinions"
    DOCUMENTS = "documents"
    COMMENTS = "comments"


KINDS = {
    Kind.PROJECTS: _("Projects"),
    Kind.ASSESSMENTS: _("Impact assessments"),
    Kind.OPINIONS: _("What organisations say"),
    Kind.DOCUMENTS: _("Documents"),
    Kind.COMMENTS: _("Comments"),
}


@dataclass(frozen=True)
class Asked:
    """What somebody looks for, and where; what is not known here is not asked for."""

    word: str
    kind: Kind | None
    place: PlaceView | None
    project: str | None
    language: str | None
    after: str

    @property
    def wanted(self) -> tuple[str, ...]:
        return searching.wanted(self.word)

    @property
    def size(self) -> int:
        return SHORT if self.kind is None else paging.SIZE

    def address(self, visit: Visit, **changed: str | None) -> str:
        given = {
            "word": self.word,
            "in": self.kind,
            "place": self.place.slug if self.place else None,
            "project": self.project,
            "language": self.language,
        }
        return visit.url("/search", **{**given, **changed})


def _asked(visit: Visit) -> Asked:
    given = visit.request.query_params
    typed = given.get("word", "")[: searching.LONGEST + 1]
    kind, place, project = given.get("in", ""), given.get("place", ""), given.get("project", "")
    language = given.get("language", "")
    return Asked(
        # Joiners cannot be seen, and belong to the words of Persian or Sinhala.
        word="".join(c for c in typed if c.isprintable() or c in "\u200c\u200d").strip(),
        kind=Kind(kind) if kind in set(Kind) else None,
        place=visit.city.place(place),
        project=project if SLUG.fullmatch(project) else None,
        language=language if language in i18n.LANGUAGES else None,
        after=given.get("after", ""),
    )


@dataclass
class Part:
    """What was found of one kind."""

    title: Message
    results: list[views.Result]
    more: str | None
    """Address of more of it."""
    further: bool = False
    """There may be more further back: it was not looked through."""


async def show(visit: Visit) -> Response:
    asked = _asked(visit)
    parts: list[Part] = []
    scope = None
    if asked.wanted:
        try:
            async with _in_turn(visit), visit.site.database.reading(within=WITHIN) as session:
                parts, scope = await _look(visit, session, asked)
        except TooSlow:
            raise _too_slow() from None
    return visit.page("search/show.html", _context(visit, asked, parts, scope))


async def _look(visit: Visit, session: Session, asked: Asked) -> tuple[list[Part], projects.Scope | None]:
    """What was found of each kind, and where it was looked for: the projects come first, and bring that along."""
    where: dict[str, Any] = {"place": asked.place.id if asked.place else None, "slug": asked.project}
    parts, scope = [], None
    if asked.kind in (None, Kind.PROJECTS):
        common: dict[str, Any] = {"reader": visit.language, "language": asked.language, **where}
        found, scope = await projects.projects(
            session, visit.city, asked.wanted, **common, after=asked.after, size=asked.size
        )
        results = [views.project(visit, one, asked.wanted) for one in found.items]
        parts.append(_part(visit, asked, Kind.PROJECTS, results, found.next))
    elif asked.place or asked.project:
        scope = await projects.scope(session, visit.city, **where)
    parts += [await find(visit, session, asked, scope) for kind, find in _FOUND.items() if asked.kind in (None, kind)]
    return parts, scope


@asynccontextmanager
async def _in_turn(visit: Visit) -> AsyncIterator[None]:
    """Only so many search at a time; whoever has waited too long is told so."""
    try:
        async with asyncio.timeout(WAITING):
            await visit.site.searching.acquire()
    except TimeoutError:
        raise Unavailable(
            "busy", _("Many people are searching at this moment."), _("Please try again in a moment.")
        ) from None
    try:
        yield
    finally:
        visit.site.searching.release()


def _too_slow() -> Unavailable:
    return Unavailable(
        "too_slow",
        _("This search takes too long."),
        _("Use a word that is less common, or look only in projects, assessments, documents or comments."),
    )


def _context(visit: Visit, asked: Asked, parts: list[Part], scope: projects.Scope | None) -> dict[str, Any]:
    found = [part for part in parts if part.results or part.further]
    return {
        "chosen": {
            "word": asked.word,
            "in": asked.kind or "",
            "place": asked.place.slug if asked.place else "",
            "language": asked.language or "",
        },
        "kinds": [(kind.value, title) for kind, title in KINDS.items()],
        "places": [(one.slug, pick(visit, one.names).value) for one in visit.city.districts],
        "spoken": [(code, Text(name, code, code != visit.language)) for code, name in i18n.AUTONYMS.items()],
        "project": asked.project,
        "project_title": pick(visit, scope.titles) if scope and scope.titles else None,
        "everywhere": asked.address(visit, project=None),
        "parts": found,
        "sectioned": asked.kind is None,
        "typed_": bool(asked.word),
        "wordless": not asked.wanted,
        "left_out": searching.TERMS if searching.left_out(asked.word) else None,
        "newer": asked.address(visit) if asked.kind and asked.after else None,
    }


async def _assessments(visit: Visit, session: Session, asked: Asked, scope: projects.Scope | None) -> Part:
    found = await assessments.answers(
        session, visit.city, asked.wanted, **_common(visit, asked, scope), after=asked.after, size=asked.size
    )
    return _part(
        visit, asked, Kind.ASSESSMENTS, [views.answer(visit, one, asked.wanted) for one in found.items], found.next
    )


async def _opinions(visit: Visit, session: Session, asked: Asked, scope: projects.Scope | None) -> Part:
    found = await filings.filings(
        session, visit.city, asked.wanted, **_common(visit, asked, scope), after=asked.after, size=asked.size
    )
    return _part(
        visit, asked, Kind.OPINIONS, [views.filing(visit, one, asked.wanted) for one in found.items], found.next
    )


async def _documents(visit: Visit, session: Session, asked: Asked, scope: projects.Scope | None) -> Part:
    found = await documents.documents(
        session, visit.city, asked.wanted, **_common(visit, asked, scope), after=asked.after, size=asked.size
    )
    results = [views.document(visit, one, asked.wanted) for one in found.items]
    return _part(visit, asked, Kind.DOCUMENTS, results, found.next)


async def _comments(visit: Visit, session: Session, asked: Asked, scope: projects.Scope | None) -> Part:
    key = paging.decode(asked.after, (int,)) if asked.after and asked.kind else None
    found = await comments.comments(
        session,
        visit.city,
        asked.wanted,
        projects=scope.projects if scope else None,
        language=asked.language,
        before=key[0] if key else None,
        size=asked.size,
        far=asked.kind is not None,
    )
    following = paging.encode([found.next]) if found.next is not None else None
    part = _part(
        visit, asked, Kind.COMMENTS, [views.comment(visit, one, asked.wanted) for one in found.items], following
    )
    part.further = not found.all_seen
    return part


_FOUND = {
    Kind.ASSESSMENTS: _assessments,
    Kind.OPINIONS: _opinions,
    Kind.DOCUMENTS: _documents,
    Kind.COMMENTS: _comments,
}


def _common(visit: Visit, asked: Asked, scope: projects.Scope | None) -> dict[str, Any]:
    return {"reader": visit.language, "among": scope.projects if scope else None, "language": asked.language}


def _part(visit: Visit, asked: Asked, kind: Kind, results: list[views.Result], following: str | None) -> Part:
    """With everything looked through, more of one kind begins with its first page."""
    more = None
    if following is not None:
        more = asked.address(visit, **{"in": kind, "after": following if asked.kind else None})
    return Part(KINDS[kind], results, more)
