"""What phones cost the city this month: by gateway with its cap, and by project, never by message; and what phones may do by themselves."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from participation.channels.http.phone_words import PAYS, here
from participation.channels.http.site import Gateway
from participation.channels.http.visit import Visit
from participation.channels.staff.saving import saved
from participation.domain.notices.costs import queries, rules
from participation.domain.notices.costs.queries import CostView
from participation.domain.notices.costs.rules import Spending
from participation.domain.people.models import Role
from participation.domain.people.phones.assurance.forms import read_assurance
from participation.domain.people.phones.assurance.operations import set_assurance
from participation.domain.people.rules import may_act
from participation.domain.projects.lists.queries import named
from participation.kit import i18n
from participation.kit.database import Session
from participation.kit.i18n import Message, _

WARNINGS = {
    Spending.NEAR: _("Most of what the city wants to pay in a month is spent."),
    Spending.OVER: _(
        "What the city wants to pay in a month is spent. Nobody is called back any more; answers are still sent."
    ),
}


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)

    async def act(session: Session) -> dict[str, Any]:
        assurance = read_assurance(visit.fields)
        await set_assurance(session, city=visit.city, assurance=assurance, actor=visit.actor, at=visit.at)
        return {}

    return await saved(visit, act, _page, "/staff/phones")


async def _page(visit: Visit, errors: Mapping[str, Message] | None = None, status: int = 200) -> Response:
    month = rules.month_of(visit.at, visit.city.zone)
    async with visit.reading() as session:
        costs = await queries.of_month(session, city_id=visit.city.id, month=month)
        titles = await named(session, visit.city, {one.project for one in costs})
    return visit.page(
        "staff/phones.html",
        {
            "month": month,
            "errors": errors or {},
            "assurance": visit.city.phones,
            "administers": may_act(visit.actor, Role.ADMINISTRATOR, visit.city) is None,
            "gateways": [_gateway(visit, one, costs) for one in here(visit)],
            "projects": [
                _project(visit, number, i18n.pick(titles.get(number, {}), visit.language, visit.city.languages), costs)
                for number in sorted({one.project for one in costs} - {0})
            ],
        },
        status=status,
    )


def _spent(gateway: Gateway, costs: list[CostView]) -> Decimal:
    return sum((one.cost for one in costs if one.gateway == gateway.name), Decimal(0))


def _gateway(visit: Visit, gateway: Gateway, costs: list[CostView]) -> dict[str, Any]:
    own = [one for one in costs if one.gateway == gateway.name]
    cost = _spent(gateway, costs)
    return {
        "name": gateway.name,
        "number": gateway.number,
        "pays": PAYS[gateway.pays],
        "messages": sum(one.messages for one in own),
        "units": sum(one.units for one in own),
        "cost": _money(visit, cost),
        "cap": None if gateway.cap is None else _money(visit, gateway.cap),
        "warning": WARNINGS.get(rules.spending(cost, gateway.cap)),
    }


def _project(visit: Visit, number: int, title: i18n.Text, costs: list[CostView]) -> dict[str, Any]:
    own = [one for one in costs if one.project == number]
    messages, units = rules.shown(sum(one.messages for one in own)), sum(one.units for one in own)
    cost = rules.cost_shown(sum((one.cost for one in own), Decimal(0)), units)
    shown = {"messages": messages, "units": rules.shown(units), "cost": _money(visit, cost)}
    return {"title": title, "number": number, "shown": shown if messages else None}


def _money(visit: Visit, amount: Decimal) -> str:
    return f"{i18n.number(float(round(amount, 2)), visit.language)} {visit.city.currency}"
