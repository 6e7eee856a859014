"""A PostgreSQL of our own: a child on a private socket that needs no account, no port and no clean-up.

The binaries come from the `embedded` extra, else from the machine. The server is a foreground child that gets SIGINT
when its parent dies in whatever way, so that there is never an orphan; what a crash leaves behind is put away at the next
start. docs/decisions/0002-embedded-postgresql.md says why there is a launcher of our own.
"""

import fcntl
import logging
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from participation.kit.postgres_home import (
    PostgresError,
    account_for,
    find_binaries,
    log_of,
    major_of,
    major_version,
    settle,
    socket_folder,
    within_reach,
)
from participation.kit.processes import dies_with_parent

log = logging.getLogger(__name__)

# Only the outcome of a statement may be logged, never its text or values: they are people's words.
_QUIET = ("log_min_messages=log", "log_error_verbosity=terse", "log_checkpoints=off", "log_statement=none")
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class InUse(PostgresError):
    """Another process of ours runs a server on the same folder."""


class EmbeddedPostgres:
    """The cluster in `data`, made when missing; `durable=False` is for throw-away clusters of tests."""

    name = "PostgreSQL"

    def __init__(self, data: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self._asked, self._durable, self._binaries = data, durable, binaries
        self._lock: int | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return url_for(self.data)

    @property
    def data(self) -> Path:
        return self._asked.resolve()

    def start(self) -> None:
        """Return when it takes connections, however long it recovers from a crash."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("PostgreSQL gets the death signal of the thread that starts it: use the main thread.")
        if self._lock is None:
            settle(self._asked)
            self._lock = _lock(self.data)
        try:
            _put_away(self.data)
            self._server = self._launch()
            _wait_until_ready(self.data, self._server)
        except BaseException:
            self.stop()
            raise

    def alive(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def stop(self) -> None:
        """A fast shutdown: clients are sent away, everything is on the disk."""
        if self._server is not None:
            if self.alive():
                self._server.send_signal(signal.SIGINT)
            self._server.wait()
            self._server = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _launch(self) -> subprocess.Popen[bytes]:
        account = account_for(self.data)
        folder = self._binaries or find_binaries(major_of(self.data))
        folder = within_reach(folder, account)
        if not self.data.exists():
            _create(folder, self.data, account, durable=self._durable)
        options = (*_QUIET, *(() if self._durable else _THROWAWAY))
        argv: list[str | Path] = [
            folder / "postgres",
            "-D",
            self.data,
            "-p",
            "5432",
            "-k",
            socket_folder(self.data, account),
        ]
        argv += [part for option in ("listen_addresses=", *options) for part in ("-c", option)]
        with log_of(self.data).open("wb") as output:
            server: subprocess.Popen[bytes] = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **_run_as(account)
            )
        return server


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The URL of the database in `data`: of the server that another process of ours runs, else of one for the time being."""
    server = EmbeddedPostgres(data)
    try:
        server.start()
    except InUse:
        _wait_until_ready(server.data, None)
    try:
        yield server.url
    finally:
        server.stop()


def running(data: Path) -> str | None:
    """The URL of the server that another process of ours runs on `data`, or None."""
    data = data.resolve()
    return url_for(data) if _left_running(data) and _is_ready(data) else None


def url_for(data: Path) -> str:
    folder = socket_folder(data, None)
    return f"postgresql://postgres@/participation?host={quote(str(folder), safe='/')}&port=5432"


def _run_as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """The death signal is asked for after the change of user, which would clear it."""
    common: dict[str, Any] = {
        "cwd": "/",
        "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        "preexec_fn": dies_with_parent(signal.SIGINT),
    }
    if account is not None:
        common |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return common


def _create(folder: Path, data: Path, account: pwd.struct_passwd | None, *, durable: bool) -> None:
    """Made beside its place and moved there, so that a half-made cluster is never taken for one."""
    half = data.with_name(data.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700, parents=True)
    if account is not None:
        os.chown(half, account.pw_uid, account.pw_gid)
    rules = ["--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"]
    if major_version(folder) >= 18:
        rules += ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"]
    access = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"]
    _run([folder / "initdb", "-D", half, *access, *rules, *(() if durable else ("--no-sync",))], account)
    _run([folder / "postgres", "--single", "-D", half, "postgres"], account, b"CREATE DATABASE participation\n")
    half.rename(data)


def _run(argv: list[str | Path], account: pwd.struct_passwd | None, text: bytes = b"") -> None:
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        argv, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **_run_as(account)
    )
    if done.returncode:
        raise PostgresError(f"{Path(argv[0]).name}: {_last_line(done.stdout)}")


def _lock(data: Path) -> int:
    """Held while we live, and let go by the kernel however we die."""
    data.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(data.with_name(data.name + ".lock"), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise InUse(f"The database in {data} is in use by another process.") from None
    return handle


def _put_away(data: Path) -> None:
    """End what a killed parent or a killed server left running, and remove the locks of who runs no more.

    We hold the lock on the folder, so whatever still runs in it is on its way out; and PostgreSQL takes any
    process that was given an old number for its old self.
    """
    told: set[int] = set()
    began = time.monotonic()
    while left := _left_running(data):
        master = _status(data)[:1]
        for pid in left - told:
            with_master = bool(master) and int(master[0]) in left
            if not with_master or pid == int(master[0]):
                os.kill(pid, signal.SIGINT if with_master else signal.SIGQUIT)
        told |= left
        time.sleep(0.05)
        if time.monotonic() - began > 10:
            log.warning("PostgreSQL in %s is still shutting down (process %s).", data, min(left))
            began = time.monotonic()
    (data / "postmaster.pid").unlink(missing_ok=True)
    if data.exists():
        (socket_folder(data, None) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _left_running(data: Path) -> set[int]:
    """Every process of a server works in the folder of its cluster."""
    left = set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "comm").read_text() == "postgres\n":
                if Path(os.readlink(entry / "cwd")) == data:
                    left.add(int(entry.name))
        except OSError:  # ended meanwhile, or another's
            continue
    return left


def _status(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_ready(data: Path) -> bool:
    """As line 8 of the server's own file says."""
    return (_status(data)[7:8] or [""])[0].strip() == "ready"


def _wait_until_ready(data: Path, server: subprocess.Popen[bytes] | None) -> None:
    """A recovery takes as long as it takes, and is said to."""
    began = time.monotonic()
    while not _is_ready(data):
        if server is not None and server.poll() is not None:
            raise PostgresError(f"PostgreSQL did not start: {_last_line(log_of(data).read_bytes())}")
        if time.monotonic() - began > 10:
            log.warning("PostgreSQL in %s recovers; it will be ready when it is through.", data)
            began = time.monotonic()
        time.sleep(0.02)


def _last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
