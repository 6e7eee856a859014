"""Every address of open data."""

from starlette.routing import BaseRoute

from participation.channels.http.routing import Who, page
from participation.channels.http.visit import Visit
from participation.channels.opendata import feed, ics, openapi, sitemap
from participation.channels.opendata.addresses import ADDRESSES, ROOT
from participation.channels.opendata.answering import Address, Values
from participation.channels.opendata.shapes import Shape
from participation.kit.errors import NotFound
from participation.kit.i18n import _

NOTHING = Shape("Nothing", "", ())
DESCRIPTION = Address(f"{ROOT}/openapi.json", openapi.describe, NOTHING, "This description.")


async def nowhere(visit: Visit, values: Values) -> dict[str, object]:
    reason = _("There is no such address. All of them are described at %(address)s.", address=DESCRIPTION.path)
    raise NotFound("not_found", reason, _("Compare the address with that description."))


ROUTES: list[BaseRoute] = [
    DESCRIPTION.route(),
    *(address.route(suffix=".csv") for address in ADDRESSES if address.table),
    *(address.route() for address in ADDRESSES),
    Address("/api/{rest:path}", nowhere, NOTHING, "").route(),
    page("/{lang}/feed.atom", feed.atom, who=Who.ANYBODY, cached=True),
    page("/{lang}/calendar.ics", ics.calendar, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/feed.atom", feed.of_project, who=Who.ANYBODY, cached=True),
    page("/{lang}/projects/{slug}/calendar.ics", ics.of_project, who=Who.ANYBODY, cached=True),
    page("/sitemap.xml", sitemap.sitemap, who=Who.ANYBODY, cached=True),
]
