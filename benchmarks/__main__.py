"""`make bench`: every budget of the design on a filled database, as one table. Exit status 1 when one is missed."""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks import (
    cache,
    comments,
    delegates,
    fill,
    imports,
    memory,
    pages,
    search,
    stage,
    starting,
    statements,
    table,
    votes,
)
from benchmarks.stage import Stage
from benchmarks.table import Row

Part = Callable[[Stage], Iterator[Row]]


def parts(*, rounds: int, seconds: float) -> Mapping[str, Part]:
    """In this order; the first two start on a machine that has nothing else to do."""
    timed = {"rounds": rounds, "seconds": seconds}
    return {
        "starting": starting.rows,
        "cache": partial(cache.rows, **timed),
        "votes": partial(votes.rows, **timed),
        "comments": partial(comments.rows, **timed),
        "search": partial(search.rows, **timed),
        "pages": pages.rows,
        "statements": statements.rows,
        "delegates": delegates.rows,
        "memory": memory.rows,
        "imports": imports.rows,
    }


def main() -> None:
    every = parts(rounds=7, seconds=2)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a small database and short rounds, for daily use")
    parser.add_argument("--only", nargs="+", choices=every, metavar="PART", help=f"some of {', '.join(every)}")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the filled databases there, for the next time")
    told = parser.parse_args()
    if told.small:
        every = parts(rounds=3, seconds=1)
    found: list[Row] = []
    with stage.ready(fill.SMALL if told.small else fill.FULL, told.keep) as ready:
        for name, rows in every.items():
            if told.only and name not in told.only:
                continue
            print(f"{name} …", flush=True)
            found += rows(ready)
    print("", _machine(), "", *table.lines(found), sep="\n")
    sys.exit(any(row.ok is False for row in found))


def _machine() -> str:
    kind = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{os.cpu_count()} cores ({kind.partition(': ')[2]}), {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
