"""A web server in a process of its own, on a clock that goes on by itself and that a drill moves; it can be killed and started again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from participation.kit.processes import dies_with_parent
from tests.cast import NOW
from tests.stage import Clock
from tests.world import World

READY = b"ready\n"


class Running(Clock):
    """So far from this machine's time as a file says: every process that reads it has the same."""

    def __init__(self, file: Path, now: datetime | None = None) -> None:
        self._file = file
        if now is not None:
            self._keep(now - datetime.now(UTC))

    @property
    def ahead(self) -> timedelta:
        return timedelta(seconds=float(self._file.read_text()))

    def _keep(self, ahead: timedelta) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(repr(ahead.total_seconds()))
        fresh.replace(self._file)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, **by: float) -> None:
        self._keep(self.ahead + timedelta(**by))


@dataclass
class Standing:
    """Where it serves, and the process that does; `inside` is what stands before the command, as for a network of its own."""

    world: World
    file: Path
    host: str
    port: int
    inside: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        self.process = self._started()
        assert self.process.stdout is not None
        assert await asyncio.to_thread(self.process.stdout.readline) == READY, "the server did not start"

    def _started(self) -> "subprocess.Popen[bytes]":
        settings = self.world.settings
        told = {
            "PARTICIPATION_DATABASE_URL": settings.database_url or "",
            "PARTICIPATION_SECRET": settings.secret,
            "PARTICIPATION_STORE": str(settings.store),
            "PARTICIPATION_KEYS": str(settings.keys),
            "PARTICIPATION_BASE_URL": settings.base_url,
            "PARTICIPATION_GATEWAYS": str(settings.gateways or ""),
        }
        return subprocess.Popen(
            [*self.inside, sys.executable, "-m", "tests.drills.standing", self.host, str(self.port), str(self.file)],
            env=os.environ | told,
            stdout=subprocess.PIPE,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )

    def kill(self) -> None:
        """As when the power fails: it finishes nothing."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None


@asynccontextmanager
async def standing(
    world: World, folder: Path, *, host: str = "127.0.0.1", port: int = 0, inside: Sequence[str] = ()
) -> AsyncIterator[Standing]:
    """From here on the world's own clock is the one that goes on by itself."""
    file = folder / "clock"
    world.clock = Running(file, NOW)
    found = Standing(world, file, host, port or await free_port(host), inside)
    await found.start()
    try:
        yield found
    finally:
        if found.process is not None:
            found.kill()


async def free_port(host: str = "127.0.0.1") -> int:
    server = await asyncio.start_server(lambda _reader, _writer: None, host, 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


def main() -> None:
    import uvicorn

    from participation.app import build
    from participation.kit import logs
    from participation.server import web_server
    from participation.serving import bind
    from participation.settings import from_environment

    class Said(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            os.write(1, READY)

    host, port, file = sys.argv[1:]
    logs.configure()
    server = Said(web_server(build(from_environment(), clock=Running(Path(file)))).config)
    server.run(sockets=[bind(host, int(port))])


if __name__ == "__main__":
    main()
