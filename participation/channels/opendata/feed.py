"""The Atom feed (RFC 4287) of what has happened to projects, newest first."""

from collections.abc import Iterator

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import origin
from participation.channels.opendata.events import Event, authority, events, next_change, outcome
from participation.channels.opendata.replies import LICENCE, reply
from participation.channels.opendata.shapes import stamp
from participation.channels.opendata.xml import attribute, escaped
from participation.domain.outcomes import queries as outcomes
from participation.domain.projects.lists.queries import latest
from participation.kit import i18n

PROJECTS = 100
ENTRIES = 50
BEGUN = "2026-11-01"
"""Stands in the feed's own name, and says nothing else."""


async def atom(visit: Visit) -> Response:
    async with visit.reading() as session:
        projects = await latest(session, visit.city, size=PROJECTS)
        decided = await outcomes.latest(session, city_id=visit.city.id, size=ENTRIES)
    visit.depends(f"projects:{visit.city.id}", until=next_change(projects, visit.at))
    happened = [
        event
        for project in projects
        for event in events(project, visit.city, visit.at)
        if event.happened and event.at <= visit.at
    ]
    known = {project.id: project for project in projects}
    happened += [outcome(known[each.project_id], each) for each in decided if each.project_id in known]
    happened.sort(key=lambda event: (event.at, event.project.number, event.name), reverse=True)
    body = "".join(_feed(visit, happened[:ENTRIES])).encode("utf-8", "replace")
    return reply(visit.request, body, "application/atom+xml; charset=utf-8")


def _feed(visit: Visit, entries: list[Event]) -> Iterator[str]:
    base, tag = origin(visit), i18n.tag(visit.language)
    city = i18n.pick(visit.city.names, visit.language, visit.city.languages).value
    updated = entries[0].at if entries else visit.at
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tag}">\n'
    yield f"<id>{_tag(visit, BEGUN, f'feed/{visit.language}')}</id>\n<title>{escaped(city)}</title>\n"
    yield f"<updated>{stamp(updated)}</updated>\n<author><name>{escaped(city)}</name></author>\n"
    yield f"<link rel={attribute('self')} type={attribute('application/atom+xml')} "
    yield f"href={attribute(base + visit.url('/feed.atom'))}/>\n"
    yield f"<link rel={attribute('alternate')} type={attribute('text/html')} href={attribute(base + visit.url('/'))}/>\n"
    yield f"<link rel={attribute('license')} href={attribute(LICENCE)}/>\n<rights>CC BY 4.0</rights>\n"
    for event in entries:
        yield from _entry(visit, event, base)
    yield "</feed>\n"


def _entry(visit: Visit, event: Event, base: str) -> Iterator[str]:
    project, order = event.project, visit.city.languages
    title = i18n.pick(project.said("title"), visit.language, order)
    words = i18n.pick(event.words or project.said("summary"), visit.language, order)
    what = event.what.into(visit.language)
    day = (project.published_at or event.at).date().isoformat()
    yield f"<entry>\n<id>{_tag(visit, day, f'project/{project.number}/{event.name}/{visit.language}')}</id>\n"
    yield f"<title>{escaped(f'{title.value}: {what}')}</title>\n<updated>{stamp(event.at)}</updated>\n"
    yield f"<published>{stamp(event.at)}</published>\n"
    address = base + visit.url(f"/projects/{project.slug}{event.below}")
    yield f'<link rel="alternate" type="text/html" href={attribute(address)}/>\n'
    yield f'<summary xml:lang="{words.lang}">{escaped(words.value)}</summary>\n</entry>\n'


def _tag(visit: Visit, date: str, name: str) -> str:
    """RFC 4151: a name that stays the same wherever the city's pages move to."""
    return escaped(f"tag:{authority(visit.city, visit.site.settings.base_url)},{date}:{name}")
