"""Fetches what was spoken from the telephone company, and has it deleted there: always at the host that the gateway is set to."""

from collections.abc import Callable
from datetime import datetime

import httpx
import structlog

from participation.channels.outbox.texts import TIMEOUT
from participation.channels.phone.gateway import Gateway, read_gateways
from participation.channels.phone.rest import account, authority
from participation.domain.consultations.spoken.fetched import operations
from participation.domain.consultations.spoken.fetched.operations import Due
from participation.domain.consultations.spoken.rules import LARGEST
from participation.kit.database import Database
from participation.kit.files import Files
from participation.kit.hashing import Secrets
from participation.settings import Settings

log = structlog.get_logger()
AT_ONCE = 20


class TooLarge(Exception):
    """More than a minute can be."""


class RecordingOffice:
    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        self._gateways = read_gateways(settings.gateways)
        self._files = Files(settings.voices)
        self._database = database
        self._clock = clock
        self._secrets = Secrets(settings.secret, settings.secret_previous)

    @property
    def needed(self) -> bool:
        return any(gateway.account for gateway in self._gateways.values())

    async def deliver(self) -> None:
        """Everything that is due now: what is fetched is deleted there by the next turn."""
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            for _turn in range(AT_ONCE):
                async with self._database.transaction() as session:
                    due = await operations.take(session, secrets=self._secrets, at=self._clock())
                if due is None:
                    return
                await (self._fetch(client, due) if due.fetch else self._delete(client, due))

    async def _fetch(self, client: httpx.AsyncClient, due: Due) -> None:
        content, lost = None, False
        try:
            content = await _content(client, self._gateways.get(due.gateway), due.name)
        except TooLarge:
            lost = True
        except httpx.HTTPError as error:
            log.warning("recording", gateway=due.gateway, error=type(error).__name__)
        async with self._database.transaction() as session:
            if content:
                await operations.keep(
                    session,
                    recording_id=due.id,
                    content=content,
                    files=self._files,
                    secrets=self._secrets,
                    at=self._clock(),
                )
            else:
                await operations.put_off(session, recording_id=due.id, lost=lost, at=self._clock())

    async def _delete(self, client: httpx.AsyncClient, due: Due) -> None:
        gateway, gone = self._gateways.get(due.gateway), False
        try:
            if gateway is not None:
                answer = await client.delete(f"{_address(gateway, due.name)}.json", headers=authority(gateway))
                gone = answer.is_success or answer.status_code in (404, 410)
                if not gone:
                    log.warning("recording", gateway=due.gateway, deleted=answer.status_code)
        except httpx.HTTPError as error:
            log.warning("recording", gateway=due.gateway, error=type(error).__name__)
        async with self._database.transaction() as session:
            if gone:
                await operations.note_deleted(session, recording_id=due.id)
            else:
                await operations.put_off(session, recording_id=due.id, lost=False, at=self._clock())


def _address(gateway: Gateway, name: str) -> str:
    return f"{account(gateway)}/Recordings/{name}"


async def _content(client: httpx.AsyncClient, gateway: Gateway | None, name: str) -> bytes | None:
    """None: it is not ready yet, or they do not give it now."""
    if gateway is None:
        return None
    content = bytearray()
    async with client.stream("GET", f"{_address(gateway, name)}.mp3", headers=authority(gateway)) as answer:
        if answer.status_code != 200:
            if answer.status_code != 404:
                log.warning("recording", gateway=gateway.name, fetched=answer.status_code)
            return None
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > LARGEST:
                raise TooLarge
    return bytes(content)
