"""Two links at the foot of every page: to pages that take less data, and back. They change a cookie and nothing else."""

from starlette.responses import Response

from participation.channels.http import light
from participation.channels.http.returning import came_from
from participation.channels.http.visit import Visit


async def less(visit: Visit) -> Response:
    return _back(visit, "1")


async def full(visit: Visit) -> Response:
    """Also for whose browser asks for little by itself."""
    return _back(visit, "0")


def _back(visit: Visit, chosen: str) -> Response:
    visit.remember("light", chosen, light.AGE)
    return visit.redirect(came_from(visit) or visit.url("/"))
