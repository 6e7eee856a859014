"""The Atom feed (RFC 4287) of what has happened to projects, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import origin
from participation.channels.opendata.events import Event, authority, events, next_change, outcome
from participation.channels.opendata.gatherings import Known, documented, published, told
from participation.channels.opendata.news import told as news_of
from participation.channels.opendata.replies import LICENCE, reply
from participation.channels.opendata.shapes import stamp
from participation.channels.opendata.xml import attribute, escaped
from participation.domain.ladder.news import queries as news
from participation.domain.outcomes import queries as outcomes
from participation.domain.projects.documents import queries as documents
from participation.domain.projects.lists.queries import latest
from participation.domain.projects.meetings import queries as meetings
from participation.domain.projects.models import StepKind
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import _

PROJECTS = 100
ENTRIES = 50
BEGUN = "2026-11-01"
"""Stands in the feed's own name, and says nothing else."""


STEPS = ("information", *StepKind)


async def atom(visit: Visit) -> Response:
    """What has happened in the whole city."""
    async with visit.reading() as session:
        projects = await latest(session, visit.city, size=PROJECTS)
        happened = await _happened(visit, session, {project.id: project for project in projects})
    visit.depends(f"projects:{visit.city.id}", until=next_change(projects, visit.at))
    city = i18n.pick(visit.city.names, visit.language, visit.city.languages).value
    about = Feed(city, "", "/feed.atom", "/", _step(visit))
    return _answer(visit, about, happened)


async def of_project(visit: Visit) -> Response:
    """What has happened to one project."""
    async with visit.reading() as session:
        project = await published(visit, session)
        happened = await _happened(visit, session, {project.id: project}, project_id=project.id)
    visit.depends(f"project:{project.id}", until=next_change([project], visit.at))
    title = i18n.pick(project.said("title"), visit.language, visit.city.languages).value
    page = f"/projects/{project.slug}"
    about = Feed(title, f"project/{project.number}/", f"{page}/feed.atom", page, _step(visit))
    return _answer(visit, about, happened)


@dataclass(frozen=True)
class Feed:
    """What a feed is about: its title, its name among identifiers, its own address and that of its page."""

    title: str
    name: str
    path: str
    page: str
    step: str | None


def _step(visit: Visit) -> str | None:
    """`?step=` leaves what belongs to one step."""
    asked = visit.request.query_params.get("step", "")
    if not asked:
        return None
    if asked not in STEPS:
        raise NotFound("step", _("There is no such step."), _("Leave `step` out, or take one of the three steps."))
    return asked


async def _happened(visit: Visit, session: Session, known: Known, *, project_id: int | None = None) -> list[Event]:
    """Everything that has happened to these projects, the latest first."""
    ids = list(known)
    decided = await outcomes.latest(session, city_id=visit.city.id, size=ENTRIES, project_id=project_id)
    met = await meetings.of_projects(session, ids, size=ENTRIES)
    published_files = await documents.latest(session, ids, size=ENTRIES)
    lately = await news.latest(session, ids, size=ENTRIES)
    happened = [
        event
        for project in known.values()
        for event in events(project, visit.city, visit.at)
        if event.happened and event.at <= visit.at
    ]
    happened += [outcome(known[each.project_id], each) for each in decided if each.project_id in known]
    happened += [*told(met, known, visit.city), *news_of(visit, lately, known)]
    happened += documented(visit, published_files, known)
    return sorted(happened, key=lambda event: event.place, reverse=True)


def _answer(visit: Visit, about: Feed, happened: list[Event]) -> Response:
    chosen = [event for event in happened if about.step in (None, event.step)]
    body = "".join(_feed(visit, about, chosen[:ENTRIES])).encode("utf-8", "replace")
    return reply(visit.request, body, "application/atom+xml; charset=utf-8")


def _feed(visit: Visit, about: Feed, entries: list[Event]) -> Iterator[str]:
    base, tag = origin(visit), i18n.tag(visit.language)
    city = i18n.pick(visit.city.names, visit.language, visit.city.languages).value
    updated = entries[0].at if entries else visit.at
    name = f"feed/{about.name}{f'{about.step}/' if about.step else ''}{visit.language}"
    own = base + visit.url(about.path, step=about.step)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{tag}">\n'
    yield f"<id>{_tag(visit, BEGUN, name)}</id>\n<title>{escaped(about.title)}</title>\n"
    yield f"<updated>{stamp(updated)}</updated>\n<author><name>{escaped(city)}</name></author>\n"
    yield f"<link rel={attribute('self')} type={attribute('application/atom+xml')} href={attribute(own)}/>\n"
    page = attribute(base + visit.url(about.page))
    yield f"<link rel={attribute('alternate')} type={attribute('text/html')} href={page}/>\n"
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
    address = base + event.address(visit)
    yield f'<link rel="alternate" type="text/html" href={attribute(address)}/>\n'
    yield f'<summary xml:lang="{words.lang}">{escaped(words.value)}</summary>\n</entry>\n'


def _tag(visit: Visit, date: str, name: str) -> str:
    """RFC 4151: a name that stays the same wherever the city's pages move to."""
    return escaped(f"tag:{authority(visit.city, visit.site.settings.base_url)},{date}:{name}")
