"""Who asks: an app user by Basic where the line is encrypted, or by OpenRosa's restricted Digest. Never by an address."""

import base64
import binascii
import hashlib
import re
import secrets
import uuid
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa

from participation.channels.http.visit import Visit
from participation.channels.openrosa.answering import Unauthorized
from participation.domain.people.models import Person
from participation.domain.proxies.devices import queries as devices
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.devices.rules import token_digests
from participation.domain.proxies.odk.operations import ha1_of
from participation.domain.proxies.odk.rules import REALM
from participation.kit import i18n
from participation.kit.errors import NotAllowed
from participation.kit.hashing import keyed, same
from participation.kit.i18n import _

NONCE_AGE = 300
"""Seconds for which a number that the server gave may be used."""
PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
LOOPBACK = ("127.0.0.1", "::1")


async def app_user(visit: Visit) -> tuple[DeviceView, bytes]:
    """The device, also a revoked one, and the hash of its password to keep from now on. Answers are in its delegate's language where none was asked for."""
    scheme, _space, rest = visit.request.headers.get("authorization", "").partition(" ")
    found, stale = None, False
    if scheme.lower() == "basic" and _secure(visit):
        found = await _basic(visit, rest.strip())
    elif scheme.lower() == "digest":
        found, stale = await _digest(visit, rest)
    if found is None or found[0].kind is not DeviceKind.ODK:
        raise _challenged(visit, stale)
    if i18n.best_language(visit.request.headers.get("accept-language", "")) is None:
        async with visit.reading() as session:
            language = await session.scalar(sa.select(Person.language).where(Person.id == found[0].person_id))
        visit.language = language if language in i18n.LANGUAGES else visit.city.languages[0]
    return found


async def working(visit: Visit) -> DeviceView:
    """One whose entries count: no other gets anything."""
    device, _digest = await app_user(visit)
    if not device.works:
        raise NotAllowed(
            "device_stopped",
            _("This device cannot take anything along any more."),
            _("Send what is on it; the city keeps it. Then ask the district office."),
        )
    return device


def _secure(visit: Visit) -> bool:
    """Encrypted, or between two programs of one machine: Basic shows the password to whoever listens."""
    client = visit.request.client
    return visit.site.settings.https or (client is not None and client.host in LOOPBACK)


async def _basic(visit: Visit, given: str) -> tuple[DeviceView, bytes] | None:
    try:
        user, _colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    digests = token_digests(visit.site.secrets, password)
    async with visit.reading() as session:
        found = await devices.device_of(session, city_id=visit.city.id, digests=digests, at=visit.at)
    return (found, digests[0]) if found is not None and same(str(found.public_id), user.lower()) else None


async def _digest(visit: Visit, given: str) -> tuple[tuple[DeviceView, bytes] | None, bool]:
    """With whether the server's number was only too old."""
    said = {name.lower(): quoted or bare for name, quoted, bare in PARAMETER.findall(given)}
    fresh = _fresh(visit, said.get("nonce", ""))
    named = said.get("realm") == REALM and said.get("algorithm", "MD5").upper() == "MD5"
    if fresh is None or not named or not _about_this(visit, said.get("uri", "")):
        return None, False
    try:
        public_id = uuid.UUID(said.get("username", ""))
    except ValueError:
        return None, False
    async with visit.reading() as session:
        found = await devices.device(session, city_id=visit.city.id, public_id=public_id, at=visit.at)
        ha1 = None if found is None else await ha1_of(session, found, visit.site.secrets)
    if (
        found is None
        or found.digest is None
        or ha1 is None
        or not same(said.get("response", "").lower(), response_to(ha1, _method(visit), said))
    ):
        return None, False
    return ((found, found.digest), False) if fresh else (None, True)


def _method(visit: Visit) -> str:
    """As it was asked: HEAD is answered like GET, and signed as HEAD."""
    return str(visit.request.scope.get("asked_method", visit.request.method))


def response_to(ha1: str, method: str, said: dict[str, str]) -> str:
    """As RFC 2617 reckons it, with `qop=auth` or without any."""
    ha2 = _md5(f"{method}:{said.get('uri', '')}")
    if "qop" not in said:
        return _md5(f"{ha1}:{said.get('nonce', '')}:{ha2}")
    middle = ":".join(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    return _md5(f"{ha1}:{middle}:{ha2}") if said["qop"] == "auth" else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _about_this(visit: Visit, uri: str) -> bool:
    """What was signed is what is asked."""
    parts, asked = urlsplit(uri), visit.request.scope
    query = asked["query_string"].decode("latin-1")
    path = asked.get("raw_path", asked["path"].encode()).decode("latin-1")
    return bool(parts.path == path and parts.query == query)


def _nonce(visit: Visit, at: datetime) -> str:
    given = f"{int(at.timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{given}.{_seal(visit, given)}"


def _seal(visit: Visit, given: str) -> str:
    return keyed(visit.site.secrets.key("odk nonce"), given).hex()[:32]


def _fresh(visit: Visit, nonce: str) -> bool | None:
    """Whether a number of ours can still be used; None: it is not ours."""
    given, _dot, seal = nonce.rpartition(".")
    if not given or not same(seal, _seal(visit, given)):
        return None
    return visit.at.timestamp() - int(given.partition(".")[0]) <= NONCE_AGE


def _challenged(visit: Visit, stale: bool) -> Unauthorized:
    base = visit.city.address(visit.site.settings.base_url)
    digest = f'Digest realm="{REALM}", domain="{base}/openrosa", nonce="{_nonce(visit, visit.at)}", algorithm=MD5, qop="auth"'
    challenges = [digest + ", stale=true" * stale]
    if _secure(visit):
        challenges.append(f'Basic realm="{REALM}", charset="UTF-8"')
    return Unauthorized(
        "device",
        _("This device is not enrolled here."),
        _(
            "Ask the district office for a QR code, and set the program up with it once more. What is on it stays on it."
        ),
        challenges,
    )
