"""A delegate with the page in a real browser: records with no network, in the person's language, and sends when there is one."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser

from participation.domain.consultations.models import Comment, Reaction
from participation.domain.proxies.devices.models import Device
from participation.domain.proxies.models import Entry, Meeting
from participation.domain.proxies.rules import CONSENT
from tests.browser.test_pages import CUT_OFF
from tests.browser.windows import accessible
from tests.served import serve
from tests.telephones import (
    LABEL,
    PASSPHRASE,
    Telephone,
    Visit,
    code_of,
    finished,
    recorded,
    telephone,
    until_read_back,
)
from tests.world import World

pytestmark = [pytest.mark.browser]
SLUG, DISTRICT = "bus-corridor", "mtoni"
WORDS = {"ar": "الحافلة يجب أن تقف عند العيادة.", "hi": "बस को अस्पताल के पास रुकना चाहिए।"}
SMALL = {"width": 240, "height": 320}


async def looked_at(phone: Telephone) -> None:
    """Nothing is cut off, and axe finds nothing."""
    shown = await phone.page.evaluate(CUT_OFF)
    size = phone.page.viewport_size
    assert size is not None
    where = await phone.page.title()
    assert shown["width"] <= size["width"], where
    assert not shown["wide"], (where, shown["wide"])
    assert await accessible(phone.page) == [], where


async def entries_of(world: World) -> list[Any]:
    """What came from this device; the demonstration has delegates of its own."""
    theirs = sa.select(Entry).join(Device, Device.id == Entry.device_id).where(Device.label == LABEL)
    async with world.database.reading() as session:
        return list((await session.execute(theirs.order_by(Entry.id))).scalars())


@pytest.mark.parametrize(("language", "size"), [("ar", None), ("hi", None), ("ar", SMALL)])
async def test_a_whole_entry_is_recorded_with_no_network_in_the_language_of_the_person(
    windows: Browser, own_world: World, tmp_path: Path, language: str, size: Any
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address, language=language) as phone:
        if size is not None:
            await phone.page.set_viewport_size(size)
        await phone.enrol(await code_of(own_world, DISTRICT))
        await phone.take_along(SLUG, language)
        await phone.online(False)
        await phone.page.reload()
        await phone.unlock()
        await phone.home()
        phone.looks = looked_at
        phone.pictures = tmp_path
        said = Visit(
            language=language, body=WORDS[language], reactions=("agree", "disagree", "pass"), phone="0712 555 010"
        )
        await until_read_back(phone, said)
        assert WORDS[language] in await phone.page.locator("dl").inner_text()
        receipt = await finished(phone, said)
        assert len(receipt) == 12
        assert await entries_of(own_world) == []
        await phone.online(True)
        await phone.sent()
        (entry,) = await entries_of(own_world)
        assert (entry.receipt, entry.language, entry.consent_language) == (receipt, language, language)
        assert (entry.state, entry.kind, entry.consent, entry.age) == ("accepted", "proxy", "spoken", "60-over")
        assert (entry.consent_version, entry.free, entry.witnessed) == (CONSENT, True, False)
        async with own_world.database.reading() as session:
            comment = (await session.execute(sa.select(Comment).where(Comment.entry_id == entry.id))).scalar_one()
            reactions = (await session.execute(sa.select(Reaction.kind).where(Reaction.entry_id == entry.id))).scalars()
            assert sorted(reactions) == ["agree", "disagree", "pass"]
        assert (comment.body, comment.stance, comment.via) == (WORDS[language], "for", "delegate")
        assert not phone.wrong


async def test_what_is_read_out_can_be_heard_with_no_network_in_a_language_that_nobody_writes(
    windows: Browser, own_world: World
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.enrol(await code_of(own_world, DISTRICT))
        await phone.take_along(SLUG, "en")
        await phone.online(False)
        await phone.press("new")
        await phone.page.locator(".picks button").first.click()
        await phone.at("kind")
        await phone.pick("proxy")
        await phone.at("in_language")
        await phone.pick("en")
        await phone.at("consent")
        await looked_at(phone)
        heard = phone.page.get_by_role("button", name="Chimwiini")
        assert await heard.inner_text() == "Listen in Chimwiini (29 kB, 0:28)"
        assert "read by a machine" in await phone.page.locator("main").inner_text()
        await phone.page.evaluate(
            """() => {
                const play = HTMLMediaElement.prototype.play;
                window.heard = new Promise((heard, failed) => {
                    HTMLMediaElement.prototype.play = function () {
                        return play.call(this).then(() => { heard(Math.round(this.duration)); }, failed);
                    };
                });
            }"""
        )
        await heard.click()
        assert await phone.page.evaluate("window.heard") == 28
        assert await phone.page.locator("#wrong").is_hidden()
        assert not phone.wrong


async def test_a_person_with_a_code_speaks_in_their_own_name_and_is_not_free_to_speak(
    windows: Browser, own_world: World
) -> None:
    """The mark is one touch in a corner; nothing on the screen says what it is for."""
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.enrol(await code_of(own_world, DISTRICT))
        await phone.take_along(SLUG, "en")
        said = Visit(kind="assisted", code=own_world.code(DISTRICT, 3), body="It is fine with me.", silent=True)
        await recorded(phone, said)
        await phone.sent()
        (entry,) = await entries_of(own_world)
        assert (entry.kind, entry.free, entry.age, entry.place_id) == ("assisted", False, None, None)
        assert entry.pseudonym_id is not None


async def test_a_code_is_typed_last_and_a_wrong_digit_is_noticed_with_no_network(
    windows: Browser, own_world: World
) -> None:
    """Kept in no draft: whoever takes an entry up again needs the person, who types it once more."""
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.enrol(await code_of(own_world, DISTRICT))
        await phone.take_along(SLUG, "en")
        await phone.online(False)
        right = own_world.code(DISTRICT, 3)
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
        await until_read_back(phone, Visit(code=right, body="It is fine with me."))
        await phone.press("read_done")
        await phone.at("phone")
        await phone.press("next")
        await phone.at("finish_title")
        await phone.press("next")
        await phone.at("code")
        await phone.type("code", right)
        await phone.press("pause")
        await phone.home()
        await phone.page.locator("main li button").first.click()
        await phone.at("code")
        assert await phone.page.locator("#code").input_value() == ""
        await phone.type("code", wrong)
        await phone.press("finish")
        await phone.told("bad_number")
        assert await phone.page.evaluate("document.activeElement.id") == "code"
        # Digits of another script, in groups, are the same digits.
        await phone.type("code", " ".join(chr(0x660 + int(digit)) for digit in right))
        await phone.press("finish")
        await phone.at("receipt")
        await phone.press("written")
        await phone.home()
        await phone.online(True)
        await phone.sent()
        (entry,) = await entries_of(own_world)
        assert (entry.state, entry.pseudonym_id is None) == ("accepted", False)


async def test_a_meeting_is_counted_by_itself(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.enrol(await code_of(own_world, DISTRICT))
        await phone.take_along(SLUG, "en")
        await phone.online(False)
        await phone.press("new")
        await phone.page.locator(".picks button").first.click()
        for key, answer in (
            ("kind", "meeting"),
            ("in_language", "en"),
            ("consent", ""),
            ("how", "spoken"),
            ("witnessed", "yes"),
        ):
            await phone.at(key)
            await (phone.pick(answer) if answer else phone.press("consent_read"))
        await phone.at("place_meeting")
        await phone.page.locator(".picks button").first.click()
        for key, field, text in (
            ("attended", "attended", "٤٠"),
            ("points", "points", "A shelter at each stop.\n\nLower fares."),
            ("dissent", "dissent", "Drivers fear for their work."),
        ):
            await phone.at(key)
            await phone.type(field, text)
            await phone.press("next")
        await phone.at("hands")
        await phone.type("for", "41")
        await phone.press("next")
        await phone.told("hands_many")
        await phone.type("for", "25")
        await phone.type("against", "9")
        await phone.press("next")
        await phone.at("read")
        await phone.press("read_done")
        await phone.at("finish_title")
        await phone.press("finish")
        await phone.at("receipt")
        await phone.press("written")
        await phone.home()
        await phone.online(True)
        await phone.sent()
        (entry,) = await entries_of(own_world)
        async with own_world.database.reading() as session:
            meeting = (await session.execute(sa.select(Meeting).where(Meeting.entry_id == entry.id))).scalar_one()
        assert (meeting.attended, meeting.points) == (40, ["A shelter at each stop.", "Lower fares."])
        assert meeting.hands == {"for": 25, "against": 9, "abstain": 0}


async def test_whoever_does_not_agree_leaves_nothing_behind(windows: Browser, own_world: World) -> None:
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.enrol(await code_of(own_world, DISTRICT))
        await phone.take_along(SLUG, "en")
        before = len(await phone.rows())
        await phone.press("new")
        await phone.page.locator(".picks button").first.click()
        await phone.pick("proxy")
        await phone.at("in_language")
        assert len(await phone.rows()) == before + 1
        await phone.pick("en")
        await phone.at("consent")
        await phone.press("consent_no")
        await phone.home()
        assert len(await phone.rows()) == before
        assert await phone.page.get_by_text(phone.say("drafts")).count() == 0


async def test_the_first_screens_hold_to_the_same_and_say_how_things_stand(
    windows: Browser, own_world: World, tmp_path: Path
) -> None:
    async with serve(own_world) as served, telephone(windows, served.address, viewport=SMALL) as phone:
        phone.looks, phone.pictures = looked_at, tmp_path
        await phone.enrol(await code_of(own_world, DISTRICT), own=own_world.code(DISTRICT, 3), second="rain in April")
        await phone.home()
        await looked_at(phone)
        assert await phone.page.locator("#persisted").inner_text() in (phone.say("kept_yes"), phone.say("kept_no"))
        await phone.take_along(SLUG, "en", "sw")
        await phone.press("language")
        await phone.at("language")
        await phone.pick("sw")
        phone.language = "sw"
        await phone.home()
        await phone.press("lock")
        await phone.unlock("something else")
        await phone.told("pass_wrong")
        await phone.unlock(PASSPHRASE)
        await phone.home()
        assert not phone.wrong


async def test_a_browser_that_asks_the_person_whether_to_keep_things_holds_nothing_up(
    windows: Browser, own_world: World
) -> None:
    """As Firefox does; whoever does not see the question never answers it."""
    async with serve(own_world) as served, telephone(windows, served.address) as phone:
        await phone.context.add_init_script(
            "navigator.storage.persist = () => new Promise((yes) => { window.yes = yes; })"
        )
        await phone.enrol(await code_of(own_world, DISTRICT))
        kept = phone.page.locator("#persisted")
        assert await kept.inner_text() == phone.say("kept_no")
        await phone.page.evaluate("window.yes(true)")
        await phone.page.locator("#persisted", has_text=phone.say("kept_yes")).wait_for()
