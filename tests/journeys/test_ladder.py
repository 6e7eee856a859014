"""From a project's page to the city's decision, and to a record that anybody can check: with scripts, without, in a terminal."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.windows import PHONE, SCREEN, window
from tests.journeys import story
from tests.journeys.hands import Ended, Hand, Window, receipt, say, sees, terminal
from tests.journeys.story import ASKED, Kept
from tests.promises import promised
from tests.served import Served, serve, wire
from tests.world import World

pytestmark = pytest.mark.browser
BUDGET = 40_000


@pytest.fixture
async def served(own_world: World) -> AsyncIterator[Served]:
    async with serve(own_world) as served:
        await own_world.work()
        yield served


@asynccontextmanager
async def opened(
    windows: Browser, served: Served, language: str, *, scripts: bool, size: dict[str, int]
) -> AsyncIterator[Window]:
    async with window(windows, served.address, language=language, scripts=scripts, viewport=size) as context:
        yield Window(await context.new_page(), served.address, language)


async def climbs(hand: Hand, other: Hand, official: Hand, served: Served) -> None:
    """A resident with one browser, a friend with another, and an official."""
    world, kept = served.world, Kept()
    await story.reads_and_signs_in(hand, world)
    await story.comments(hand, kept)
    await story.votes_and_thinks_again(hand, kept)

    assert story.WORDS not in await story.looks_up(other, kept.vote)
    before = await story.looks_up(other, kept.changed)
    await story.looks_up(other, kept.comment)

    await story.time_passes_and_the_votes_are_counted(world)
    assert await story.looks_up(other, kept.changed) != before
    await other.open(f"/{other.language}/projects/{ASKED}/ballot")
    await sees(other, say(other, "Votes in all"))

    await story.officials_decide(official, world)
    await other.open(f"/{other.language}/projects/{ASKED}/outcome")
    await sees(other, story.REASONS)
    await world.work()
    _within_budget(served)


def _within_budget(served: Served) -> None:
    """Statements of everything that was asked on the way, and no answer that anybody would be ashamed of."""
    for request in served.pages():
        assert request.status < 400, request
        most = promised.READING if request.method == "GET" else promised.WRITING
        assert request.statements <= most, request


async def test_in_arabic_on_a_small_phone_without_scripts(windows: Browser, served: Served) -> None:
    async with (
        opened(windows, served, "ar", scripts=False, size=PHONE) as hand,
        opened(windows, served, "sw", scripts=False, size=PHONE) as other,
        opened(windows, served, "en", scripts=False, size=SCREEN) as official,
    ):
        await climbs(hand, other, official, served)
        await hand.open(f"/ar/projects/{ASKED}")
        assert await hand.page.evaluate("document.documentElement.dir") == "rtl"
        assert await hand.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def test_with_scripts_and_then_the_record_is_whole_or_says_where_it_is_not(
    windows: Browser, served: Served, tmp_path: Path
) -> None:
    async with (
        opened(windows, served, "en", scripts=True, size=SCREEN) as hand,
        opened(windows, served, "fr", scripts=True, size=PHONE) as other,
        opened(windows, served, "en", scripts=True, size=SCREEN) as official,
    ):
        await climbs(hand, other, official, served)
    copy = tmp_path / "copy"
    status, said = await _command("record", "copy", served.address, str(copy))
    assert status == 0, said
    status, said = await _command("record", "verify", str(copy))
    assert status == 0, said
    assert "is whole" in said
    entry = sorted((copy / "entry").glob("*.json"), key=lambda path: int(path.stem))[17]
    body = bytearray(entry.read_bytes())
    body[len(body) // 2] ^= 1
    entry.write_bytes(body)
    status, said = await _command("record", "verify", str(copy))
    assert status == 1, said
    assert re.search(rf"\bentry/{entry.stem}\.json\b", said), said


async def _command(*arguments: str) -> tuple[int, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "participation", *arguments),
        env=bare,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@pytest.mark.flaky(reruns=2, only_rerun=[Ended])
@pytest.mark.usefixtures("w3m")
async def test_in_a_text_browser(served: Served, tmp_path: Path) -> None:
    async with (
        terminal(tmp_path / "resident", served.address, "en") as hand,
        terminal(tmp_path / "other", served.address, "en") as other,
        terminal(tmp_path / "official", served.address, "en") as official,
    ):
        await climbs(hand, other, official, served)


async def test_from_home_to_the_receipt_are_four_small_pages(windows: Browser, served: Served) -> None:
    """Project, ballot with the code in its form, receipt: everything that goes over the wire, redirects included."""
    async with (
        wire(served) as line,
        window(windows, line.address, language="hi", scripts=False) as context,
    ):
        hand = Window(await context.new_page(), line.address, "hi")
        served.requests.clear()
        await hand.open("/hi/")
        await hand.follow(story.title(ASKED, "hi"))
        await hand.follow(say(hand, "Vote"))
        await hand.fill(say(hand, "Access code"), served.world.code())
        await hand.pick(say(hand, "Your choice"), 2)
        await hand.press(say(hand, "Send my vote"))
        assert await receipt(hand)
        shown = [request for request in served.requests if request.status == 200]
        assert len(shown) == 4, served.requests
        assert line.carried <= BUDGET
        assert "session" not in {cookie.get("name") for cookie in await context.cookies()}
        _within_budget(served)
