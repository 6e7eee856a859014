"""Administrators keep the list of city workers whom no comment is to name; it can be added to and taken from, never read."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.domain.moderation.names import operations, queries
from participation.domain.moderation.names.forms import read_names
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _, _n


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)
    try:
        takes, names = _takes(visit), read_names(visit.fields)
        change = operations.unlist_names if takes else operations.list_names

        async def act() -> dict[str, Any]:
            common: dict[str, Any] = {"secrets": visit.site.secrets, "actor": visit.actor, "at": visit.at}
            return {"changed": await change(session, city=visit.city, names=names, **common)}

        async with visit.transaction() as session:
            content: list[str | int] = ["names", int(takes), *(" ".join(name) for name in names)]
            changed = (await visit.once(session, content, act))["changed"]
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _page(visit, errors=messages(refusal), status=refusal.status)
    return await _page(visit, done=_taken(changed) if takes else _added(changed))


def _takes(visit: Visit) -> bool:
    """Whether the second of the two buttons was pressed."""
    form = Reader(visit.fields)
    pressed = form.text("do", at_most=20, required=False)
    if pressed not in ("", "take"):
        form.wrong("names", _("Please choose one of the answers."))
    form.finish()
    return pressed == "take"


def _added(count: int) -> Message:
    return _n("%(count)s name was added.", "%(count)s names were added.", count)


def _taken(count: int) -> Message:
    return _n("%(count)s name was taken off.", "%(count)s names were taken off.", count)


async def _page(
    visit: Visit, *, done: Message | None = None, errors: dict[str, Message] | None = None, status: int = 200
) -> Response:
    """What was taken is not shown again: these names are to stand nowhere."""
    async with visit.reading() as session:
        listed = await queries.listed(session, city_id=visit.city.id)
    context = {"listed": listed, "done": done, "errors": errors or {}}
    if done is not None:
        context["typed"] = {}
    return visit.page("staff/names.html", context, form=True, status=status)
