"""Administrators declare election periods, and remove them before they begin: always two of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.channels.staff.projects import Errors, tongues, typed
from participation.channels.staff.saving import saved
from participation.domain.projects.elections import forms, operations, queries
from participation.domain.projects.elections.queries import PeriodView
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.forms import Reader

Verb = Callable[[Session, dict[str, Any], int, Any], Awaitable[Any]]
BUTTONS: dict[str, Verb] = {
    "confirm": lambda session, who, number, at: operations.confirm(session, period_id=number, at=at, **who),
    "remove": lambda session, who, number, at: operations.want_removed(session, period_id=number, at=at, **who),
    "drop": lambda session, who, number, at: operations.drop(session, period_id=number, **who),
}
"""What a button does with the number that it carries."""


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _show(visit)

    async def act(session: Session) -> dict[str, Any]:
        who: dict[str, Any] = {"city": visit.city, "actor": visit.actor}
        pressed = next((name for name in BUTTONS if visit.typed.get(name)), None)
        if pressed is None:
            said = forms.read_period(visit.fields, visit.city)
            await operations.declare(session, said=said, at=visit.at, **who)
            return {}
        form = Reader(visit.fields)
        number = form.integer(pressed, least=1, most=2**31 - 1)
        form.finish()
        await BUTTONS[pressed](session, who, number, visit.at)
        return {}

    return await saved(visit, act, _show, "/staff/elections")


async def _show(visit: Visit, *, errors: Errors = None, status: int = 200) -> Response:
    async with visit.reading() as session:
        found = await queries.all_of(session, city_id=visit.city.id)
    context = {
        "periods": [_line(visit, one) for one in found],
        "tongues": tongues(visit),
        "values": typed(visit, {}, errors),
        "errors": errors or {},
        "page": visit.url("/urgent"),
    }
    return visit.page("staff/elections.html", context, form=True, status=status)


def _line(visit: Visit, period: PeriodView) -> dict[str, Any]:
    """What it waits for, and whether whoever looks is the one who cannot confirm it."""
    removing = period.removal_by is not None
    first = period.removal_by if removing else period.proposed_by
    return {
        "id": period.id,
        "name": i18n.pick(dict(period.names), visit.language, visit.city.languages),
        "from": period.from_day,
        "until": period.until_day,
        "waits": removing or period.confirmed_at is None,
        "removing": removing,
        "mine": first == visit.actor.person_id,
        "begun": period.from_day <= queries.today(visit.city, visit.at),
    }
