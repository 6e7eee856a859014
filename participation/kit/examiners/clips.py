"""Examines a clip: short, small, of a kind that old telephones show; and blanks what it says of where, when and by what it was made.

It is kept as it was sent: to make it anew would take a minute of a processor, and what people sign with would blur.
"""

import json
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from typing import Any, BinaryIO

from participation.kit.examiners.refusing import Wrong
from participation.kit.examiners.sounds import PATIENCE

MOST_BYTES = 6_000_000
MOST_SECONDS = 180
LARGEST = 1_280
"""Pixels of its longer side."""
SHOWN = {"mp4": {"h264"}, "webm": {"vp8", "vp9"}}
SPOKEN = {"mp4": {"aac", "mp3"}, "webm": {"opus", "vorbis"}}
CONTAINERS = (b"moov", b"trak", b"mdia")
TELLING = (b"udta", b"meta", b"uuid")
"""Boxes of an MP4 with what the telephone wrote beside the pictures; a reader passes over what is called `free`."""
DATED = (b"mvhd", b"tkhd", b"mdhd")
DEEPEST = 4
SEGMENT, INFO = b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66"
WEBM_TELLING = {
    *(b"\x12\x54\xc3\x67", b"\x10\x43\xa7\x70", b"\x19\x41\xa4\x69"),
    *(b"\x44\x61", b"\x7b\xa9", b"\x73\x84", b"\x4d\x80", b"\x57\x41", b"\xbf"),
}
"""Elements of a WebM: tags, chapters, attachments; and of its info when, how it is called, where it lay and what made it, with the sum over all this."""
ASKED = ("-show_entries", "format=duration:stream=codec_type,codec_name,width,height", "-of", "json")


def examine_clip(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """What it is and how long, and it without what it told; raises `Wrong`."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise Wrong("empty")
    if size > MOST_BYTES:
        raise Wrong("clip_too_large")
    file.seek(0)
    content = bytearray(file.read())
    format_ = _format(content)
    said = _asked("mov" if format_ == "mp4" else "matroska")
    seconds = float(said["format"].get("duration") or 0)
    if seconds <= 0:
        raise Wrong("breaks_clip")
    if seconds > MOST_SECONDS:
        raise Wrong("clip_too_long")
    width, height = _looked_at(said["streams"], format_)
    if format_ == "mp4":
        _blank(content, 0, len(content), 0)
    else:
        _void(content)
    facts = {"format": format_, "seconds": seconds, "width": width, "height": height, "sizes": [len(content)]}
    return facts, [bytes(content)]


def _format(content: bytearray) -> str:
    if content[4:8] == b"ftyp":
        return "mp4"
    if content[:4] == b"\x1aE\xdf\xa3" and b"webm" in content[:64]:
        return "webm"
    raise Wrong("not_a_clip")


def _asked(demuxer: str) -> dict[str, Any]:
    if shutil.which("ffprobe") is None:
        raise Wrong("no_program", "ffprobe")
    argv = ("ffprobe", "-v", "error", *ASKED, "-protocol_whitelist", "file", "-f", demuxer, "-i", "file:/dev/stdin")
    try:
        done = subprocess.run(argv, capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise Wrong("breaks_clip") from None
    if done.returncode:
        raise Wrong("breaks_clip")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _looked_at(streams: list[dict[str, Any]], format_: str) -> tuple[int, int]:
    """One picture, at most one sound beside it, in codecs that are shown everywhere; and no track that says anything else."""
    pictures = [one for one in streams if one.get("codec_type") == "video"]
    others = [one for one in streams if one.get("codec_type") == "audio"]
    if len(pictures) != 1 or len(others) > 1 or len(streams) != len(pictures) + len(others):
        raise Wrong("not_a_clip")
    kinds = {one["codec_name"] for one in pictures} <= SHOWN[format_]
    if not kinds or not {one["codec_name"] for one in others} <= SPOKEN[format_]:
        raise Wrong("clip_codec", str(pictures[0].get("codec_name")))
    width, height = int(pictures[0]["width"]), int(pictures[0]["height"])
    if max(width, height) > LARGEST:
        raise Wrong("clip_too_wide")
    return width, height


def _blank(content: bytearray, start: int, end: int, depth: int) -> None:
    """In place, so that everything else stays where the clip says it is."""
    for place, header, size, name in _boxes(content, start, end):
        if name in TELLING:
            content[place + 4 : place + 8] = b"free"
            content[place + header : place + size] = bytes(size - header)
        elif name in DATED:
            whole = 8 if content[place + header : place + header + 1] == b"\0" else 16
            content[place + header + 4 : place + header + 4 + whole] = bytes(whole)
        elif name in CONTAINERS and depth < DEEPEST:
            _blank(content, place + header, place + size, depth + 1)


def _boxes(content: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int, bytes]]:
    """Place, length of the header, whole length and name of each."""
    place = start
    while place + 8 <= end:
        size, name = struct.unpack_from(">I4s", content, place)
        header = 8
        if size == 1 and place + 16 <= end:
            (size,), header = struct.unpack_from(">Q", content, place + 8), 16
        elif size == 0:
            size = end - place
        if size < header or place + size > end:
            raise Wrong("breaks_clip")
        yield place, header, size, name
        place += size


def _void(content: bytearray) -> None:
    """The same in a WebM: what stands there becomes an element that readers pass over."""
    place = 0
    while place < len(content):
        name, start = _vint(content, place)
        said, body = _vint(content, start)
        bits = 7 * (body - start)
        size = int.from_bytes(said) & (1 << bits) - 1
        unknown = size == (1 << bits) - 1
        if name in (SEGMENT, INFO) or unknown:
            # One that ends with the next of its kind is gone through as well.
            place = body
            continue
        if body + size > len(content):
            raise Wrong("breaks_clip")
        if name in WEBM_TELLING:
            whole = body + size - place
            header = bytes((0xEC, 0x80 | whole - 2)) if whole <= 128 else b"\xec\x01" + (whole - 9).to_bytes(7)
            content[place : body + size] = header + bytes(whole - len(header))
        place = body + size


def _vint(content: bytearray, place: int) -> tuple[bytes, int]:
    """A number of EBML as it stands there, and where it ends; its first bits say how long it is."""
    length = 9 - content[place].bit_length() if place < len(content) else 9
    if length > 8 or place + length > len(content):
        raise Wrong("breaks_clip")
    return bytes(content[place : place + length]), place + length
