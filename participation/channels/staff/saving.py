"""What all forms of the staff share: done once, and given back with what was typed when they cannot be taken."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.kit.database import Session
from participation.kit.errors import Conflict, Invalid
from participation.kit.i18n import Message

Act = Callable[[Session], Awaitable[dict[str, Any]]]


class Page(Protocol):
    """Shows the form; again, with what was typed and what is wrong with it."""

    async def __call__(
        self, visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200
    ) -> Response: ...


async def saved(visit: Visit, act: Act, again: Page, then: str) -> Response:
    """Do what the form asks and go on to a page, to which the answer of `act` may add (`{slug}`)."""
    content = [visit.request.url.path]
    for name, value in visit.typed.multi_items():
        if name not in ("csrf", "token"):
            content += [name, str(value).encode("utf-8", "replace").decode()]
    try:
        async with visit.transaction() as session:
            answer = await visit.once(session, content, lambda: act(session))
    except Invalid as invalid:
        return await again(visit, errors=invalid.errors, status=422)
    except Conflict as conflict:
        return await again(visit, errors={"form": conflict.message}, status=409)
    return visit.redirect(then.format(**answer))
