"""Files are kept whole or not at all, under their hash, and what nobody has goes after a day."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from participation.kit.files import OLD, Files, TooLarge

DIGEST = hashlib.sha256(b"sirens").hexdigest()


async def arrived(files: Files, content: bytes, most: int = 1000) -> str:
    arriving = files.arriving(most)
    for byte in content:
        await arriving.write(bytes([byte]))
    await arriving.end()
    return await files.take(arriving)


async def test_a_file_is_kept_under_its_hash_for_its_owner_alone(tmp_path: Path) -> None:
    files = Files(tmp_path / "store")
    assert await arrived(files, b"sirens") == DIGEST
    assert await files.keep(b"sirens") == DIGEST
    path = files.path(DIGEST)
    assert path.read_bytes() == b"sirens"
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700
    assert [one.name for one in (tmp_path / "store").glob("*/*")] == [DIGEST]


async def test_what_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    files = Files(tmp_path)
    arriving = files.arriving(10)
    await arriving.write(b"1234567890")
    with pytest.raises(TooLarge):
        await arriving.write(b"1")
    assert list((tmp_path / "arriving").iterdir()) == []


async def test_what_nobody_has_goes_after_a_day_and_what_is_used_stays(tmp_path: Path) -> None:
    files = Files(tmp_path)
    used, unused = await files.keep(b"used"), await files.keep(b"unused")
    half = files.arriving(100)
    await half.write(b"half of it")
    assert files.sweep({used}) == 0
    later = time.time() + OLD + 60
    assert files.sweep({used}, later) == 2
    assert files.path(used).exists()
    assert not files.path(unused).exists()
    assert not half.path.exists()
    assert not files.young(unused)
    half.drop()


async def test_a_file_that_is_sent_again_is_young_again(tmp_path: Path) -> None:
    files = Files(tmp_path)
    used, again = await files.keep(b"used"), await files.keep(b"again")
    long_ago = time.time() - 3 * OLD
    for digest in (used, again):
        os.utime(files.path(digest), (long_ago, long_ago))
    assert await files.keep(b"again") == again
    assert files.sweep({used}) == 0
    assert files.path(again).exists()


async def test_where_nothing_is_used_nothing_that_has_arrived_is_removed(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest = await files.keep(b"of another database")
    assert files.sweep((), time.time() + 10 * OLD) == 0
    assert files.path(digest).exists()


CRASHING = """
import asyncio, os, signal, sys
from pathlib import Path
from participation.kit import files
store = files.Files(Path(sys.argv[1]))
async def main():
    arriving = store.arriving(10_000_000)
    await arriving.write(b"x" * 600_000)
    if sys.argv[2] == "while it settles":
        await arriving.end()
        files._on_disk = lambda path: os.kill(os.getpid(), signal.SIGKILL)
        await store.take(arriving)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.mark.parametrize("when", ["while it comes", "while it settles"])
def test_after_a_crash_nothing_half_written_is_among_the_files(tmp_path: Path, when: str) -> None:
    done = subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path), when], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert [path for path in tmp_path.glob("*/*") if path.parent.name != "arriving"] == []
    assert len(list((tmp_path / "arriving").iterdir())) == 1
    assert Files(tmp_path).sweep((), time.time() + OLD + 60) == 1
