"""Every page of every route, as everybody who may see it, in every language, keeps what all pages promise."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from starlette.routing import Route

from participation.channels.http.routing import Who
from participation.kit import i18n
from tests.browsing import Browser
from tests.markup import Page, slug_of
from tests.promises import promised
from tests.promises.samples import ALLOWED, EVERYBODY, addresses, fullest, pages, policy
from tests.world import World

SHOWN = 25
every_page = pytest.mark.parametrize("route", pages(), ids=lambda route: slug_of(route.path))


@dataclass
class Visitors:
    world: World
    known: dict[tuple[str, str], Browser]

    async def get(self, address: str, who: str, language: str) -> httpx.Response:
        key = (who, language)
        if key not in self.known:
            self.known[key] = self.world.visitor(who, language=language)
        visitor = self.known[key]
        # A device is known by its cookie from its first form on; here each page is the first that it asks for.
        visitor.client.cookies.delete("device")
        return await visitor.client.get(address.replace("{lang}", language))


@pytest.fixture(scope="session")
def visitors(world: World) -> Visitors:
    return Visitors(world, {})


async def samples(world: World, route: Route) -> list[str]:
    async with world.database.reading() as session:
        return await addresses(route, session)


@every_page
async def test_a_page_is_whole_small_safe_and_asks_little_of_the_database(
    world: World, visitors: Visitors, route: Route
) -> None:
    wrong = []
    for address in await samples(world, route):
        for place, who in enumerate(ALLOWED[policy(route).who]):
            for language in i18n.LANGUAGES if place == 0 else ("en", "ar"):
                with promised.statements(world.database) as asked:
                    response = await visitors.get(address, who, language)
                if response.is_redirect and not response.headers["location"].startswith("http"):
                    wrong.append(f"{address}: leads to {response.headers['location']}, which is no whole address")
                if response.is_redirect or (place and response.status_code == 403):
                    continue  # for staff, a page's own rules say more than its route
                found = [*_wrong(route, response, who, language)]
                if len(asked) > promised.READING:
                    found.append(f"{len(asked)} statements")
                wrong += [f"{address} as {who} in {language}: {problem}" for problem in found]
    assert not wrong, f"{len(wrong)} problems\n" + "\n".join(wrong[:SHOWN])


def _wrong(route: Route, response: httpx.Response, who: str, language: str) -> Iterator[str]:
    if response.status_code != 200:
        yield f"status {response.status_code}"
        return
    page = Page(response.text)
    yield from promised.whole(response, page, language)
    yield from promised.safe(response)
    yield from promised.kept(response, page, policy(route), who)
    if policy(route).who in (Who.ANYBODY, Who.RESIDENT):
        yield from promised.small(response)


@every_page
async def test_whoever_may_not_see_a_page_is_told_why_and_where_to_go(
    world: World, visitors: Visitors, route: Route
) -> None:
    if policy(route).who is Who.KIOSK:
        pytest.skip("everybody else is led to where a screen is set up: tests/channels/test_kiosk.py")
    address = (await samples(world, route))[0]
    for who in set(EVERYBODY) - set(ALLOWED[policy(route).who]):
        response = await visitors.get(address, who, "ar")
        if policy(route).who in (Who.ANYBODY, Who.RESIDENT) and who != "anybody":
            continue  # staff are somebody too; what such a page offers them is the page's own affair
        allowed = {303} if who == "anybody" else {403}
        assert response.status_code in allowed, (address, who, response.status_code)
        if response.is_redirect and who == "anybody":
            target = response.headers["location"]
            assert "/sign-in?next=" in target
            assert (await visitors.get(target, who, "ar")).status_code == 200
        if response.status_code == 403:
            page = Page(response.text)
            assert not [*promised.whole(response, page, "ar"), *promised.safe(response)]
            assert len(list(page.all("a"))) > 3


@every_page
async def test_head_says_what_get_says_and_does_nothing(world: World, visitors: Visitors, route: Route) -> None:
    address = (await samples(world, route))[0].replace("{lang}", "en")
    who = fullest(route)
    got = await visitors.get(address, who, "en")
    visitor = visitors.known[(who, "en")]
    with promised.statements(world.database) as asked:
        head = await visitor.client.head(address)
    assert head.status_code == got.status_code
    assert not [statement for statement in asked if statement.split()[0].upper() in ("INSERT", "UPDATE", "DELETE")]
