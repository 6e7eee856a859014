"""From the office to the door: an official makes a code, a telephone follows its QR code, and the office sees the device."""

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser

from tests.browser.windows import PHONE, window
from tests.served import serve
from tests.telephones import PASSPHRASE, telephone
from tests.world import World

pytestmark = [pytest.mark.browser]


async def test_a_telephone_is_enrolled_by_what_the_office_shows(windows: Browser, own_world: World) -> None:
    async with own_world.database.reading() as session:
        first = await session.scalar(sa.text("select min(id) from delegate where state = 'appointed'"))
    async with serve(own_world) as served:
        desk = f"{served.address}/staff/delegates/{first}"
        async with window(windows, served.address, "official", viewport=PHONE) as context:
            office = await context.new_page()
            await office.goto(desk)
            await office.select_option("#kind", "page")
            await office.click("button[value=code]")
            code = "".join((await office.locator(".digits").inner_text()).split())
            assert await office.locator("svg.qr").count() == 1
            async with telephone(windows, served.address) as phone:
                await phone.page.goto(f"{served.address}/delegate/#{code}")
                await phone.pick("en")
                assert await phone.page.locator("#code").input_value() == code
                assert "#" not in phone.page.url
                await phone.press("next")
                await phone.type("label", "blue telephone")
                await phone.press("next")
                await phone.at("own")
                await phone.press("next")
                await phone.told("bad_number")
                await phone.press("own_none")
                for passphrase, key in ((PASSPHRASE, "next"), ("", "enrol_go")):
                    await phone.at("passphrase" if key == "next" else "second")
                    await phone.type("pass", passphrase)
                    await phone.type("again", passphrase)
                    await phone.press(key)
                await phone.home()
            await office.goto(desk)
            theirs = office.locator("li").filter(has_text="blue telephone")
            await theirs.get_by_role("button").click()
            await theirs.get_by_text("revoked").wait_for()
            assert await theirs.get_by_role("button").count() == 0
