"""Votes that two delegates brought for the same person: an administrator decides which stands, or neither. No page, address or log names them."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors
from participation.channels.staff.saving import saved
from participation.domain.proxies.contested import forms, operations, queries, rules
from participation.domain.proxies.contested.queries import Group
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.forms import Reader

PAGE = "/staff/entries/contested"
SHOWN = 20
"""People on the page at once; as some are settled, others come up."""


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)
    number = ""

    async def act(session: Session) -> dict[str, Any]:
        nonlocal number
        asked = forms.read_asked(Reader(visit.fields))
        folder = visit.site.settings.keys
        who: dict[str, Any] = {"city": visit.city, "handle": asked.handle, "actor": visit.actor, "at": visit.at}
        if asked.look:
            # Only for this answer: neither the answer that is kept for a repeated form nor any page has it.
            number = await operations.look(session, folder=folder, secrets=visit.site.secrets, **who)
        else:
            await operations.settle(session, keep=asked.keep, why=asked.why, folder=folder, **who)
        return {}

    response = await saved(visit, act, _page, PAGE)
    return await _page(visit, number=number) if number else response


async def _page(visit: Visit, *, number: str = "", errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        groups = await queries.waiting(session, city=visit.city, folder=visit.site.settings.keys)
    context = {
        "groups": [_shown(visit, group) for group in groups[:SHOWN]],
        "count": len(groups),
        "reasons": [(str(why), words) for why, words in rules.REASONS.items()],
        "phone": number,
        "errors": errors or {},
        "values": visit.typed,
    }
    response = visit.page("staff/entries/contested.html", context, form=True, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(visit: Visit, group: Group) -> dict[str, Any]:
    return {
        "project": i18n.pick(group.titles, visit.language, visit.city.languages),
        "none": forms.NONE + group.rivals[0].handle,
        "rivals": [
            {
                "handle": rival.handle,
                "look": forms.LOOK + rival.handle if rival.has_number else None,
                "number": str(rival.number),
                "finished": rival.finished_at,
                "received": rival.received_at,
            }
            for rival in group.rivals
        ],
    }
