"""Children that die with their parent, and are started again when they alone die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from participation.kit.processes import Broken, Program, supervise

SUPERVISOR = """
import os, sys
from participation.kit.processes import Program, supervise, until_told_to_stop
write = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(600)"
children = [Program(name, [sys.executable, "-c", write, name], env=dict(os.environ)) for name in ("first", "second")]
with until_told_to_stop():
    supervise(children, lambda: print("ready", flush=True))
print("ended", flush=True)
"""


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@pytest.fixture
def supervisor(tmp_path: Path) -> "subprocess.Popen[str]":
    child = subprocess.Popen([sys.executable, "-c", SUPERVISOR], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    assert eventually(lambda: bool(pids(tmp_path / "first")) and bool(pids(tmp_path / "second")))
    return child


def test_a_killed_child_is_started_again_and_its_sibling_left_alone(
    supervisor: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    os.kill(pids(tmp_path / "first")[0], signal.SIGKILL)
    assert eventually(lambda: len(pids(tmp_path / "first")) == 2)
    assert len(pids(tmp_path / "second")) == 1
    supervisor.terminate()
    output, _ = supervisor.communicate(timeout=20)
    assert output == "ended\n"
    assert not any(alive(pid) for name in ("first", "second") for pid in pids(tmp_path / name))


def test_kill_9_of_the_supervisor_takes_its_children_along(supervisor: "subprocess.Popen[str]", tmp_path: Path) -> None:
    supervisor.kill()
    supervisor.communicate()
    assert eventually(lambda: not any(alive(pid) for name in ("first", "second") for pid in pids(tmp_path / name)))


def test_a_program_that_ends_again_and_again_is_given_up_by_name() -> None:
    broken = Program("Worker", [sys.executable, "-S", "-c", "raise SystemExit(1)"], env={})
    with pytest.raises(Broken, match="Worker ended"):
        supervise([broken])
