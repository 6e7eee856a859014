"""Public pages that nobody changed: as fast as a constant text, and fresh within a second."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from benchmarks import client
from benchmarks.people import residents
from benchmarks.stage import FULL, Server, Stage, served
from benchmarks.table import Row, at_most, ratio_of_at_least

PAGES = ("/en/", "/ar/projects/flood-sirens", "/en/record")
CHANGED = "/en/projects/bus-corridor/comments"
CLIENTS = 16
TRIES = 5


def rows(stage: Stage, rounds: int, seconds: float) -> Iterator[Row]:
    with ExitStack() as stack:
        ours = stack.enter_context(served(stage.environment()))
        for path in PAGES:
            yield _speed(stage, ours, path, rounds, seconds)
        other = stack.enter_context(served(stage.environment()))
        yield _freshness(stage, ours, other)


def _speed(stage: Stage, ours: Server, path: str, rounds: int, seconds: float) -> Row:
    """Against three lines of ASGI that answer a constant text as long as the page is on the wire."""
    page = client.fetch(ours.port, path)
    length = int(page.headers["content-length"])
    with served({}, "benchmarks.bare", "constant", str(length)) as bare:
        contenders = {"participation": _reading(ours, path, seconds), "constant": _reading(bare, path, seconds)}
        rates = client.interleaved(contenders, rounds)
    budget = f"{path} unchanged ({length:,} bytes)"
    return ratio_of_at_least(budget, 0.7, rates["participation"], rates["constant"], "requests/s")


def _reading(server: Server, path: str, seconds: float) -> Callable[[], client.Load]:
    request = client.get(server.port, path)
    return lambda: client.run(server, lambda _number: itertools.repeat(request), clients=CLIENTS, seconds=seconds)


def _freshness(stage: Stage, ours: Server, other: Server) -> Row:
    """A comment is sent to one server; the other's page, kept until then, is asked for until it shows it."""
    writers = asyncio.run(residents(stage, TRIES, FULL))
    waits = []
    for number, writer in enumerate(writers):
        body = f"Comment {number} of the benchmark at {time.time_ns()}"
        client.fetch(ours.port, CHANGED)
        form = writer.form(body=body, stance="mixed")
        answer = client.send(other.port, client.post(other.port, CHANGED, form, Cookie=writer.cookie))
        if answer.status != 303:
            raise RuntimeError(f"a comment was answered with {answer.status}")
        waits.append(_wait_for(ours, body))
    return at_most("a page shows what another process changed", 1000, max(waits) * 1000, "ms", f"worst of {TRIES}")


def _wait_for(server: Server, words: str) -> float:
    began = time.perf_counter()
    while words not in client.fetch(server.port, CHANGED).text:
        if time.perf_counter() - began > 10:
            raise RuntimeError("a change is not seen within ten seconds")
        time.sleep(0.005)
    return time.perf_counter() - began
