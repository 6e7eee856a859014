"""Recordings as officials send them: tones, made here, so that no file has to be kept; and a form that brings one."""

import io
import math
import struct
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.browsing import Browser, forms


def tone(seconds: float = 2.0, loud: int = 9_000, rate: int = 16_000) -> bytes:
    """A WAV file with one low tone, as loud as somebody who speaks; `loud=0` for silence."""
    samples = (int(loud * math.sin(place * 440 * math.tau / rate)) for place in range(int(seconds * rate)))
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return content.getvalue()


def turned_into(content: bytes, *how: str) -> bytes:
    """The same as another kind of file."""
    argv = ("ffmpeg", "-loglevel", "error", "-i", "pipe:0", *how, "pipe:1")
    return subprocess.run(argv, input=content, capture_output=True, check=True).stdout


def seconds_of(content: bytes) -> float:
    """As a player would say."""
    argv = ("ffprobe", "-v", "error", "-show_entries", "packet=duration_time", "-of", "csv=p=0", "-i", "pipe:0")
    said = subprocess.run(argv, input=content, capture_output=True, check=True, text=False).stdout
    return sum(float(line) for line in said.decode().replace(",", "").split())


async def send(official: Browser, address: str, words: dict[str, str], file: bytes | None = None) -> httpx.Response:
    """Open the form there, fill it in, choose a file, and send it as a browser does: the file last."""
    page = official.page if address == "again" else await official.get(address)
    form = next(one for one in forms(page.text) if one.method == "post")
    fields = {name: value for name, value in (dict(form.fields) | words).items() if name != "file"}
    parts: list[Any] = [(name, (None, value)) for name, value in fields.items()]
    parts.append(("file", ("recording" if file is not None else "", io.BytesIO(file or b""), "audio/wav")))
    official.page = await official.client.post(urljoin(str(page.url), form.action), files=parts, follow_redirects=True)
    return official.page


def film(seconds: int = 2, size: str = "160x120", *how: str, kind: str = "mp4") -> bytes:
    """A clip of moving colours, as telephones record them: with where it was."""
    codec = ("-c:v", "libx264", "-pix_fmt", "yuv420p") if kind == "mp4" else ("-c:v", "libvpx")
    told = ("-metadata", "location=+01.1100+045.0300/", "-metadata", "creation_time=2027-02-03T04:05:06Z")
    source = ("-f", "lavfi", "-i", f"testsrc=d={seconds}:s={size}:r=5")
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as file:
        argv = ("ffmpeg", "-loglevel", "error", "-y", *source, *codec, *told, *how, file.name)
        subprocess.run(argv, check=True)
        return Path(file.name).read_bytes()
