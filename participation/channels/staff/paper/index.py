"""Paper forms at a glance: batches with how far each has come."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.paper import queries
from participation.domain.proxies.paper.rules import OFFICE
from participation.kit import i18n
from participation.kit.i18n import AUTONYMS

LIST = "/staff/paper"


async def show(visit: Visit) -> Response:
    admit(visit)
    before = visit.request.query_params.get("before", "")
    wanted = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    async with visit.reading() as session:
        rows, further = await queries.batches(session, city=visit.city, at=visit.at, before=wanted)
    context: dict[str, Any] = {
        "rows": [
            {
                "batch": one,
                "title": i18n.pick(one.titles, visit.language, visit.city.languages),
                "language": AUTONYMS[one.language],
            }
            for one in rows
        ],
        "older": f"{LIST}?before={further}" if further else None,
        "newer": LIST if wanted else None,
    }
    return visit.page("staff/paper/list.html", context, form=True)


def admit(visit: Visit) -> None:
    """Whoever may print or read for some district sees how far all batches have come."""
    held = [grant.place_id for grant in visit.actor.grants if grant.role in OFFICE]
    acting_as_one_of(visit.actor, OFFICE, visit.city, held[:1])
