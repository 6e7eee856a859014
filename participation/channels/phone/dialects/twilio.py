"""Twilio: forms with a signature over the address and everything that was sent; SMS is answered in TwiML."""

import base64
import hmac
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from starlette.responses import Response

from participation.channels.phone.asking import Sent
from participation.channels.phone.sms import Received
from participation.kit.hashing import same

ANSWERS_APART = False
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def signature(token: str, url: str, pairs: tuple[tuple[str, str], ...]) -> str:
    """Base64 of HMAC-SHA1 over the address and all parameters that were sent, sorted by name, untrimmed
    (https://www.twilio.com/docs/usage/security)."""
    said = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


def verify(sent: Sent, keys: dict[str, str], url: str) -> bool:
    """The address may have been signed with its port or without."""
    given, token = sent.headers.get("x-twilio-signature", ""), keys.get("token", "")
    return bool(token) and any(same(given, signature(token, one, sent.posted)) for one in _with_and_without_port(url))


def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    usual = 443 if parts.scheme == "https" else 80
    host = parts.hostname or ""
    bare = parts._replace(netloc=host).geturl()
    return url, bare if parts.port is not None else parts._replace(netloc=f"{host}:{usual}").geturl()


def read_sms(sent: Sent) -> Received:
    return Received(sent.get("MessageSid"), sent.get("From"), sent.get("Body"))


def write_sms(answer: str | None) -> Response:
    message = f"<Message>{escape(answer)}</Message>" if answer else ""
    return Response(f"{XML}<Response>{message}</Response>", media_type="text/xml")
