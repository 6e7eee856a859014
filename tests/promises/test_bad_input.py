"""Promise 11: whatever is sent to whatever form gets a clear answer, and nothing is half written."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_from_bytes

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker
from starlette.routing import Route

from participation import channels
from participation.app import build
from participation.kit.database import Base
from tests.browsing import Browser, browser
from tests.conftest import Nested
from tests.filling import WORDS, Fields, Sheet, sheets
from tests.markup import Page, slug_of
from tests.promises import promised
from tests.promises.samples import ALLOWED, addresses, pages, policy, takes_forms
from tests.world import World, known_as

LANGUAGE = "sw"
MOST = 12
"""Fields of a form that are left out or repeated one by one."""
COUNTED = {"wrong_guess"}
"""Guesses are counted although, or rather because, they are refused."""
SECRETS = {"code", "pin", "new_pin", "new_pin_again", "password", "password_again", "totp"}
"""What nobody is to read over a shoulder is never shown again."""
UNREADABLE = {400, 413}
NUL, HALF, OVERRIDE = b"a\x00b", b"a\xed\xa0\x80b", "a\u202egnp.exe".encode()
MARKS = ("z" + "\u0301" * 40).encode()
HTML = b'"><script>alert(1)</script><img src=x onerror=alert(1)>'
LONG = b"x" * 25_000
GARBAGE = ("-1", "abc", "0", "9" * 40, "%00", "%ED%A0%80", "%3Cb%3E", "%27%20or%201=1--", "%E2%80%AE", "x" * 2000)


class Undone:
    """The world behind one connection: whatever a request does is looked at, then rolled back."""

    def __init__(self, world: World, connection: AsyncConnection) -> None:
        self.world = world
        self.connection = connection
        sessions = async_sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.app: Any = build(world.settings, Nested(world.database.engine, sessions), world.clock)
        self.app.site.directory, self.app.site.kiosks = world.app.site.directory, world.app.site.kiosks

    def visitor(self, who: str) -> Browser:
        someone = browser(self.app)
        someone.client.cookies.set("language", LANGUAGE)
        known_as(someone, who)
        return someone

    @asynccontextmanager
    async def undoing(self) -> AsyncIterator[None]:
        outer = await self.connection.begin()
        try:
            yield
        finally:
            await outer.rollback()

    @asynccontextmanager
    async def looked_at(self) -> AsyncIterator[dict[str, Any]]:
        """What was written meanwhile, by table. A transaction without a number has written nothing, and needs no look at every table."""
        written: dict[str, Any] = {}
        after: dict[str, Any] = {}
        async with self.undoing():
            yield written
            if await self.connection.scalar(sa.text("select pg_current_xact_id_if_assigned()::text")):
                after = await self.rows()
        if after:
            async with self.undoing():
                before = await self.rows()
            written.update({name: after[name] for name in after if after[name] != before[name]})

    async def rows(self) -> dict[str, tuple[Any, ...]]:
        """Number of rows, and the youngest version of one, of every table."""
        parts = [
            f"select '{name}', count(*), max(xmin::text::bigint) from {name}"
            for name in Base.metadata.tables
            if name not in COUNTED
        ]
        rows = await self.connection.execute(sa.text(" union all ".join(parts)))
        return {row[0]: tuple(row[1:]) for row in rows}

    async def content(self) -> dict[str, tuple[Any, ...]]:
        """What every table says, in short."""
        parts = [
            f"select '{name}', count(*), sum(hashtext(t::text)) from {name} t"
            for name in Base.metadata.tables
            if name not in COUNTED
        ]
        rows = await self.connection.execute(sa.text(" union all ".join(parts)))
        return {row[0]: tuple(row[1:]) for row in rows}


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends many wrong codes is made to wait, which tests of signing in look at: here it would be minutes of sleep."""

    async def at_once(_seconds: float) -> None:
        return

    monkeypatch.setattr("participation.channels.http.recognising.sleep", at_once)


@pytest.fixture(scope="session")
async def undone(world: World) -> AsyncIterator[Undone]:
    async with world.database.engine.connect() as connection:
        yield Undone(world, connection)


@dataclass(frozen=True)
class Case:
    name: str
    body: bytes
    headers: dict[str, str]
    refused: bool
    """It cannot be taken, whatever the form asks."""
    lost: bool = False
    """What was sent cannot be read, so that it cannot be shown again."""

    @property
    def typed(self) -> dict[str, set[str]]:
        """The values of each field, as they arrive."""
        found: dict[str, set[str]] = {}
        for name, value in parse_qsl(self.body.decode("ascii")):
            found.setdefault(name, set()).add(" ".join(value.split()))
        return found


FORM = "application/x-www-form-urlencoded"


def _encoded(fields: list[tuple[str, bytes]]) -> bytes:
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in fields).encode()


def _body(fields: Fields, changed: Callable[[str, bytes], bytes] = lambda name, value: value) -> bytes:
    return _encoded([(name, changed(name, value.encode())) for name, value in fields])


def cases(sheet: Sheet, pressed: Fields, foreign: dict[str, str], *, main: bool) -> Iterator[Case]:
    """Every wrong way to fill in and send this form; only its main button looks at all that was filled in."""
    good = [*sheet.filled(), *pressed]
    right = {"content-type": FORM}

    def case(name: str, body: bytes, *, refused: bool = True, lost: bool = False, **headers: str) -> Case:
        return Case(name, body, right | {key.replace("_", "-"): value for key, value in headers.items()}, refused, lost)

    if main:
        yield from _words(sheet, good, case)
        yield from _answers(sheet, good, case)
    wrong = {name for name, _ in pressed} | (set(sheet.choices) if main else set())
    if wrong:
        yield case("no such option", _body([(n, "no-such-option" if n in wrong else v) for n, v in good]))
    yield case("nothing at all", b"", lost=True)
    yield case("no csrf", _body([field for field in good if field[0] != "csrf"]))
    other = [(name, foreign.get(name, value)) for name, value in good]
    yield case("csrf and token of another session", _body(other))
    yield case("an origin of another site", _body(good), origin="https://elsewhere.example")
    yield case("another site says the browser", _body(good), sec_fetch_site="cross-site")
    if any(name == "token" for name, _ in good):
        made_up = [(name, "made.up" if name == "token" else value) for name, value in good]
        yield case("a made-up token", _body(made_up), refused=False)
    yield case("10 MB", _body(good) + b"&body=" + b"x" * 10_000_000, lost=True)
    yield case("JSON", b'{"body": "x"}', content_type="application/json", lost=True)
    yield case(
        "multipart without its parts", b"--x\r\nnothing", content_type="multipart/form-data; boundary=x", lost=True
    )
    yield case("multipart without boundary", b"--x", content_type="multipart/form-data", lost=True)
    yield case("a thousand fields", _body(good + [("more", "1")] * 1000), lost=True)


def _words(sheet: Sheet, good: Fields, case: Any) -> Iterator[Case]:
    texts = set(sheet.texts)
    if not texts:
        return
    tries = {"NUL": (NUL, True), "half a surrogate pair": (HALF, True), "25,000 characters": (LONG, True)}
    tries |= {"an override": (OVERRIDE, False), "40 marks": (MARKS, False), "HTML": (HTML, False)}
    for name, (words, refused) in tries.items():
        body = _body(good, lambda field, value, words=words: words if field in texts else value)  # type: ignore[misc]
        yield case(name, body, refused=refused)


def _answers(sheet: Sheet, good: Fields, case: Any) -> Iterator[Case]:
    for name in sheet.names[:MOST]:
        yield case(f"without {name}", _body([field for field in good if field[0] != name]), refused=False)
        twice = [*good, (name, f"{WORDS}, and others")]
        several = any(node.get("type") == "checkbox" and node.get("name") == name for node in sheet.controls)
        yield case(f"{name} twice", _body(twice), refused=not several)


every_form = pytest.mark.parametrize(
    "route", [route for route in pages() if takes_forms(route)], ids=lambda route: slug_of(route.path)
)


async def _forms(undone: Undone, route: Route) -> AsyncIterator[tuple[Browser, Sheet]]:
    """The forms of the first address that has any, for everybody who is shown one."""
    async with undone.world.database.reading() as session:
        found = await addresses(route, session)
    for who in ALLOWED[policy(route).who][:2]:
        visitor = undone.visitor(who)
        for address in found:
            address = address.replace("{lang}", LANGUAGE)
            response = await visitor.client.get(address)
            shown = sheets(Page(response.text), address) if response.status_code == 200 else []
            for sheet in shown:
                yield visitor, sheet
            if shown:
                break


async def _foreign(undone: Undone) -> dict[str, str]:
    """What hides in a form that was opened by somebody else."""
    response = await undone.visitor("anybody").client.get(f"/{LANGUAGE}/receipts")
    return dict(sheets(Page(response.text), "/")[0].hidden)


@pytest.mark.slow
@every_form
async def test_a_form_that_is_wrong_is_answered_and_nothing_is_written(undone: Undone, route: Route) -> None:
    foreign = await _foreign(undone)
    wrong, forms = [], 0
    async for visitor, sheet in _forms(undone, route):
        forms += 1
        for place, pressed in enumerate([*sheet.pressed()][:4]):
            for case in cases(sheet, pressed, foreign, main=not place):
                async with undone.looked_at() as written:
                    response = await visitor.client.post(sheet.address, content=case.body, headers=case.headers)
                problems = [*_answered(response, case, written), *_lost(response, case, sheet)]
                wrong += [f"{sheet.address} {pressed or ''} {case.name}: {problem}" for problem in problems]
    assert forms, f"no form was found; tell tests/promises/samples.py what {route.path} needs"
    assert not wrong, f"{len(wrong)} problems\n" + "\n".join(wrong[:25])


SESSIONS = ("sign-in", "sign-out")


@every_form
async def test_a_form_asks_little_of_the_database_and_sent_twice_is_counted_once(undone: Undone, route: Route) -> None:
    """The same again gives the first answer again, or says what has become of it, and writes nothing."""
    wrong = []
    async for visitor, sheet in _forms(undone, route):
        for pressed in [*sheet.pressed()][:4]:
            body = _body([*sheet.filled(), *pressed])
            async with undone.undoing():
                with promised.statements(undone.world.database) as asked:
                    first = await visitor.client.post(sheet.address, content=body, headers={"content-type": FORM})
                if len(asked) > promised.WRITING:
                    wrong.append(f"{sheet.address} {pressed or ''}: {len(asked)} statements")
                between = await undone.content()
                again = await visitor.client.post(sheet.address, content=body, headers={"content-type": FORM})
                after = await undone.content()
            if first.is_redirect and after != between and not route.path.endswith(SESSIONS):
                tables = ", ".join(name for name in after if after[name] != between[name])
                wrong.append(f"{sheet.address} {pressed or ''}: the second time it wrote {tables}")
            if first.is_redirect and again.is_redirect and first.headers["location"] != again.headers["location"]:
                wrong.append(f"{sheet.address}: {first.headers['location']}, then {again.headers['location']}")
            if again.status_code >= 500:
                wrong.append(f"{sheet.address} {pressed or ''}: status {again.status_code}")
    assert not wrong, "\n".join(wrong)


def _answered(response: httpx.Response, case: Case, written: dict[str, Any]) -> Iterator[str]:
    status = response.status_code
    if status >= 500:
        yield f"status {status}"
        return
    if status >= 400 and written:
        yield f"status {status}, and written: {', '.join(written)}"
    if case.refused and status < 400:
        yield f"status {status}, and written: {', '.join(written) or 'nothing'}"
    if status < 400:
        return
    page = Page(response.text)
    if next(page.all("html")).get("lang") != LANGUAGE:
        yield "not in the reader's language"
    if not any(node.get("href") for node in page.all("a")):
        yield "no way on"
    if b"<script>alert" in response.content or b"<img src=x" in response.content:
        yield "markup of the sender's is shown as markup"


def _lost(response: httpx.Response, case: Case, sheet: Sheet) -> Iterator[str]:
    """What was typed and does not come back with the refusal: in its field, or to be copied where there is no form any more."""
    if response.status_code < 400 or response.status_code in UNREADABLE or case.lost:
        return
    page, texts = Page(response.text), set(sheet.texts)
    copied = {node.text for node in page.all("p") if node.get("class") == "words"}
    fields: dict[str, set[str]] = {}
    for node in page.all("input", "textarea"):
        fields.setdefault(str(node.get("name")), set()).add(" ".join((node.get("value") or node.text).split()))
    for name, values in case.typed.items():
        if name not in texts:
            continue
        shown = copied | fields.get(name, set())
        if name in SECRETS and values & shown:
            yield f"{name} is shown again"
        if name not in SECRETS and not values & shown:
            yield f"status {response.status_code}, and lost: {name}"


every_page = pytest.mark.parametrize("route", pages(), ids=lambda route: slug_of(route.path))


@cache
def _asked() -> list[str]:
    """The query parameters that any page looks at."""
    source = "\n".join(path.read_text() for path in Path(channels.__path__[0]).rglob("*.py"))
    return sorted(set(re.findall(r"""query_params(?:\.get\(|\.getlist\(|\[)["'](\w+)""", source)))


@every_page
async def test_an_address_that_is_wrong_is_answered(world: World, route: Route) -> None:
    visitor = world.visitor(ALLOWED[policy(route).who][0], language=LANGUAGE)
    async with world.database.reading() as session:
        good = (await addresses(route, session))[0].replace("{lang}", LANGUAGE)
    tried = [f"{good}?{'&'.join(f'{name}={value}' for name in _asked())}" for value in GARBAGE]
    tried += [f"{good}?%00=%ED%A0%80&&=&{'a=1&' * 2000}"]
    for name in re.findall(r"{(\w+)(?::\w+)?}", route.path):
        pattern = re.sub(rf"{{{name}(:\w+)?}}", "\x00", route.path).replace("{lang}", LANGUAGE)
        if name == "lang":
            pattern = good.replace(f"/{LANGUAGE}/", "/\x00/", 1)
        head, _, tail = pattern.partition("\x00")
        tried += [head + value + re.sub(r"{\w+(:\w+)?}", "water-meters", tail) for value in GARBAGE]
    wrong = []
    for address in tried:
        response = await visitor.client.get(address)
        if response.status_code >= 500 or (response.status_code >= 400 and "<h1>" not in response.text):
            wrong.append(f"{response.status_code} {address[:120]}")
    assert not wrong, "\n".join(wrong[:25])
