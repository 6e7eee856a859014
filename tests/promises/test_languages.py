"""Promise 9: the reader's language, chosen as they said, on every page, and kept when a half-filled form is in the way."""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.routing import Route

from participation.demo.cast import STAFF
from participation.domain.places.models import City, Place
from participation.domain.projects.models import Project
from participation.kit import i18n
from participation.kit.database import Base
from tests.browsing import browser
from tests.cast import found
from tests.filling import Sheet, is_text, sheets
from tests.markup import Page, slug_of, stated
from tests.promises.samples import ALLOWED, addresses, fullest, pages, policy, takes_forms
from tests.promises.test_catalogues import update
from tests.world import World

LATIN = re.compile(r"[A-Za-z]{3,}")
LOGINS = [member.login for member in STAFF]
HAN = re.compile(r"[\u4e00-\u9fff]")
EXEMPT = ("code", "pre", "title")
"""What programs read; and a title cannot say that a part of it is in another language."""
SAID = re.compile(r"⟦[^⟦⟧]*⟧")
AS_IT_IS = re.compile(
    r"\b(SMS|USSD|PIN|JSON|CSV|QR|TOTP|htmx|UTC|EAT|GMT|Tamarani|TMS|Ed25519|RFC|SHA|make|participation|record|verify"
    r"|copy|http|https|testserver|PDF|ODT|DOCX|PNG|JPEG|GeoJSON|Opus|www|com|org|key|checkpoint|note|Wi-Fi|iCalendar|Atom|OC4IDS|DCAT|OpenAPI)\b"
)


class Marked(NullTranslations):
    """A language in which every message is its English between brackets, so that what was never asked for stands out."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add(msgid1)
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> Marked:
    catalogue = Marked()
    monkeypatch.setattr(i18n, "catalogue_of", lambda language: catalogue)
    return catalogue


@pytest.fixture(scope="session")
async def names(world: World) -> list[str]:
    """What is called the same in every language."""
    async with world.database.reading() as session:
        found = (await session.scalars(sa.select(Place.names))).all()
    return sorted(
        {*i18n.AUTONYMS.values(), *LOGINS, *(name for texts in found for name in texts.values())}, key=len, reverse=True
    )


@pytest.fixture(scope="session")
def gathered() -> set[str]:
    """What translators are given."""
    return {message.id if isinstance(message.id, str) else message.id[0] for message in update.template()}


every_page = pytest.mark.parametrize("route", pages(), ids=lambda route: slug_of(route.path))


@every_page
async def test_nothing_on_a_page_is_said_in_english_to_who_reads_something_else(
    world: World, route: Route, marked: Marked, names: list[str], gathered: set[str]
) -> None:
    """In Chinese, what has Latin letters was never given to the catalogue, or is content that does not say its language."""
    async with world.database.reading() as session:
        visited = await addresses(route, session)
    visitor = world.visitor(fullest(route), language="zh")
    wrong = []
    for address in visited:
        response = await visitor.client.get(address.replace("{lang}", "zh"))
        if response.status_code == 200:
            wrong += [f"{address}: {said}" for said in _english(Page(response.text), names)]
    assert not wrong, "\n".join(dict.fromkeys(wrong[:60]))
    assert not marked.asked - gathered, "`make messages` does not find these"


def _english(page: Page, names: list[str]) -> Iterator[str]:
    for node, text in stated(page):
        if node.lang != "zh-Hans" or node.tag in EXEMPT or node.inside(*EXEMPT):
            continue
        left = text
        while SAID.search(left):
            left = SAID.sub("", left)
        for name in names:
            left = left.replace(name, "")
        if HAN.search(left):
            continue  # content in the reader's language, whatever foreign names stand in it
        if LATIN.search(AS_IT_IS.sub("", left)):
            yield f"{node}: {' '.join(text.split())[:100]}"


@pytest.mark.parametrize(
    "route", [route for route in pages() if takes_forms(route)], ids=lambda route: slug_of(route.path)
)
async def test_changing_the_language_keeps_what_was_typed(world: World, route: Route) -> None:
    async with world.database.reading() as session:
        visited = await addresses(route, session)
    checked = 0
    for who in ALLOWED[policy(route).who][:2]:
        visitor = world.visitor(who)
        for address in visited:
            address = address.replace("{lang}", "en")
            response = await visitor.client.get(address)
            shown = sheets(Page(response.text), address) if response.status_code == 200 else []
            for sheet in (sheet for sheet in shown if sheet.texts):
                checked += 1
                await _kept(world, visitor, sheet)
            if shown:
                break
    if not checked:
        pytest.skip("its forms have nothing to be typed")


async def _kept(world: World, visitor: Any, sheet: Sheet) -> None:
    assert "ar" in sheet.languages, f"{sheet.address}: the languages are not buttons of this form"
    rows = await _rows(world)
    words = {name: f"Words for {number}" for number, name in enumerate(sheet.texts)}
    typed = [(name, words.get(name, value)) for name, value in sheet.filled()]
    page = await visitor.post(sheet.address, [*typed, ("relanguage", "ar")])
    assert page.status_code == 200, (sheet.address, page.status_code)
    shown = Page(page.text)
    assert next(shown.all("html")).get("lang") == "ar"
    secret = {node.get("name") for node in sheet.controls if node.get("type") == "password"} | {"code", "totp", "pin"}
    values = {
        node.get("name"): node.get("value") or node.text for node in shown.all("input", "textarea") if is_text(node)
    }
    lost = [name for name in words if name not in secret and values.get(name) != words[name]]
    assert not lost, f"{sheet.address} loses {lost}"
    assert await _rows(world) == rows
    assert visitor.client.cookies.get("language") == "ar"
    visitor.client.cookies.delete("language")


async def _rows(world: World) -> list[Any]:
    parts = [f"select '{name}', count(*) from {name}" for name in Base.metadata.tables]
    async with world.database.reading() as session:
        return sorted(tuple(row) for row in await session.execute(sa.text(" union all ".join(parts))))


async def test_the_address_decides_then_the_cookie_then_what_the_browser_asks_for(world: World) -> None:
    visitor = world.visitor()

    async def shown(path: str, **headers: str) -> str:
        response = await visitor.client.get(path, headers=headers, follow_redirects=True)
        return next(Page(response.text).all("html")).get("lang")

    asks = {"accept-language": "xx, ru;q=0.8, fr;q=0.9"}
    assert await shown("/", **asks) == "fr"
    assert await shown("/", **{"accept-language": "xx"}) == "en"
    assert await shown("/sw/", **asks) == "sw"
    assert await shown("/nowhere", **asks) == "fr"
    visitor.client.cookies.set("language", "hi")
    assert await shown("/", **asks) == "hi"
    assert await shown("/staff/sign-in", **asks) == "hi"
    assert await shown("/ar/projects", **asks) == "ar"
    assert await shown("/xx/projects", **asks) == "hi"


async def test_with_two_cities_each_has_its_own_host_and_nobody_sees_the_others_rows(own_world: World) -> None:
    async with own_world.database.transaction() as session:
        await session.execute(sa.update(City).values(host="tamarani.example"))
        other = await found(session, "elsewhere", "elsewhere.example")
        ours = (await session.scalars(sa.select(Project).where(Project.slug == "water-meters"))).one()
        session.add(Project(city_id=other.id, number=1, slug=ours.slug, state=ours.state, created_at=ours.created_at))
    await own_world.app.site.load()
    visitors = {name: browser(own_world.app, f"http://{name}.example") for name in ("tamarani", "elsewhere", "unknown")}
    answers = {name: await visitor.get("/en/projects/water-meters") for name, visitor in visitors.items()}
    lists = {name: await visitor.get("/en/projects") for name, visitor in visitors.items()}
    assert answers["tamarani"].status_code == 200
    assert [answers["unknown"].status_code, lists["unknown"].status_code] == [404, 404]
    assert "market-cameras" in lists["tamarani"].text
    assert "market-cameras" not in lists["elsewhere"].text
    for path in (
        "/en/projects/market-cameras",
        "/en/projects/bus-corridor/comments",
        "/en/record/1",
        "/record/entry/1.json",
    ):
        assert (await visitors["tamarani"].get(path)).status_code == 200, path
        assert (await visitors["elsewhere"].get(path)).status_code == 404, path
    comments = await visitors["elsewhere"].get("/en/projects/water-meters/comments")
    assert 'id="c' not in comments.text
