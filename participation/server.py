"""One web server, in a process that holds nothing else: `python -m participation.server FD`, as `participation serve` starts it."""

import gc
import socket
import sys
from typing import TYPE_CHECKING, Any

from participation.kit import logs
from participation.kit.processes import until_told_to_stop
from participation.settings import Settings, from_environment

if TYPE_CHECKING:
    import uvicorn


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


def serve(settings: Settings, listening: socket.socket) -> bool:
    """Until it is told to stop; whether it ever started."""
    # Nothing that is imported now is garbage; looking for it would take a sixth of the start.
    gc.disable()
    from participation.app import build
    from participation.kit import cldr

    cldr.forget_the_rest_of_the_world()
    server = web_server(build(settings))
    # What is there now stays: no collection looks through it again. Young garbage is looked for often, which costs little; old seldom.
    gc.freeze()
    gc.set_threshold(5_000, 5, 5)
    gc.enable()
    server.run(sockets=[listening])
    return server.started


def main() -> None:
    """Exit status 2 where it could not start; the log says why."""
    logs.configure()
    started = True
    with until_told_to_stop(), socket.socket(fileno=int(sys.argv[1])) as listening:
        started = serve(from_environment(), listening)
    if not started:
        print("participation: The web server did not start; the lines above say why.", file=sys.stderr)  # noqa: T201
        sys.exit(2)


if __name__ == "__main__":
    main()
