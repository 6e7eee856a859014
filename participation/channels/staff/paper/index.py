"""Paper forms at a glance: the sheet at hand, the sheets that wait, and batches with how far each has come."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.paper import queries
from participation.domain.proxies.paper.readings.queries import sheet, waiting
from participation.domain.proxies.paper.rules import OFFICE, read_serial, serial_number
from participation.kit import i18n
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, _

LIST = "/staff/paper"


async def show(visit: Visit) -> Response:
    """Its form takes the number of a sheet, typed or read by a scanner, which types it."""
    admit(visit)
    if visit.request.method == "GET":
        return await _page(visit)
    try:
        form = Reader(visit.fields)
        text = form.text("sheet", at_most=40, missing=_("Please type the number of the sheet."))
        form.finish()
        found = read_serial(text)
        async with visit.reading() as session:
            await sheet(session, city=visit.city, number=found, secrets=visit.site.secrets)
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _page(visit, errors=messages(refusal, "sheet"), status=refusal.status)
    return visit.redirect(f"{LIST}/{serial_number(*found)}")


async def _page(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    before = visit.request.query_params.get("before", "")
    wanted = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    async with visit.reading() as session:
        rows, further = await queries.batches(session, city=visit.city, at=visit.at, before=wanted)
        waits = await waiting(session, city_id=visit.city.id, person_id=visit.actor.person_id)
    context: dict[str, Any] = {
        "waits": [(serial_number(one.batch, one.serial), one.differs, one.own) for one in waits],
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
        "errors": errors or {},
    }
    return visit.page("staff/paper/list.html", context, form=True, status=status)


def admit(visit: Visit) -> None:
    """Whoever may print or read for some district sees how far all batches have come."""
    held = [grant.place_id for grant in visit.actor.grants if grant.role in OFFICE]
    acting_as_one_of(visit.actor, OFFICE, visit.city, held[:1])
