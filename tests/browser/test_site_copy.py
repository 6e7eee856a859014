"""A copy of the site is opened from a folder, as from a USB stick, by a browser without scripts and without a network."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from participation.commands.copies.site.crawl import Limits
from tests.browser.test_pages import CUT_OFF, _accessible
from tests.browser.windows import PHONE, SCREEN
from tests.test_site_copy import copied
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def city(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stick") / "city"
    await copied(world, folder, "en", "ar", limits=Limits(1_200, 10**10))
    return folder


async def _goes(page: Page, link: str) -> None:
    """By a tap on a link of the page's own part."""
    await page.locator("main").get_by_role("link", name=link).first.click()


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
async def test_a_resident_reads_the_copy_on_a_stick(city: Path, windows: Browser, size: dict[str, int]) -> None:
    context = await windows.new_context(java_script_enabled=False, viewport=size, offline=True)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    try:
        page = await context.new_page()
        failed: list[str] = []
        page.on("requestfailed", lambda asked: failed.append(asked.url))
        page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else failed.append(asked.url))
        await page.goto((city / "index.html").as_uri())
        await _goes(page, "العربية")
        assert await page.evaluate("document.documentElement.dir") == "rtl"
        await expect(page.get_by_role("complementary").first).to_contain_text("testserver")
        await page.locator("#languages").get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("Tamarani")
        seen = [await page.evaluate(CUT_OFF)]
        await page.goto((city / "en/projects/bus-corridor/documents/index.html").as_uri())
        await _goes(page, "Show the picture")
        picture = page.locator("#picture img")
        assert await picture.evaluate("node => node.complete && node.naturalWidth") == 240
        await page.go_back()
        await page.locator("main .back a").click()
        await expect(page).to_have_url((city / "en/projects/bus-corridor/index.html").as_uri())
        seen.append(await page.evaluate(CUT_OFF))
        assert [one["wide"] for one in seen] == [[], []]
        assert all(one["width"] <= size["width"] for one in seen)
        assert failed == []
    finally:
        await context.close()


async def test_everybody_can_use_the_pages_of_a_copy(city: Path, windows: Browser) -> None:
    page = await windows.new_page(viewport=PHONE)  # type: ignore[arg-type]
    try:
        for name in ("index.html", "404.html", "ar/index.html", "ar/projects/water-meters/ballot/index.html"):
            await page.goto((city / name).as_uri())
            assert (name, await _accessible(page, name)) == (name, [])
            assert (name, (await page.evaluate(CUT_OFF))["wide"]) == (name, [])
    finally:
        await page.close()
