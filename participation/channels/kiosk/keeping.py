"""What a kiosk keeps on its screen for when there is no network: which pages, by which worker, and what it says then."""

import json

from starlette.responses import Response

from participation.channels.http.templates import ROOT
from participation.channels.http.visit import Visit
from participation.domain.projects.lists import queries
from participation.kit import i18n

PAGES = (
    "/{}/",
    "/{}/projects",
    "/{}/calendar",
    "/{}/about/how",
    "/{}/about/codes",
    "/{}/kiosks",
    "/kiosk/{}/outage",
    "/kiosk/{}/paper",
)
"""Of every language."""


async def worker(visit: Visit) -> Response:
    """It stands in front of every page, also of those that are not below its own address."""
    script = (ROOT / "static" / "kiosk" / "worker.js").read_text()
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/", "X-Content-Type-Options": "nosniff"}
    return Response(script, media_type="text/javascript", headers=headers)


async def pages(visit: Visit) -> Response:
    """The same list for everybody, whatever they have read: what is kept says nothing of who was here."""
    async with visit.reading() as session:
        front = await queries.front(session, visit.city, language=visit.language, at=visit.at)
    slugs = [one.slug for one in (*front.open, *front.coming)]
    wanted = ["/kiosk/", visit.site.templates.kiosk_path]
    for language in i18n.LANGUAGES:
        wanted += [path.format(language) for path in PAGES]
        wanted += [f"/{language}/projects/{slug}" for slug in slugs]
    return Response(json.dumps({"pages": wanted}), media_type="application/json", headers={"Cache-Control": "no-store"})


async def outage(visit: Visit) -> Response:
    return visit.page("kiosk/outage.html")


async def paper(visit: Visit) -> Response:
    return visit.page("kiosk/paper.html")
