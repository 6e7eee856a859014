"""The outermost layer: stamps the moment of arrival, and answers from the page cache before anything else is looked at."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from participation.channels.http import light, proxies
from participation.channels.http.cache import Kept, Key, PageCache
from participation.settings import Settings

_PERSONAL = (b"session=", b"fresh=", b"receipt=", b"kiosk=")


class Front:
    def __init__(self, app: ASGIApp, cache: PageCache, clock: Callable[[], datetime], settings: Settings) -> None:
        self.app = app
        self.cache = cache
        self.clock = clock
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "GET":
            key, etag = self._key(scope)
            if key is not None:
                kept = self.cache.get(key, self.clock)
                if kept is not None:
                    start, body = _unchanged(kept) if etag and etag == kept.etag else (kept.start, kept.body)
                    await send(start)
                    await send(body)
                    return
                scope["cache_key"] = key
        scope["arrived"] = self.clock()
        scope["light"] = light.asked(scope["headers"])
        proxies.set_right(scope, self.settings)
        await self.app(scope, receive, send)

    @staticmethod
    def _key(scope: Scope) -> tuple[Key | None, bytes]:
        """All that a public page depends on; None for whoever has a session or a receipt, has just changed something, or stands
        at a kiosk."""
        host = encoding = etag = cookies = saving = b""
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"accept-encoding":
                if b"q=0" in value:
                    return None, b""  # weighs what it takes, or refuses something: rare, and read with care further in
                encoding = b"br" if b"br" in value else b"gzip" if b"gzip" in value else b""
            elif name == b"cookie":
                if any(mark in value for mark in _PERSONAL):
                    return None, b""
                cookies += value
            elif name == b"save-data":
                saving += value
            elif name == b"if-none-match":
                etag = value
            elif name == b"hx-request":
                return None, b""
        lighter = b"light" if light.is_light(cookies, saving) else b""
        return (host, scope["raw_path"], scope["query_string"], encoding, lighter), etag


def _unchanged(kept: Kept) -> tuple[Message, Message]:
    """What was sent before is still so: no body, and the ETag alone."""
    start = {"type": "http.response.start", "status": 304, "headers": [(b"etag", kept.etag)]}
    return start, {"type": "http.response.body", "body": b""}


def tagged(response: Response) -> Response:
    """With an ETag as its last header, so that a page that has not changed costs no bytes."""
    response.headers["ETag"] = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:20]}"'
    return response
