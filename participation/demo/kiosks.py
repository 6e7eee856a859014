"""The demonstration's kiosk: set up, and waiting for its screen; its code is printed with the sign-ins."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from participation.demo import cast
from participation.demo.people import People
from participation.demo.visits import Event
from participation.domain.people.kiosks.forms import NewKiosk
from participation.domain.people.kiosks.operations import set_up
from participation.domain.places.queries import CityView
from participation.kit.database import Session
from participation.kit.hashing import Secrets


def kiosk(
    session: Session, city: CityView, people: People, secrets: Secrets, said: dict[str, Any], now: datetime
) -> Iterator[Event]:
    """Just now, so that its code works for the next seven days."""
    place = city.place(said["district"])
    if place is None:
        raise ValueError(f"no district {said['district']}")
    new = NewKiosk(place.id, said["stands"], said["paper"])
    common: dict[str, Any] = {"city": city, "said": new, "secrets": secrets, "actor": people.staff["omar"], "at": now}
    yield now, partial(_set_up, session, secrets, common)


async def _set_up(session: Session, secrets: Secrets, common: dict[str, Any]) -> None:
    await set_up(session, draw=partial(cast.kiosk_code, secrets), **common)
