"""Answers that go another way than their questions came: queued, handed over once, and forgotten."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import africastalking
import pytest
import sqlalchemy as sa
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from participation.channels.outbox.texts import TextOffice
from participation.domain.notices.messages import operations
from participation.domain.notices.messages.models import TextMessage
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.cast import Cast
from tests.phoning import GATEWAYS, Handset, address
from tests.slips import SECRETS
from tests.stage import Clock


@dataclass
class Stub:
    """A gateway of the tests' own: what it was asked, and what it answers next instead of taking it."""

    port: int = 0
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    failing: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def take(self, request: Request) -> Response:
        if self.failing:
            return PlainTextResponse("", self.failing.pop(0))
        fields = dict(parse_qsl((await request.body()).decode()))
        self.asked.append((request.url.path, fields, request.headers.get("apikey", "")))
        said = {"Recipients": [{"status": "Success", "number": fields["to"], "messageId": "1", "cost": "KES 0.8"}]}
        return JSONResponse({"SMSMessageData": {"Message": "Sent to 1/1", **said}}, 201)


@asynccontextmanager
async def stub() -> AsyncIterator[Stub]:
    made = Stub()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made.port = free.getsockname()[1]
        app = Starlette(routes=[Route("/version1/messaging", made.take, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve(sockets=[free]))
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        yield made
        server.should_exit = True
        await serving


@pytest.fixture
async def answering() -> AsyncIterator[Stub]:
    async with stub() as made:
        yield made


def office(settings: Settings, database: Database, clock: Clock, answering: Stub) -> TextOffice:
    path = settings.store.parent / "gateways-of-the-stub.toml"
    keys = f'keys = {{ username = "city", api_key = "a-key", url = "{answering.url}" }}'
    path.write_text(GATEWAYS.replace('number = "*384*6#"', f'number = "5050"\n{keys}'))
    path.chmod(0o600)
    return TextOffice(replace(settings, gateways=path), database, clock)


async def write(app: Any, text: str, *, id: str = "1") -> str:
    fields = {"id": id, "from": "+254712345678", "to": "5050", "text": text, "date": "2027-03-01 10:00:00"}
    return (await Handset(app).post(address("at", "sms"), fields)).text


async def waiting(session: Session) -> int:
    return int(await session.scalar(sa.select(sa.func.count()).where(TextMessage.sealed.is_not(None))) or 0)


async def test_an_answer_is_handed_over_once_and_forgotten(
    session: Session, app: Any, cast: Cast, settings: Settings, database: Database, clock: Clock, answering: Stub
) -> None:
    for _again in range(2):
        assert await write(app, "HELP") == ""
    way = office(settings, database, clock, answering)
    await way.deliver()
    await way.deliver()
    assert [(path, key, fields["to"], fields["from"]) for path, fields, key in answering.asked] == [
        ("/version1/messaging", "a-key", "+254712345678", "5050")
    ]
    assert await waiting(session) == 0


async def test_a_gateway_that_is_away_is_asked_again_and_one_that_refuses_is_not(
    session: Session, app: Any, cast: Cast, settings: Settings, database: Database, clock: Clock, answering: Stub
) -> None:
    way = office(settings, database, clock, answering)
    await write(app, "HELP")
    answering.failing = [503]
    await way.deliver()
    assert await waiting(session) == 1
    clock.forward(seconds=11)
    answering.failing = [401]
    await way.deliver()
    assert (await waiting(session), answering.asked) == (0, [])


async def test_no_number_can_be_read_while_an_answer_waits(session: Session, app: Any, cast: Cast) -> None:
    await write(app, "HELP")
    rows = (await session.execute(sa.select(TextMessage.__table__))).all()
    assert rows
    assert "712345678" not in str(rows)


async def test_the_official_sdk_sends_our_answers_as_we_do(
    session: Session, app: Any, cast: Cast, settings: Settings, database: Database, clock: Clock, answering: Stub
) -> None:
    await write(app, "C 1 …")
    taken = await operations.take(session, secrets=SECRETS, at=clock.now)
    assert taken is not None
    africastalking.initialize("city", "a-key")
    africastalking.SMS._baseUrl = f"{answering.url}/version1"
    await asyncio.to_thread(africastalking.SMS.send, taken.text, [taken.number], "5050")
    clock.forward(minutes=2)
    await office(settings, database, clock, answering).deliver()
    theirs, ours = answering.asked
    assert theirs == ours


async def test_costs_are_added_up_by_project_and_month(session: Session, app: Any, cast: Cast, clock: Clock) -> None:
    from participation.domain.notices.costs.queries import of_month

    phone = Handset(app)
    for _n in range(3):
        await phone.write("HELP")
    await app.site.note_spent(now=True)
    await phone.write("HELP")
    await app.site.note_spent(now=True)
    month = clock.now.date().replace(day=1)
    found = await of_month(session, city_id=cast.city.id, month=month)
    assert [(one.gateway, one.project, one.messages) for one in found] == [("kannel", 0, 4)]
    assert found[0].cost == found[0].units * app.site.gateways["kannel"].price
