"""How soon `participation serve` answers on an existing database."""

from collections.abc import Iterator

from benchmarks.stage import Stage, served
from benchmarks.table import Row, at_most

TRIES = 3


def rows(stage: Stage) -> Iterator[Row]:
    waits = []
    for _try in range(TRIES):
        with served(stage.environment()) as server:
            waits.append(server.started_in)
    yield at_most("start of `participation serve`", 2, max(waits), "s", f"worst of {TRIES}")
