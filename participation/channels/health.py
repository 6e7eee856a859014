"""For operators and search engines: does it live, can it serve, how much does it do; and the scripts."""

import asyncio
from typing import Any

import sqlalchemy as sa
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from participation.channels.http.answers import compressed, encoding
from participation.channels.http.site import Site


async def healthz(request: Request) -> Response:
    return PlainTextResponse("alive\n", headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """Ready when the database answers within two seconds and a city is there."""
    site: Site = request.app.state.site
    try:
        async with asyncio.timeout(2), site.database.reading() as session:
            await session.execute(sa.text("select 1"))
    except Exception:
        return PlainTextResponse("the database does not answer\n", 503, headers={"Cache-Control": "no-store"})
    if not site.directory.cities:
        return PlainTextResponse("there is no city yet\n", 503, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("ready\n", headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


async def robots(request: Request) -> Response:
    site: Site = request.app.state.site
    city = site.directory.by_host(request.headers.get("host", ""))
    address = site.settings.base_url if city is None else city.address(site.settings.base_url)
    lines = "User-agent: *\nDisallow: /staff/\nDisallow: /delegate/\nDisallow: /kiosk/\nDisallow: /*/search\n"
    return PlainTextResponse(lines + f"Sitemap: {address}/sitemap.xml\n")


_packed: dict[tuple[str, str], bytes] = {}


async def script(request: Request) -> Response:
    """A script under a name that changes with its content, to be kept for ever."""
    path = request.url.path
    content = request.app.state.site.templates.scripts.get(path)
    if content is None:
        return PlainTextResponse("not found\n", 404)
    name = encoding(request.headers.get("accept-encoding", ""))
    if (path, name) not in _packed:
        _packed[path, name] = compressed(content, name)
    headers: dict[str, Any] = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if name:
        headers["Content-Encoding"] = name
    return Response(_packed[path, name], media_type="text/javascript", headers=headers)


ROUTES = [
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", metrics),
    Route("/robots.txt", robots),
    Route("/static/{name}", script),
]
