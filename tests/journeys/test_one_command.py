"""`participation demo`, which `make run` runs: it serves a city, survives kills, and ends without a trace."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


class Installation:
    """A demonstration in a folder with a space in its name."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.started: list[subprocess.Popen[bytes]] = []

    @property
    def output(self) -> str:
        return (self.home / "output").read_text()

    def start(self) -> "subprocess.Popen[bytes]":
        """Returns when the addresses are printed."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
        folders = {f"PARTICIPATION_{name.upper()}": str(self.home / name) for name in ("data", "store", "keys")}
        with (self.home / "output").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "participation", "demo"],
                env=bare | folders | {"PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        assert eventually(lambda: f":{self.port}" in self.output or process.poll() is not None, 120), self.output
        assert process.poll() is None, self.output
        return process

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def dialled(self, keys: str) -> str:
        """What a phone in a terminal shows."""
        bare = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
        said = {"PARTICIPATION_KEYS": str(self.home / "keys"), "PORT": str(self.port)}
        command = [sys.executable, "-m", "participation", "phone"]
        return subprocess.run(command, env=bare | said, input=keys, capture_output=True, text=True, timeout=60).stdout

    def processes(self, word: str = "") -> list[int]:
        """Whatever of ours runs, told by an environment or a folder that only this installation has."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                told = (entry / "environ").read_bytes() + os.fsencode(os.readlink(entry / "cwd"))
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if os.fsencode(self.home) in told and word in line and line:
                found.append(int(entry.name))
        return found

    def has_another(self, word: str, victim: int) -> bool:
        return any(pid != victim for pid in self.processes(word))


def eventually(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def installation() -> Iterator[Installation]:
    home = Path(tempfile.mkdtemp(prefix="a city "))
    home.chmod(0o755)
    made = Installation(home)
    yield made
    for process in made.started:
        process.kill()
        process.wait()
    assert eventually(lambda: made.processes() == []), "an orphan is left"
    shutil.rmtree(home)


def test_a_city_is_served_survives_every_kill_and_ends_without_a_trace(installation: Installation) -> None:
    """One story, since making the city takes longest."""
    first = installation.start()
    assert installation.status("/readyz") == 200
    assert installation.status("/en/projects") == 200
    assert "1 Projects" in installation.dialled("*384*6#\n")

    for word in ("participation.server", "participation worker", "postgres -D"):
        [victim] = installation.processes(word)
        os.kill(victim, signal.SIGKILL)
        assert eventually(partial(installation.has_another, word, victim)), word
        assert eventually(lambda: installation.status("/readyz") == 200), word

    first.kill()
    first.wait()
    began = time.monotonic()
    second = installation.start()
    assert time.monotonic() - began < 30, "nothing is made twice"
    assert installation.status("/readyz") == 200

    second.terminate()
    assert second.wait(timeout=60) == 0, installation.output
    assert installation.processes() == []
