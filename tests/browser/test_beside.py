"""What organisations answer stands beside the city's answer where there is room, and below it where there is none."""

import pytest
from playwright.async_api import Browser

from tests.browser.windows import PHONE, SCREEN, window
from tests.served import Served

pytestmark = pytest.mark.browser
PAGES = ("opinions/homes-livelihoods", "opinions/homes-livelihoods/offered")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("page", PAGES)
async def test_both_answers_are_seen_at_once_on_a_wide_screen(
    windows: Browser,
    served_world: Served,
    language: str,
    page: str,
) -> None:
    address = f"{served_world.address}/{language}/projects/bus-corridor/{page}"
    for viewport, beside in (SCREEN, True), (PHONE, False):
        async with window(windows, served_world.address, language=language, viewport=viewport) as context:
            shown = await context.new_page()
            await shown.goto(address)
            sides = shown.locator(".two").first.locator("> div")
            city, organisation = await sides.nth(0).bounding_box(), await sides.nth(1).bounding_box()
            assert city is not None
            assert organisation is not None
            if beside:
                assert abs(city["y"] - organisation["y"]) < 1
                assert (city["x"] < organisation["x"]) == (language == "en")
            else:
                assert organisation["y"] >= city["y"] + city["height"]
            assert await shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
