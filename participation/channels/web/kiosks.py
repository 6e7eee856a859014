"""Where the city's kiosks stand, for whoever has no telephone of their own, or not today."""

from starlette.responses import Response

from participation.channels.http.visit import Visit
from participation.kit import i18n


async def index(visit: Visit) -> Response:
    """Those that work; every web server has them in mind."""
    here = sorted((one for one in visit.site.kiosks.values() if one.city_id == visit.city.id), key=lambda one: one.id)
    rows = [
        (i18n.pick(visit.city.places[one.place_id].names, visit.language, visit.city.languages), one.stands)
        for one in here
    ]
    return visit.page("kiosk/list.html", {"rows": rows})
