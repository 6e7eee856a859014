"""Every journey of a resident in the browsers of old telephones, at 240 by 320: no dead end, nothing cut off, no script error.

The pictures are for somebody to look at: BROWSER_PICTURES=folder keeps them.
"""

import shutil
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.drills.by_script import ScriptedHand
from tests.drills.conftest import Tell
from tests.drills.fetching import CHROMIUM_67, PHANTOMJS
from tests.drills.old_engines import PYTHON, Old, chromium_67, phantomjs, qtwebkit
from tests.drills.residents import all_of
from tests.served import Served

pytestmark = [pytest.mark.drill, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


async def walked(
    window: AbstractAsyncContextManager[Old], served: Served, folder: Path, tell: Tell, *, styled: bool = True
) -> None:
    begun = time.monotonic()
    async with window as engine:
        hand = ScriptedHand(engine, served.address, folder, styled=styled)
        done = await all_of(hand, served.world)
        name = await engine.evaluate("navigator.userAgent")
        assert not hand.cut_off, "\n".join(hand.cut_off)
        assert not await engine.complaints()
    tell(f"{folder.name}: {len(done)} journeys in {time.monotonic() - begun:.0f} s ({str(name).rpartition(') ')[2]})")


@pytest.mark.parametrize("without", ["nothing", "scripts", "images", "styles"])
async def test_chromium_67(served: Served, tmp_path: Path, pictures: Path, tell: Tell, without: str) -> None:
    window = chromium_67(
        CHROMIUM_67.program, tmp_path / "profile", scripts=without != "scripts", images=without != "images"
    )
    await walked(window, served, pictures, tell, styled=without != "styles")


@pytest.mark.parametrize("without", ["nothing", "styles"])
async def test_qtwebkit(served: Served, pictures: Path, tell: Tell, without: str) -> None:
    if shutil.which(PYTHON) is None:
        pytest.skip(f"no {PYTHON} on this machine")
    await walked(qtwebkit(), served, pictures, tell, styled=without != "styles")


@pytest.mark.parametrize("without", ["nothing", "styles"])
async def test_phantomjs(served: Served, pictures: Path, tell: Tell, without: str) -> None:
    await walked(phantomjs(str(PHANTOMJS.program)), served, pictures, tell, styled=without != "styles")
