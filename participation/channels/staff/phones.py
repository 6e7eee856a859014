"""What phones cost the city in a month: by gateway with its cap, and by project, never by message; and what phones may do by themselves."""

import re
from collections.abc import Mapping
from datetime import date
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
OVER_UNCALLED = _("What the city wants to pay in a month is spent. Answers are still sent.")
"""Of a gateway that calls nobody back."""


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)

    async def act(session: Session) -> dict[str, Any]:
        assurance = read_assurance(visit.fields)
        await set_assurance(session, city=visit.city, assurance=assurance, actor=visit.actor, at=visit.at)
        return {}

    return await saved(visit, act, _page, "/staff/phones")


async def _page(visit: Visit, errors: Mapping[str, Message] | None = None, status: int = 200) -> Response:
    now = rules.month_of(visit.at, visit.city.zone)
    month = _wanted(visit, now)
    async with visit.reading() as session:
        earlier = await queries.months(session, city_id=visit.city.id, before=now)
        costs = await queries.of_month(session, city_id=visit.city.id, month=month)
        titles = await named(session, visit.city, {one.project for one in costs})
    return visit.page(
        "staff/phones.html",
        {
            "month": month,
            "ends": None if month == now else rules.last_day(month),
            "now": now,
            "earlier": [(one, rules.last_day(one), _money(visit, cost)) for one, cost in earlier],
            "errors": errors or {},
            "assurance": visit.city.phones,
            "administers": may_act(visit.actor, Role.ADMINISTRATOR, visit.city) is None,
            "gateways": _gateways(visit, costs, past=month < now),
            "projects": [
                _project(visit, number, i18n.pick(titles.get(number, {}), visit.language, visit.city.languages), costs)
                for number in sorted({one.project for one in costs} - {0})
            ],
        },
        status=status,
    )


def _wanted(visit: Visit, now: date) -> date:
    """The month that is asked for, where it is an earlier one."""
    asked = re.fullmatch(r"(\d{4})-(\d{2})", visit.request.query_params.get("month", ""), re.ASCII)
    try:
        return now if asked is None else min(now, date(int(asked[1]), int(asked[2]), 1))
    except ValueError:
        return now


def _gateways(visit: Visit, costs: list[CostView], *, past: bool) -> list[dict[str, Any]]:
    """Those that there are, and those that are none any more and cost something; of an earlier month what cost something, without a cap that may be newer."""
    there = {one.name: one for one in here(visit)}
    names = sorted({one.gateway for one in costs} | (set() if past else set(there)))
    return [_gateway(visit, name, there.get(name), costs, past=past) for name in names]


def _gateway(visit: Visit, name: str, gateway: Gateway | None, costs: list[CostView], *, past: bool) -> dict[str, Any]:
    own = [one for one in costs if one.gateway == name]
    cost = sum((one.cost for one in own), Decimal(0))
    cap = None if gateway is None or past else gateway.cap
    return {
        "name": name,
        "number": gateway.number if gateway else "",
        "pays": PAYS[gateway.pays] if gateway else None,
        "messages": sum(one.messages for one in own),
        "units": sum(one.units for one in own),
        "cost": _money(visit, cost),
        "cap": None if cap is None else _money(visit, cap),
        "warning": _warning(rules.spending(cost, cap), calls_back=gateway is not None and bool(gateway.missed)),
    }


def _warning(spending: Spending, *, calls_back: bool) -> Message | None:
    return OVER_UNCALLED if spending is Spending.OVER and not calls_back else WARNINGS.get(spending)


def _project(visit: Visit, number: int, title: i18n.Text, costs: list[CostView]) -> dict[str, Any]:
    own = [one for one in costs if one.project == number]
    messages, units = rules.shown(sum(one.messages for one in own)), sum(one.units for one in own)
    cost = rules.cost_shown(sum((one.cost for one in own), Decimal(0)), units)
    shown = {"messages": messages, "units": rules.shown(units), "cost": _money(visit, cost)}
    return {"title": title, "number": number, "shown": shown if messages else None}


def _money(visit: Visit, amount: Decimal) -> str:
    return f"{i18n.number(float(round(amount, 2)), visit.language)} {visit.city.currency}"
