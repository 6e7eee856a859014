"""What all forms of the staff share: done once, and given back with what was typed when they cannot be taken."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.i18n import Message

OVERWRITTEN = 409
"""Somebody else was quicker: the form comes back with what they have stored, and sending it again replaces that."""
Act = Callable[[Session], Awaitable[dict[str, Any]]]


class Page(Protocol):
    """Shows the form; again, with what was typed and what is wrong with it. Refuses where there is no such form any more."""

    async def __call__(
        self, visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200
    ) -> Response: ...


async def saved(visit: Visit, act: Act, again: Page, then: str) -> Response:
    """Do what the form asks and go on to a page, to which the answer of `act` may add (`{slug}`)."""
    try:
        async with visit.transaction() as session:
            answer = await visit.once(session, sent(visit), lambda: act(session))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await again(visit, errors=messages(refusal), status=refusal.status)
    return visit.redirect(then.format(**answer))


class Shown(NamedTuple):
    """A field of a form as somebody reads it: its label, what is stored in words, and the language that these are in."""

    name: str
    label: Message | str
    words: Any
    language: str | None = None


def theirs(
    status: int, shown: Iterable[Shown], stored: Mapping[str, Any], values: Mapping[str, Any]
) -> list[tuple[Any, Any, str | None]]:
    """What somebody else has stored meanwhile, where it differs from what was typed."""
    if status != OVERWRITTEN:
        return []
    return [
        (field.label, field.words, field.language)
        for field in shown
        if field.words not in ("", None) and _chosen(stored, field.name) != _chosen(values, field.name)
    ]


def _chosen(values: Mapping[str, Any], name: str) -> list[str]:
    """All values of a field, as a form sends them or as a page stores them."""
    found = values.getlist(name) if hasattr(values, "getlist") else values.get(name, [])
    several = [found] if isinstance(found, str) else found
    return sorted(" ".join(str(value).split()) for value in several if value)


def version(visit: Visit, current: int, status: int) -> int:
    """The version that goes with a form: as it was opened, until its sender has been shown what somebody else wrote since."""
    opened = str(visit.typed.get("version", ""))
    if status == OVERWRITTEN or not (opened.isascii() and opened.isdigit() and len(opened) < 10):
        return current
    return min(int(opened), current)
