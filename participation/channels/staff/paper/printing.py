"""Prints a batch of forms: the sheets are the answer to the form, and nowhere else."""

from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.offices import delegates_and_projects
from participation.channels.staff.paper.index import admit
from participation.channels.staff.paper.words import printed
from participation.domain.proxies.paper.forms import read_new
from participation.domain.proxies.paper.operations import Printing, print_batch
from participation.domain.proxies.paper.rules import MOST
from participation.kit import fonts
from participation.kit.database import Session
from participation.kit.errors import Refusal, SignInNeeded
from participation.kit.forms import Reader
from participation.kit.i18n import AUTONYMS, Message, _


async def new(visit: Visit) -> Response:
    admit(visit)
    if visit.request.method == "GET":
        return await _new(visit)
    made: list[bytes] = []
    try:
        async with visit.transaction() as session:
            content = [
                str(visit.typed.get(name)) for name in ("project", "delegate", "language", "count", "carried_by")
            ]
            await visit.once(session, content, lambda: _print(visit, session, made))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _new(visit, errors=messages(refusal), status=refusal.status)
    if not made:
        gone = _("The sheets of this batch were shown once. If you do not have them, print another batch.")
        return await _new(visit, errors={"form": gone}, status=409)
    return attachment(made[0], "application/pdf", "paper-forms.pdf")


async def _print(visit: Visit, session: Session, made: list[bytes]) -> dict[str, Any]:
    wanted = read_new(Reader(visit.fields), fonts.printable(visit.city.languages))

    async def draw(what: Printing) -> bytes:
        return await printed(visit.city, what, visit.site.settings.base_url)

    common: dict[str, Any] = {"city": visit.city, "actor": visit.actor, "at": visit.at}
    made.append(await print_batch(session, wanted=wanted, draw=draw, **common))
    return {}


async def _new(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    city = visit.city
    async with visit.reading() as session:
        offered = await delegates_and_projects(visit, session)
    return visit.page(
        "staff/paper/new.html",
        offered
        | {
            "languages": [(one, AUTONYMS[one]) for one in fonts.printable(city.languages)],
            "most": MOST,
            "errors": errors or {},
        },
        form=True,
        status=status,
    )
