"""A mail server for tests: real SMTP on loopback, which takes letters, or fails in the ways in which mail servers fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum, auto
from typing import Any, cast

from aiosmtpd.smtp import SMTP


class Fault(Enum):
    NONE = auto()
    GREY = auto()
    """Not now: a mail server that knows the sender not yet."""
    UNKNOWN_MAILBOX = auto()
    FULL = auto()
    """It refuses the letter itself for good."""
    SILENT = auto()
    """It takes the letter and dies before it says so."""
    DIES_EARLY = auto()
    """It dies before it has seen the letter."""


@dataclass
class MailServer:
    port: int = 0
    fault: Fault = Fault.NONE
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.fault is Fault.DIES_EARLY:
            server.transport.abort()
        if self.fault is Fault.GREY:
            return "451 4.7.1 Come back later"
        if self.fault is Fault.UNKNOWN_MAILBOX:
            return "550 5.1.1 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.fault is Fault.FULL:
            return "552 5.2.2 Full"
        self.letters.append(cast(EmailMessage, message_from_bytes(envelope.content, policy=default)))
        self.to += envelope.rcpt_tos
        if self.fault is Fault.SILENT:
            server.transport.abort()
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    made = MailServer()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(made, enable_SMTPUTF8=False, hostname="mail"), "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()


def text_of(letter: EmailMessage) -> str:
    """The plain part, which stands first."""
    first = next(letter.iter_parts())
    assert first.get_content_type() == "text/plain"
    return str(cast(EmailMessage, first).get_content())


def link_in(letter: EmailMessage) -> str:
    """The path of the link that ends it, which is also the one that confirms it."""
    return "/" + str(letter["List-Unsubscribe"]).strip("<>").split("/", 3)[3]
