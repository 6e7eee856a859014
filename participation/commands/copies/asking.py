"""Asks the application in this process as anybody on the web would: a copy can hold nothing that is not public."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from urllib.parse import unquote, urlsplit

import httpx
from starlette.types import Message, Scope

from participation.app import build
from participation.channels.http.front import Front
from participation.channels.http.templates import Templates
from participation.domain.places.queries import CityView
from participation.kit import clock
from participation.kit.database import Database
from participation.settings import Settings


class NotAnswered(Exception):
    """The application did not answer as it should; the text names the address."""


@dataclass(frozen=True)
class Head:
    """How an answer begins."""

    status: int
    media_type: str
    size: int | None
    location: str


class Asker:
    """Somebody who is not signed in and comes to one city."""

    def __init__(self, client: httpx.AsyncClient, front: Front) -> None:
        self.client = client
        self._front = front

    @property
    def templates(self) -> Templates:
        found: Templates = self._front.site.templates  # type: ignore[attr-defined]
        return found

    async def into(self, address: str, place: Callable[[Head], IO[bytes] | None]) -> Head:
        """Write what is at an address, piece by piece, where `place` says once it knows how the answer begins."""
        told = [Head(200, "", None, "")]
        file: IO[bytes] | None = None

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(event: Message) -> None:
            nonlocal file
            if event["type"] == "http.response.start":
                told[0] = _head(event)
                file = place(told[0])
            elif event["type"] == "http.response.body" and file is not None:
                file.write(event.get("body", b""))

        try:
            await self._front(_scope(str(self.client.base_url), address), receive, send)
        except Exception:
            # What broke was logged and answered already; it comes up here for servers that want to know.
            if told[0].status < 500:
                raise
        return told[0]

    async def get(self, address: str, accept: str = "*/*") -> httpx.Response:
        return await self.client.get(address, headers={"accept": accept})

    async def one(self, address: str) -> dict[str, Any] | None:
        """A thing as open data, or None where there is none yet."""
        answer = await self.get(address, "application/json")
        if answer.status_code == 404:
            return None
        found: dict[str, Any] = _good(answer).json()
        return found

    async def pages(self, address: str, accept: str) -> AsyncIterator[httpx.Response]:
        """A list of open data page by page; one of them is in memory at a time."""
        following: str | None = f"{address}?limit=100"
        while following is not None:
            answer = _good(await self.get(following, accept))
            yield answer
            following = answer.links.get("next", {}).get("url")


def _scope(base_url: str, address: str) -> Scope:
    base, asked = urlsplit(base_url), urlsplit(address)
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},  # from 2.4 on nobody listens for us to go away
        "http_version": "1.1",
        "method": "GET",
        "scheme": base.scheme,
        "path": unquote(asked.path),
        "raw_path": asked.path.encode("ascii"),
        "query_string": asked.query.encode("ascii"),
        "root_path": "",
        "headers": [(b"host", base.netloc.encode()), (b"accept", b"*/*"), (b"accept-encoding", b"identity")],
        "client": ("127.0.0.1", 0),
        "server": (base.hostname, base.port or 80),
    }


def _head(event: Message) -> Head:
    headers = {name.lower(): value.decode("latin-1") for name, value in event["headers"]}
    size = headers.get(b"content-length", "")
    media_type = headers.get(b"content-type", "").partition(";")[0].strip().lower()
    return Head(event["status"], media_type, int(size) if size.isdigit() else None, headers.get(b"location", ""))


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code != 200:
        raise NotAnswered(f"{answer.url.path} cannot be copied: status {answer.status_code}")
    return answer


@asynccontextmanager
async def asking(
    settings: Settings, database: Database, city: CityView, now: Callable[[], datetime] = clock.now
) -> AsyncIterator[Asker]:
    """The application on this database, without a socket; nothing is kept in its cache, since it hears of no change."""
    front = build(settings, database, now)
    await front.site.load()  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(front)
    headers = {"accept-encoding": "identity"}
    base_url = city.address(settings.base_url)
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers) as client:
        yield Asker(client, front)
