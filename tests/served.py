"""The world behind a real web server on a free port of this machine, for browsers; and a wire on which bytes are counted."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import uvicorn

from tests.world import World

_NOT_COUNTED = ("SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
_current: ContextVar["Request | None"] = ContextVar("request", default=None)


@dataclass
class Request:
    """What was asked, how it was answered, and how many statements that took."""

    method: str
    path: str
    status: int = 0
    statements: int = 0


@dataclass
class Served:
    world: World
    port: int
    requests: list[Request] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pages(self) -> list[Request]:
        """The pages that were shown, without what belongs to a page."""
        return [request for request in self.requests if not request.path.startswith("/static/")]


class _Server(uvicorn.Server):
    """Leaves the signals to the tests, and says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    def capture_signals(self) -> Any:
        return nullcontext()


class _Counting:
    """Notes every request and what it asks of the database."""

    def __init__(self, served: Served) -> None:
        self.served = served

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.served.world.app(scope, receive, send)
            return
        request = Request(scope["method"], scope["path"])
        self.served.requests.append(request)

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
            await send(message)

        token = _current.set(request)
        try:
            await self.served.world.app(scope, receive, noting)
        finally:
            _current.reset(token)


def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    request = _current.get()
    if request is not None and statement.split(maxsplit=1)[0].upper() not in _NOT_COUNTED:
        request.statements += 1


@contextmanager
def _counted(world: World) -> Iterator[None]:
    engine = world.database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", _note)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", _note)


@asynccontextmanager
async def serve(world: World, port: int = 0) -> AsyncIterator[Served]:
    """In this process, so that tests move its clock and call its worker."""
    listening = socket.create_server(("127.0.0.1", port))
    served = Served(world, listening.getsockname()[1])
    config = uvicorn.Config(
        _Counting(served),
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await server.ready.wait()
    try:
        with _counted(world):
            yield served
    finally:
        server.should_exit = True
        await task


@dataclass
class Wire:
    """A line to the server; `carried` counts the bytes in both directions."""

    port: int = 0
    carried: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def wire(served: Served) -> AsyncIterator[Wire]:
    line = Wire()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                line.carried += len(data)
                writer.write(data)
                await writer.drain()
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", served.port)
        await asyncio.gather(carry(reader, there[1]), carry(there[0], writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
