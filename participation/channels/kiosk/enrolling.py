"""A screen becomes a kiosk by a code that staff have made."""

from starlette.responses import Response

from participation.channels.http.recognising import pause
from participation.channels.http.refusing import refused
from participation.channels.http.visit import Visit
from participation.domain.people.kiosks import operations
from participation.domain.people.kiosks.forms import read_code
from participation.kit.errors import Invalid, NotFound, Refusal
from participation.kit.forms import Reader
from participation.kit.i18n import Message

LASTS = 10 * 365 * 86400
"""Seconds: the city ends a kiosk, not the calendar. (Browsers shorten it to about a year from the last time it was set.)"""


def ask(visit: Visit, *, errors: dict[str, Message] | None = None, status: int = 200) -> Response:
    ended = visit.cookie("kiosk") in visit.request.cookies
    return visit.page("kiosk/enrol.html", {"ended": ended, "errors": errors or {}}, form=True, status=status)


async def enrol(visit: Visit) -> Response:
    """The answer is a page to begin from, not a redirect: meanwhile every web server hears of the new kiosk."""
    try:
        form = Reader(visit.fields)
        code = read_code(form)
        form.finish()
        await pause(visit, operations.GUESSED)
        async with visit.transaction() as session:
            token = await operations.enrol(
                session, city=visit.city, code=code, sources=visit.sources, secrets=visit.site.secrets, at=visit.at
            )
        if isinstance(token, Refusal):
            raise refused("code", token) if isinstance(token, NotFound) else token
    except Invalid as invalid:
        return ask(visit, errors=invalid.errors, status=422)
    except Refusal as refusal:
        return ask(visit, errors=refused("code", refusal).errors, status=refusal.status)
    await visit.site.load()
    kiosk = visit.site.kiosk(visit.city.id, token)
    if kiosk is None:
        raise RuntimeError("a kiosk that was enrolled is known")
    visit.hand_over("", 0)
    visit.remember("kiosk", token, LASTS)
    return visit.page("kiosk/enrolled.html", {"stands": kiosk.stands})
