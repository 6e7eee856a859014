"""Answers that go another way than their questions came: queued, handed over once, and forgotten."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
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
from structlog.testing import capture_logs

from participation.app import build
from participation.channels.outbox.texts import TextOffice
from participation.channels.phone import doors
from participation.domain.notices.costs.operations import Spent, add
from participation.domain.notices.costs.queries import of_month
from participation.domain.notices.messages import operations
from participation.domain.notices.messages.models import TextMessage
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.browsing import Browser, serving, sign_in_as
from tests.cast import Cast, found
from tests.phoning import GATEWAYS, Caller, Handset, address
from tests.promises.promised import statements
from tests.slips import SECRETS, handed_out
from tests.stage import Clock
from tests.voting import ask


@dataclass
class Stub:
    """A gateway of the tests' own: what it was asked, and what it answers next instead of taking it."""

    port: int = 0
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    failing: list[int] = field(default_factory=list)
    refusing: str = ""
    """With this status beside the number it takes a request, and sends nothing."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def take(self, request: Request) -> Response:
        if self.failing:
            return PlainTextResponse("", self.failing.pop(0))
        fields = dict(parse_qsl((await request.body()).decode()))
        self.asked.append((request.url.path, fields, request.headers.get("apikey", "")))
        status = self.refusing or "Success"
        said = {"Recipients": [{"status": status, "number": fields["to"], "messageId": "1", "cost": "KES 0.8"}]}
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
    """Through the gateway whose answers go apart; what is to be answered is written down at once."""
    answered = await send(app, text, id=id)
    await app.site.note_answers(now=True)
    return answered


async def send(app: Any, text: str, *, id: str = "1") -> str:
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


async def test_what_the_gateway_took_and_did_not_send_is_logged_and_not_sent_again(
    session: Session,
    app: Any,
    cast: Cast,
    settings: Settings,
    database: Database,
    clock: Clock,
    answering: Stub,
) -> None:
    way = office(settings, database, clock, answering)
    await write(app, "HELP")
    answering.refusing = "InsufficientBalance"
    with capture_logs() as logs:
        await way.deliver()
    assert ["InsufficientBalance"] in [entry.get("status") for entry in logs]
    clock.forward(minutes=10)
    await way.deliver()
    assert (await waiting(session), len(answering.asked)) == (0, 1)


async def test_an_answer_that_cannot_be_opened_keeps_nobody_waiting(
    session: Session, app: Any, cast: Cast, settings: Settings, database: Database, clock: Clock, answering: Stub
) -> None:
    await write(app, "HELP", id="1")
    await session.execute(sa.update(TextMessage).values(sealed=b"sealed under another secret"))
    await session.commit()
    clock.forward(seconds=1)
    await write(app, "HELP", id="2")
    with capture_logs() as logs:
        await office(settings, database, clock, answering).deliver()
    assert [entry["sent"] for entry in logs if entry["event"] == "text_message"] == ["never"]
    assert (await waiting(session), len(answering.asked)) == (0, 1)


async def test_no_answer_is_written_beside_a_vote_nor_in_the_order_of_votes(
    session: Session, app: Any, cast: Cast, settings: Settings, clock: Clock
) -> None:
    asked = await ask(session, cast, settings.keys)
    slips = (await handed_out(session, cast))[:6]
    await session.commit()
    for number, slip in enumerate(slips):
        await send(app, f"VOTE 1 2 {slip.code}", id=f"message {number}")
        clock.forward(milliseconds=100)
    await send(app, f"VOTE 1 2 {slips[0].code}", id="message 0")
    await app.site.note_answers()
    assert await session.scalar(sa.text(f"select count(*) from vote_{asked.ballot.id}")) == 6
    assert await session.scalar(sa.select(sa.func.count()).select_from(TextMessage)) == 0
    arrived = list(app.site.answers)
    clock.forward(seconds=3)
    await app.site.note_answers()
    written = (await session.execute(sa.select(TextMessage).order_by(TextMessage.id))).scalars().all()
    assert [one.answers for one in written] == sorted(arrived) != arrived
    assert {one.made_at for one in written} == {clock.now}
    assert app.site.answers == {}


async def test_answers_wait_in_memory_while_the_database_is_away(
    session: Session, app: Any, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send(app, "HELP")

    async def gone(*given: Any, **named: Any) -> None:
        raise OSError("gone")

    with monkeypatch.context() as away:
        away.setattr("participation.channels.http.site.queue", gone)
        with pytest.raises(OSError, match="gone"):
            await app.site.note_answers(now=True)
    await app.site.note_answers(now=True)
    assert await waiting(session) == 1


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


async def test_answers_that_wait_are_written_down_at_the_end(
    real_database: Database, settings: Settings, clock: Clock
) -> None:
    async with real_database.transaction() as session:
        await found(session)
    front = build(settings, real_database, clock)
    async with serving(front):
        await send(front, "HELP")
    async with real_database.transaction() as session:
        assert await waiting(session) == 1


async def test_what_was_spent_while_the_database_was_away_is_not_lost(
    session: Session, app: Any, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Handset(app)
    await phone.write("HELP")

    async def away(*_given: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("participation.channels.http.site.add", away)
        with pytest.raises(ConnectionError):
            await app.site.note_spent(now=True)
    await phone.write("HELP")
    await app.site.note_spent(now=True)
    month = clock.now.date().replace(day=1)
    assert [one.messages for one in await of_month(session, city_id=cast.city.id, month=month)] == [2]


async def test_costs_are_added_up_by_project_and_month(session: Session, app: Any, cast: Cast, clock: Clock) -> None:
    phone = Handset(app)
    for _n in range(3):
        await phone.write("HELP")
    await app.site.note_spent(now=True)
    await phone.write("HELP")
    await app.site.note_spent(now=True)
    month = clock.now.date().replace(day=1)
    (kept,) = await of_month(session, city_id=cast.city.id, month=month)
    assert (kept.gateway, kept.project, kept.messages) == ("kannel", 0, 4)
    assert kept.cost == kept.units * app.site.gateways["kannel"].price


async def test_what_comes_again_is_paid_for_once_and_what_never_ends_is_not_answered(
    session: Session, app: Any, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "ANSWERS", 3)
    phone, caller = Handset(app), Caller(app)
    for _time in range(5):
        assert await phone.write("HELP", id="the same")
        await caller.request(address("twilio", "report"), CallDuration="61")
    assert {key[2]: (one.messages, one.units) for key, one in app.site.spent.items()}["twilio"] == (1, 2)
    assert sum(one.messages for key, one in app.site.spent.items() if key[2] == "kannel") == 1
    assert [bool(await phone.write("HELP")) for _time in range(4)] == [True, True, False, False]
    assert await Handset(app, "+254700000008").write("HELP")
    clock.forward(hours=1)
    assert await phone.write("HELP")


async def test_a_cost_belongs_to_the_citys_own_month(session: Session, app: Any, cast: Cast, clock: Clock) -> None:
    clock.now = datetime(2027, 3, 31, 21, 30, tzinfo=UTC)
    await Handset(app).write("HELP")
    await app.site.note_spent(now=True)
    kept = [await of_month(session, city_id=cast.city.id, month=date(2027, month, 1)) for month in (3, 4)]
    assert [len(one) for one in kept] == [0, 1]


async def test_the_cost_of_a_project_tells_no_more_than_its_rounded_messages(
    session: Session, app: Any, visitor: Browser, cast: Cast
) -> None:
    counted = [(7, 17, 23, "18.4"), (8, 9, 19, "15.2")]
    month = date(2027, 3, 1)
    sums = [Spent(cast.city.id, month, "kannel", project, *rest, Decimal(cost)) for project, *rest, cost in counted]
    await add(session, sums)
    await session.commit()
    await sign_in_as(visitor, app, cast.ada)
    page = (await visitor.get("/staff/phones")).text
    assert re.search(r"<b>7</b>.* · Messages: 10 · Segments: 20 · 16 TMS</li>", page)
    assert re.search(r"<b>8</b>.* · fewer than ten</li>", page)
    assert "18.4" not in page
    assert "15.2" not in page


async def test_earlier_months_are_shown_as_this_one_is(
    session: Session, app: Any, visitor: Browser, cast: Cast, database: Database
) -> None:
    """Thirteen before this one, of which the first is too long ago; through one that is set up no more, too."""
    past = [date(2026 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(2, 15)]
    sums = [Spent(cast.city.id, month, "kannel", 0, 20, 30, Decimal("20.50")) for month in past]
    sums.append(Spent(cast.city.id, past[-1], "gone", 7, 17, 23, Decimal("18.4")))
    await add(session, [*sums, Spent(cast.city.id, date(2027, 3, 1), "kannel", 0, 1, 1, Decimal("7.25"))])
    await session.commit()
    await sign_in_as(visitor, app, cast.ada)
    page = await visitor.get("/staff/phones")
    assert re.findall(r'href="/staff/phones\?month=([^"]*)"', page.text) == [f"{one:%Y-%m}" for one in past[:0:-1]]
    assert ("7.25 TMS" in page.text, "38.9 TMS" in page.text, "gone" in page.text) == (True, True, False)
    with statements(database) as asked:
        page = await visitor.get("/staff/phones?month=2027-02")
    assert len(asked) <= 6
    assert ("7.25 TMS" in page.text, ">gone<" in page.text, "of at most" in page.text) == (False, True, False)
    assert re.search(r"<b>7</b>.* · Messages: 10 · Segments: 20 · 16 TMS</li>", page.text)
    for nonsense in ("2027-13", "0000-00", "2031-01", "٢٠٢٧-٠٢", "now"):
        assert "7.25 TMS" in (await visitor.get(f"/staff/phones?month={nonsense}")).text


async def test_of_a_gateway_that_calls_nobody_it_is_not_said_that_nobody_is_called(
    session: Session, app: Any, visitor: Browser, cast: Cast
) -> None:
    spent = {name: Spent(cast.city.id, date(2027, 3, 1), name, 0, 9, 9, Decimal(1000)) for name in ("kannel", "twilio")}
    await sign_in_as(visitor, app, cast.ada)
    for name, called in (("kannel", 0), ("twilio", 1)):
        await add(session, [spent[name]])
        await session.commit()
        page = (await visitor.get("/staff/phones")).text
        assert page.count("Nobody is called back any more; answers are still sent.") == called
        assert page.count("is spent. Answers are still sent.") == 1


@pytest.mark.parametrize(
    ("cost", "near", "over"),
    [("799.99", False, False), ("800", True, False), ("999.99", True, False), ("1000", False, True)],
)
async def test_the_city_is_warned_when_most_of_a_months_cap_is_spent(
    session: Session, visitor: Browser, app: Any, cast: Cast, cost: str, near: bool, over: bool
) -> None:
    await add(session, [Spent(cast.city.id, date(2027, 3, 1), "kannel", 0, 9, 9, Decimal(cost))])
    await session.commit()
    await sign_in_as(visitor, app, cast.ada)
    page = (await visitor.get("/staff/phones")).text
    assert ("Most of what the city wants to pay in a month is spent." in page) is near
    assert ("What the city wants to pay in a month is spent." in page) is over
