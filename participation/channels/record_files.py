"""The record as static files, for anybody's tools: checkpoint, tiles, entries, proofs and the key that verifies them."""

import json
import re
from collections.abc import Awaitable, Callable

from starlette.responses import Response

from participation.channels.http.routing import Who, page
from participation.channels.http.visit import Visit
from participation.domain.proxies.checks import queries as checks
from participation.domain.record import queries, tiles
from participation.kit.database import Session
from participation.kit.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
Read = Callable[[Session], Awaitable[bytes | str]]


async def checkpoint(visit: Visit) -> Response:
    async def read(session: Session) -> str:
        signed = await queries.checkpoint(session, visit.city.id)
        if signed is None:
            raise NotFound()
        return signed.note

    return await _file(visit, read, "text/plain")


async def key(visit: Visit) -> Response:
    async def read(session: Session) -> str:
        log = await queries.log(session, visit.city.id)
        if log is None:
            raise NotFound()
        return f"{log.key}\n"

    return await _file(visit, read, "text/plain")


async def tile(visit: Visit) -> Response:
    address = tiles.address(visit.request.path_params["path"])
    if address is None:
        raise NotFound()
    return await _file(
        visit, lambda session: queries.tile_file(session, visit.city.id, address), "application/octet-stream", FOR_EVER
    )


async def entry(visit: Visit) -> Response:
    """Not to be kept by anybody without asking again: it may be erased."""
    number = _number(visit)
    return await _file(visit, lambda session: queries.entry_file(session, visit.city.id, number), "application/json")


async def proof(visit: Visit) -> Response:
    number = _number(visit)
    return await _file(visit, lambda session: queries.proof_file(session, visit.city.id, number), "text/plain")


async def draw(visit: Visit) -> Response:
    """A round of checks: what was listed and, once it was drawn, all that is needed to draw it again."""
    number = _number(visit)

    async def read(session: Session) -> str:
        found = await checks.round_file(session, city_id=visit.city.id, number=min(number, 2**31 - 1))
        if found is None:
            raise NotFound()
        return json.dumps(found)

    return await _file(visit, read, "application/json")


async def _file(visit: Visit, read: Read, media_type: str, cache: str = "no-cache") -> Response:
    async with visit.reading() as session:
        content = await read(session)
    # Any page may read it: verifying the record is everybody's right.
    headers = {"Cache-Control": cache, "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, media_type=media_type)


def _number(visit: Visit) -> int:
    text = visit.request.path_params["number"]
    if not NUMBER.fullmatch(text):
        raise NotFound()
    return int(text)


ROUTES = [
    page("/record/draws/{number}.json", draw, who=Who.ANYBODY),
    page("/record/checkpoint", checkpoint, who=Who.ANYBODY),
    page("/record/key", key, who=Who.ANYBODY),
    page("/record/tile/{path:path}", tile, who=Who.ANYBODY),
    page("/record/entry/{number}.json", entry, who=Who.ANYBODY),
    page("/record/entry/{number}.tlog-proof", proof, who=Who.ANYBODY),
]
