"""Asks the application in this process as anybody on the web would: a copy can hold nothing that is not public."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from participation.app import build
from participation.domain.places.queries import CityView
from participation.kit.database import Database
from participation.settings import Settings


class NotAnswered(Exception):
    """The application did not answer as it should; the text names the address."""


class Asker:
    """Somebody who is not signed in and comes to one city."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

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


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code != 200:
        raise NotAnswered(f"{answer.url.path} cannot be copied: status {answer.status_code}")
    return answer


@asynccontextmanager
async def asking(settings: Settings, database: Database, city: CityView) -> AsyncIterator[Asker]:
    """The application on this database, without a socket; nothing is kept in its cache, since it hears of no change."""
    front = build(settings, database)
    await front.site.load()  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(front)
    headers = {"accept-encoding": "identity"}
    base_url = city.address(settings.base_url)
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers) as client:
        yield Asker(client)
