"""Officials ask people whether they said what a delegate wrote down: by telephone, at a checking table, or after a second visit."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors
from participation.channels.staff.saving import saved
from participation.domain.people.models import Role
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.checks.calls import forms, operations, queries, rules
from participation.domain.proxies.checks.calls.queries import One, Open
from participation.domain.proxies.checks.figures.queries import signals as signals_of
from participation.domain.proxies.checks.models import CaseState, How
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.forms import Reader
from participation.kit.hashing import keyed, same
from participation.kit.i18n import Message, _

LIST = "/staff/checks"
VIEWS = {"": CaseState.WAITING, "table": CaseState.TABLE, "unreached": CaseState.UNREACHED}
WAYS: dict[How, Message] = {
    How.CALL: _("By telephone"),
    How.TABLE: _("At a checking table"),
    How.VISIT: _("Visited by another delegate"),
}
LOOKERS = (Role.ADMINISTRATOR, Role.AUDITOR)
"""Who sees what stands out in how entries came; never whoever could be judged by it."""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _place(visit: Visit, place_id: int) -> i18n.Text:
    return i18n.pick(visit.city.places[place_id].names, visit.language, visit.city.languages)


async def index(visit: Visit) -> Response:
    asked = visit.request.query_params
    show, after = asked.get("show", ""), _number(asked.get("after", ""))
    state = VIEWS.get(show, CaseState.WAITING)
    async with visit.reading() as session:
        places = queries.within(visit.city, visit.actor)
        found, following = await queries.waiting(session, city=visit.city, places=places, state=state, after=after)
    here = f"{LIST}?show={show}" if show in VIEWS and show else LIST
    context = {
        "rows": [_row(visit, one) for one in found],
        "views": [
            (f"{LIST}?show={name}" if name else LIST, rules.STATES[view], view is state) for name, view in VIEWS.items()
        ],
        "newer": here if after else None,
        "older": f"{here}{'&' if show else '?'}after={following}" if following else None,
        "page": visit.url("/delegates/checks"),
    }
    return visit.page("staff/checks/list.html", context)


def _row(visit: Visit, one: Open) -> dict[str, Any]:
    return {
        "address": f"{LIST}/{one.entry_id}",
        "number": str(one.number),
        "place": _place(visit, one.place_id),
        "project": i18n.pick(one.titles, visit.language, visit.city.languages),
        "language": i18n.AUTONYMS.get(one.language, one.language),
        "tag": i18n.tag(one.language),
        "tries": one.tries,
        "tried": one.tried_at,
        "day": one.finished_at,
        "state": rules.STATES[one.state],
        "asked": one.asked,
        "visitor": None if one.visitor is None else str(one.visitor),
    }


async def table(visit: Visit) -> Response:
    """Somebody came to a checking table with their receipt."""
    if visit.request.method == "GET":
        return await _table(visit)

    async def act(session: Session) -> dict[str, Any]:
        asked = forms.read_table(Reader(visit.fields))
        common: dict[str, Any] = {"city": visit.city, "receipt": asked.receipt, "actor": visit.actor}
        if asked.take_back:
            folder = visit.site.settings.keys
            await operations.take_back_at_table(session, folder=folder, at=visit.at, **common)
            return {"page": "table?done=1"}
        entry_id = await operations.case_of_receipt(session, **common)
        return {"page": f"{entry_id}?table={_brought(visit, entry_id)}"}

    return await saved(visit, act, _table, LIST + "/{page}")


def _brought(visit: Visit, entry_id: int) -> str:
    """Says on the person's page that this official typed their receipt today, and gives it to nobody."""
    key, day = visit.site.secrets.key("checking table"), visit.at.date().isoformat()
    return keyed(key, visit.actor.person_id or 0, entry_id, day).hex()[:32]


async def _table(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    done = visit.request.method == "GET" and "done" in visit.request.query_params
    context = {"errors": errors or {}, "values": visit.typed, "done": done}
    return visit.page("staff/checks/table.html", context, form=True, status=status)


async def show(visit: Visit) -> Response:
    """One person; each button of the form is one verb."""
    entry_id = _number(str(visit.request.path_params["number"]))
    who: dict[str, Any] = {"city": visit.city, "entry_id": entry_id, "actor": visit.actor, "at": visit.at}
    if visit.request.method == "GET":
        return await _one(visit, entry_id)
    secrets, folder, number = visit.site.secrets, visit.site.settings.keys, ""

    async def act(session: Session) -> dict[str, Any]:
        nonlocal number
        asked = forms.read_asked(Reader(visit.fields))
        if asked.verb is forms.Verb.LOOK:
            # Only for this answer: neither the answer that is kept for a repeated form nor any page has it.
            number = await operations.look(session, secrets=secrets, **who)
        if asked.verb is forms.Verb.VISIT and asked.visitor is not None:
            await operations.send(session, visitor=asked.visitor, **who)
        if asked.told is not None:
            receipt = _at_table(visit, entry_id)
            await operations.tell(session, told=asked.told, receipt=receipt, folder=folder, **who)
        return {}

    async def again(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
        return await _one(visit, entry_id, errors=errors, status=status)

    response = await saved(visit, act, again, f"{LIST}/{entry_id}")
    return await _one(visit, entry_id, number=number) if number else response


def _at_table(visit: Visit, entry_id: int) -> bool:
    return same(visit.request.query_params.get("table", ""), _brought(visit, entry_id))


async def _one(visit: Visit, entry_id: int, *, number: str = "", errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        places = queries.within(visit.city, visit.actor)
        secrets = visit.site.secrets
        found = await queries.one(session, city=visit.city, places=places, entry_id=entry_id, secrets=secrets)
    person, told = visit.actor.person_id, found.told
    refusal = rules.may_ask(told, person)
    receipt = _at_table(visit, entry_id)
    ways = [how for how in WAYS if rules.may_say(told, person, how, receipt=receipt, at=visit.at) is None]
    context = {
        "errors": errors or {},
        "values": visit.typed,
        "row": _row(visit, found.case),
        "recorded": _recorded(found),
        "reactions": found.reactions,
        "refusal": refusal,
        "phone": number,
        "looks": rules.may_look(told, person, visit.at) is None and not number,
        "answers": [(str(answer), words) for answer, words in rules.ANSWERS.items()],
        "voted": [(str(voted), words) for voted, words in rules.VOTED.items()] if found.votes else [],
        "ways": [(str(how), WAYS[how]) for how in ways],
    }
    response = visit.page("staff/checks/show.html", context, form=True, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _recorded(found: One) -> dict[str, str] | None:
    said = found.recorded
    return None if said is None else {"body": said.body, "lang": i18n.tag(said.language)}


async def visits(visit: Visit) -> Response:
    """Who is offered a new visit, by neighbourhood: for the district office."""
    async with visit.reading() as session:
        places = queries.within(visit.city, visit.actor)
        found = await queries.to_visit_again(session, city=visit.city, places=places)
    rows = [
        [
            _place(visit, one.place_id),
            i18n.AUTONYMS.get(one.language, one.language),
            i18n.number(one.count, visit.language),
        ]
        for one in found
    ]
    return visit.page("staff/checks/visits.html", {"rows": rows})


async def signals(visit: Visit) -> Response:
    """What stands out in how entries came; never a score, and never public."""
    acting_as_one_of(visit.actor, LOOKERS, visit.city)
    after = _number(visit.request.query_params.get("after", ""))
    async with visit.reading() as session:
        found, following = await signals_of(session, city=visit.city, at=visit.at, after=after)

    def figure(count: int) -> str:
        return i18n.number(count, visit.language)

    def of(part: int, whole: int) -> Message:
        return _("%(part)s of %(whole)s", part=part, whole=whole)

    rows = [
        [
            str(one.number),
            _place(visit, one.place_id),
            figure(one.entries),
            figure(one.seconds),
            figure(one.quick),
            of(one.repeated, one.comments),
            of(one.outside, one.described),
            of(one.alike, one.comments),
            of(one.reacted_alike, one.reactions),
        ]
        for one in found
    ]
    here = f"{LIST}/signals"
    context = {
        "rows": rows,
        "newer": here if after else None,
        "older": f"{here}?after={following}" if following else None,
    }
    return visit.page("staff/checks/signals.html", context)
