"""What a delegate's device sends arrives once, whatever breaks on the way, and stays on it until the city has signed for it."""

import asyncio
import uuid

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Route

from participation.domain.proxies.devices.models import Device
from tests.browser.test_delegate_page import DISTRICT, SLUG, entries_of
from tests.cutting import Cut, line
from tests.served import serve
from tests.telephones import LABEL, Telephone, Visit, code_of, opened, recorded, telephone
from tests.world import World

pytestmark = [pytest.mark.browser]
WITHOUT_LOCKS = """for (const name of ['locks', 'BroadcastChannel']) {
  Object.defineProperty(name === 'locks' ? navigator : window, name, {value: undefined});
}"""
"""A browser from before either was there."""
RETOLD = """async () => {
  let changes = 0;
  new MutationObserver(() => { changes += 1; }).observe(document.getElementById('state'), {childList: true, subtree: true});
  new BroadcastChannel('delegate').postMessage('sent');
  await new Promise((done) => setTimeout(done, 800));
  return changes;
}"""
"""How often a screen reader is told anew when another window says that something may have changed, and nothing has."""


async def with_entries(phone: Telephone, world: World, count: int) -> list[str]:
    """Enrolled, and so many entries recorded with no network. Returns their receipts."""
    await phone.enrol(await code_of(world, DISTRICT))
    await phone.take_along(SLUG, "en")
    await phone.online(False)
    return [await recorded(phone, Visit(body=f"The bus is late, {number}.")) for number in range(count)]


async def answered(phone: Telephone, key: str) -> None:
    """Until the first screen says how sending went."""
    await phone.page.locator("#state", has_text=phone.say(key)).wait_for(timeout=30_000)


@pytest.mark.parametrize("cut", list(Cut))
async def test_a_line_that_breaks_loses_nothing_and_counts_nothing_twice(
    windows: Browser, own_world: World, cut: Cut
) -> None:
    async with serve(own_world) as served, line(served) as wire, telephone(windows, wire.address) as phone:
        receipts = await with_entries(phone, own_world, 2)
        wire.cut = cut
        await phone.online(True)
        there = 0 if cut is Cut.BEFORE else 2

        async def broke() -> bool:
            return wire.batches > 0 and len(await entries_of(own_world)) == there

        # Looked at while the line is still broken: the page tries again by itself.
        assert await own_world.soon(broke, 30)
        await answered(phone, "not_sent")
        assert (await phone.page.locator("#waiting").inner_text()).startswith("2 ")
        wire.cut = None
        await phone.press("send")
        await phone.sent()
        assert sorted(entry.receipt for entry in await entries_of(own_world)) == sorted(receipts)


async def test_it_tries_again_by_itself(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, line(served) as wire, telephone(windows, wire.address) as phone:
        await with_entries(phone, own_world, 1)
        wire.cut = Cut.BEFORE
        await phone.online(True)
        await answered(phone, "not_sent")
        await asyncio.sleep(2)
        assert wire.batches < 8, "a city that does not answer is asked again after a while, not again and again"
        broken, wire.cut = wire.batches, None
        await phone.sent()
        assert wire.batches == broken + 1
        assert len(await entries_of(own_world)) == 1


async def test_nothing_is_given_up_for_an_answer_that_the_city_did_not_sign(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await with_entries(phone, own_world, 1)

        async def forged(route: Route) -> None:
            sent = route.request.post_data_json
            results = [
                {
                    "id": one["id"],
                    "status": "accepted",
                    "code": "",
                    "message": "",
                    "next": "",
                    "receipt": "1" * 12,
                    "signature": "A" * 86 + "==",
                }
                for one in sent["entries"]
            ]
            await route.fulfill(json={"results": results})

        await phone.context.route("**/delegate/entries", forged)
        await phone.online(True)
        await answered(phone, "not_sent")
        assert (await phone.page.locator("#waiting").inner_text()).startswith("1 ")
        assert await entries_of(own_world) == []


@pytest.mark.parametrize("old", [False, True], ids=["with locks of the browser", "without"])
async def test_two_windows_send_each_entry_once(windows: Browser, own_world: World, old: bool) -> None:
    async with serve(own_world) as served, line(served) as wire, telephone(windows, wire.address) as phone:
        if old:
            await phone.context.add_init_script(WITHOUT_LOCKS)
        await with_entries(phone, own_world, 3)
        other = await opened(phone.context, wire.address)
        await other.open()
        await other.unlock()
        await other.home()
        await phone.online(True)
        await asyncio.gather(phone.sent(), other.press("send"))
        await other.sent()
        assert len(await entries_of(own_world)) == 3
        assert wire.batches == 1


async def test_a_locked_page_still_sends_what_is_sealed(windows: Browser, own_world: World) -> None:
    """The passphrase is gone from it by then; what it holds is for the city alone."""
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await with_entries(phone, own_world, 2)
        await phone.press("lock")
        await phone.at("pass_ask")
        await phone.online(True)

        async def arrived() -> bool:
            return len(await entries_of(own_world)) == 2

        assert await own_world.soon(arrived, 20)
        await phone.unlock()
        await phone.home()
        await phone.sent()


async def test_what_the_city_does_not_take_is_listed_with_its_reason_until_it_is_let_go(
    windows: Browser, own_world: World
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        (receipt,) = await with_entries(phone, own_world, 1)
        own_world.clock.forward(days=40)  # the consultation has closed, and the grace is over
        await phone.online(True)
        refused = phone.page.locator("#refused")
        await refused.wait_for()
        text = await refused.inner_text()
        assert receipt in text.replace(" ", "")
        assert "72" in text
        assert await entries_of(own_world) == []
        await phone.press("let_go")
        await refused.wait_for(state="hidden")


async def test_a_device_that_was_reported_lost_says_so_and_what_it_brings_is_held(
    windows: Browser, own_world: World
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        (receipt,) = await with_entries(phone, own_world, 1)
        async with own_world.database.transaction() as session:
            await session.execute(sa.update(Device).where(Device.label == LABEL).values(revoked_at=own_world.clock()))
        await phone.online(True)
        await phone.sent()
        (entry,) = await entries_of(own_world)
        assert (entry.state, entry.reason) == ("held", "revoked")
        await answered(phone, "state_revoked")
        text = await phone.page.locator("#state").inner_text()
        assert receipt in text.replace(" ", "")
        assert await phone.page.evaluate(RETOLD) == 0


async def test_a_device_that_the_city_does_not_know_keeps_everything(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await with_entries(phone, own_world, 1)
        async with own_world.database.transaction() as session:
            await session.execute(
                sa.update(Device).where(Device.label == LABEL).values(token_digest=uuid.uuid4().bytes)
            )
        await phone.online(True)
        await answered(phone, "state_unknown")
        assert (await phone.page.locator("#waiting").inner_text()).startswith("1 ")
        assert await phone.page.locator("#file").is_visible()


@pytest.mark.parametrize("clock", ["2026-11-26T10:00:00Z", "2027-03-01T10:00:00Z", "1980-01-06T00:00:00Z"])
async def test_a_clock_that_is_wrong_by_hours_or_years_is_put_right_by_the_citys(
    windows: Browser, own_world: World, clock: str
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.page.clock.install(time=clock)
        await with_entries(phone, own_world, 1)
        assert phone.say("late") not in await phone.page.locator("#state").inner_text()
        await phone.online(True)
        await phone.sent()
        (entry,) = await entries_of(own_world)
        assert entry.state == "accepted"
        assert abs((entry.finished_at - own_world.clock()).total_seconds()) < 120


async def test_one_entry_that_nobody_can_read_does_not_hold_up_the_others(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await with_entries(phone, own_world, 3)
        spoiled: list[str] = []

        async def spoil(route: Route) -> None:
            sent = route.request.post_data_json
            spoiled.append(spoiled[0] if spoiled else sent["entries"][0]["id"])
            for one in sent["entries"]:
                one["id"] = "nobody knows" if one["id"] == spoiled[0] else one["id"]
            await route.continue_(post_data=sent)

        await phone.context.route("**/delegate/entries", spoil)
        await phone.online(True)
        await phone.page.locator("#refused li").wait_for()
        await phone.sent()
        assert len(await entries_of(own_world)) == 2
        assert str(spoiled[0]) in {row["id"] for row in await phone.rows()}


async def test_receipts_come_from_the_devices_stock_and_each_is_given_once(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        receipts = await with_entries(phone, own_world, 3)
        assert len(set(receipts)) == 3
        await phone.online(True)
        await phone.sent()
        assert {entry.receipt for entry in await entries_of(own_world)} == set(receipts)
        await phone.page.locator("#left", has_text="50").wait_for()


async def test_the_browser_wakes_the_page_in_the_background(windows: Browser, own_world: World) -> None:
    """Background Sync: the worker cannot send by itself, and tells the page."""
    async with serve(own_world) as served, line(served) as wire, telephone(windows, wire.address) as phone:
        await phone.page.clock.install()
        await with_entries(phone, own_world, 1)
        wire.cut = Cut.BEFORE
        await phone.online(True)
        await answered(phone, "not_sent")
        wire.cut = None
        await phone.page.clock.pause_at("2027-01-01")  # so that no timer of the page's own is what sends
        session = await phone.context.new_cdp_session(phone.page)
        registered: list[str] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: registered.extend(one["registrationId"] for one in told["registrations"]),
        )
        await session.send("ServiceWorker.enable")
        await asyncio.sleep(0.5)
        woken = {"origin": wire.address, "registrationId": registered[0], "tag": "send", "lastChance": False}
        await session.send("ServiceWorker.dispatchSyncEvent", woken)

        async def arrived() -> bool:
            return len(await entries_of(own_world)) == 1

        assert await own_world.soon(arrived, 10)
