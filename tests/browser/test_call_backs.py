"""The call-back and what follows from it, walked through in Chromium on a small screen: asked, denied, suspended by the platform."""

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page

from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.models import Entry, EntryState
from tests.browser.windows import window
from tests.checking import PHONE
from tests.served import serve
from tests.world import World

pytestmark = pytest.mark.browser


async def calls(page: Page, address: str, entry_id: int) -> None:
    """Omar shows the number, calls, and keeps that the person did not take part."""
    await page.goto(f"{address}/staff/checks")
    await page.locator(f'a[href="/staff/checks/{entry_id}"]').click()
    assert PHONE not in await page.content()
    await page.get_by_role("button", name="Show the number").click()
    await page.get_by_text(PHONE).wait_for()
    await page.get_by_label("I did not take part").check()
    await page.get_by_label("By telephone").check()
    await page.get_by_role("button", name="Keep the answer").last.click()
    await page.get_by_text("This person was asked already.").wait_for()
    assert PHONE not in await page.content()


@pytest.mark.parametrize("scripts", [True, False])
async def test_people_who_deny_it_suspend_a_delegate_and_nobody_of_the_city_does(
    windows: Browser, own_world: World, scripts: bool
) -> None:
    async with own_world.database.reading() as session:
        waiting = sa.select(CheckCase.entry_id, CheckCase.delegate_id, CheckCase.number).where(
            CheckCase.state == CaseState.WAITING, CheckCase.year == 2027
        )
        whose = (await session.execute(waiting.order_by(CheckCase.entry_id.desc()).limit(3))).all()
    async with (
        serve(own_world) as served,
        window(windows, served.address, "official", scripts=scripts) as context,
    ):
        page = await context.new_page()
        for row in whose:
            await calls(page, served.address, row.entry_id)
        await own_world.work()
        await page.goto(f"{served.address}/en/delegates/{whose[0].number}")
        await page.get_by_text("Call-backs showed entries that people had not made.").wait_for()
        await page.goto(f"{served.address}/staff/checks/visits")
        await page.get_by_role("table").wait_for()
    async with own_world.database.reading() as session:
        state = sa.select(Delegate.state).where(Delegate.id == whose[0].delegate_id)
        assert await session.scalar(state) == "suspended"
        counts = sa.select(sa.func.count()).where(
            Entry.delegate_id == whose[0].delegate_id, Entry.state == EntryState.DISPUTED
        )
        assert await session.scalar(counts) == len(whose)
