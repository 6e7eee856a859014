"""Asks a gateway to call: numbers that let it ring are called back, while the month's cap lasts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
import structlog

from participation.channels.outbox.texts import TIMEOUT, Sent, posted
from participation.channels.phone.gateway import Gateway, read_gateways
from participation.channels.phone.rest import account, authority
from participation.domain.notices.calls import operations, rules
from participation.domain.notices.calls.operations import Owed
from participation.domain.notices.costs import queries
from participation.domain.notices.costs.rules import may_begin, month_of
from participation.domain.places.queries import CityView, directory
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.settings import Settings

log = structlog.get_logger()
AT_ONCE = 20
RINGS, LONGEST = "30", str(rules.LONGEST * 60)
"""Seconds."""


class CallOffice:
    """One installation's way to the telephone companies that call for it."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._gateways = read_gateways(settings.gateways)
        self._database = database
        self._clock = clock
        self._secrets = Secrets(settings.secret, settings.secret_previous)

    @property
    def needed(self) -> bool:
        return any(gateway.missed for gateway in self._gateways.values())

    async def deliver(self) -> None:
        """Everybody who waits now."""
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            for _turn in range(AT_ONCE):
                now = self._clock()
                async with self._database.transaction() as session:
                    owed = await operations.take(session, secrets=self._secrets, at=now)
                    cities = (await directory(session)).cities if owed else ()
                if owed is None:
                    return
                city = next(one for one in cities if one.id == owed.city_id)
                called = await self._one(client, city, owed, now)
                async with self._database.transaction() as session:
                    await operations.note(session, call_id=owed.id, again=called is Sent.LATER, at=self._clock())

    async def _one(self, client: httpx.AsyncClient, city: CityView, owed: Owed, at: datetime) -> Sent:
        gateway = self._gateways.get(owed.gateway)
        if gateway is None or not gateway.missed:
            return Sent.NEVER
        month = month_of(at, city.zone)
        paid: dict[str, Any] = {"price": gateway.price, "zone": city.zone}
        async with self._database.transaction() as session:
            spent = await queries.spent(session, city_id=city.id, month=month, gateway=gateway.name)
            if not may_begin(spent, gateway.cap):
                log.warning("call_back", gateway=gateway.name, sent="over the cap")
                return Sent.NEVER
            await operations.book(session, call_id=owed.id, **paid)
        base = city.address(self._settings.base_url)
        form = order(gateway, owed, f"{base}/phone/{gateway.name}/{gateway.secret}")
        sent = await posted(client, f"{account(gateway)}/Calls.json", form, authority(gateway))
        if sent is not Sent.TAKEN:
            log.warning("call_back", gateway=gateway.name, sent=str(sent))
        if sent in (Sent.LATER, Sent.NEVER):
            async with self._database.transaction() as session:
                await operations.settle(
                    session, city_id=city.id, gateway=gateway.name, call_id=owed.id, minutes=0, **paid
                )
        return sent


def order(gateway: Gateway, owed: Owed, ours: str) -> Mapping[str, str]:
    """A call that is led as if they had called, ends in time, and a report of how long it took."""
    who = {"To": owed.number, "From": gateway.number or gateway.missed}
    how = {"Url": f"{ours}/voice", "Method": "POST", "Timeout": RINGS, "TimeLimit": LONGEST}
    return {**who, **how, "StatusCallback": f"{ours}/report?call={owed.id}", "StatusCallbackMethod": "POST"}
