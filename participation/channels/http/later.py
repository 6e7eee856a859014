"""Channels that a web server loads when somebody first asks for them: most servers of a city see no staff and no phone gateway for hours."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NoReturn

from starlette.routing import BaseRoute, Match, NoMatchFound, Router
from starlette.types import Receive, Scope, Send


class Later(BaseRoute):
    """All addresses below a prefix. Loading takes half a second, in a thread, so that others are answered meanwhile."""

    def __init__(self, prefix: str, load: Callable[[], Sequence[BaseRoute]]) -> None:
        self._prefix = prefix
        self._load = load
        self._loading: asyncio.Task[Router] | None = None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        ours = scope["type"] == "http" and f"{scope['path']}/".startswith(f"{self._prefix}/")
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loading is None:
            self._loading = asyncio.create_task(self._loaded())
        router = await asyncio.shield(self._loading)
        await router(scope, receive, send)

    async def _loaded(self) -> Router:
        return Router(routes=await asyncio.to_thread(self._load))

    def url_path_for(self, name: str, /, **_parameters: object) -> NoReturn:
        raise NoMatchFound(name, {})
