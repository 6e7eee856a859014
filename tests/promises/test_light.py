"""Light pages say what the full ones say, with less: no script, no icon, no map, and nothing more to fetch."""

import pytest
from starlette.routing import Route

from participation.channels.http.routing import Who
from tests.browsing import Browser
from tests.markup import Page, links, slug_of
from tests.promises import promised
from tests.promises.samples import addresses, fullest, pages, policy
from tests.world import World

LIGHT = {"save-data": "on"}
BASE = "http://testserver"
residents_page = pytest.mark.parametrize(
    "route",
    [route for route in pages() if policy(route).who in (Who.ANYBODY, Who.RESIDENT)],
    ids=lambda route: slug_of(route.path),
)


@residents_page
async def test_a_light_page_is_smaller_and_leads_everywhere_that_the_full_one_does(world: World, route: Route) -> None:
    async with world.database.reading() as session:
        address = (await addresses(route, session))[-1].replace("{lang}", "ar")
    somebody = world.visitor(fullest(route), language="ar")
    full = await somebody.client.get(address)
    light = await somebody.client.get(address, headers=LIGHT)
    assert light.status_code == full.status_code
    if full.is_redirect:
        return
    page = Page(light.text)
    assert not list(page.all("script"))
    assert [link.get("href") for link in page.all("link") if link.get("rel") != "alternate"] == ["data:,"]
    drawn = [node for node in page.all("svg") if node.inside("label") is None and node.get("class") != "qr"]
    assert not drawn
    assert promised.size(light) < promised.size(full)
    assert _ways(page, address) == _ways(Page(full.text), address)
    assert len(list(page.all("form"))) == len(list(Page(full.text).all("form")))


def _ways(page: Page, address: str) -> list[str]:
    """But for the link from light to full and back."""
    return [link for link in links(page, BASE + address) if link not in ("/ar/light", "/ar/full")]


async def test_a_link_leads_to_light_pages_and_back_to_where_one_was(world: World) -> None:
    somebody = world.visitor(language="en")
    here = f"{BASE}/en/projects?step=decision"
    assert (await _after(somebody, "/en/light", here)) == here
    assert "<script" not in somebody.page.text
    assert "<script" not in (await somebody.get("/en/calendar")).text
    assert (await _after(somebody, "/en/full", here)) == here
    assert "<script" in somebody.page.text


async def test_who_wants_full_pages_gets_them_whatever_the_browser_says(world: World) -> None:
    somebody = world.visitor(language="en")
    somebody.client.headers.update(LIGHT)
    assert "<script" not in (await somebody.get("/en/")).text
    await _after(somebody, "/en/full", f"{BASE}/en/")
    assert "<script" in somebody.page.text


@pytest.mark.parametrize(
    "referer", ["", "https://evil.example/en/projects", "http://testserver@evil.example/", f"{BASE}//evil.example/"]
)
async def test_who_comes_from_nowhere_of_ours_is_led_to_the_first_page(world: World, referer: str) -> None:
    assert (await _after(world.visitor(), "/en/light", referer)) == f"{BASE}/en/"


async def _after(somebody: Browser, link: str, referer: str) -> str:
    return str((await somebody.get(link, Referer=referer)).url)


async def test_a_ballot_keeps_its_pictograms_for_who_cannot_read(world: World) -> None:
    page = await world.visitor().client.get("/en/projects/water-meters/ballot", headers=LIGHT)
    drawn = list(Page(page.text).all("svg"))
    assert len(drawn) >= 2
    assert all(node.inside("label") is not None for node in drawn)


async def test_light_and_full_pages_are_kept_apart(world: World) -> None:
    cache = world.app.site.cache
    cache.listening = True
    try:
        anybody, saving = world.visitor(), world.visitor()
        saving.client.cookies.set("light", "1")
        full = await anybody.client.get("/en/projects")
        lights = [await saving.client.get("/en/projects"), await anybody.client.get("/en/projects", headers=LIGHT)]
        with promised.statements(world.database) as asked:
            again = [await anybody.client.get("/en/projects"), await saving.client.get("/en/projects")]
        assert not asked
        assert [answer.content for answer in again] == [full.content, lights[0].content]
        assert lights[0].content == lights[1].content != full.content
        assert "Save-Data" in full.headers["vary"]
    finally:
        cache.listening = False
        cache.clear()
