"""The map of the site for search engines: every public page in every language, each with its translations."""

from collections.abc import Iterable, Iterator, Sequence

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import origin
from participation.channels.opendata.parameters import NUMBER
from participation.channels.opendata.replies import reply
from participation.channels.opendata.xml import attribute
from participation.domain.projects.lists.queries import Addressed, addresses
from participation.kit.errors import NotFound
from participation.kit.i18n import LANGUAGES, tag

TOGETHER = 100
"""Projects in one file; where there are more, the map leads to several."""
ABOUT = ("how", "codes", "privacy", "secrecy", "moderation", "gates")
ALWAYS = (
    "/",
    "/projects",
    "/assessments",
    "/calendar",
    "/record",
    "/record/check",
    "/receipts",
    "/delegates",
    *(f"/about/{page}" for page in ABOUT),
)
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


async def sitemap(visit: Visit) -> Response:
    """The map, or with many projects its parts by `?part=1`, `?part=2` …"""
    async with visit.reading() as session:
        projects = await addresses(session, visit.city)
    visit.depends(f"projects:{visit.city.id}")
    parts = [projects[start : start + TOGETHER] for start in range(0, len(projects), TOGETHER)] or [[]]
    asked = visit.request.query_params.get("part")
    if asked is None and len(parts) > 1:
        lines = _index(origin(visit), len(parts))
    else:
        number = int(asked) if asked is not None and NUMBER.fullmatch(asked) else 1 if asked is None else 0
        if not 1 <= number <= len(parts):
            raise NotFound()
        lines = _map(origin(visit), (*(ALWAYS if number == 1 else ()), *_pages(parts[number - 1])))
    body = "".join(('<?xml version="1.0" encoding="utf-8"?>\n', *lines)).encode()
    return reply(visit.request, body, "application/xml; charset=utf-8")


def _pages(projects: Sequence[Addressed]) -> Iterator[str]:
    for project in projects:
        page = f"/projects/{project.slug}"
        yield page
        for there, below in (
            (project.consulted, "/comments"),
            (project.voted, "/ballot"),
            (project.decided, "/outcome"),
        ):
            if there:
                yield page + below


def _map(base: str, pages: Iterable[str]) -> Iterator[str]:
    yield f"<urlset {NAMESPACES}>\n"
    for page in pages:
        others = "".join(
            f"<xhtml:link rel={attribute('alternate')} hreflang={attribute(tag(language))} "
            f"href={attribute(f'{base}/{language}{page}')}/>"
            for language in LANGUAGES
        )
        for language in LANGUAGES:
            yield f"<url><loc>{base}/{language}{page}</loc>{others}</url>\n"
    yield "</urlset>\n"


def _index(base: str, parts: int) -> Iterator[str]:
    yield '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for number in range(1, parts + 1):
        yield f"<sitemap><loc>{base}/sitemap.xml?part={number}</loc></sitemap>\n"
    yield "</sitemapindex>\n"
