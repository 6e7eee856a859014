"""A basic phone for tests: dials and writes through a gateway, as its network would pass it on to us."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin
from xml.etree.ElementTree import Element, fromstring

import httpx
import sqlalchemy as sa

from participation.channels.phone.dialects.twilio import signature
from participation.kit.database import Session
from tests.voting import Asked

SECRET = "a-secret-that-only-the-gateway-knows"
NUMBER = "+254712345678"
TOKEN = "12345"
GATEWAYS = f"""
[[gateway]]
name = "at"
dialect = "africastalking"
secret = "{SECRET}"
country = "254"
number = "*384*6#"

[[gateway]]
name = "dm"
dialect = "dmark"
secret = "{SECRET}"
country = "254"

[[gateway]]
name = "kannel"
dialect = "kannel"
secret = "{SECRET}"
country = "254"
pays = "sms"
price = 0.8
cap = 1000

[[gateway]]
name = "twilio"
dialect = "twilio"
secret = "{SECRET}"
country = "254"
missed = "+254200000099"
price = 2
cap = 1000
keys = {{ token = "{TOKEN}", account = "AC0" }}

[[gateway]]
name = "rapidpro"
dialect = "rapidpro"
secret = "{SECRET}"
keys = {{ token = "a-token-of-the-flow" }}

[[gateway]]
name = "fenced"
dialect = "kannel"
secret = "{SECRET}"
allow = ["192.0.2.0/24"]
"""


def gateways_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gateways.toml"
    path.write_text(GATEWAYS)
    path.chmod(0o600)
    return path


def address(gateway: str, kind: str, secret: str = SECRET) -> str:
    return f"/phone/{gateway}/{secret}/{kind}"


@dataclass
class Handset:
    """A phone with a number. `screen`: what it shows; `dialled`: what was typed in this session, as the network repeats it."""

    app: Any
    number: str = NUMBER
    session: str = "ATUid_0"
    dialled: str = ""
    screen: str = ""
    open: bool = False
    messages: int = 0
    screens: list[str] = field(default_factory=list)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://testserver")

    async def post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        body = urlencode(fields)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        async with self._client() as client:
            return await client.post(path, content=body, headers=headers)

    async def request(self, text: str, session: str | None = None) -> str:
        """What the network sends, and its answer as it came."""
        fields = {
            "sessionId": session or self.session,
            "phoneNumber": self.number,
            "networkCode": "63902",
            "serviceCode": "*384*6#",
            "text": text,
        }
        answer = await self.post(address("at", "ussd"), fields)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def dial(self, behind: str = "") -> str:
        """A new session: `*384*6#`, or `*384*6*1*12#` with what stands behind."""
        self.session = f"ATUid_{int(self.session.rpartition('_')[2]) + 1}"
        self.dialled = behind
        return self._see(await self.request(behind))

    async def press(self, keys: str) -> str:
        self.dialled = f"{self.dialled}*{keys}" if self.dialled else keys
        return self._see(await self.request(self.dialled))

    def _see(self, answer: str) -> str:
        kind, _space, self.screen = answer.partition(" ")
        assert kind in ("CON", "END"), answer
        assert len(self.screen) <= 160, self.screen
        self.open = kind == "CON"
        self.screens.append(self.screen)
        return self.screen

    async def write(self, text: str, *, id: str | None = None) -> str:
        """An SMS through Kannel; what comes back."""
        self.messages += 1
        name = id or f"{self.number}-{self.messages}"
        query = urlencode({"from": self.number, "to": "5050", "text": text, "id": name})
        async with self._client() as client:
            answer = await client.get(f"{address('kannel', 'sms')}?{query}")
        assert answer.status_code == 200, answer.text
        return answer.text


@dataclass
class Caller:
    """A telephone that calls, and does what TwiML says: it hears, and presses keys; `silent` waits until nothing more is said."""

    app: Any
    number: str = NUMBER
    token: str = TOKEN
    sid: str = "CA0"
    page: str = ""
    said: str = ""
    languages: list[str] = field(default_factory=list)
    """Of what was said last."""
    played: list[str] = field(default_factory=list)
    open: bool = False
    answer: Element = field(default_factory=lambda: Element("Response"))

    async def request(self, path: str, **fields: str) -> httpx.Response:
        """As the telephone company asks, with its signature."""
        said = {"CallSid": self.sid, "From": self.number, "To": "+254200000000", "Direction": "inbound", **fields}
        signed = signature(self.token, f"http://testserver{path}", tuple(said.items()))
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.post(path, data=said, headers={"X-Twilio-Signature": signed})

    async def call(self, **fields: str) -> str:
        self.sid = f"CA{int(self.sid[2:]) + 1}"
        self.page = address("twilio", "voice")
        return self._hear(await self.request(self.page, **fields))

    async def ring(self, number: str) -> Element:
        """Let it ring there; what is done about it."""
        answer = await self.request(address("twilio", "voice"), To=number)
        return fromstring(answer.text)  # noqa: S314

    async def press(self, keys: str, **fields: str) -> str:
        """Keys while something is said; a telephone company sends those that were waited for, without the hash key."""
        for key in keys if self.gather.get("numDigits") == "1" else [keys]:
            self.page = urljoin(self.page, self.gather.get("action", ""))
            self._hear(await self.request(self.page, Digits=key, **fields))
        return self.said

    async def speak(self, name: str, seconds: int = 42, **fields: str) -> str:
        """After the tone; the telephone company has recorded it under this name."""
        record = self.answer.find("Record")
        assert record is not None, self.said
        self.page = urljoin(self.page, record.get("action", ""))
        told = {"RecordingSid": name, "RecordingDuration": str(seconds), "Digits": "#", **fields}
        return self._hear(await self.request(self.page, **told))

    async def wait(self) -> str:
        """Nothing is pressed: everything is said, and then what stands behind it is done."""
        redirect = self.answer.find("Redirect")
        if redirect is not None:
            self.page = urljoin(self.page, redirect.text or "")
            return self._hear(await self.request(self.page))
        self.open = False
        return " ".join(say.text or "" for say in self.answer.iter("Say"))

    @property
    def gather(self) -> Element:
        found = self.answer.find("Gather")
        assert found is not None, self.said
        return found

    def _hear(self, answer: httpx.Response) -> str:
        assert answer.status_code == 200, answer.text
        self.answer = fromstring(answer.text)  # noqa: S314
        first = self.answer.find("Gather")
        within = self.answer if first is None else first
        self.played = [play.text or "" for play in within.iter("Play")]
        lines = list(within.iter("Say"))
        self.said = " ".join(line.text or "" for line in lines)
        self.languages = [line.get("language", "") for line in lines]
        self.open = first is not None
        return self.said

    def key_of(self, words: str) -> str:
        """The key of an option, as it was said."""
        line = next(line.text or "" for line in self.gather.iter("Say") if words in (line.text or ""))
        return re.findall(r"\d+", line)[-1]


async def choices(session: Session, asked: Asked) -> list[tuple[int, str]]:
    """What was chosen in a ballot that is open, and through which channel."""
    rows = await session.execute(sa.text(f"select choice, via from vote_{asked.ballot.id}"))
    return [(row.choice, row.via) for row in rows]
