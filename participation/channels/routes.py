"""Every route of every HTTP channel, in the order in which they are tried."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from participation.channels import health, opendata, record_files
from participation.channels.delegate import routes as delegate
from participation.channels.http.later import Later
from participation.channels.kiosk import routes as kiosk
from participation.channels.openrosa import routes as openrosa
from participation.channels.web import routes as web


def _staff() -> Sequence[BaseRoute]:
    from participation.channels.staff import routes as staff

    return staff.ROUTES


def _phone() -> Sequence[BaseRoute]:
    from participation.channels.phone import routes as phone

    return phone.ROUTES


LATER = {"/staff": _staff, "/phone": _phone}
"""By prefix: channels that take much room, and are asked for by few."""


def served() -> list[BaseRoute]:
    """As a web server has them."""
    return [*_before(), *(Later(prefix, load) for prefix, load in LATER.items()), *_after()]


def routes() -> list[BaseRoute]:
    """Each with its address, for whoever looks at all of them."""
    return [*_before(), *(route for load in LATER.values() for route in load()), *_after()]


def _before() -> list[BaseRoute]:
    return [*health.ROUTES, *record_files.ROUTES, *opendata.ROUTES, *delegate.ROUTES, *openrosa.ROUTES]


def _after() -> list[BaseRoute]:
    return [*kiosk.ROUTES, *web.ROUTES]
