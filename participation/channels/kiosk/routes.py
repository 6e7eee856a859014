"""Every address that a kiosk has beside the residents' pages."""

from starlette.routing import BaseRoute

from participation.channels.http.routing import Who, page
from participation.channels.kiosk import keeping, visits

ROUTES: list[BaseRoute] = [
    page("/kiosk/", visits.start, who=Who.ANYBODY, post=True),
    page("/kiosk/done", visits.done, who=Who.KIOSK),
    page("/kiosk/here", visits.here, who=Who.KIOSK, post=True, get=False, raw=True),
    page("/kiosk/worker.js", keeping.worker, who=Who.KIOSK),
    page("/kiosk/pages.json", keeping.pages, who=Who.KIOSK),
    page("/kiosk/{lang}/help", visits.help_, who=Who.KIOSK, post=True),
    page("/kiosk/{lang}/still", visits.still, who=Who.KIOSK),
    page("/kiosk/{lang}/outage", keeping.outage, who=Who.KIOSK),
    page("/kiosk/{lang}/paper", keeping.paper, who=Who.KIOSK),
]
