"""Programs that belong to another: they die with it, and are started again when they alone die."""

import ctypes
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Protocol

log = logging.getLogger(__name__)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)

PATIENCE = 5
"""So many ends within a minute, and a program is broken rather than unlucky."""


class Broken(Exception):
    """A program ends as often as it is started; the text names it."""


class Watched(Protocol):
    """What `supervise` keeps alive; `start` may block until it is of use."""

    name: str

    def start(self) -> None: ...
    def alive(self) -> bool: ...
    def stop(self) -> None: ...


def dies_with_parent(signum: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child `signum` when the thread that forked it ends, even by `kill -9`."""
    parent = os.getpid()

    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return prepare


def end_with_parent() -> None:
    """Ask for SIGTERM when whoever started this process ends: for `make`, which a `kill -9` does not let tell us."""
    parent = os.getppid()
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise KeyboardInterrupt


class Program:
    """A child in a session of its own, so that Ctrl-C reaches it through us alone, in our order."""

    def __init__(self, name: str, argv: Sequence[str], *, env: dict[str, str], pass_fds: Sequence[int] = ()) -> None:
        self.name = name
        self._argv, self._env, self._pass_fds = argv, env, pass_fds
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._argv,
            env=self._env,
            pass_fds=self._pass_fds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def supervise(watched: Sequence[Watched], ready: Callable[[], None] = lambda: None) -> None:
    """Keep every one alive until a signal raises `KeyboardInterrupt`; they are started in order, and stopped in reverse.

    What is alive already is taken over as it is; `ready` is called once, when all have been started.
    """
    ends: dict[str, list[float]] = {one.name: [] for one in watched}
    try:
        for one in watched:
            if not one.alive():
                one.start()
        ready()
        while True:
            for one in watched:
                if not one.alive():
                    _again(one, ends[one.name])
            time.sleep(0.2)
    finally:
        with _undisturbed():
            for one in reversed(watched):
                one.stop()


def _again(one: Watched, ends: list[float]) -> None:
    moment = time.monotonic()
    ends[:] = [end for end in ends if end > moment - 60] + [moment]
    if len(ends) >= PATIENCE:
        raise Broken(f"{one.name} ended {len(ends)} times within a minute.")
    log.warning("%s ended, and is started again.", one.name)
    one.start()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C while we clean up must not leave half of them running."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def until_told_to_stop() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does: by an exception that unwinds every `with` in it."""

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGINT, interrupt)
    with suppress(KeyboardInterrupt):
        yield
