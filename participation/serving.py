"""The processes of an installation: web servers and the worker, on their own or supervised together with PostgreSQL."""

import asyncio
import gc
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
from typing import TYPE_CHECKING, Any

from participation.kit.postgres import EmbeddedPostgres
from participation.kit.processes import Broken, Program, Watched, supervise
from participation.settings import Settings

if TYPE_CHECKING:
    import uvicorn


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


def web_server(app: Any) -> "uvicorn.Server":
    """The server that every web process runs. Requests are not logged: they carry addresses, codes and words of people;
    proxies are the application's business."""
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )


def serve_web(settings: Settings, listening: socket.socket) -> None:
    """One web server, in this process, until it is told to stop."""
    # Nothing that is imported now is garbage; looking for it would take a sixth of the start.
    gc.disable()
    from participation.app import build

    server = web_server(build(settings))
    # What is there now stays: no collection looks through it again; and a request makes some thousand objects, few of them garbage.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    server.run(sockets=[listening])
    if not server.started:
        raise Broken("The web server did not start; the lines above say why.")


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
        servers = [_child(settings, f"Web server {number}", "serve", listening) for number in range(1, webs + 1)]
        watched += servers
        if worker:
            watched.append(_child(settings, "Worker", "worker"))

        def say_when_ready() -> None:
            _wait_until_ready(listening, servers)
            ready()

        supervise(watched, say_when_ready)


def _child(settings: Settings, name: str, command: str, listening: socket.socket | None = None) -> Program:
    environment = dict(os.environ)
    environment |= {
        "PARTICIPATION_DATABASE_URL": settings.database_url or "",
        "PARTICIPATION_SECRET": settings.secret,
        "PARTICIPATION_BASE_URL": settings.base_url,
    }
    argv = [sys.executable, "-m", "participation", command]
    if listening is None:
        return Program(name, argv, env=environment)
    argv += ["--fd", str(listening.fileno())]
    return Program(name, argv, env=environment, pass_fds=[listening.fileno()])


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
