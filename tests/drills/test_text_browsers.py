"""Every journey of a resident by the keys of a text browser, in a terminal of 30 by 20 characters: no dead end.

What stood on the screens is for somebody to read: BROWSER_PICTURES=folder keeps it.
"""

import shutil
import time
from pathlib import Path

import pytest

from tests.drills.by_keys import LINKS, LYNX, TextBrowser, text_browser
from tests.drills.conftest import Tell
from tests.drills.residents import all_of
from tests.served import Served

pytestmark = [pytest.mark.drill, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("browser", [LYNX, LINKS], ids=lambda one: one.name)
async def test_text_browser(served: Served, tmp_path: Path, pictures: Path, tell: Tell, browser: TextBrowser) -> None:
    program = browser.command.split()[0]
    if shutil.which(program) is None or shutil.which("tmux") is None:
        pytest.skip(f"no {program} or no tmux on this machine")
    begun = time.monotonic()
    async with text_browser(browser, tmp_path, pictures, served.address) as hand:
        done = await all_of(hand, served.world)
    tell(f"{browser.name}: {len(done)} journeys in {time.monotonic() - begun:.0f} s")
