"""Hands text messages to the gateways whose answers go another way than their questions came."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from enum import StrEnum

import httpx
import structlog

from participation.channels.phone.gateway import Gateway, read_gateways
from participation.domain.notices.messages import operations
from participation.domain.notices.messages.operations import Outgoing
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.settings import Settings

log = structlog.get_logger()
TIMEOUT = httpx.Timeout(20, connect=5)
AT_ONCE = 100
AFRICAS_TALKING = "https://api.africastalking.com"
SANDBOX = "https://api.sandbox.africastalking.com"


class Sent(StrEnum):
    TAKEN = "taken"
    LATER = "later"
    """It surely was not sent, and the same again may succeed."""
    NEVER = "never"
    UNKNOWN = "unknown"
    """It may have been sent: nobody gets an answer twice."""


Send = Callable[[httpx.AsyncClient, Gateway, Outgoing], Awaitable[Sent]]


async def africas_talking(client: httpx.AsyncClient, gateway: Gateway, message: Outgoing) -> Sent:
    """As their own SDK does it: a form with a key in a header; from a short code that wants a link, as a premium message."""
    username = gateway.keys.get("username", "")
    base = gateway.keys.get("url") or (SANDBOX if username == "sandbox" else AFRICAS_TALKING)
    form = {"username": username, "to": message.number, "message": message.text, "bulkSMSMode": "1"}
    if gateway.number:
        form["from"] = gateway.number
    if message.link:
        form |= {"bulkSMSMode": "0", "linkId": message.link}
    headers = {"apiKey": gateway.keys.get("api_key", ""), "Accept": "application/json"}
    url = f"{base.rstrip('/')}/version1/messaging"
    return await posted(client, url, form, headers, judged=_taken_by_africas_talking)


def _taken_by_africas_talking(answer: httpx.Response) -> Sent:
    """It answers 201 also where it sends nothing: what became of the message stands beside its number
    (https://developers.africastalking.com/docs/sms/sending/bulk)."""
    try:
        said = answer.json()["SMSMessageData"]
        became = [str(one["status"]) for one in said["Recipients"]]
    except (ValueError, TypeError, LookupError):
        return Sent.UNKNOWN
    if became == ["Success"]:
        return Sent.TAKEN
    log.warning("text_message_refused", status=became)
    return Sent.NEVER


SENDERS: Mapping[str, Send] = {"africastalking": africas_talking}
"""By dialect: those whose answers are messages of their own."""


def _taken(answer: httpx.Response) -> Sent:
    return Sent.TAKEN


async def posted(
    client: httpx.AsyncClient,
    url: str,
    form: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    judged: Callable[[httpx.Response], Sent] = _taken,
) -> Sent:
    """`judged`: what became of it, where that stands in the answer."""
    try:
        answer = await client.post(url, data=form, headers=headers)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Sent.LATER
    except httpx.HTTPError:
        return Sent.UNKNOWN
    if answer.status_code in (429, 502, 503):
        return Sent.LATER
    return judged(answer) if answer.is_success else Sent.NEVER


class TextOffice:
    """One installation's way to its gateways."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        self._gateways = read_gateways(settings.gateways)
        self._database = database
        self._clock = clock
        self._secrets = Secrets(settings.secret, settings.secret_previous)

    @property
    def needed(self) -> bool:
        return any(gateway.dialect in SENDERS for gateway in self._gateways.values())

    async def deliver(self) -> None:
        """Everything that is due now."""
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            for _turn in range(AT_ONCE):
                async with self._database.transaction() as session:
                    message = await operations.take(session, secrets=self._secrets, at=self._clock())
                if message is None:
                    return
                sent = await self._one(client, message)
                async with self._database.transaction() as session:
                    again = sent is Sent.LATER
                    await operations.note(session, message_id=message.id, again=again, at=self._clock())

    async def _one(self, client: httpx.AsyncClient, message: Outgoing) -> Sent:
        gateway = self._gateways.get(message.gateway)
        send = SENDERS.get(gateway.dialect) if gateway is not None else None
        sent = await send(client, gateway, message) if send is not None and gateway is not None else Sent.NEVER
        if sent is not Sent.TAKEN:
            log.warning("text_message", gateway=message.gateway, sent=str(sent))
        return sent
