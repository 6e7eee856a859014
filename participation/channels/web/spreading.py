"""What a project is made known with where there is no screen: a notice to photocopy, a script to read aloud, an address to type."""

import re
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import Rung, beginning, pick, places, rungs
from participation.channels.web.projects import depends, find
from participation.domain.projects.models import ProjectState
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import StepState
from participation.domain.projects.spreading import queries, rules
from participation.domain.projects.spreading.queries import MeetingLine
from participation.domain.projects.spreading.rules import Invitation
from participation.kit.errors import NotFound
from participation.kit.i18n import Text, _

SUMMARY = 70
"""Words of the summary that a notice has room for."""
LONG = 70
"""From this width on, in letters, a title is printed smaller."""
VENUE, CONTACT = 90, 160
"""Characters."""
MEETINGS = 3


async def short(visit: Visit) -> Response:
    """From the number on a notice to the project, in the reader's language."""
    number = str(visit.request.path_params["number"])
    async with visit.reading() as session:
        known = re.fullmatch(r"[0-9]{1,9}", number)
        slug = await queries.slug_of(session, city_id=visit.city.id, number=int(number)) if known else None
    if slug is None:
        raise NotFound("project", _("There is no such project."), _("All projects of the city are in the list."))
    return visit.redirect(visit.url(f"/projects/{slug}"), status=302)


# The notice


async def notice(visit: Visit) -> Response:
    """One page of A4, in black and white."""
    async with visit.reading() as session:
        project = await find(visit, session)
        code = await queries.code(session, project.id)
        meetings = await queries.invitations(session, project.id, at=visit.at, most=MEETINGS)
    depends(visit, project)
    visit.depends(until=min((one.starts_at for one in meetings), default=None))
    title, summary = pick(visit, project.said("title")), pick(visit, project.said("summary"))
    words = rules.beginning(summary.value, summary.language, _room(summary.language))
    context = {
        "title_": title,
        "long": rules.width(title.value) > LONG,
        "number_": project.number,
        "back": visit.url(f"/projects/{project.slug}"),
        "summary": replace(summary, value=words),
        "decided": project.state in (ProjectState.DECIDED, ProjectState.WITHDRAWN),
        "steps": _steps(visit, project),
        "places": places(visit, project.places),
        "meetings": [_meeting(visit, one) for one in meetings],
        "contact": _cut(pick(visit, project.said("contact")), CONTACT),
        "code": code,
        "address": _address(visit, project),
        "short_number": visit.city.short_number,
        "open_comments": project.open_comments,
    }
    return visit.page("spreading/notice.html", context, sheet="notice")


def _steps(visit: Visit, project: Whole) -> list[Rung]:
    """What residents can still do, with its dates."""
    return [one for one in rungs(visit, project)[1:] if one.state != StepState.CLOSED]


def _room(language: str) -> int:
    """In Chinese a character takes about as much of a line as half a word of other languages."""
    return SUMMARY * 2 if language == "zh" else SUMMARY


def _meeting(visit: Visit, one: MeetingLine) -> dict[str, Any]:
    place = visit.city.places[one.place_id]
    return {
        "at": one.starts_at,
        "place": pick(visit, place.names) if place.id != visit.city.root.id else None,
        "venue": _cut(pick(visit, one.venue), VENUE),
    }


def _cut(text: Text, most: int) -> Text:
    return replace(text, value=beginning(text.value, most))


def _address(visit: Visit, project: Whole) -> str:
    """As it is typed: without the scheme, which browsers add."""
    return rules.short_address(visit.city, visit.site.settings.base_url, project.number).partition("://")[2]


# The script


async def script(visit: Visit) -> Response:
    """What an official wrote in the reader's language, or else what can be made of the project."""
    async with visit.reading() as session:
        project = await find(visit, session)
        stored = await queries.script(session, project.id, visit.language)
        meetings = await queries.invitations(session, project.id, at=visit.at, most=1)
    depends(visit, project)
    visit.depends(until=min((one.starts_at for one in meetings), default=None))
    invited = Invitation(meetings[0].starts_at, meetings[0].venue) if meetings else None
    made = rules.spoken(visit.city, project, _address(visit, project), invited, visit.language, visit.at)
    own = stored is not None and bool(stored.text)
    parts = stored.text.split("\n") if stored is not None and own else made.parts
    context = {
        "title_": made.title,
        "back": visit.url(f"/projects/{project.slug}"),
        "parts": [part for part in parts if part],
        "missing": made.missing and not own,
        "written": stored.at if stored is not None and own else None,
        "count": sum(rules.length(part, visit.language) for part in parts),
        "characters": visit.language == "zh",
    }
    return visit.page("spreading/script.html", context)
