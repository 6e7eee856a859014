"""The calendar (RFC 5545) of openings and closings, in the city's time zone."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.opendata.answering import origin
from participation.channels.opendata.events import Event, authority, events, next_change, revision, touched
from participation.channels.opendata.replies import reply
from participation.domain.projects.lists.queries import latest
from participation.kit import i18n

PROJECTS = 100
LINE = 75
"""Octets of a line; what is longer is folded."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
LOCAL = "%Y%m%dT%H%M%S"


async def calendar(visit: Visit) -> Response:
    async with visit.reading() as session:
        projects = await latest(session, visit.city, size=PROJECTS)
    visit.depends(f"projects:{visit.city.id}", until=next_change(projects, visit.at))
    dated = [each for project in projects for each in events(project, visit.city, visit.at) if each.dated]
    dated.sort(key=lambda event: (event.at, event.project.number, event.name))
    body = "".join(f"{_folded(line)}\r\n" for line in _lines(visit, dated)).encode("utf-8", "replace")
    headers = {"Content-Disposition": f'inline; filename="{visit.city.slug}.ics"'}
    return reply(visit.request, body, "text/calendar; charset=utf-8", headers=headers)


def _lines(visit: Visit, dated: list[Event]) -> Iterator[str]:
    zone = visit.city.zone
    city = i18n.pick(visit.city.names, visit.language, visit.city.languages).value
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//participation//open data//EN", "CALSCALE:GREGORIAN")
    yield from (f"NAME:{_text(city)}", f"X-WR-CALNAME:{_text(city)}", f"X-WR-TIMEZONE:{zone.key}")
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT6H"
    moments = [event.at for event in dated] or [visit.at]
    yield from _zone(zone, min(moments).year, max(moments).year)
    for event in dated:
        yield from _event(visit, event, zone)
    yield "END:VCALENDAR"


def _event(visit: Visit, event: Event, zone: ZoneInfo) -> Iterator[str]:
    project, order = event.project, visit.city.languages
    title = i18n.pick(project.said("title"), visit.language, order).value
    summary = i18n.pick(project.said("summary"), visit.language, order).value
    name = authority(visit.city, visit.site.settings.base_url)
    address = origin(visit) + visit.url(f"/projects/{project.slug}{event.below}")
    yield "BEGIN:VEVENT"
    yield f"UID:project-{project.number}-{event.name}@{name}"
    yield f"SEQUENCE:{revision(project)}"
    yield f"DTSTAMP:{touched(project).astimezone(UTC).strftime(LOCAL)}Z"
    yield f"DTSTART;TZID={zone.key}:{event.at.astimezone(zone).strftime(LOCAL)}"
    yield f"SUMMARY:{_text(f'{title}: {event.what.into(visit.language)}')}"
    yield f"DESCRIPTION:{_text(summary)}"
    yield f"URL:{address}"
    yield f"STATUS:{'CANCELLED' if event.called_off else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


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
