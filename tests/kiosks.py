"""A kiosk for tests: set up by an official, its screen enrolled; and a browser that is that screen."""

from typing import Any

from participation.domain.people.kiosks.forms import NewKiosk
from participation.domain.people.kiosks.operations import Made, enrol, set_up
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from tests.browsing import Browser, browser
from tests.cast import NOW

LIBRARY = "Library at the harbour, ground floor"
TRAY = "In the tray under the screen; the closed box hangs beside it"


async def made(session: Session, city: CityView, place_id: int, actor: Actor, secrets: Secrets) -> Made:
    said = NewKiosk(place_id, LIBRARY, TRAY)
    return await set_up(session, city=city, said=said, secrets=secrets, actor=actor, at=NOW)


async def screen(app: Any, session: Session, city: CityView, place_id: int, actor: Actor) -> Browser:
    """What stands in a library and shows the page at rest."""
    secrets = app.site.secrets
    code = (await made(session, city, place_id, actor, secrets)).code
    token = await enrol(session, city=city, code=code, sources={}, secrets=secrets, at=NOW)
    await session.commit()
    await app.site.load()
    someone = browser(app)
    someone.client.cookies.set("kiosk", str(token), domain="testserver.local")
    await someone.get("/kiosk/")
    return someone
