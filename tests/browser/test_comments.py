"""Reacting and commenting in Chromium: in place where htmx is, by pages where no script runs; and what Enter does."""

import asyncio

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from participation.domain.consultations.models import Comment
from tests.browser.windows import SCREEN, window
from tests.served import serve
from tests.world import World

pytestmark = pytest.mark.browser
PAGE = "/en/projects/bus-corridor/comments"


async def _enhanced(page: Page) -> None:
    """htmx is there. Asked from here: a function that waits inside the page is more than its security policy allows."""
    for _attempt in range(200):
        if await page.evaluate("'htmx' in window"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("htmx did not come")


async def test_a_reaction_is_counted_in_place_and_enter_sends_the_comment(windows: Browser, own_world: World) -> None:
    async with (
        serve(own_world) as served,
        window(windows, served.address, "resident", viewport=SCREEN) as context,
    ):
        page = await context.new_page()
        await page.goto(served.address + PAGE)
        await _enhanced(page)
        await page.fill("#body", "Half a thought")
        buttons = page.locator("article.say > p.react").first.locator("button")
        before = int((await buttons.nth(0).inner_text()).split()[-1])
        await buttons.nth(0).click()
        await expect(buttons.nth(0)).to_have_text(f"✓ Agree {before + 1}")
        await buttons.nth(1).click()
        await expect(buttons.nth(0)).to_have_text(f"Agree {before}")
        await expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
        assert await page.input_value("#body") == "Half a thought"
        await page.check("#stance")
        await page.press("#stance", "Enter")
        await page.get_by_text("Your comment is here").wait_for()
    async with own_world.database.reading() as session:
        body = sa.select(Comment.body).order_by(Comment.id.desc()).limit(1)
        assert await session.scalar(body) == "Half a thought"
