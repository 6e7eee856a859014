"""The call-back and what follows from it, walked through in Chromium on a small screen: asked, denied, suspended by the platform."""

from collections import Counter
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page

from participation.domain.places.queries import directory
from participation.domain.proxies.checks.models import CaseState, CheckCase
from participation.domain.proxies.models import Entry, EntryState
from tests.browser.windows import window
from tests.checking import PHONE
from tests.served import Served, serve
from tests.telephones import PHONE as SMALL
from tests.telephones import Visit, another_code, recorded, telephone
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


@dataclass(frozen=True)
class Checked:
    """A delegate of whom some entries are to be called back."""

    id: int
    number: int
    entries: tuple[int, ...]


@pytest.fixture
async def checked(own_world: World) -> Checked:
    async with own_world.database.reading() as session:
        waiting = sa.select(CheckCase.entry_id, CheckCase.delegate_id, CheckCase.number).where(
            CheckCase.state == CaseState.WAITING, CheckCase.year == 2027
        )
        rows = (await session.execute(waiting.order_by(CheckCase.entry_id.desc()).limit(3))).all()
    return Checked(rows[0].delegate_id, rows[0].number, tuple(row.entry_id for row in rows))


async def denied(page: Page, served: Served, whose: Checked) -> None:
    """Three people say that they did not take part; the public page of the delegate says what follows."""
    for entry_id in whose.entries:
        await calls(page, served.address, entry_id)
    served.world.clock.forward(days=1)
    await served.world.work()
    await page.goto(f"{served.address}/en/delegates/{whose.number}")
    await page.get_by_text("Call-backs showed entries that people had not made.").wait_for()


async def states(world: World, whose: Checked) -> Counter[tuple[str, str | None]]:
    """Of what the delegate has brought."""
    theirs = sa.select(Entry.state, Entry.reason).where(Entry.delegate_id == whose.id)
    async with world.database.reading() as session:
        return Counter((state, reason) for state, reason in await session.execute(theirs))


async def test_people_who_deny_it_suspend_a_delegate_without_scripts_too(
    windows: Browser, own_world: World, checked: Checked
) -> None:
    async with serve(own_world) as served, window(windows, served.address, "official", scripts=False) as context:
        page = await context.new_page()
        await denied(page, served, checked)
        await page.goto(f"{served.address}/staff/checks/visits")
        await page.get_by_role("table").wait_for()
    assert (await states(own_world, checked))[EntryState.DISPUTED, None] == len(checked.entries)


async def test_who_is_suspended_is_told_by_their_telephone_and_all_that_they_bring_waits(
    windows: Browser, own_world: World, checked: Checked
) -> None:
    """Nobody of the city decides it, and everybody sees it by the delegate's number."""
    async with own_world.database.reading() as session:
        city = (await directory(session)).cities[0]
    async with (
        serve(own_world) as served,
        telephone(windows, served.address) as phone,
        window(windows, served.address, "official", viewport=SMALL) as context,
    ):
        await phone.enrol(await another_code(own_world, city, checked.id))
        await phone.take_along("fault-app", "en")
        await phone.online(False)
        receipt = await recorded(phone, Visit(body="The app has no Swahili."))
        page = await context.new_page()
        await denied(page, served, checked)
        await page.goto(f"{served.address}/en/delegates/checks")
        row = page.get_by_role("row").filter(has_text=str(checked.number))
        assert "more than one in ten" in await row.inner_text()

        await phone.online(True)
        await phone.page.locator("#state", has_text=phone.say("state_suspended")).wait_for()
        await phone.sent()
        assert receipt in (await phone.page.locator("#state").inner_text()).replace(" ", "")
    found = await states(own_world, checked)
    assert found.pop((EntryState.DISPUTED, None)) == len(checked.entries)
    assert found.pop((EntryState.HELD, "suspended")) == 1
    assert found.keys() <= {(EntryState.HELD, "checks"), (EntryState.ACCEPTED, None)}
    assert found[EntryState.HELD, "checks"] > 0
