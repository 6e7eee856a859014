"""A kiosk's screen in a real browser: left alone it forgets; four keys are enough; without a network it still informs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.windows import SCREEN, window
from tests.served import Served, serve
from tests.world import World

pytestmark = pytest.mark.browser
BALLOT = "/en/projects/water-meters/ballot"


@asynccontextmanager
async def kiosk(windows: Browser, served: Served) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A screen that rests; its clock is the test's."""
    async with window(windows, served.address, "kiosk", viewport=SCREEN) as context:
        await context.clock.install()
        page = await context.new_page()
        await page.goto(f"{served.address}/kiosk/")
        yield context, page


async def sign_in(page: Page, world: World) -> None:
    """As a reader of QR codes does: the digits, then Enter; there is no PIN."""
    await page.get_by_role("link", name="Sign in").click()
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


async def test_four_keys_are_enough_to_vote(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, kiosk(windows, served) as (_context, page):

        async def choose(wanted: str) -> None:
            for _key in range(150):
                if await page.locator(f".read{wanted}").count():
                    await page.keyboard.press("Enter")
                    return
                await page.keyboard.press("ArrowRight")
            raise AssertionError(f"{wanted} was not read")

        await choose("[lang=en]")
        await page.wait_for_url("**/en/")
        await page.goto(served.address + BALLOT)
        await choose("[for=choice]")
        assert await page.locator("#choice").is_checked()
        await choose("#code")
        for digit in own_world.code():
            for _step in range(int(digit) + 1):
                await page.keyboard.press("ArrowRight")
            await page.keyboard.press("Enter")
        assert await page.locator("#code").input_value() == own_world.code()
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("Enter")
        await choose(":has-text('Send my vote')")
        await page.get_by_text("Your vote has arrived").wait_for()
        assert await page.locator(":checked").count() == 0


async def test_a_kiosk_without_a_network_informs_and_forgets_all_the_same(windows: Browser, own_world: World) -> None:
    async with AsyncExitStack() as outage:
        served = await outage.enter_async_context(serve(own_world))
        async with kiosk(windows, served) as (_context, page):
            for _turn in range(300):
                if await page.evaluate("caches.match('/kiosk/filled').then(found => Boolean(found))"):
                    break
                await asyncio.sleep(0.1)
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
            await page.goto(f"{served.address}/ar/record")
            assert await page.get_by_text("إعادة الإرسال").count() == 0
            await page.goto(f"{served.address}/en/projects")
            await page.get_by_role("link", name="I am done").click()
            await page.get_by_role("link", name="Kiswahili").wait_for()
            async with serve(own_world, served.port):
                await page.goto(f"{served.address}/en/me")
                assert "/sign-in" in page.url
