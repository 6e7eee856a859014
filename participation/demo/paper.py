"""The demonstration's paper forms: a batch of which one sheet was typed in once, and another by two people who read it differently."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from participation.demo.content import Calendar
from participation.demo.people import People
from participation.demo.visits import Event
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.operations import Subject
from participation.domain.proxies.paper.forms import NewPaper
from participation.domain.proxies.paper.operations import Printing, print_batch
from participation.domain.proxies.paper.readings.forms import read_fields
from participation.domain.proxies.paper.readings.operations import read
from participation.domain.proxies.paper.readings.queries import sheet
from participation.kit.database import Session
from participation.kit.forms import Reader, Said
from participation.kit.hashing import Secrets

READERS = (("zawadi",), ("ada", "juma"))
"""Of the first sheets, who has typed them in."""


def paper(
    session: Session, city: CityView, people: People, calendar: Calendar, secrets: Secrets, said: dict[str, Any]
) -> Iterator[Event]:
    printed = calendar.moment(said["day"], 10, 0)
    yield printed, partial(_print, session, city, people, printed, said)
    for serial, readers in enumerate(READERS, 1):
        for place, reader in enumerate(readers):
            at = printed + timedelta(days=2, minutes=10 * serial + place)
            fields = said["sheets"][serial - 1] | ({"age": "unsaid"} if place else {})
            yield at, partial(_read, session, city, people, secrets, at, serial, reader, fields)


async def _print(session: Session, city: CityView, people: People, at: datetime, said: dict[str, Any]) -> None:
    place = city.place(said["district"])
    theirs = (Delegate.place_id == (place and place.id), Delegate.state == DelegateState.APPOINTED)
    delegate_id = (await session.scalars(sa.select(Delegate.id).where(*theirs).order_by(Delegate.id).limit(1))).one()
    wanted = NewPaper(said["project"], delegate_id, said["language"], said["count"], said["carried_by"])
    await print_batch(session, city=city, wanted=wanted, actor=people.staff["omar"], at=at, draw=_drawn_by_nobody)


async def _drawn_by_nobody(what: Printing) -> bytes:
    return b""


async def _read(
    session: Session,
    city: CityView,
    people: People,
    secrets: Secrets,
    at: datetime,
    serial: int,
    reader: str,
    said: dict[str, str],
) -> None:
    number = (1, serial)
    found = await sheet(session, city=city, number=number, secrets=secrets)
    fields = read_fields(Reader(Said(said)), found.asked)
    common: dict[str, Any] = {"city": city, "number": number, "secrets": secrets, "at": at}
    await read(session, fields=fields, subject=Subject(), actor=people.staff[reader], **common)
