"""Bowling Green, a real consultation, read in by `participation import polis`: how long it takes, and how much memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.stage import BASE, ROOT, Stage
from benchmarks.table import Row, at_most

EXPORT = ROOT.parent / "shared" / "data" / "polis" / "bowling-green-2018"
PROJECT = "fault-app"


def rows(stage: Stage) -> Iterator[Row]:
    if not EXPORT.is_dir():
        yield Row("import of Bowling Green", "≤ 60 s", "skipped: ../shared is missing")
        return
    seconds, megabytes = _imported(stage, EXPORT)
    yield at_most("import of Bowling Green", 60, seconds, "s")
    yield at_most("memory of that import", 300, megabytes, "MB")
    again, _megabytes = _imported(stage, EXPORT)
    yield at_most("the same import again, which changes nothing", 60, again, "s")


def _imported(stage: Stage, export: Path) -> tuple[float, float]:
    """Seconds, and megabytes at the most."""
    argv = [sys.executable, "-m", "participation", "import", "polis", str(export)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*argv, "--project", PROJECT, "--language", "en"],
        env={**os.environ, **stage.environment(BASE)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the import ended with status {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024
