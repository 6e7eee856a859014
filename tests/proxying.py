"""Delegates, their devices and what they record, for tests: sealed as a device does it, taken through the server's own door."""

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from participation.domain.proxies import rules
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.devices import operations as devices
from participation.domain.proxies.devices.models import DeviceKind
from participation.domain.proxies.keys import digest
from participation.kit import envelopes
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from tests.cast import NOW, Cast


async def enrolment(
    session: Session,
    cast: Cast,
    delegate: Delegate,
    secrets: Secrets,
    kind: DeviceKind = DeviceKind.PAGE,
    at: datetime = NOW,
) -> str:
    return await devices.make_code(
        session, city=cast.city, delegate_id=delegate.id, kind=kind, secrets=secrets, actor=cast.omar, at=at
    )


@dataclass
class Device:
    """A delegate's telephone: enrolled, with receipts, and what it has recorded."""

    client: httpx.AsyncClient
    answer: dict[str, Any]
    receipts: list[str] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.answer['token']}"}

    def entry(self, project: str, **said: Any) -> dict[str, Any]:
        """What somebody said, as the page would write it down."""
        content: dict[str, Any] = {
            "v": 1,
            "project": project,
            "receipt": self.receipts.pop() if "receipt" not in said else said["receipt"],
            "kind": "proxy",
            "language": "sw",
            "subject": {"place": "quay", "age": "60-over"},
            "consent": {"how": "spoken", "version": rules.CONSENT, "language": "sw", "witnessed": False},
            "read_back": True,
            "free": True,
            "seconds": 240,
            "phone": None,
            "comment": None,
            "reactions": {},
            "vote": None,
            "meeting": None,
        }
        return content | said

    def sealed(
        self, content: Any, *, made: datetime = NOW, offset: timedelta = timedelta(0), id: uuid.UUID | None = None
    ) -> dict[str, Any]:
        number = id or uuid.uuid4()
        raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        envelope = envelopes.sealed(base64.b64decode(self.answer["keys"]["seal"]), raw, str(number).encode())
        return {
            "id": str(number),
            "sealed": base64.b64encode(envelope).decode(),
            "made": made.isoformat(),
            "offset_ms": round(offset.total_seconds() * 1000),
        }

    async def send(self, *entries: dict[str, Any], **more: Any) -> httpx.Response:
        body = {"device": self.answer["device"], "entries": list(entries), **more}
        return await self.client.post("/delegate/entries", json=body, headers=self.headers)

    async def results(self, *entries: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """The server's answers, each under a signature that holds."""
        answer = await self.send(*entries, **more)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()["results"]
        sealed = {entry["id"]: base64.b64decode(entry["sealed"]) for entry in entries}
        for one in results:
            self.check(one, sealed[one["id"]])
        return results

    def check(self, result: dict[str, Any], sealed: bytes) -> None:
        """Raises where the server did not sign this."""
        raw = base64.b64decode(result["signature"])
        told = (result["id"], result["status"], result["receipt"], digest(sealed).hex())
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), base64.b64decode(self.answer["keys"]["sign"]))
        signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        message = "participation receipt 1\n" + "".join(f"{part}\n" for part in told)
        key.verify(signature, message.encode(), ECDSA(SHA256()))


async def enrolled(client: httpx.AsyncClient, code: str, label: str = "Tablet 3", **more: Any) -> Device:
    """Without an access code of the delegate's own, unless one is given."""
    answer = await client.post("/delegate/enrol", json={"code": code, "label": label, "own_none": True, **more})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return Device(client, found, list(found["receipts"]))
