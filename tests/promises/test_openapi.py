"""The description of open data is true: whatever follows from it holds of a city that is being served; and so are the addresses."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn

from participation.app import build
from participation.channels.opendata.addresses import ADDRESSES
from tests.promises.samples import PROJECTS
from tests.stage import Clock
from tests.world import World

pytestmark = pytest.mark.slow
EXAMPLES = 15


@pytest.fixture(scope="module")
def served(world: World) -> Iterator[str]:
    """The demonstration city on a socket, in a thread: the tool that checks descriptions waits for each of its answers."""
    config = uvicorn.Config(
        build(world.settings, None, Clock()), host="127.0.0.1", port=0, log_config=None, access_log=False, ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_whatever_is_asked_the_answer_is_what_the_description_says(served: str, tmp_path: Path) -> None:
    """Right and wrong values for every parameter, methods that are not there, and the shape of every answer."""
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{served}/api/v1/openapi.json"),
        *("--checks", "all", "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"),
        *("--max-examples", str(EXAMPLES), "--no-color", "--warnings", "off", "--generation-database", "none"),
    ]
    told = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=250, check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    found = re.search(r"Tested: (\d+)", told.stdout)
    described: dict[str, Any] = httpx.get(f"{served}/api/v1/openapi.json").json()
    assert found is not None
    assert int(found[1]) == sum(map(len, described["paths"].values()))


@pytest.mark.parametrize("slug", PROJECTS)
def test_what_there_is_of_a_project_has_the_shape_that_is_described(served: str, slug: str) -> None:
    description = schemathesis.openapi.from_url(f"{served}/api/v1/openapi.json")
    for address in ADDRESSES:
        known = {"slug": slug, "kind": "screening", "number": 1, "id": 1, "step": "consultation"}
        values = {name: known[name] for name in address.names}
        description[address.path]["GET"].Case(path_parameters=values).call_and_validate()


def test_every_page_on_the_map_of_the_site_is_there(served: str) -> None:
    pages = re.findall(r"<loc>([^<]+/en/[^<]*)</loc>", httpx.get(f"{served}/sitemap.xml").text)
    assert len(pages) > 20
    with httpx.Client() as client:
        wrong = {page: status for page in pages if (status := client.get(page).status_code) != 200}
    assert not wrong
