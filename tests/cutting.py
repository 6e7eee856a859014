"""A line to the server that breaks when a test says so: before a batch arrives, in the middle of its answer, or before any of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from tests.served import Served

BATCH = b"POST /delegate/entries"


class Cut(StrEnum):
    BEFORE = "before"
    """The request is lost."""
    DURING = "during"
    """The answer breaks off after some bytes."""
    AFTER = "after"
    """The server has done it, and nothing of the answer arrives."""


@dataclass
class Line:
    port: int = 0
    cut: Cut | None = None
    """What happens to every batch until a test says otherwise: a browser tries some of them again by itself."""
    batches: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def _up(found: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, broken: list[Cut]) -> None:
    """From the browser to the server."""
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            if BATCH in data:
                found.batches += 1
                broken += [] if found.cut is None else [found.cut]
            if Cut.BEFORE in broken:
                break
            writer.write(data)
            await writer.drain()
    writer.close()


async def _down(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, broken: list[Cut]) -> None:
    """From the server to the browser."""
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            if broken:
                writer.write(data[:-40] if Cut.DURING in broken else b"")
                break
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def line(served: Served) -> AsyncIterator[Line]:
    found = Line()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broken: list[Cut] = []
        there = await asyncio.open_connection("127.0.0.1", served.port)
        await asyncio.gather(_up(found, reader, there[1], broken), _down(there[0], writer, broken))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
