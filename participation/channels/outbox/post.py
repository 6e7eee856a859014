"""Hands letters to the mail server, one by one, and says what came of each."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPResponseException

from participation.channels.http.templates import templates
from participation.channels.outbox.letters import Desk, compose
from participation.domain.notices.outbox import operations
from participation.domain.notices.outbox.operations import Addressed
from participation.domain.notices.outbox.rules import Answer
from participation.domain.places.queries import directory
from participation.kit.database import Database
from participation.kit.hashing import Secrets
from participation.settings import Settings

log = structlog.get_logger()
TIMEOUT = 30
"""Seconds for which we wait for each answer of the mail server; far less than a letter may count as being sent."""
AT_ONCE = 200
"""Letters over one connection."""
_AWAY = (SMTPException, OSError, asyncio.TimeoutError)


class PostOffice:
    """One installation's way to its mail server."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        if settings.smtp_url is None:
            raise ValueError("no mail server is set")
        self._url = urlsplit(settings.smtp_url)
        self._settings = settings
        self._database = database
        self._clock = clock
        self._secrets = Secrets(settings.secret, settings.secret_previous)
        self._templates = templates()

    async def deliver(self) -> bool:
        """Everything that is due now; False where the mail server is away, so that it is left alone for a while."""
        async with self._database.transaction() as session:
            await operations.give_up_on_silence(session, at=self._clock())
        client = None
        try:
            for _turn in range(AT_ONCE):
                async with self._database.transaction() as session:
                    letter = await operations.take(session, secrets=self._secrets, at=self._clock())
                if letter is None:
                    return True
                client, answer = await self._one(client, letter)
                async with self._database.transaction() as session:
                    await operations.note(session, letter_id=letter.id, answer=answer, at=self._clock())
                if client is None:
                    return False
            return True
        finally:
            if client is not None:
                with suppress(*_AWAY):
                    await client.quit()

    async def _one(self, client: SMTP | None, letter: Addressed) -> tuple[SMTP | None, Answer]:
        """The connection that is left, and what came of this letter."""
        try:
            message = await self._written(letter)
        except Exception as error:
            log.error("letter_not_written", letter=letter.id, error=type(error).__name__, exc_info=error)
            return client or await self._connected(), Answer.LATER
        client = client or await self._connected()
        return (
            (None, Answer.LATER) if client is None else await hand_over(client, self._sender, letter.address, message)
        )

    async def _written(self, letter: Addressed) -> bytes:
        async with self._database.reading() as session:
            cities = (await directory(session)).cities
            city = next(city for city in cities if city.id == letter.city_id)
            desk = Desk(city, letter.language, self._settings.base_url, self._secrets, self._templates, self._sender)
            message: EmailMessage = await compose(session, desk, letter, at=self._clock())
        return message.as_bytes()

    @property
    def _sender(self) -> str:
        return self._settings.mail_from

    async def _connected(self) -> SMTP | None:
        """TLS from the start with `smtps`, else as soon as the server offers it; `?verify=no` takes any certificate."""
        secure = self._url.scheme == "smtps"
        client = SMTP(
            hostname=self._url.hostname,
            port=self._url.port or (465 if secure else 587 if self._url.username else 25),
            username=unquote(self._url.username) if self._url.username else None,
            password=unquote(self._url.password) if self._url.password else None,
            use_tls=secure,
            validate_certs=parse_qs(self._url.query).get("verify") != ["no"],
            timeout=TIMEOUT,
        )
        try:
            await client.connect()
        except _AWAY as error:
            log.warning("mail_server_away", error=type(error).__name__)
            return None
        return client


async def hand_over(client: SMTP, sender: str, address: str, message: bytes) -> tuple[SMTP | None, Answer]:
    """Until the letter itself is sent, whatever fails is surely not delivered; afterwards only the server's answer tells."""
    try:
        await client.mail(sender)
        await client.rcpt(address)
    except SMTPResponseException as error:
        for_good = isinstance(error, SMTPRecipientRefused) and error.code >= 500
        log.warning("letter_refused", code=error.code, step="envelope")
        return await _ready_again(client), Answer.NEVER if for_good else Answer.LATER
    except _AWAY as error:
        log.warning("mail_server_away", error=type(error).__name__)
        return None, Answer.LATER
    try:
        await client.data(message)
    except SMTPResponseException as error:
        log.warning("letter_refused", code=error.code, step="letter")
        return await _ready_again(client), Answer.NEVER if error.code >= 500 else Answer.LATER
    except _AWAY as error:
        log.warning("mail_server_silent", error=type(error).__name__)
        return None, Answer.UNKNOWN
    return client, Answer.TAKEN


async def _ready_again(client: SMTP) -> SMTP | None:
    try:
        await client.rset()
    except _AWAY:
        return None
    return client
