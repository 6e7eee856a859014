"""A person reads what was written down in their name, says that they did not say it, and a moderator decides: walked through on a small telephone."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser.test_delegate_page import DISTRICT, SLUG
from tests.browser.windows import window
from tests.proxying import enrolled
from tests.served import serve
from tests.telephones import PHONE, code_of
from tests.world import World

pytestmark = pytest.mark.browser
INVENTED = "Of course the buses should pass through my yard."


async def written(world: World) -> str:
    """A delegate writes down what nobody said, and hands a receipt over. Returns it."""
    delegate = world.visitor()
    device = await enrolled(delegate.client, await code_of(world, DISTRICT))
    said = {"place": DISTRICT, "age": "60-over"}
    content = device.entry(SLUG, subject=said, language="en", comment={"body": INVENTED, "stance": "for"})
    (result,) = await device.results(device.sealed(content))
    await delegate.client.aclose()
    return str(result["receipt"])


async def looked_up(page: Page, address: str, receipt: str) -> None:
    await page.goto(f"{address}/en/receipts")
    await page.get_by_label("Number of the receipt").fill(receipt)
    await page.get_by_role("button", name="Look it up").click()
    await page.get_by_role("heading", name="What was written down").wait_for()


async def shown(page: Page, address: str) -> bool:
    await page.goto(f"{address}/en/projects/{SLUG}/comments")
    return await page.get_by_text(INVENTED).count() > 0


async def test_a_person_disputes_what_was_written_down_and_a_moderator_decides(
    windows: Browser, own_world: World
) -> None:
    receipt = await written(own_world)
    async with (
        serve(own_world) as served,
        window(windows, served.address, viewport=PHONE) as theirs,
        window(windows, served.address, "moderator", viewport=PHONE) as desk,
    ):
        person, moderator = await theirs.new_page(), await desk.new_page()
        assert await shown(person, served.address)
        await looked_up(person, served.address, receipt)
        await person.get_by_text(INVENTED).wait_for()
        whose = (await person.get_by_text("By delegate").inner_text()).partition(" · ")[0]
        await person.get_by_role("button", name="This is not what I said").click()
        await person.get_by_text("waits until the city has looked at it").wait_for()
        assert not await shown(person, served.address)

        await moderator.goto(f"{served.address}/staff/entries")
        await moderator.get_by_role("article").filter(has_text=whose).get_by_role("link", name="Look at it").click()
        await moderator.get_by_text(INVENTED).wait_for()
        assert receipt not in await moderator.content()
        await moderator.get_by_role("button", name="It does not count").click()
        await moderator.get_by_role("heading", name="Entries that wait").wait_for()
        assert await moderator.get_by_text(INVENTED).count() == 0

        await looked_up(person, served.address, receipt)
        await person.get_by_text("does not count").wait_for()
        assert await person.get_by_role("button", name="This is not what I said").count() == 0
        assert not await shown(person, served.address)
