"""What drills need: a voice, so that figures are printed whatever else pytest keeps to itself; a city that is served; a folder for pictures."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.served import Served, serve
from tests.world import World

Tell = Callable[[str], None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def say(line: str) -> None:
        if reporter is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                reporter.ensure_newline()
                reporter.write_line(line)

    return say


@pytest.fixture
async def served(own_world: World) -> AsyncIterator[Served]:
    async with serve(own_world) as served:
        await own_world.work()
        yield served


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = Path(os.environ.get("BROWSER_PICTURES", tmp_path)) / request.node.name.removeprefix("test_")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
