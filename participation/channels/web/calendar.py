"""The city's calendar: what opens and closes, meetings, reviews, promises and new links, by their days."""

from itertools import groupby
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import midnight, pick
from participation.domain.ladder.days import queries
from participation.domain.ladder.days.queries import WHOLE_DAYS, Day, Kind
from participation.domain.projects.meetings.models import MeetingKind
from participation.domain.projects.meetings.rules import KINDS
from participation.domain.projects.models import StepKind
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _, _n

OPENS = {StepKind.CONSULTATION: _("The consultation opens"), StepKind.DECISION: _("Voting opens")}
CLOSES = {StepKind.CONSULTATION: _("The consultation closes"), StepKind.DECISION: _("Voting closes")}
PICTOGRAMS = {
    Kind.OPENS: "tick",
    Kind.CLOSES: "lock",
    Kind.MEETING: "people",
    Kind.REVIEW: "search",
    Kind.PROMISE: "paper",
    Kind.LINK: "import",
}


async def show(visit: Visit) -> Response:
    asked = visit.request.query_params
    place = visit.city.place(asked.get("place", ""))
    past, after = asked.get("past") == "1", asked.get("after")
    async with visit.reading() as session:
        found = await queries.days(
            session,
            visit.city,
            at=visit.at,
            language=visit.language,
            past=past,
            place=place.id if place else None,
            after=after,
        )
    visit.depends(f"projects:{visit.city.id}", until=midnight(visit))
    chosen = {"place": place.slug if place else "", "past": "1" if past else ""}
    here = visit.url("/calendar", place=chosen["place"])
    context = {
        "days": [
            (day, [_line(visit, one) for one in lines])
            for day, lines in groupby(found.items, key=lambda one: one.at.astimezone(visit.city.zone).date())
        ],
        "past": past,
        "chosen": chosen,
        "places": [(one.slug, pick(visit, one.names).value) for one in visit.city.districts],
        "choices": [(here, _("Coming"), not past), (visit.url("/calendar", **chosen | {"past": "1"}), _("Past"), past)],
        "older": visit.url("/calendar", **chosen, after=found.next) if found.next else None,
        "newer": visit.url("/calendar", **chosen) if after else None,
        "zone": visit.city.time_zone,
    }
    return visit.page("calendar/show.html", context)


def _line(visit: Visit, one: Day) -> dict[str, Any]:
    return {
        "at": one.at,
        "hour": None if one.kind in WHOLE_DAYS else i18n.hour(one.at, visit.language, visit.city.zone),
        "what": _what(one),
        "words": pick(visit, one.names) if one.names else None,
        "pictogram": PICTOGRAMS[one.kind],
        "about": [(_address(visit, one, each.slug), pick(visit, each.titles)) for each in one.about],
        "place": _place(visit, one),
        "off": one.off,
        "done": one.done,
    }


def _what(one: Day) -> Message:
    if one.kind is Kind.MEETING:
        return KINDS[MeetingKind(one.what)]
    if one.kind is Kind.REVIEW:
        return _n("%(count)s assessment is looked at again", "%(count)s assessments are looked at again", one.count)
    if one.kind is Kind.PROMISE:
        return _("The city promised by this day:")
    if one.kind is Kind.LINK:
        return _("Data are given to another project from this day on:")
    return (OPENS if one.kind is Kind.OPENS else CLOSES)[StepKind(one.what)]


def _address(visit: Visit, one: Day, slug: str) -> str:
    if one.kind is Kind.LINK:
        return visit.url("/data-flows", project=slug)
    below = {
        Kind.MEETING: f"/meetings/{one.id}",
        Kind.REVIEW: "/assessments",
        Kind.PROMISE: "/outcome",
    }.get(one.kind, "")
    return visit.url(f"/projects/{slug}{below}")


def _place(visit: Visit, one: Day) -> Text | None:
    """Where a meeting is, unless it is for the whole city."""
    place = visit.city.places.get(one.place_id or 0)
    return pick(visit, place.names) if place and place.id != visit.city.root.id else None
