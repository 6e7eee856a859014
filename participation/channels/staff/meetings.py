"""Officials' pages of meetings: announced, put right, moved or cancelled with a reason; their minutes."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, editing, place_options, project_of, typed
from participation.channels.staff.saving import Shown, saved, theirs, version
from participation.domain.projects.forms import read_version
from participation.domain.projects.meetings import forms, operations, queries, rules
from participation.domain.projects.meetings.models import MeetingKind
from participation.domain.projects.meetings.queries import MeetingView
from participation.domain.projects.meetings.rules import MeetingState
from participation.domain.projects.models import ProjectState
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, _

STATES = {
    MeetingState.COMING: _("Announced"),
    MeetingState.RUNNING: _("It has begun"),
    MeetingState.HELD: _("Held"),
    MeetingState.CANCELLED: _("Cancelled"),
}
LABELS: dict[str, Message] = {
    "kind": _("What kind of meeting it is"),
    "place": _("Whose people are invited"),
    "settlement": _("Settlement"),
    "starts_at": _("It begins"),
    "ends_at": _("It ends"),
    "venue": _("Address"),
    "agenda": _("What it is about"),
    "office": _("Office that holds it"),
    "access": _("What there is for those who could not come otherwise"),
    "spoken": _("Languages spoken or interpreted there"),
    "also_spoken": _("Other languages"),
    "phone": _("Telephone number to take part or to ask"),
    "online": _("Address on the web to take part"),
    "projects": _("Other projects on the agenda"),
    "reasons": _("The reason that everybody can read"),
    "attended": _("How many people came"),
    "minutes": _("What was said"),
    "decisions": _("What was decided"),
    "document": _("Address of the full minutes"),
}


async def index(visit: Visit) -> Response:
    """All of a project's meetings; its form only changes the language."""
    after, coming_after = (visit.request.query_params.get(name) for name in ("after", "coming"))
    async with visit.reading() as session:
        found = await editing(visit, session)
        common: dict[str, Any] = {"at": visit.at}
        coming = await queries.of_project(session, found.project.id, past=False, after=coming_after, **common)
        past = await queries.of_project(session, found.project.id, past=True, after=after, **common)
    desk = f"{found.context['desk']}/meetings"
    context = {
        "coming": [] if after else [_line(visit, one, desk) for one in coming.items],
        "past": [] if coming_after else [_line(visit, one, desk) for one in past.items],
        "more": f"{desk}?coming={coming.next}" if coming.next and not after else None,
        "older": f"{desk}?after={past.next}" if past.next and not coming_after else None,
        "newer": desk if after or coming_after else None,
        "draft": found.project.state == ProjectState.DRAFT,
        "base": desk,
    }
    return visit.page("staff/meetings/list.html", found.context | context, form=True)


def _line(visit: Visit, one: MeetingView, desk: str) -> dict[str, Any]:
    state = rules.state(one, visit.at)
    return {
        "address": f"{desk}/{one.id}",
        "kind": rules.KINDS[MeetingKind(one.kind)],
        "starts_at": one.starts_at,
        "place": i18n.pick(visit.city.places[one.place_id].names, visit.language, visit.city.languages),
        "state": STATES[state],
        "owes": state is MeetingState.HELD and one.minuted_at is None,
    }


# A new one


async def new(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _new(visit)

    async def act(session: Session) -> dict[str, Any]:
        said = forms.read_meeting(visit.fields, visit.city)
        project = await project_of(visit, session)
        made = await operations.announce(
            session, city=visit.city, project=project, said=said, actor=visit.actor, at=visit.at
        )
        return {"slug": project.slug, "number": made.id}

    return await saved(visit, act, _new, "/staff/projects/{slug}/meetings/{number}")


async def _new(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await editing(visit, session)
    values = typed(visit, {"kind": MeetingKind.CONSULTATION, "spoken": list(visit.city.required_languages)}, errors)
    context = _common(visit, values, errors) | {"draft": found.project.state == ProjectState.DRAFT}
    return visit.page("staff/meetings/new.html", found.context | context, form=True, status=status)


# One of them


async def show(visit: Visit) -> Response:
    """Until it begins it can be changed or cancelled; once it is over, minuted."""
    if visit.request.method == "GET":
        return await _show(visit)
    number = _number(visit)

    async def act(session: Session) -> dict[str, Any]:
        pressed = _pressed(visit)
        project = await project_of(visit, session)
        everything: dict[str, Any] = {
            **{"city": visit.city, "project": project, "meeting_id": number},
            **{"actor": visit.actor, "at": visit.at},
        }
        if pressed == "cancel":
            reasons = forms.read_reasons(visit.fields, visit.city)
            await operations.cancel(session, reasons=reasons, **everything)
        elif pressed == "minutes":
            minutes = forms.read_minutes(visit.fields, visit.city)
            await operations.publish_minutes(session, said=minutes, version=read_version(visit.fields), **everything)
        else:
            said = forms.read_meeting(visit.fields, visit.city)
            reasons = forms.read_reasons(visit.fields, visit.city)
            await operations.change(
                session, said=said, reasons=reasons, version=read_version(visit.fields), **everything
            )
        return {"slug": project.slug, "number": number}

    return await saved(visit, act, _show, "/staff/projects/{slug}/meetings/{number}")


def _pressed(visit: Visit) -> str:
    form = Reader(visit.fields)
    pressed = form.text("do", at_most=20)
    if pressed not in ("change", "cancel", "minutes"):
        form.wrong("form", _("Please choose one of the answers."))
    form.finish()
    return pressed


def _number(visit: Visit) -> int:
    number = str(visit.request.path_params["number"])
    if not re.fullmatch(r"[0-9]{1,9}", number):
        raise NotFound()
    return int(number)


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    number = _number(visit)
    async with visit.reading() as session:
        found = await editing(visit, session)
        meeting = await queries.one(session, project_id=found.project.id, meeting_id=number)
    if meeting is None:
        raise NotFound(
            "meeting", _("There is no such meeting."), _("The project's page of meetings lists all of them.")
        )
    state = rules.state(meeting, visit.at)
    stored = _stored(visit, meeting)
    values = typed(visit, stored, errors)
    page = _Page(meeting, state)
    context = _common(visit, values, errors) | {
        "meeting": meeting,
        "kind_": rules.KINDS[MeetingKind(meeting.kind)],
        "state": STATES[state],
        "coming": page.coming,
        "held": state is MeetingState.HELD,
        "others": [
            i18n.pick(one.titles, visit.language, visit.city.languages)
            for one in meeting.about
            if one.id != found.project.id
        ],
        "stored": theirs(status, page.shown(visit, stored), stored, values),
        "version": version(visit, meeting.version, status),
        "public": visit.url(f"/projects/{found.project.slug}/meetings/{number}"),
        "base": f"{found.context['desk']}/meetings",
        "kept": [] if page.coming or page.held else visit.words,
    }
    return visit.page("staff/meetings/show.html", found.context | context, form=True, status=status)


@dataclass(frozen=True)
class _Page:
    """Which of its two forms a meeting has now."""

    meeting: MeetingView
    state: MeetingState

    @property
    def coming(self) -> bool:
        return self.state is MeetingState.COMING

    @property
    def held(self) -> bool:
        return self.state is MeetingState.HELD

    def shown(self, visit: Visit, stored: dict[str, Any]) -> list[Shown]:
        """What is stored in this form's fields, as it is read."""
        minutes = ("attended", "minutes", "decisions", "document")
        found = []
        for name, value in stored.items():
            field, _dot, language = name.partition(".")
            if (field in minutes) is self.held and field != "kind":
                words = ", ".join(map(str, value)) if isinstance(value, list) else value
                found.append(Shown(name, _whole_label(name, visit.language), words, language or None))
        return found


def _stored(visit: Visit, meeting: MeetingView) -> dict[str, Any]:
    """By field name, as the forms write it."""
    values: dict[str, Any] = {
        "kind": meeting.kind,
        "place": visit.city.places[meeting.place_id].slug,
        "starts_at": _written(visit, meeting.starts_at),
        "ends_at": _written(visit, meeting.ends_at),
        **{name: getattr(meeting, name) for name in ("office", "access", "spoken", "also_spoken", "phone", "online")},
        "attended": "" if meeting.attended is None else str(meeting.attended),
        "document": meeting.document,
    }
    for name in ("settlement", "venue", "agenda", "minutes", "decisions"):
        values |= {f"{name}.{language}": text for language, text in getattr(meeting, name).items()}
    return values


def _written(visit: Visit, moment: Any) -> str:
    return str(moment.astimezone(visit.city.zone).strftime("%Y-%m-%d %H:%M"))


def _whole_label(field: str, reader: str) -> str:
    """With the language of a field that there is one of for each."""
    name, _dot, language = field.partition(".")
    label = LABELS[name].into(reader) if name in LABELS else name
    return f"{label} · {AUTONYMS[language]}" if language in AUTONYMS else label


def _common(visit: Visit, values: Any, errors: Errors) -> dict[str, Any]:
    """What the forms show."""
    wrong = errors or {}
    whole = i18n.pick(visit.city.root.names, visit.language, visit.city.languages).value
    return {
        "values": values,
        "errors": wrong,
        "labels": {name: _whole_label(name, visit.language) for name in wrong if name.partition(".")[0] in LABELS},
        "words": LABELS,
        "kinds": list(rules.KINDS.items()),
        "places": [(visit.city.root.slug, whole), *place_options(visit)],
        "access": list(rules.ACCESS.items()),
        "spoken": list(AUTONYMS.items()),
        "zone": visit.city.time_zone,
        "longest": forms.LONGEST,
    }
