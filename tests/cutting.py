"""A line to the server that breaks when a test says so: before a batch arrives, in the middle of its answer, or before any of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

BATCH = b"POST /delegate/entries"


class Listening(Protocol):
    """A server on a port of this machine."""

    port: int


class Cut(StrEnum):
    BEFORE = "before"
    """Half of the request arrives, which is nothing."""
    DURING = "during"
    """The answer breaks off after some bytes."""
    AFTER = "after"
    """The server has done it, and nothing of the answer arrives."""


@dataclass
class Line:
    port: int = 0
    cut: Cut | None = None
    """What happens to every batch until a test says otherwise: a browser tries some of them again by itself."""
    coming: list[Cut] = field(default_factory=list)
    """What happens to the next ones, one each, before `cut` applies."""
    breaks: bytes = BATCH
    """What a cut concerns; other requests pass."""
    batches: int = 0
    cuts: Counter[Cut] = field(default_factory=Counter)

    def fate(self) -> Cut | None:
        found = self.coming.pop(0) if self.coming else self.cut
        if found is not None:
            self.cuts[found] += 1
        return found

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def _up(found: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, broken: list[Cut]) -> None:
    """From the browser to the server."""
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            found.batches += BATCH in data
            if found.breaks in data and (cut := found.fate()):
                broken.append(cut)
            if Cut.BEFORE in broken:
                writer.write(data[: len(data) // 2])
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
async def line(served: Listening) -> AsyncIterator[Line]:
    found = Line()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broken: list[Cut] = []
        try:
            there = await asyncio.open_connection("127.0.0.1", served.port)
        except ConnectionError:  # nobody serves at the moment
            writer.close()
            return
        await asyncio.gather(_up(found, reader, there[1], broken), _down(there[0], writer, broken))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
