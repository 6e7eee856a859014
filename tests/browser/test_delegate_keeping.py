"""What lies on a delegate's device: nothing that can be read without the passphrase, nothing finished that can be read with it."""

import asyncio
import base64
import json
import os
import signal
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from participation.domain.places.queries import directory
from participation.domain.proxies.keys import entry_keys
from participation.kit import envelopes
from tests.browser.test_delegate_page import DISTRICT, SLUG, entries_of
from tests.browser.windows import FLAGS
from tests.served import serve
from tests.telephones import PHONE, SECOND, Telephone, Visit, agreed, code_of, opened, recorded, telephone
from tests.world import World

pytestmark = [pytest.mark.browser]
SECRETIVE = "My neighbour sold the bus stop."


async def ready(phone: Telephone, world: World, *, second: str = "") -> None:
    await phone.enrol(await code_of(world, DISTRICT), second=second)
    await phone.take_along(SLUG, "en")
    await phone.online(False)


async def until_typed(phone: Telephone, words: str) -> None:
    """An entry that somebody is in the middle of."""
    await agreed(phone, Visit())
    await phone.at("by")
    await phone.pick("described")
    await phone.at("place")
    await phone.page.locator(".picks button").first.click()
    await phone.at("age")
    await phone.pick("18-29")
    await phone.at("stance")
    await phone.pick("against")
    await phone.at("body")
    await phone.type("body", words)
    await phone.page.wait_for_timeout(900)


async def test_nothing_on_the_device_can_be_read_without_the_passphrase(windows: Browser, own_world: World) -> None:
    """Neither token, receipts, drafts, projects nor entries: every row is a number and what nobody can read."""
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await ready(phone, own_world)
        await recorded(phone, Visit(body=SECRETIVE))
        await until_typed(phone, SECRETIVE)
        rows = await phone.rows()
        assert len(rows) == 4
        lying = "".join(row["text"] for row in rows)
        for word in ("bus", "neighbour", "receipt", "token", "kind", "bandari", '"body"'):
            assert f'"{word}' not in lying
        assert SECRETIVE not in lying
        assert await phone.page.evaluate("JSON.stringify(Object.assign({}, localStorage))") == '{"language":"en"}'
        assert await phone.page.evaluate("sessionStorage.length") == 0


async def test_what_is_finished_is_for_the_city_alone_and_can_be_handed_in_as_a_file(
    windows: Browser, own_world: World
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await ready(phone, own_world)
        receipt = await recorded(phone, Visit(body=SECRETIVE, stance="question"))
        async with phone.page.expect_download() as waiting:
            await phone.press("file")
        file = await (await waiting.value).path()
        handed = json.loads(await asyncio.to_thread(file.read_text))
        assert handed.keys() == {"device", "entries"}
        (entry,) = handed["entries"]
        assert entry.keys() == {"id", "sealed", "made", "offset_ms"}
        async with own_world.database.reading() as session:
            city = (await directory(session)).cities[0]
        key = entry_keys(own_world.settings.keys, city.id).seal
        content = json.loads(envelopes.opened(key, base64.b64decode(entry["sealed"]), entry["id"].encode()))
        assert (content["comment"], content["receipt"]) == ({"body": SECRETIVE, "stance": "question"}, receipt)
        assert 0 < content["seconds"] < 120
        assert abs(entry["offset_ms"]) > 86_400_000  # the world's clock is another year's
        # With the passphrase there is no way back to the words either: what is shown is that something waits.
        await phone.press("lock")
        await phone.unlock()
        await phone.home()
        assert SECRETIVE not in await phone.page.content()


async def test_a_second_passphrase_opens_the_same_page_with_nothing_in_it(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await ready(phone, own_world, second=SECOND)
        await recorded(phone, Visit(body=SECRETIVE))
        await until_typed(phone, SECRETIVE)
        rows = await phone.rows()
        await phone.press("lock")
        await phone.unlock(SECOND)
        await phone.home()
        text = await phone.page.locator("main").inner_text()
        assert phone.say("drafts") not in text
        assert await phone.page.locator("#waiting").inner_text() == phone.say("unsent_none")
        await phone.press("new")
        await phone.told("none_taken")
        await phone.press("projects")
        await phone.at("take_title")
        await phone.press("back")
        await phone.home()
        assert {row["id"] for row in await phone.rows()} == {row["id"] for row in rows}
        await phone.press("lock")
        await phone.unlock()
        await phone.home()
        assert phone.say("drafts") in await phone.page.locator("main").inner_text()


async def test_a_browser_that_is_killed_in_the_middle_of_a_word_loses_nothing(
    chromium: str, own_world: World, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    async with serve(own_world) as served, async_playwright() as playwright:

        async def started() -> Telephone:
            context = await playwright.chromium.launch_persistent_context(
                profile, executable_path=chromium, args=FLAGS, viewport=PHONE, locale="en"
            )
            context.set_default_timeout(15_000)
            return await opened(context, served.address)

        phone = await started()
        await ready(phone, own_world)
        await recorded(phone, Visit(body="Finished before."))
        await until_typed(phone, "The bus never")
        os.kill(browser_of(profile), signal.SIGKILL)
        await asyncio.sleep(1)
        phone = await started()
        await phone.online(False)
        await phone.open()
        await phone.unlock()
        await phone.home()
        waiting = await phone.page.locator("#waiting").inner_text()
        assert waiting.startswith("1 ")
        await phone.page.locator("main li button").first.click()
        await phone.at("body")
        assert await phone.page.locator("#body").input_value() == "The bus never"
        await phone.press("pause")
        await phone.home()
        await phone.online(True)
        await phone.press("send")
        await phone.sent()
        assert len(await entries_of(own_world)) == 1
        await phone.context.close()


def browser_of(profile: Path) -> int:
    """The first process that was started with this profile, which is this test's own."""
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in line and not any(part.startswith(b"--type=") for part in line):
            return int(folder.name)
    raise AssertionError("no browser has this profile")


async def test_the_page_locks_itself_after_five_minutes_and_forgets_a_draft_after_a_day(
    windows: Browser, own_world: World
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.page.clock.install()
        await ready(phone, own_world)
        await until_typed(phone, SECRETIVE)
        rows = len(await phone.rows())
        await phone.page.clock.fast_forward(4 * 60_000)
        assert await phone.page.locator("#body").input_value() == SECRETIVE
        await phone.page.clock.fast_forward(6 * 60_000)
        await phone.at("pass_ask")
        assert SECRETIVE not in await phone.page.content()
        assert len(await phone.rows()) == rows
        # Nobody types the passphrase, and it goes all the same.
        await phone.page.clock.fast_forward(24 * 3_600_000)
        for _turn in range(100):
            if len(await phone.rows()) == rows - 1:
                break
            await asyncio.sleep(0.1)
        assert len(await phone.rows()) == rows - 1
        await phone.unlock()
        await phone.home()
        assert phone.say("drafts") not in await phone.page.locator("main").inner_text()


async def test_after_a_day_it_warns_of_what_waits(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.page.clock.install()
        await ready(phone, own_world)
        await recorded(phone, Visit(body="The bus is late."))
        assert phone.say("late") not in await phone.page.locator("#state").inner_text()
        await phone.page.clock.fast_forward(24 * 3_600_000 + 60_000)
        await phone.unlock()
        await phone.home()
        assert phone.say("late") in await phone.page.locator("#state").inner_text()
        assert await phone.page.locator("#waiting.late").count() == 1


async def test_one_entry_is_not_open_in_two_windows(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await ready(phone, own_world)
        await until_typed(phone, "The bus")
        other = await opened(phone.context, served.address)
        await other.open()
        await other.unlock()
        await other.home()
        await other.page.locator("main li button").first.click()
        await other.told("elsewhere")
        await phone.press("pause")
        await phone.home()
        await other.page.locator("main li button").first.click()
        await other.at("body")
        assert await other.page.locator("#body").input_value() == "The bus"
