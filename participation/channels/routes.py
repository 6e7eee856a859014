"""Every route of every HTTP channel, in the order in which they are tried."""

from starlette.routing import BaseRoute

from participation.channels import health, opendata, record_files
from participation.channels.delegate import routes as delegate
from participation.channels.kiosk import routes as kiosk
from participation.channels.openrosa import routes as openrosa
from participation.channels.phone import routes as phone
from participation.channels.staff import routes as staff
from participation.channels.web import routes as web


def routes() -> list[BaseRoute]:
    return [
        *health.ROUTES,
        *record_files.ROUTES,
        *opendata.ROUTES,
        *delegate.ROUTES,
        *openrosa.ROUTES,
        *phone.ROUTES,
        *staff.ROUTES,
        *kiosk.ROUTES,
        *web.ROUTES,
    ]
