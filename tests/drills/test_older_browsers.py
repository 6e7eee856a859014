"""The delegate's page in browsers that are not today's Chromium: opened, enrolled, a whole entry with no network, sent and signed for."""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from participation.domain.ballots.models import Choice
from tests.browser.test_delegate_page import entries_of
from tests.browser.test_delegate_voting import DISTRICT, SLUG, votes
from tests.cutting import Cut, Line, line
from tests.drills.conftest import Tell
from tests.drills.drill import asked
from tests.drills.engines import Engine, firefox, old_chromium
from tests.drills.fetching import CHROMIUM_79
from tests.drills.plain import PlainPage
from tests.drills.standing import free_port
from tests.served import serve
from tests.telephones import Telephone, Visit, code_of, recorded
from tests.world import World

pytestmark = [pytest.mark.drill, pytest.mark.browser, pytest.mark.slow]


async def walked(engine: Engine, wire: Line, world: World) -> str:
    """Returns which browser it says that it is."""
    ballot = await asked(world)
    page: Any = PlainPage(engine)
    phone = Telephone(page, page, wire.address)
    await phone.enrol(await code_of(world, DISTRICT))
    await phone.take_along(SLUG, "en")
    # Both: a Firefox that is offline still reaches its own machine.
    wire.breaks, wire.cut = b"HTTP/1.1", Cut.BEFORE
    await phone.online(False)
    await phone.open()
    await phone.unlock()
    await phone.home()
    said = Visit(body="The tap must not close at night.", code=world.code(DISTRICT, 5), reactions=("agree",), vote=2)
    receipt = await recorded(phone, said)
    assert (await page.locator("#waiting").inner_text()).startswith("1 ")
    assert await entries_of(world) == []
    wire.cut = None
    await phone.online(True)
    await phone.sent()
    (entry,) = await entries_of(world)
    assert (entry.receipt, entry.state) == (receipt, "accepted")
    assert await votes(world, ballot) == [(Choice.AGAINST, "counts")]
    return str(await page.evaluate("navigator.userAgent")).rpartition(") ")[2]


async def test_chromium_of_2019(own_world: World, tmp_path: Path, tell: Tell) -> None:
    begun = time.monotonic()
    async with (
        serve(own_world) as served,
        line(served) as wire,
        old_chromium(CHROMIUM_79.program, tmp_path / "profile") as engine,
    ):
        name = await walked(engine, wire, own_world)
    assert "Chrome/79." in name
    tell(f"{name}: a whole entry with no network, sent and signed for, in {time.monotonic() - begun:.0f} s")


async def test_firefox(own_world: World, tmp_path: Path, tell: Tell) -> None:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("no Firefox on this machine")
    begun = time.monotonic()
    async with (
        serve(own_world) as served,
        line(served) as wire,
        firefox(program, tmp_path / "profile", await free_port()) as engine,
    ):
        name = await walked(engine, wire, own_world)
    assert "Firefox/" in name
    tell(f"{name}: a whole entry with no network, sent and signed for, in {time.monotonic() - begun:.0f} s")
