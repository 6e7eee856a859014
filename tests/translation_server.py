"""A translation server of the tests' own: speaks LibreTranslate's HTTP interface on a free port of this machine, and fails when told to."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

KEY = "a-key-of-the-tests"


@dataclass
class Server:
    """What it was asked, and what it answers next instead of a translation."""

    port: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    failing: list[Response | float] = field(default_factory=list)
    """Each used once: an answer, or seconds of silence before one that comes too late."""
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it has begun to be silent."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    """Nobody waits any more for an answer that comes too late."""
    languages: dict[str, list[str]] = field(
        default_factory=lambda: {
            code: ["ar", "en", "fr", "sw", "pt-BR", "zh-Hans"] for code in ("ar", "en", "fr", "sw", "zh-Hans")
        }
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def translate(self, request: Request) -> Response:
        if self.failing:
            instead = self.failing.pop(0)
            if not isinstance(instead, float):
                return instead
            self.waiting.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), instead)
        asked = await request.json()
        self.asked.append(asked)
        if asked.get("api_key") != KEY:
            return JSONResponse({"error": "Invalid API key"}, 403)
        if asked["target"] not in self.languages.get(asked["source"], []):
            return JSONResponse({"error": f"{asked['target']} is not supported"}, 400)
        if len(asked["q"]) > 2_000:
            return JSONResponse({"error": "Invalid request: request exceeds text limit (2000)"}, 400)
        return JSONResponse({"translatedText": f"<{asked['target']}> {asked['q']}"})

    async def spoken(self, _request: Request) -> Response:
        return JSONResponse([{"code": code, "name": code, "targets": to} for code, to in self.languages.items()])


class _Uvicorn(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


@asynccontextmanager
async def translation_server() -> AsyncIterator[Server]:
    server = Server()
    routes = [
        Route("/translate", server.translate, methods=["POST"]),
        Route("/languages", server.spoken),
        Route("/elsewhere/languages", lambda _request: RedirectResponse(f"{server.url}/languages")),
        Route("/page/languages", lambda _request: PlainTextResponse("<html>welcome</html>")),
        Route("/strange/languages", lambda _request: PlainTextResponse(json.dumps({"error": None}))),
    ]
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(16)
    server.port = listening.getsockname()[1]
    running = _Uvicorn(uvicorn.Config(Starlette(routes=routes), log_level="critical", lifespan="off"))
    task = asyncio.create_task(running.serve(sockets=[listening]))
    try:
        yield server
    finally:
        server.ended.set()
        running.should_exit = True
        await task
        listening.close()
