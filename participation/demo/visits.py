"""The demonstration's visits: what delegates wrote down for people at their doors, taken through the same operations as anybody's entries."""

import hashlib
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from participation.demo.content import Calendar
from participation.demo.people import People
from participation.domain.consultations.about.queries import about
from participation.domain.places.queries import CityView
from participation.domain.proxies import rules
from participation.domain.proxies.delegates.models import Delegate, DelegateState
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.operations import Enrolled
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.forms import read_entry
from participation.domain.proxies.operations import Arrived, Subject, take
from participation.kit.database import Session
from participation.kit.hashing import Secrets

Event = tuple[datetime, Callable[[], Awaitable[None]]]
NETWORK = timedelta(hours=5)
"""How long after a visit the delegate's telephone finds one."""


class Rounds:
    """One delegate's visits, with the telephone that they are written down on."""

    def __init__(self, session: Session, city: CityView, people: People, secrets: Secrets, district: str) -> None:
        self._session, self._city, self._people, self._secrets = session, city, people, secrets
        self._district = district
        self._device: DeviceView | None = None
        self._receipts: list[str] = []

    async def enrol(self, at: datetime) -> None:
        place = self._city.place(self._district)
        theirs = sa.select(Delegate.id).where(
            Delegate.place_id == (place and place.id), Delegate.state == DelegateState.APPOINTED
        )
        delegate_id = (await self._session.scalars(theirs.order_by(Delegate.id).limit(1))).one()
        common: dict[str, Any] = {"city": self._city, "kind": DeviceKind.PAGE, "secrets": self._secrets, "at": at}
        omar = self._people.staff["omar"]
        code = await devices.make_code(self._session, delegate_id=delegate_id, actor=omar, **common)
        named: dict[str, Any] = {"code": code, "label": "Tablet", "own_code_person": None, "sources": {}}
        enrolled = await devices.enrol(self._session, **named, **common)
        if not isinstance(enrolled, Enrolled):
            raise enrolled
        self._device = enrolled.device
        self._receipts = await devices.stock(self._session, enrolled.device, 20, at)

    async def visit(self, said: dict[str, Any], place: int, finished: datetime) -> None:
        if self._device is None:
            raise RuntimeError("a telephone comes before the visits")
        content = {
            "v": 1,
            "project": said["project"],
            "receipt": self._receipts.pop(),
            "kind": said.get("kind", "proxy"),
            "language": said["language"],
            "subject": {"place": said["place"], "age": said["age"]},
            "consent": {"how": "spoken", "version": rules.CONSENT, "language": said["language"], "witnessed": False},
            "read_back": said.get("read_back", True),
            "free": True,
            "seconds": 300,
            "comment": {"body": said["body"].strip(), "stance": said["stance"]},
        }
        number = f"{said['project']} {place}"
        arrived = Arrived(
            id=uuid.uuid5(uuid.NAMESPACE_URL, number),
            digest=hashlib.sha256(number.encode()).digest(),
            finished=finished,
            said=read_entry(content, self._city),
        )
        await take(
            self._session,
            city=self._city,
            device=self._device,
            about=await about(self._session, city_id=self._city.id, slug=said["project"]),
            arrived=arrived,
            subject=Subject(),
            that_day=0,
            secrets=self._secrets,
            at=finished + NETWORK,
        )


def visits(
    session: Session,
    city: CityView,
    people: People,
    calendar: Calendar,
    secrets: Secrets,
    said: list[dict[str, Any]],
) -> Iterator[Event]:
    """Each delegate's telephone is enrolled the evening before their first visit."""
    rounds: dict[str, Rounds] = {}
    for place, one in enumerate(sorted(said, key=lambda one: int(one["day"]))):
        finished = calendar.moment(one["day"], 9 + place % 7, 13 * place % 60)
        if one["district"] not in rounds:
            rounds[one["district"]] = Rounds(session, city, people, secrets, one["district"])
            before = finished - timedelta(hours=12)
            yield before, partial(rounds[one["district"]].enrol, before)
        yield finished + NETWORK, partial(rounds[one["district"]].visit, one, place, finished)
