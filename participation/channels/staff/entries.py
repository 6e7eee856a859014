"""Entries of delegates that wait: held or disputed, looked at and decided about, one by one."""

import re
from typing import Any

from starlette.responses import Response

from participation.channels.http.entry_words import in_words
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.domain.people.models import Role
from participation.domain.people.rules import may_act
from participation.domain.proxies.contested.queries import count as count_contested
from participation.domain.proxies.models import EntryState
from participation.domain.proxies.reviews import operations, queries, rules
from participation.domain.proxies.reviews.queries import EntryFate
from participation.domain.proxies.rules import Held, held_words
from participation.kit import i18n
from participation.kit.errors import Invalid, Refusal, SignInNeeded
from participation.kit.i18n import Message, _

LIST = "/staff/entries"


def _why(state: EntryState, reason: str | None) -> Message:
    if state is EntryState.HELD and reason in set(Held):
        return held_words(reason)
    return rules.STATES[state]


async def index(visit: Visit) -> Response:
    after = visit.request.query_params.get("after", "")
    async with visit.reading() as session:
        page = await queries.waiting(session, city=visit.city, after=after)
        settles = may_act(visit.actor, Role.ADMINISTRATOR, visit.city) is None
        contested = await count_contested(session, city=visit.city) if settles else None
    rows = [
        {
            "address": f"{LIST}/{one.id}",
            "number": str(one.number),
            "project": i18n.pick(one.titles, visit.language, visit.city.languages),
            "why": _why(one.state, one.reason),
            "at": one.received_at,
        }
        for one in page.items
    ]
    later = f"{LIST}?after={page.next}" if page.next else None
    context = {"rows": rows, "older": later, "newer": LIST if after else None, "contested": contested}
    return visit.page("staff/entries/list.html", context)


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)
    try:
        decided = visit.fields.getlist("do")
        if decided not in (["admit"], ["refuse"]):
            raise Invalid({"do": _("Please choose one of the answers.")})
        await _decide(visit, decided[0])
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _page(visit, errors=messages(refusal), status=refusal.status)
    return visit.redirect(LIST)


async def _decide(visit: Visit, do: str) -> None:
    number = _number(visit)
    common: dict[str, Any] = {
        "city": visit.city,
        "entry_id": number,
        "folder": visit.site.settings.keys,
        "actor": visit.actor,
        "at": visit.at,
    }
    async with visit.transaction() as session:

        async def act() -> dict[str, Any]:
            if do == "admit":
                await operations.admit(session, secrets=visit.site.secrets, **common)
            else:
                await operations.refuse(session, **common)
            return {}

        await visit.once(session, [do, number], act)


async def _page(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        entry = await queries.one(session, city_id=visit.city.id, entry_id=_number(visit), secrets=visit.site.secrets)
    if entry is None:
        raise rules.no_entry()
    context = {"entry": _shown(visit, entry), "errors": errors or {}, "back": LIST}
    return visit.page("staff/entries/one.html", context, form=True, status=status)


def _shown(visit: Visit, entry: EntryFate) -> dict[str, Any]:
    return in_words(visit, entry) | {
        "project": i18n.pick(entry.titles, visit.language, visit.city.languages),
        "why": _why(entry.state, entry.reason),
        "by_code": entry.by_code,
        "waits": entry.state in rules.WAITING,
    }


def _number(visit: Visit) -> int:
    text = str(visit.request.path_params["number"])
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise rules.no_entry()
    return int(text)
