"""A progress bar on the terminal, for work over two seconds; nothing where nobody watches."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

AFTER = 2.0
"""Seconds of work before the bar is shown."""


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Hands out a function to be called with (done, total) as often as one likes."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    shown = Progress(*columns, console=Console(stderr=True), transient=True)
    task = shown.add_task(what, total=None)
    begun = time.monotonic()

    def advance(done: int, total: int) -> None:
        if not shown.live.is_started and time.monotonic() - begun > AFTER:
            shown.start()
        shown.update(task, completed=done, total=total)

    try:
        yield advance
    finally:
        shown.stop()
