"""What is otherwise where the screen is a kiosk's: which pages it gets, that no file leads out of them, how long a session lasts."""

from datetime import timedelta

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.domain.people import operations
from participation.domain.people.queries import SignedIn
from participation.kit.errors import Refusal
from participation.kit.i18n import _

KIOSK = "/kiosk/"
"""Where a screen is enrolled as a kiosk, and where a kiosk rests."""


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
    # What goes to an address asks for a page; sounds, scripts and what these fetch do not.
    goes = "text/html" in visit.request.headers.get("accept", "")
    return goes and not kind.startswith("text/html")


async def stay(visit: Visit, who: SignedIn) -> None:
    """At a kiosk a session lasts from one sign of life to the next; it is prolonged once a minute at most."""
    if visit.kiosk is not None and who.ends_at - visit.at < operations.KIOSK_SESSION - timedelta(minutes=1):
        async with visit.site.database.transaction() as session:
            await operations.stay(session, digest=who.digest, at=visit.at)


class NoFiles(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "kiosk_files",
            _("Files cannot be opened at a kiosk."),
            _("Ask whoever works here to print it, or open this address on a telephone or a computer."),
        )
