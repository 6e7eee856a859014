"""Residents' pages of meetings: where and when the city meets its people about a project, and what came of it."""

import re
from typing import Any

from starlette.responses import Response

from participation.channels.http.entries.words import listed
from participation.channels.http.templates import paragraphs
from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import address, midnight, pick
from participation.channels.web.projects import find
from participation.domain.places.models import PlaceKind
from participation.domain.projects.meetings import queries, rules
from participation.domain.projects.meetings.models import Access, MeetingKind
from participation.domain.projects.meetings.queries import ChangeView, MeetingView
from participation.domain.projects.meetings.rules import MeetingState
from participation.domain.projects.queries import Whole
from participation.kit import i18n
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, Message, Text, _

STATES = {
    MeetingState.RUNNING: (_("Now"), "clock", "open"),
    MeetingState.CANCELLED: (_("Cancelled"), "cross", "bad"),
}
"""Word, pictogram and tone of what is not simply coming or over."""


async def index(visit: Visit) -> Response:
    """What comes, the next one first, and what is over, the latest first."""
    asked = visit.request.query_params
    after, coming_after = asked.get("after"), asked.get("coming")
    async with visit.reading() as session:
        project = await find(visit, session)
        coming = await queries.of_project(session, project.id, at=visit.at, past=False, after=coming_after)
        past = await queries.of_project(session, project.id, at=visit.at, past=True, after=after)
    depends(visit, project, [*coming.items])
    here = address(visit, project, "/meetings")
    context = {
        "coming": [] if after else [line(visit, one, here) for one in coming.items],
        "past": [] if coming_after else [line(visit, one, here) for one in past.items],
        "more": _further(visit, project, None if after else coming.next, "coming"),
        "older": _further(visit, project, None if coming_after else past.next, "after"),
        "first": here if after or coming_after else None,
    }
    return visit.page("meetings/list.html", _common(visit, project) | context)


def _further(visit: Visit, project: Whole, key: str | None, name: str) -> str | None:
    return visit.url(f"/projects/{project.slug}/meetings", **{name: key}) if key else None


def depends(visit: Visit, project: Whole, shown: list[MeetingView]) -> None:
    """A meeting that begins or ends changes what is said of it."""
    turns = [moment for one in shown for moment in (one.starts_at, one.ends_at) if moment > visit.at]
    visit.depends(f"project:{project.id}", until=min(turns, default=None))
    visit.depends(until=midnight(visit))


def _common(visit: Visit, project: Whole) -> dict[str, Any]:
    return {"title_": pick(visit, project.said("title")), "address": address(visit, project)}


def line(visit: Visit, one: MeetingView, here: str) -> dict[str, Any]:
    """A meeting in a list."""
    state = rules.state(one, visit.at)
    return {
        "address": f"{here}/{one.id}",
        "kind": rules.KINDS[MeetingKind(one.kind)],
        "starts_at": one.starts_at,
        "place": where(visit, one),
        "settlement": pick(visit, one.settlement),
        "venue": pick(visit, one.venue),
        "mark": STATES.get(state),
        "moved": any(not change.cancels for change in one.changes) and state is not MeetingState.CANCELLED,
        "minutes": minutes(one, state),
    }


def minutes(one: MeetingView, state: MeetingState) -> str:
    """`there`, `owed`, or nothing while the meeting is not over."""
    if state is not MeetingState.HELD:
        return ""
    return "there" if one.minuted_at is not None else "owed"


def where(visit: Visit, one: MeetingView) -> Text:
    """The place whose people are invited; the city itself means everybody."""
    place = visit.city.places[one.place_id]
    if place.kind is PlaceKind.CITY:
        return Text(_("The whole city").into(visit.language), visit.language, False)
    return pick(visit, place.names)


# One of them


async def show(visit: Visit) -> Response:
    number = str(visit.request.path_params["number"])
    async with visit.reading() as session:
        project = await find(visit, session)
        known = re.fullmatch(r"[0-9]{1,9}", number)
        one = await queries.one(session, project_id=project.id, meeting_id=int(number)) if known else None
    if one is None:
        raise NotFound(
            "meeting", _("There is no such meeting."), _("The project's page of meetings lists all of them.")
        )
    depends(visit, project, [one])
    visit.depends(*(f"project:{each.id}" for each in one.about))
    context = {
        **line(visit, one, address(visit, project, "/meetings")),
        "here": address(visit, project, "/meetings"),
        "one": one,
        "office": i18n.isolated(one.office),
        "agenda": _prose(visit, one.agenda),
        "access": [rules.ACCESS[Access(name)] for name in one.access],
        "spoken": spoken(visit, one),
        "changes": [_change(visit, change) for change in one.changes],
        "others": [
            (visit.url(f"/projects/{each.slug}"), pick(visit, each.titles))
            for each in one.about
            if each.id != project.id
        ],
        "attended": attended(visit, one),
        "minuted": _prose(visit, one.minutes),
        "decisions": _prose(visit, one.decisions),
        "calendar": visit.url(f"/projects/{project.slug}/calendar.ics"),
    }
    return visit.page("meetings/show.html", _common(visit, project) | context)


def _prose(visit: Visit, texts: dict[str, str]) -> tuple[Any, Text] | None:
    text = pick(visit, texts)
    return (paragraphs(text.value), text) if text.value else None


def spoken(visit: Visit, one: MeetingView) -> str:
    """Each language by the name that it calls itself."""
    names = [AUTONYMS[code] if code == visit.language else i18n.isolated(AUTONYMS[code]) for code in one.spoken]
    return listed(visit, [*names, one.also_spoken] if one.also_spoken else names)


def attended(visit: Visit, one: MeetingView) -> Message | str | None:
    if one.attended is None:
        return None
    return _("Fewer than ten people") if one.attended == 0 else i18n.number(one.attended, visit.language)


def _change(visit: Visit, change: ChangeView) -> dict[str, Any]:
    when = i18n.moment(change.started_before, visit.language, visit.city.zone)
    said = _("Moved; it was to begin %(when)s, here:", when=when)
    return {
        "cancels": change.cancels,
        "sentence": _("Cancelled") if change.cancels else said,
        "venue": pick(visit, change.venue_before),
        "reason": pick(visit, change.reasons),
        "at": change.at,
    }
