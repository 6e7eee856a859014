"""A kiosk's screen in a real browser: left alone it forgets; four keys are enough; without a network it still informs."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from unittest.mock import AsyncMock

import pytest
from playwright.async_api import Browser, BrowserContext, Page
from starlette.responses import Response

from participation.channels.http.templates import ROOT
from participation.channels.kiosk import keeping
from tests.browser.windows import SCREEN, accessible, window
from tests.served import Served, serve
from tests.world import World

pytestmark = pytest.mark.browser
PROJECT = "/en/projects/water-meters"
BALLOT = f"{PROJECT}/ballot"
SOUND = """async () => {
  const kept = await (await caches.open('kiosk')).keys();
  return (await fetch(kept.find(({url}) => url.includes('/sounds/')).url)).ok;
}"""


@asynccontextmanager
async def kiosk(windows: Browser, served: Served) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A screen that rests; its clock is the test's."""
    async with window(windows, served.address, "kiosk", viewport=SCREEN) as context:
        await context.clock.install()
        page = await context.new_page()
        await page.goto(f"{served.address}/kiosk/")
        yield context, page


async def found(page: Page, kept: str) -> None:
    """Once the worker keeps it."""
    for _turn in range(300):
        if await page.evaluate("path => caches.match(path).then(found => Boolean(found))", kept):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{kept} is not kept")


async def sign_in(page: Page, world: World) -> None:
    """As a reader of QR codes does: the digits, then Enter; there is no PIN."""
    await page.get_by_role("link", name="Sign in").click()
    await page.locator("#code:focus").wait_for()
    await page.keyboard.type(world.code())
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "pin"
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="My page").wait_for()


async def test_who_walks_away_is_warned_and_then_forgotten(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, kiosk(windows, served) as (context, page):
        await page.keyboard.type(own_world.code())
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="My page").wait_for()
        await page.get_by_role("button", name="Dark screen").click()
        await page.goto(f"{served.address}/en/me")
        await page.clock.fast_forward(61_000)
        warning = page.get_by_role("alertdialog")
        await warning.wait_for()
        await page.keyboard.press("ArrowDown")
        await warning.wait_for(state="hidden")
        await page.clock.fast_forward(61_000)
        await warning.get_by_role("button", name="I am still here").click()
        assert page.url.endswith("/en/me")
        await page.clock.fast_forward(61_000)
        await warning.wait_for()
        await page.clock.fast_forward(20_000)
        await page.wait_for_url("**/kiosk/")
        assert {cookie["name"] for cookie in await context.cookies()} == {"kiosk", "presence"}
        assert await page.evaluate("sessionStorage.length + localStorage.length") == 0
        await page.go_back()
        await page.wait_for_url("**/kiosk/")
        await page.goto(f"{served.address}/en/me")
        assert "/sign-in" in page.url


async def test_a_slip_that_has_a_pin_is_read_anywhere_and_asks_for_it(windows: Browser, own_world: World) -> None:
    owner = own_world.visitor()
    await owner.get("/en/sign-in")
    await owner.send({"code": own_world.code()})
    await owner.get("/en/me/pin")
    await owner.send({"new_pin": "204060", "new_pin_again": "204060"})
    async with serve(own_world) as served, kiosk(windows, served) as (_context, page):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for begun, sound in (("/kiosk/", False), (PROJECT, False), (PROJECT, True)):
            await page.goto(served.address + begun)
            if sound:
                await page.get_by_role("button", name="Sound").click()
            await page.keyboard.type(own_world.code())
            await page.keyboard.press("Enter")
            await page.get_by_role("alert").wait_for()
            assert page.url.endswith("/sign-in")
            await page.clock.run_for(500)
            assert await page.evaluate("document.activeElement.id") == "pin"
            assert own_world.code() not in await page.content()
            assert await page.locator("#code").get_attribute("placeholder") == "•" * 16
            await page.keyboard.type("204060")
            await page.keyboard.press("Enter")
            await page.locator("header a[href$='/me']").wait_for()
            await page.get_by_role("link", name=re.compile("I am done|Nimemaliza")).first.click()
            await page.wait_for_url("**/kiosk/")
        assert not [address for address in asked if own_world.code() in address]


async def test_four_keys_are_enough_to_vote(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, kiosk(windows, served) as (_context, page):

        async def choose(wanted: str) -> None:
            for _key in range(150):
                if await page.locator(f".read{wanted}").count():
                    await page.keyboard.press("Enter")
                    return
                await page.keyboard.press("ArrowRight")
            raise AssertionError(f"{wanted} was not read")

        async def digits(wanted: str) -> None:
            for digit in wanted:
                for _step in range(int(digit) + 1):
                    await page.keyboard.press("ArrowRight")
                await page.keyboard.press("Enter")
            await page.keyboard.press("ArrowLeft")
            await page.keyboard.press("Enter")

        await choose("[lang=en]")
        await page.wait_for_url("**/en/")
        await page.goto(served.address + BALLOT)
        await choose("[for=choice]")
        assert await page.locator("#choice").is_checked()
        await choose("#code")
        await digits("204")
        assert await page.locator("#code").input_value() == "204"
        await choose("#code")
        await digits(own_world.code())
        assert await page.locator("#code").input_value() == own_world.code(), "it was typed anew"
        await choose(":has-text('Send my vote')")
        await page.get_by_text("Your vote has arrived").wait_for()
        assert await page.locator(":checked").count() == 0


class Weather:
    """What lies between a kiosk and the city: clear, slow, hanging, or somebody else who answers that nobody is there."""

    def __init__(self, app: Any) -> None:
        self.app, self.now = app, "clear"

    def __getattr__(self, name: str) -> Any:
        return getattr(self.app, name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.now == "broken":
            await Response("Bad gateway", 502)(scope, receive, send)
            return
        if self.now == "slow":
            await asyncio.sleep(2)
        if self.now == "hangs":
            await asyncio.sleep(60)
        await self.app(scope, receive, send)


async def test_on_a_bad_line_nothing_is_lost_and_whoever_leaves_is_forgotten(
    windows: Browser, own_world: World
) -> None:
    own_world.app = weather = Weather(own_world.app)
    async with serve(own_world) as served, kiosk(windows, served) as (_context, page):
        await found(page, "/ar/")
        await page.get_by_role("link", name="English").click()
        await sign_in(page, own_world)
        outage, send = page.locator("#outage"), page.get_by_role("button", name="Send my vote")
        for now, patience in (("broken", 0), ("hangs", 10_000)):
            await page.goto(served.address + BALLOT)
            await page.get_by_label("For").check()
            assert await outage.is_hidden()
            weather.now = now
            await send.click()
            await page.clock.fast_forward(patience)
            await outage.wait_for()
            assert await page.get_by_label("For").is_checked()
            weather.now = "clear"
        weather.now = "broken"
        await page.goto(f"{served.address}/ar/")
        await outage.wait_for()
        await page.locator("[data-done]").first.click()
        await page.get_by_role("link", name="Kiswahili").wait_for()
        weather.now = "clear"
        await page.goto(f"{served.address}/en/me")
        assert "/sign-in" in page.url
        weather.now = "slow"
        await page.clock.fast_forward(61_000)
        await page.get_by_role("alertdialog").wait_for()
        await page.clock.fast_forward(20_000)
        assert await page.locator("main").count() == 0, "nothing can be read while it goes"
        await page.wait_for_url("**/kiosk/")
        weather.now = "clear"
        await page.goto(f"{served.address}/en/projects")
        # It slept, and its timers with it.
        await page.clock.set_system_time(await page.evaluate("Date.now() + 100000"))
        await page.keyboard.press("ArrowDown")
        await page.wait_for_url("**/kiosk/")
        await page.goto(f"{served.address}/en/projects")
        weather.site.kiosks.clear()
        await page.clock.fast_forward(31_000)
        await page.keyboard.press("ArrowDown")
        await page.get_by_text("This screen is out of use.").wait_for()


FILL = """async ([source, signed_in]) => {
  const kept = new Map();
  const cache = {
    match: async path => kept.get(path), put: async (path, answer) => kept.set(path, answer), delete: async () => true, keys: async () => [],
  };
  const answer = async path => path === '/kiosk/pages.json' ? new Response('{"pages": ["/en/", "/en/projects"]}')
    : new Response('', {headers: signed_in && path === '/en/projects' ? {} : {'Kiosk-Keep': '1'}});
  const self = {addEventListener: () => null};
  const fill = new Function('self', 'caches', 'fetch', source + '; return fill;')(self, {open: async () => cache}, answer);
  await fill();
  return [...kept.keys()];
}"""


async def test_what_is_kept_counts_as_whole_only_where_nobody_signed_in_meanwhile(windows: Browser) -> None:
    page = await windows.new_page()
    source = (ROOT / "static" / "kiosk" / "worker.js").read_text()
    assert await page.evaluate(FILL, [source, False]) == ["/en/", "/en/projects", "/kiosk/filled"]
    assert await page.evaluate(FILL, [source, True]) == ["/en/"]
    await page.close()


async def test_a_kiosk_speaks_languages_that_nobody_reads_and_no_voice_keeps_it_awake(
    windows: Browser, served_world: Served
) -> None:
    async with kiosk(windows, served_world) as (_context, page):
        heard = await page.evaluate(
            "fetch('/kiosk/pages.json').then(answer => answer.json()).then(said => said.prompts)"
        )
        [(tongue, prompts)] = heard.items()
        await asyncio.sleep(0.2)
        await page.locator(f"a.button[data-tongue={tongue}]").click()
        await page.wait_for_url("**/en/")
        for _key in range(20):
            if prompts["Projects"] in [one.path for one in served_world.requests]:
                break
            await page.keyboard.press("ArrowLeft")
            await asyncio.sleep(0.05)
        else:
            raise AssertionError("its recording was not played")
        await page.goto(served_world.address + "/en/sign-in")
        await page.keyboard.type("1234567890123456")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "pin", "also where sound is on"
        await page.evaluate("Object.defineProperty(speechSynthesis, 'speaking', {get: () => true})")
        await page.clock.run_for(290_000)
        assert "/sign-in" in page.url
        await page.clock.run_for(95_000)
        await page.wait_for_url("**/kiosk/")
        assert await page.evaluate("sessionStorage.length") == 0


async def test_residents_pages_are_accessible_in_the_frame_of_a_kiosk_light_and_dark(
    windows: Browser, served_world: Served
) -> None:
    wrong: list[str] = []
    async with kiosk(windows, served_world) as (_context, page):
        for address in (BALLOT, f"{PROJECT}/comments", "/en/sign-in", PROJECT, f"{PROJECT}/listen"):
            await page.goto(served_world.address + address)
            for _light in range(2):
                wrong += [f"{address}: {problem}" for problem in await accessible(page)]
                await page.get_by_role("button", name="Dark screen").click()
    assert wrong == [], "\n".join(wrong)


async def test_a_kiosk_without_a_network_informs_and_forgets_all_the_same(
    windows: Browser, own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PAGES", ("/{}/", "/{}/projects", "/kiosk/{}/outage"))
    monkeypatch.setattr(keeping, "DEEPER", ("/ballot",))
    monkeypatch.setattr(keeping, "MOST", 100_000)
    monkeypatch.setattr(keeping, "reviews", AsyncMock(return_value=[]))
    async with AsyncExitStack() as outage:
        served = await outage.enter_async_context(serve(own_world))
        async with kiosk(windows, served) as (_context, page):
            await found(page, "/kiosk/filled")
            await page.get_by_role("link", name="English").click()
            await sign_in(page, own_world)
            await page.goto(served.address + BALLOT)
            await outage.aclose()
            await page.get_by_label("For").check()
            await page.get_by_role("button", name="Send my vote").click()
            await page.get_by_text("There is no network at the moment.").wait_for()
            assert await page.get_by_label("For").is_checked()
            await page.goto(f"{served.address}/sw/projects/bus-corridor")
            await page.locator("h1").wait_for()
            assert await page.locator("html").get_attribute("lang") == "sw"
            assert await page.get_by_role("link", name="Ukurasa wangu").count() == 0
            await page.locator("#since").wait_for()
            assert re.search(r"20\d\d", await page.locator("#since time").inner_text())
            assert await page.evaluate(SOUND), "a recording that is kept is heard"
            await page.goto(served.address + BALLOT)
            assert await page.locator("form").count() == 0
            await page.get_by_role("heading", level=1).wait_for()
            await page.goto(f"{served.address}/ar/record")
            assert await page.get_by_text("إعادة الإرسال").count() == 0
            await page.goto(f"{served.address}/en/projects")
            await page.get_by_role("link", name="I am done").click()
            await page.get_by_role("link", name="Kiswahili").wait_for()
            async with serve(own_world, served.port):
                await page.goto(f"{served.address}/en/me")
                assert "/sign-in" in page.url
