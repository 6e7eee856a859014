"""A telephone company of the tests' own: it calls when it is asked to, and keeps recordings until they are fetched and deleted."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.phoning import SECRET, TOKEN

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
MISSED = "+254200000099"


@dataclass
class Exchange:
    """`failing`: what it answers next instead of doing it."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    """Method and path of every request."""
    calls: list[dict[str, str]] = field(default_factory=list)
    authority: set[str] = field(default_factory=set)
    recordings: dict[str, bytes] = field(default_factory=dict)
    failing: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def gateways(self, folder: Path) -> Path:
        """An operator's file that leads here."""
        path = folder / "gateways-of-the-exchange.toml"
        keys = f'keys = {{ account = "{ACCOUNT}", token = "{TOKEN}", url = "{self.url}" }}'
        own = f'name = "twilio"\ndialect = "twilio"\nsecret = "{SECRET}"\nnumber = "+254200000000"\nmissed = "{MISSED}"\ncountry = "254"'
        path.write_text(f"[[gateway]]\n{own}\nprice = 2\ncap = 100\n{keys}\n")
        path.chmod(0o600)
        return path

    async def call(self, request: Request) -> Response:
        self._note(request)
        if self.failing:
            return PlainTextResponse("", self.failing.pop(0))
        self.calls.append(dict(parse_qsl((await request.body()).decode())))
        return PlainTextResponse("{}", 201)

    async def recording(self, request: Request) -> Response:
        self._note(request)
        if self.failing:
            return PlainTextResponse("", self.failing.pop(0))
        name = request.path_params["name"].partition(".")[0]
        content = self.recordings.get(name)
        if content is None:
            return PlainTextResponse("", 404)
        if request.method == "DELETE":
            del self.recordings[name]
            return Response(status_code=204)
        return Response(content, media_type="audio/mpeg")

    def _note(self, request: Request) -> None:
        self.asked.append(f"{request.method} {request.url.path}")
        self.authority.add(request.headers.get("authorization", ""))


@asynccontextmanager
async def exchange() -> AsyncIterator[Exchange]:
    made = Exchange()
    base = f"/2010-04-01/Accounts/{ACCOUNT}"
    routes = [
        Route(f"{base}/Calls.json", made.call, methods=["POST"]),
        Route(f"{base}/Recordings/{{name}}", made.recording, methods=["GET", "DELETE"]),
    ]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made.port = free.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[free]))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield made
        server.should_exit = True
        await serving
