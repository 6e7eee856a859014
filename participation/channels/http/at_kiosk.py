"""What is otherwise where the screen is a kiosk's: which pages it gets, that no file leads out of them, how long a session lasts."""

from datetime import datetime, timedelta

from starlette.responses import Response

from participation.channels.http import staying
from participation.channels.http.visit import UNTIL_CLOSED, Visit
from participation.domain.people.queries import SignedIn
from participation.domain.record.actors import Via
from participation.kit.errors import Refusal
from participation.kit.i18n import _

KIOSK = "/kiosk/"
"""Where a screen is enrolled as a kiosk, and where a kiosk rests."""
SILENCE = timedelta(minutes=5)
"""A session ends so long after the last sign of life. The screen itself wipes sooner; this is for one that lost its power or its network."""
NEWS = timedelta(minutes=1)
"""A sign of life that is not older need not be renewed."""


def elsewhere(visit: Visit, *, for_kiosks: bool) -> bool:
    """Whether this page is not for this screen: a kiosk shows what is for residents, and nobody else what is a kiosk's.

    A screen that was one goes on being asked for its code, and never becomes an ordinary browser that forgets nobody.
    """
    path = visit.request.url.path
    if visit.kiosk is not None:
        return path.startswith(("/staff", "/delegate"))
    was_one = visit.cookie("kiosk") in visit.request.cookies and path != KIOSK
    return for_kiosks or was_one


def leads_out(visit: Visit, response: Response) -> bool:
    """Whether a kiosk would leave its pages, and the way back, for a file that fills its screen."""
    kind = response.headers.get("content-type", "text/html")
    return _goes(visit) and not kind.startswith("text/html")


def _goes(visit: Visit) -> bool:
    """What goes to an address asks for a page; sounds, scripts and what these fetch do not."""
    return "text/html" in visit.request.headers.get("accept", "")


def stays(visit: Visit, who: SignedIn, value: str, alive: datetime | None) -> bool:
    """Whether a session lasts: at a kiosk from one sign of life to the next.

    The last one stands sealed in the cookie, and this is a sign of life too. Nothing is written: it would stand beside the vote that
    comes with the request, or after it.
    """
    if who.via != Via.KIOSK:
        return True
    if alive is None or visit.at - alive >= SILENCE:
        return False
    if visit.at - alive >= NEWS and not visit.by_worker:
        visit.remember("session", staying.cookie(value, visit.at, visit.site.secrets), UNTIL_CLOSED)
    return True


def note_presence(visit: Visit) -> None:
    """Where no script tells that somebody is there, the pages to which they go do; those of the kiosk itself may come by themselves."""
    if visit.kiosk is not None and _goes(visit) and not visit.request.url.path.startswith(KIOSK):
        visit.site.present[visit.kiosk.id] = visit.at


class NoFiles(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "kiosk_files",
            _("Files cannot be opened at a kiosk."),
            _("Ask whoever works here to print it, or open this address on a telephone or a computer."),
        )
