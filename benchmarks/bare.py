"""The limits that speeds are compared with: a constant text, and the shortest handler that stores a vote.

`python -m benchmarks.bare constant LENGTH --port N` and `python -m benchmarks.bare votes BALLOT --port N`.
"""

import argparse
import os
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from participation import serving
from participation.domain.ballots.operations import storing
from participation.domain.people.models import SignIn
from participation.kit.database import make_engine
from participation.kit.hashing import Secrets, keyed
from participation.server import web_server

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def constant(length: int) -> Any:
    """The same text to everybody, in three lines of ASGI."""
    text = os.urandom(length)
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(length).encode())]

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for _turn in ("startup", "shutdown"):
                await send({"type": (await receive())["type"] + ".complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    return app


def votes(engine: AsyncEngine, secret: Secrets, ballot: int) -> Starlette:
    """Reads the form and the session, stores a vote by the statement that the platform uses, and checks nothing."""
    session_key, statement = secret.key("session"), storing(ballot)
    sessions = async_sessionmaker(engine)
    reading = sa.select(SignIn.person_id).where(SignIn.digest == sa.bindparam("digest"))

    async def vote(request: Request) -> Response:
        form = await request.form()
        digest = keyed(session_key, request.cookies["session"])
        async with sessions.begin() as session:
            person = await session.scalar(reading, {"digest": digest})
            values = {
                "city_id": 1,
                "ballot_id": ballot,
                "token": keyed(session_key, str(form["token"])),
                "content": secrets.token_bytes(32),
                "receipt": f"{secrets.randbelow(10**12):012}",
                "voter": keyed(session_key, str(person)),
                "choice": int(str(form["choice"])),
                "via": "web",
                "district_id": 2,
                "person": person,
                "session": digest,
            }
            await session.scalar(statement, {f"vote_{name}": value for name, value in values.items()})
        return RedirectResponse("/receipt", 303)

    return Starlette(routes=[Route("/{path:path}", vote, methods=["POST"])])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["constant", "votes"])
    parser.add_argument("number", type=int)
    parser.add_argument("--port", type=int)
    told = parser.parse_args()
    if told.what == "constant":
        app = constant(told.number)
    else:
        engine = make_engine(os.environ["PARTICIPATION_DATABASE_URL"])
        app = votes(engine, Secrets(os.environ["PARTICIPATION_SECRET"]), told.number)
    with serving.bind("127.0.0.1", told.port) as listening:
        web_server(app).run(sockets=[listening])


if __name__ == "__main__":
    main()
