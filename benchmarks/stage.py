"""What is measured: the demonstration city on a durable PostgreSQL of its own, filled, and servers as an operator starts them."""

import asyncio
import hashlib
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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from benchmarks import fill
from benchmarks.fill import Size
from participation.demo.load import load
from participation.kit import clock, migrations
from participation.kit.database import Database, make_engine
from participation.kit.postgres import EmbeddedPostgres
from participation.settings import Settings, from_environment

SECRET = "a secret of the benchmarks, long enough to be one"  # noqa: S105
BASE, FULL, FEW = "participation", "filled", "few"
"""Databases: the demonstration alone, filled to the size that is asked for, filled to a thousand comments."""
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stage:
    home: Path
    size: Size
    urls: dict[str, str]
    now: datetime

    def environment(self, database: str = FULL) -> dict[str, str]:
        """What an operator would set."""
        return {
            "PARTICIPATION_SECRET": SECRET,
            "PARTICIPATION_DATABASE_URL": self.urls[database],
            "PARTICIPATION_KEYS": str(self.home / "keys"),
            "PARTICIPATION_STORE": str(self.home / "store"),
        }

    def settings(self, database: str = FULL) -> Settings:
        return from_environment(self.environment(database))


@contextmanager
def ready(size: Size, kept: Path | None) -> Iterator[Stage]:
    """The filled databases; thrown away in the end, unless a folder is named in which they are to be kept."""
    home = kept or Path(tempfile.mkdtemp(prefix="participation-bench-"))
    if kept and _marker(home).exists() and _marker(home).read_text() != _made_of(size):
        shutil.rmtree(home)
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    try:
        with EmbeddedPostgres(home / "data") as postgres:
            urls = {name: make_url(postgres.url).set(database=name).render_as_string() for name in (BASE, FULL, FEW)}
            stage = Stage(home, size, urls, clock.now())
            if not _marker(home).exists():
                asyncio.run(_fill(stage))
                _marker(home).write_text(_made_of(size))
            yield stage
    finally:
        if kept is None:
            shutil.rmtree(home)


def _marker(home: Path) -> Path:
    return home / "filled"


def _made_of(size: Size) -> str:
    """Changes whenever what is kept would be filled differently now."""
    sources = [Path(fill.__file__), *sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    return f"{size} {hashlib.sha256(b''.join(path.read_bytes() for path in sources)).hexdigest()}"


async def _fill(stage: Stage) -> None:
    url = stage.urls[BASE]
    await migrations.upgrade(url)
    engine = make_engine(url)
    await load(Database(engine), stage.settings(BASE), stage.now, share=0.02)
    await engine.dispose()
    for name, size in ((FEW, fill.FEW), (FULL, stage.size)):
        await _execute(url, f"CREATE DATABASE {name} TEMPLATE {BASE}")
        began = time.perf_counter()
        connection = await asyncpg.connect(stage.urls[name])
        await fill.fill(connection, size, stage.home / "keys", stage.now)
        await connection.close()
        print(f"{size.comments:,} comments, {size.reactions:,} reactions or votes: {time.perf_counter() - began:.0f} s")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(make_url(url).set(database="postgres").render_as_string())
    await connection.execute(statement)
    await connection.close()


# Servers


class Server:
    """A program that serves on a port of its own."""

    def __init__(self, argv: list[str], environment: dict[str, str], port: int) -> None:
        began = time.perf_counter()
        self.port = port
        self._process = subprocess.Popen([sys.executable, "-m", *argv], env={**os.environ, **environment}, cwd=ROOT)
        self._wait()
        self.started_in = time.perf_counter() - began

    @property
    def pid(self) -> int:
        return self._process.pid

    def _wait(self) -> None:
        """Until a page is answered, whatever the answer is."""
        for _attempt in range(1200):
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with status {self._process.returncode}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/en/", timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the server does not answer")

    def cpu(self) -> float:
        """Seconds of processor that it has used so far."""
        parts = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(environment: dict[str, str], *argv: str) -> Iterator[Server]:
    """`participation serve` with these settings, or another module that takes `--port`."""
    port = free_port()
    command = list(argv) or ["participation", "serve"]
    server = Server([*command, "--port", str(port)], environment, port)
    try:
        yield server
    finally:
        server.stop()
