"""The processes of an installation: web servers and the worker, on their own or supervised together with PostgreSQL."""

import asyncio
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import NoReturn

from participation.kit.postgres import EmbeddedPostgres
from participation.kit.processes import Broken, Program, Watched, supervise
from participation.settings import Settings


class PortTaken(Exception):
    """Somebody else listens there."""


def bind(host: str, port: int) -> socket.socket:
    """Take the address before anything is started; whoever serves, and serves again after a crash, is given the socket."""
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(2048)
    except OSError as error:
        taken.close()
        raise PortTaken(
            f"Cannot serve on {host} port {port}: {error.strerror}. Another one: PORT={port + 1}."
        ) from None
    return taken


def become_web_server(settings: Settings, listening: socket.socket) -> NoReturn:
    """This process turns into a web server: what the command line has loaded would be a tenth of its memory."""
    listening.set_inheritable(True)
    os.execve(sys.executable, _serving(listening), _environment(settings))  # noqa: S606


def _serving(listening: socket.socket) -> list[str]:
    """Without docstrings, for which nobody asks a web server, and without the columns of each line of code: nine megabytes together."""
    return [sys.executable, "-OO", "-X", "no_debug_ranges", "-m", "participation.server", str(listening.fileno())]


def work(settings: Settings) -> None:
    """The worker, in this process, until it is told to stop."""
    from participation import worker
    from participation.kit.database import Database, make_engine

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        engine = make_engine(settings.database_url or "", pool_size=6)
        try:
            await worker.run(settings, Database(engine), stop)
        finally:
            await engine.dispose()

    asyncio.run(run())


def together(
    settings: Settings,
    listening: socket.socket,
    *,
    webs: int = 1,
    worker: bool = False,
    prepare: Callable[[Settings], None] = lambda _settings: None,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """PostgreSQL (unless a URL is set), web servers and the worker, until a signal; whatever is killed is started again."""
    with ExitStack() as stack:
        watched: list[Watched] = []
        if settings.database_url is None:
            postgres = stack.enter_context(EmbeddedPostgres(settings.data))
            settings = replace(settings, database_url=postgres.url)
            watched.append(postgres)
        prepare(settings)
        servers = [_child(settings, f"Web server {number}", listening) for number in range(1, webs + 1)]
        watched += servers
        if worker:
            watched.append(_child(settings, "Worker"))

        def say_when_ready() -> None:
            _wait_until_ready(listening, servers)
            ready()

        supervise(watched, say_when_ready)


def _child(settings: Settings, name: str, listening: socket.socket | None = None) -> Program:
    if listening is None:
        return Program(name, [sys.executable, "-m", "participation", "worker"], env=_environment(settings))
    return Program(name, _serving(listening), env=_environment(settings), pass_fds=[listening.fileno()])


def _environment(settings: Settings) -> dict[str, str]:
    """What another process of this installation has to know."""
    return dict(os.environ) | {
        "PARTICIPATION_DATABASE_URL": settings.database_url or "",
        "PARTICIPATION_SECRET": settings.secret,
        "PARTICIPATION_BASE_URL": settings.base_url,
        "PARTICIPATION_GATEWAYS": str(settings.gateways or ""),
    }


def _wait_until_ready(listening: socket.socket, servers: Sequence[Program]) -> None:
    """A web server answers; who asks too early waits in the socket's queue."""
    host, port = listening.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz"
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _attempt in range(60):
        if not any(server.alive() for server in servers):
            raise Broken("The web server did not start; the lines above say why.")
        try:
            with no_proxy.open(url, timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Broken("The web server does not answer.")
