"""How large a web worker grows: ten thousand requests by readers and voters in every language, with a full page cache."""

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

from benchmarks import client
from benchmarks.fill import VOTED_ON
from benchmarks.pages import reached
from benchmarks.people import in_turns, residents
from benchmarks.stage import Server, Stage, served
from benchmarks.table import Row, at_most
from participation.kit.i18n import LANGUAGES

REQUESTS = 10_000
CLIENTS = 16
PEOPLE = 64
DIFFERENT = 8
"""Of so many pages that a client reads one is asked for in a way that nobody asked before, so that the cache fills up."""
VOTES = 10
"""Of so many requests one is a vote."""


def rows(stage: Stage) -> Iterator[Row]:
    people = asyncio.run(residents(stage, PEOPLE))
    with served(stage.environment()) as server:
        at_start = resident(server)
        pages = [page.path for language in LANGUAGES for page in reached(server.port, language, "")]
        share = REQUESTS // CLIENTS
        count = itertools.count()

        def requests(number: int) -> Iterator[bytes]:
            voters = in_turns(people, number, CLIENTS)
            for turn in range(share):
                place = next(count)
                path = pages[place % len(pages)]
                if turn % VOTES == 0:
                    someone = next(voters)
                    form = someone.form(choice=str(1 + turn % 3))
                    yield client.post(server.port, f"/en/projects/{VOTED_ON}/ballot", form, Cookie=someone.cookie)
                elif turn % 2:
                    yield client.get(server.port, path, Cookie=next(voters).cookie)
                elif turn % DIFFERENT == 0:
                    yield client.get(server.port, f"{path}{'&' if '?' in path else '?'}n={place}")
                else:
                    yield client.get(server.port, path)

        load = client.run(server, requests, clients=CLIENTS, seconds=600)
        wrong = {status for status in load.statuses if status[0] not in "23"}
        if wrong or load.count < share * CLIENTS:
            raise RuntimeError(f"{dict(load.statuses)}")
        note = f"{at_start:,.0f} at the start, {load.count + len(pages):,} requests"
        yield at_most("memory of a web worker after 10,000 requests", 120, resident(server), "MB", note)


def resident(server: Server) -> float:
    """Megabytes that the kernel holds for a process."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
