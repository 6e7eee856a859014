"""Windows of a real browser on the world, of any size and anybody's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.served import Served, serve
from tests.world import World, cookie_of

PHONE = {"width": 240, "height": 320}
SCREEN = {"width": 1280, "height": 800}
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


LOOK = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(({id, impact, nodes}) => nodes.map(node => `${id} (${impact}): ${node.html.slice(0, 120)}`));
}"""


async def accessible(page: Page) -> list[str]:
    """What axe finds. It comes into the page with it where `AXE` is among the scripts of its context, else now."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(LOOK)
    return found


@pytest.fixture(scope="session")
async def windows(chromium: str) -> AsyncIterator[Browser]:
    """One Chromium for each worker of a run."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        await browser.close()


async def enhanced(page: Page) -> None:
    """Once htmx is there. Asked again from out here: a condition that waits in the page would be `eval`, which the page forbids."""
    for _turn in range(200):
        if await page.evaluate("!!window.htmx"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("htmx did not come")


@pytest.fixture(scope="session")
async def served_world(world: World) -> AsyncIterator[Served]:
    """The world that tests only read, on a port."""
    async with serve(world) as served:
        yield served


def cookies(address: str, who: str, language: str) -> Any:
    """By which a browser is known as somebody's, or as the screen of a kiosk."""
    known = [("language", language)] + ([] if who == "anybody" else [cookie_of(who)])
    return [{"name": name, "value": value, "url": address} for name, value in known]


@asynccontextmanager
async def window(
    windows: Browser, address: str, who: str = "anybody", *, language: str = "en", scripts: bool = True, **more: Any
) -> AsyncIterator[BrowserContext]:
    """A browser of somebody's, who is signed in already unless it is anybody's; or the screen of a kiosk."""
    context = await windows.new_context(
        java_script_enabled=scripts, viewport=more.pop("viewport", PHONE), locale=language, **more
    )
    await context.add_cookies(cookies(address, who, language))
    context.set_default_timeout(10_000)
    try:
        yield context
    finally:
        await context.close()
