"""ODK Collect for tests: an app user, the form of a project, what somebody answers in it, and the multipart that carries it."""

import base64
import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import httpx

from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.odk.operations import AppUser, give_app_user, make_forms
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from tests.cast import NOW, Cast
from tests.consulting import SLUG

ROSA = {"X-OpenRosa-Version": "1.0"}
SAID = "King'ora lazima kisikike hadi Flats pia."
BOUNDARY = "----------8f2a"


async def collecting(
    session: Session,
    cast: Cast,
    client: httpx.AsyncClient,
    delegate: Delegate,
    secrets: Secrets,
    *,
    at: datetime = NOW,
) -> "Collect":
    """Omar sets a telephone up; the worker has made the forms."""
    user = await give_app_user(
        session,
        city=cast.city,
        delegate_id=delegate.id,
        label="Blue telephone",
        own_code_person=None,
        secrets=secrets,
        actor=cast.omar,
        at=at,
    )
    await make_forms(session, city=cast.city, prompts={}, own={}, at=at)
    await session.commit()
    return Collect(client, user)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def digest(challenge: str, method: str, uri: str, user: str, password: str, *, qop: bool = True) -> str:
    """As a client reckons it from what the server asked for."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    ha1, ha2 = md5(f"{user}:{asked['realm']}:{password}"), md5(f"{method}:{uri}")
    said = {"username": user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
    if qop:
        said |= {"cnonce": "0a4f113b0a4f113b"}
        said["response"] = md5(f"{ha1}:{asked['nonce']}:00000001:{said['cnonce']}:auth:{ha2}")
    else:
        said["response"] = md5(f"{ha1}:{asked['nonce']}:{ha2}")
    bare = ", qop=auth, nc=00000001" * qop
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in said.items()) + bare


@dataclass
class Collect:
    """A telephone with the program on it."""

    client: httpx.AsyncClient
    user: AppUser
    more: dict[str, str] = field(default_factory=dict)
    """Headers beside those that every request has."""

    @property
    def name(self) -> str:
        return str(self.user.device.public_id)

    @property
    def headers(self) -> dict[str, str]:
        return {**ROSA, "Authorization": basic(self.name, self.user.password), **self.more}

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(f"/openrosa/{path}", headers=self.headers, **more)

    async def post(self, raw: bytes, content_type: str | None = None, **headers: str) -> httpx.Response:
        kind = content_type or f"multipart/form-data; boundary={BOUNDARY}"
        return await self.client.post(
            "/openrosa/submission", content=raw, headers={**self.headers, "Content-Type": kind, **headers}
        )

    async def send(self, xml: str, *files: tuple[str, bytes], **headers: str) -> httpx.Response:
        return await self.post(multipart(xml, *files), **headers)


def multipart(xml: str, *files: tuple[str, bytes]) -> bytes:
    parts = [("xml_submission_file", "data.xml", "text/xml", xml.encode())]
    parts += [(name, name, "application/octet-stream", content) for name, content in files]
    return b"".join(_part(*part) for part in parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(name: str, filename: str, kind: str, content: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
    return head.encode() + content + b"\r\n"


ANSWERS: Mapping[str, str] = {
    "language": "sw",
    "consent": "spoken",
    "witnessed": "no",
    "kind": "proxy",
    "has_code": "no",
    "place": "quay",
    "age": "60-over",
    "stance": "for",
    "body": SAID,
    "read_back": "yes",
}


def filled(
    *,
    form: str = SLUG,
    version: str = "1",
    id: str | None = None,
    finished: datetime = NOW,
    more: str = "",
    **answers: str,
) -> str:
    """What Collect makes of a form that was filled in. An empty answer is none."""
    said = {
        "timeStart": (finished - timedelta(minutes=4)).isoformat(),
        "timeEnd": finished.isoformat(),
        **ANSWERS,
        **answers,
    }
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in said.items() if text)
    return (
        f'<?xml version=\'1.0\' ?><data id="{form}" version="{version}" xmlns:orx="http://openrosa.org/xforms">{inner}'
        f"<orx:meta><orx:instanceID>uuid:{id or uuid.uuid4()}</orx:instanceID>{more}</orx:meta></data>"
    )


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
