"""Residents' pages of delegates: who is put forward and who goes from door to door, by number; and how anybody objects."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.delegate_words import place, shown
from participation.channels.http.refusing import messages
from participation.channels.http.sending import sent
from participation.channels.http.visit import Visit
from participation.channels.web.checks import figures
from participation.domain.people.guesses.operations import count_wrong
from participation.domain.people.guesses.queries import wrong_lately
from participation.domain.places.models import PlaceKind
from participation.domain.proxies.checks.figures.queries import found
from participation.domain.proxies.delegates import queries
from participation.domain.proxies.delegates.forms import LONGEST_OBJECTION, read_objection
from participation.domain.proxies.delegates.models import DelegateState
from participation.domain.proxies.delegates.objections import operations
from participation.domain.proxies.delegates.queries import DelegateView
from participation.domain.proxies.delegates.rules import may_object, may_send, no_delegate
from participation.kit.database import Session
from participation.kit.errors import Invalid, Refusal
from participation.kit.i18n import Message

OBJECTION = "objection"
"""Kind under which objections are counted by source."""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def index(visit: Visit) -> Response:
    """Who is put forward, and who goes from door to door; `past`: who did."""
    asked = visit.request.query_params
    before, past = _number(asked.get("after", "")) or None, asked.get("past") == "1"
    district = visit.city.place(asked.get("place", ""))
    if district is not None and district.kind is not PlaceKind.DISTRICT:
        district = None
    async with visit.reading() as session:
        found, following = await queries.some(
            session,
            city=visit.city,
            at=visit.at,
            before=before,
            place_id=district.id if district else None,
            current=not past,
        )
        until = await queries.next_moment(session, city_id=visit.city.id, at=visit.at)
    visit.depends(f"delegates:{visit.city.id}", until=until)
    asking: dict[str, str | None] = {"place": district.slug if district else None, "past": "1" if past else None}
    context = {
        "delegates": [_shown(visit, one) for one in found],
        "district": place(visit, district.id) if district else None,
        "past": past,
        "everybody": visit.url("/delegates"),
        "before": visit.url("/delegates", past="1"),
        "newer": visit.url("/delegates", **asking) if before else None,
        "older": visit.url("/delegates", after=following, **asking) if following else None,
    }
    return visit.page("delegates/list.html", context)


def _shown(visit: Visit, one: DelegateView) -> dict[str, Any]:
    address = visit.url(f"/delegates/{one.number}") if one.number is not None else None
    return shown(visit, one) | {"address": address}


async def _one(visit: Visit, session: Session) -> DelegateView:
    number = _number(str(visit.request.path_params["number"]))
    found = await queries.by_number(session, city=visit.city, number=number, at=visit.at)
    if found is None:
        raise no_delegate()
    return found


async def show(visit: Visit) -> Response:
    async with visit.reading() as session:
        one = await _one(visit, session)
        year = queries.year_of(visit.city, visit.at)
        checked = await found(session, city=visit.city, year=year, number=one.number)
    moments = [moment for moment in (one.objections_until, one.ends_at) if moment > visit.at]
    visit.depends(f"delegates:{visit.city.id}", until=min(moments, default=None))
    context = {"delegate": _shown(visit, one), "checks": figures(checked[0]) if checked else []}
    return visit.page("delegates/show.html", context)


async def objecting(visit: Visit) -> Response:
    """The form, for two weeks; then the receipt of what was just sent from here."""
    if visit.request.method == "GET":
        return await _form(visit)
    try:
        async with visit.transaction() as session:
            answer = await visit.once(session, sent(visit), lambda: _object(visit, session))
    except Refusal as refusal:
        return await _form(visit, errors=messages(refusal), refusal=refusal, status=refusal.status)
    number = _number(str(visit.request.path_params["number"]))
    visit.give_receipt(f"delegate-{number}", str(answer["receipt"]))
    return visit.redirect(visit.url(f"/delegates/{number}/object"))


async def _object(visit: Visit, session: Session) -> dict[str, Any]:
    body = read_objection(visit.fields)
    number = _number(str(visit.request.path_params["number"]))
    counted: dict[str, Any] = {"city_id": visit.city.id, "kind": OBJECTION, "sources": visit.sources, "at": visit.at}
    if refusal := may_send(await wrong_lately(session, **counted)):
        raise refusal
    receipt = await operations.object_to(
        session,
        city=visit.city,
        number=number,
        body=body,
        language=visit.language,
        actor=visit.actor,
        at=visit.at,
    )
    await count_wrong(session, **counted)
    return {"receipt": receipt}


async def _form(
    visit: Visit,
    *,
    errors: dict[str, Message] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> Response:
    """Where it is too late, the words that were typed are given back below the reason."""
    async with visit.reading() as session:
        one = await _one(visit, session)
    state = DelegateState(one.state)
    closed = may_object(state, one.objections_until, visit.at, visit.city)
    context = {
        "delegate": _shown(visit, one),
        "closed": closed,
        "most": LONGEST_OBJECTION,
        "words": visit.words if closed is not None and not isinstance(refusal, Invalid) else [],
        "receipt": None if errors else visit.given_receipt(f"delegate-{one.number}"),
        "errors": errors or {},
    }
    return visit.page("delegates/object.html", context, form=True, status=status)
