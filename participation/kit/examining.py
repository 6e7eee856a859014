"""Has a file from outside examined by a short-lived process of its own, which may take little memory and time and write nothing.

Whatever is in the file is opened there: a decoder that breaks, hangs or is taken over does so in a process that holds a file, a
pipe and nothing else. It answers with a line of JSON and, for pictures, with these as they will be shown.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 40
"""Seconds after which the process is ended; its own limit of processor time is less."""
LARGEST_ANSWER = 8 * 1024 * 1024
AT_ONCE = 2
"""As many are examined at the same time by one process; others wait."""
_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


class Refused(Exception):
    """The file cannot be taken: why, as a code, and where in it."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Picture:
    """A picture as it is shown at one width."""

    width: int
    height: int
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Examined:
    """What a file is, judged by what it holds."""

    format: str
    """`pdf`, `odt`, `docx`, `csv`, `geojson` or `image`."""
    facts: dict[str, Any]
    pictures: Sequence[Picture] = ()
    """Of an image, and in its place: it is shown at these widths and never itself."""


@dataclass(frozen=True)
class Heard:
    """A recording as it is served."""

    seconds: int
    opus: bytes = field(repr=False)
    mp3: bytes = field(repr=False)


@dataclass(frozen=True)
class Seen:
    """A clip as it is served."""

    format: str
    """`mp4` or `webm`."""
    seconds: int
    content: bytes = field(repr=False)


async def examined(path: Path) -> Examined:
    """Raises `Refused`."""
    said, rest = await _said(path)
    return Examined(said["format"], said["facts"], _pictures(said["pictures"], rest))


async def masked(path: Path, edge: str, percent: int) -> Picture:
    """A photograph, turned upright, with so much of it along an edge (`top`, `bottom`, `left`, `right`) painted over. Raises `Refused`."""
    said, rest = await _said(path, "mask", edge, str(percent))
    [picture] = _pictures(said["pictures"], rest)
    return picture


async def sheet(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a sheet that somebody filled in, CSV or XLSX, each with its number. Raises `Refused`; `where` is a row, or a row and a column."""
    said, _rest = await _said(path, "sheet")
    return [(number, cells) for number, cells in said["rows"]]


async def sound(path: Path) -> Heard:
    """A recording, made small and the same for all. Raises `Refused`."""
    return _heard(*await _said(path, "sound"))


async def spoken(text: str, voice: str) -> Heard:
    """A text, read by a machine in one of its voices. Raises `Refused`."""
    return _heard(*await _said(text.encode(), "speak", voice))


async def clip(path: Path) -> Seen:
    """A clip, without what it said of where and when it was made. Raises `Refused`."""
    said, content = await _said(path, "clip")
    if said["sizes"] != [len(content)]:
        raise Refused("breaks")
    return Seen(said["format"], max(1, round(said["seconds"])), content)


def _heard(said: dict[str, Any], content: bytes) -> Heard:
    first, second = said["sizes"]
    if first + second != len(content):
        raise Refused("breaks")
    return Heard(max(1, round(said["seconds"])), content[:first], content[first:])


async def _said(given: Path | bytes, *wanted: str) -> tuple[dict[str, Any], bytes]:
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        with given.open("rb") if isinstance(given, Path) else _as_file(given) as file:
            answer = await _answered(file, *wanted)
    head, _newline, rest = answer.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError:
        raise Refused("breaks") from None
    if "refused" in said:
        raise Refused(str(said["refused"]), str(said.get("where", "")))
    return said, rest


def _pictures(said: Sequence[dict[str, Any]], content: bytes) -> list[Picture]:
    found, at = [], 0
    for one in said:
        found.append(Picture(one["width"], one["height"], one["type"], content[at : at + one["size"]]))
        at += one["size"]
    if at != len(content):
        raise Refused("breaks")
    return found


def _as_file(content: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()
    file.write(content)
    file.seek(0)
    return file


async def _answered(file: IO[bytes], *wanted: str) -> bytes:
    """What the process says; nothing when it was ended or has broken."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "participation.kit.examiners",
        *wanted,
        stdin=file,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"},
    )
    try:
        answer = await asyncio.wait_for(_read(process), PATIENCE)
    except TimeoutError:
        answer = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return answer if process.returncode == 0 else b""


async def _read(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:
        raise TypeError("its answer is a pipe")
    parts, size = [], 0
    while chunk := await process.stdout.read(65_536):
        parts.append(chunk)
        size += len(chunk)
        if size > LARGEST_ANSWER:
            return b""
    await process.wait()
    return b"".join(parts)
