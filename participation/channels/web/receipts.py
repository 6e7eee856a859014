"""Looks up what became of a contribution, by its receipt, without signing in; wrong numbers slow the next look.

What a delegate wrote down for somebody is shown to whoever holds its receipt, can be disputed with that alone, and taken back with the person's code or
after a call to the number that they left.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from participation.channels.http.entry_words import in_words
from participation.channels.http.recognising import pause, person_of
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.web.checks import tables
from participation.domain.people.codes.forms import read_code
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.privacy.forms import read_receipt
from participation.domain.privacy.queries import Fate, by_receipt
from participation.domain.proxies.checks.calls.operations import ask_back
from participation.domain.proxies.models import EntryState
from participation.domain.proxies.reviews import operations
from participation.domain.proxies.reviews.queries import EntryFate
from participation.kit.database import Session
from participation.kit.errors import Invalid, Refusal
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _

GUESSED = "receipt"


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return _page(visit)
    number = ""
    try:
        form = Reader(visit.fields)
        number = read_receipt(form)
        form.finish()
        fate = await _look_up(visit, number)
        do = form.text("do", at_most=20, required=False)
        if act := ACTS.get(do):
            try:
                await act(visit, number)
                fate = await _look_up(visit, number)
            except Refusal as refusal:
                return _page(visit, fate=fate, number=number, errors=messages(refusal), status=refusal.status)
    except Invalid as invalid:
        return _page(visit, errors=invalid.errors, status=422)
    return _page(visit, fate=fate, number=number, called=do == "call")


async def _look_up(visit: Visit, number: str) -> Fate:
    """Numbers of others are not worth guessing: each wrong one makes the next look take longer."""
    await pause(visit, GUESSED)
    async with visit.reading() as session:
        fate = await by_receipt(session, city_id=visit.city.id, receipt=number, secrets=visit.site.secrets)
    if fate is not None:
        return fate
    async with visit.transaction() as session:
        await count_wrong(session, city_id=visit.city.id, kind=GUESSED, sources=visit.sources, at=visit.at)
    raise Invalid({"receipt": _("There is no contribution with this receipt. Please compare the digits.")})


async def _dispute(visit: Visit, number: str) -> None:
    async def act(session: Session) -> None:
        await operations.dispute(session, receipt=number, **_common(visit))

    await _once(visit, ["dispute", number], act)


async def _withdraw(visit: Visit, number: str) -> None:
    form = Reader(visit.fields)
    code = read_code(form)
    form.finish()
    person = await person_of(visit, code)

    async def act(session: Session) -> None:
        await operations.withdraw(session, receipt=number, person_id=person, **_common(visit))

    await _once(visit, ["withdraw", number, person], act)


async def _call(visit: Visit, number: str) -> None:
    """Nothing but the receipt is typed: a number that is typed proves nothing, since the delegate knows it as well."""

    async def act(session: Session) -> None:
        await ask_back(session, receipt=number, **_common(visit))

    await _once(visit, ["call", number], act)


ACTS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {"dispute": _dispute, "withdraw": _withdraw, "call": _call}


def _common(visit: Visit) -> dict[str, Any]:
    folder = visit.site.settings.keys
    return {"city": visit.city, "folder": folder, "actor": visit.actor, "at": visit.at}


async def _once(visit: Visit, what: list[str | int], act: Callable[[Session], Awaitable[None]]) -> None:
    async with visit.transaction() as session:

        async def do() -> dict[str, Any]:
            await act(session)
            return {}

        await visit.once(session, what, do)


def _page(
    visit: Visit,
    *,
    fate: Fate | None = None,
    number: str = "",
    called: bool = False,
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "receipts/show.html",
        {
            "fate": fate,
            "entry": None if fate is None or fate.entry is None else _entry(visit, fate.entry),
            "receipt": number,
            "called": called,
            "tables_": tables(visit),
            "errors": errors or {},
        },
        form=True,
        status=status,
        block="result" if fate and not errors else None,
    )


def _entry(visit: Visit, entry: EntryFate) -> dict[str, Any]:
    """What was written down, and what whoever holds the receipt can do about it."""
    said = in_words(visit, entry)
    withdraws = entry.state in (EntryState.ACCEPTED, EntryState.HELD, EntryState.DISPUTED)
    return said | {
        "can_dispute": entry.state in (EntryState.ACCEPTED, EntryState.HELD),
        "can_withdraw": withdraws,
        "can_call": withdraws and entry.has_number and said["meeting"] is None,
        "can_come": withdraws and entry.described and not entry.has_number,
    }
