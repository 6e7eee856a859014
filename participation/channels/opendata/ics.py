"""The calendars (RFC 5545) of the city and of each project, in the city's time zone."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import origin
from participation.channels.opendata.events import Event, authority, events, next_change, revision, touched
from participation.channels.opendata.gatherings import Known, held, promises, published, reviews
from participation.channels.opendata.news import given
from participation.channels.opendata.replies import reply
from participation.domain.ladder.news import queries as news
from participation.domain.outcomes import queries as outcomes
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.lists.queries import latest
from participation.domain.projects.meetings import queries as meetings
from participation.kit import i18n
from participation.kit.database import Session

PROJECTS = 100
MEETINGS = 1_000
"""In one calendar: those that changed last."""
LINE = 75
"""Octets of a line; what is longer is folded."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
LOCAL = "%Y%m%dT%H%M%S"


async def calendar(visit: Visit) -> Response:
    """Every opening, closing, meeting, review and promise of the city, and from when on data are given."""
    async with visit.reading() as session:
        projects = await latest(session, visit.city, size=PROJECTS)
        dated = await _dated(visit, session, {project.id: project for project in projects})
    visit.depends(f"projects:{visit.city.id}", until=next_change(projects, visit.at))
    title = i18n.pick(visit.city.names, visit.language, visit.city.languages).value
    return _answer(visit, title, visit.city.slug, dated)


async def of_project(visit: Visit) -> Response:
    """The same for one project."""
    async with visit.reading() as session:
        project = await published(visit, session)
        dated = await _dated(visit, session, {project.id: project})
    visit.depends(f"project:{project.id}", until=next_change([project], visit.at))
    title = i18n.pick(project.said("title"), visit.language, visit.city.languages).value
    return _answer(visit, title, project.slug, dated)


async def _dated(visit: Visit, session: Session, known: Known) -> list[Event]:
    ids = list(known)
    met = await meetings.of_projects(session, ids, size=MEETINGS)
    again = await assessments.reviews(session, ids)
    promised = await outcomes.promises(session, ids)
    links = await news.link_days(session, ids)
    dated = [each for project in known.values() for each in events(project, visit.city, visit.at) if each.dated]
    dated += [
        *held(met, known),
        *reviews(visit, again, known),
        *promises(promised, known, visit.city),
        *given(visit, links, known),
    ]
    return sorted(dated, key=lambda event: event.place)


def _answer(visit: Visit, title: str, name: str, dated: list[Event]) -> Response:
    body = "".join(f"{_folded(line)}\r\n" for line in _lines(visit, title, dated)).encode("utf-8", "replace")
    headers = {"Content-Disposition": f'inline; filename="{name}.ics"'}
    return reply(visit.request, body, "text/calendar; charset=utf-8", headers=headers)


def _lines(visit: Visit, title: str, dated: list[Event]) -> Iterator[str]:
    zone = visit.city.zone
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//participation//open data//EN", "CALSCALE:GREGORIAN")
    yield from (f"NAME:{_text(title)}", f"X-WR-CALNAME:{_text(title)}", f"X-WR-TIMEZONE:{zone.key}")
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT6H"
    moments = [event.at for event in dated] or [visit.at]
    yield from _zone(zone, min(moments).year, max(moments).year)
    for event in dated:
        yield from _event(visit, event, zone)
    yield "END:VCALENDAR"


def _event(visit: Visit, event: Event, zone: ZoneInfo) -> Iterator[str]:
    project, order = event.project, visit.city.languages
    title = i18n.pick(project.said("title"), visit.language, order).value
    words = i18n.pick(event.words or project.said("summary"), visit.language, order).value
    name = authority(visit.city, visit.site.settings.base_url)
    address = origin(visit) + event.address(visit)
    changed = (event.changed or touched(project)).astimezone(UTC).strftime(LOCAL)
    yield "BEGIN:VEVENT"
    yield f"UID:project-{project.number}-{event.name}@{name}"
    yield f"SEQUENCE:{revision(project) if event.sequence is None else event.sequence}"
    yield from (f"DTSTAMP:{changed}Z", f"LAST-MODIFIED:{changed}Z")
    yield from _when(event, zone)
    yield f"SUMMARY:{_text(f'{title}: {event.what.into(visit.language)}')}"
    yield f"DESCRIPTION:{_text(words)}"
    if event.where:
        yield f"LOCATION:{_text(i18n.pick(event.where, visit.language, order).value)}"
    yield f"URL:{address}"
    yield f"STATUS:{'CANCELLED' if event.called_off else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _when(event: Event, zone: ZoneInfo) -> Iterator[str]:
    local = event.at.astimezone(zone)
    if event.all_day:
        yield f"DTSTART;VALUE=DATE:{local:%Y%m%d}"
        return
    yield f"DTSTART;TZID={zone.key}:{local.strftime(LOCAL)}"
    if event.ends is not None:
        yield f"DTEND;TZID={zone.key}:{event.ends.astimezone(zone).strftime(LOCAL)}"


@lru_cache(maxsize=32)
def _zone(zone: ZoneInfo, first: int, last: int) -> tuple[str, ...]:
    """What the zone's clocks do in these years, and what they did when the first began."""
    start = datetime(first, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}", *_observance(zone, start, start)]
    for before, after in _changes(zone, start, datetime(last + 1, 1, 1, tzinfo=UTC)):
        lines += _observance(zone, before, after)
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    """The last second before each change of the clocks, and the first after it."""
    day = timedelta(days=1)
    while start < end:
        if _offset(zone, start) != _offset(zone, start + day):
            low, high = start, start + day
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _offset(zone, middle) == _offset(zone, low) else (low, middle)
            yield low, high
        start += day


def _observance(zone: ZoneInfo, before: datetime, after: datetime) -> list[str]:
    local = after.astimezone(zone)
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    old = _offset(zone, before)
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{(after + old).strftime(LOCAL)}",
        f"TZOFFSETFROM:{_signed(old)}",
        f"TZOFFSETTO:{_signed(_offset(zone, after))}",
        f"TZNAME:{local.tzname()}",
        f"END:{kind}",
    ]


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _signed(offset: timedelta) -> str:
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"


def _text(text: str) -> str:
    """Escaped; without characters that a calendar has no way to write."""
    clean = _CONTROLS.sub("", text.replace("\r\n", "\n"))
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """At most 75 octets a line; no letter is cut in two."""
    parts, size = [""], 0
    for letter in line:
        octets = len(letter.encode("utf-8", "replace"))
        if size + octets > LINE:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += octets
    return "\r\n".join(parts)
