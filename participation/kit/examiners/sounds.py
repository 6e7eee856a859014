"""Turns a recording, or a text that a machine reads, into the two files that are served: Opus and MP3, mono, about 1 kB a second.

What a recording is, its first bytes say; ffmpeg is told so and guesses nothing, and may open nothing but this file.
"""

import shutil
import subprocess
from array import array
from typing import Any, BinaryIO

from participation.kit.examiners.refusing import Wrong

MOST_SECONDS = 300
FEWEST_SECONDS = 0.3
RATE = 16_000
SILENT = 200
"""A recording whose loudest moment is below this, of 32,767, holds nothing that anybody would hear."""
LOUD = 29_000
MOST_GAIN = 10
"""What was recorded from afar is made louder, but not its noise without end."""
PATIENCE = 30
"""Seconds for one program."""
PACE = 140
"""Words a minute; people read aloud at about this pace."""
MOST_TEXT = 5_000
START = 64
PLAIN = ("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1")
RAW = ("-f", "s16le", "-ar", str(RATE), "-ac", "1")
SAME = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""The same sound gives the same bytes, without what the recorder wrote beside it."""
OPUS = tuple("-c:a libopus -b:a 10k -vbr off -application voip -frame_duration 60 -f ogg".split())
MP3 = tuple("-c:a libmp3lame -ar 8000 -b:a 8k -write_xing 0 -id3v2_version 0 -f mp3".split())
"""At 8 kbit/s, a rate that telephones with keys play too."""


def examine_sound(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """How long it is, and it as Opus and as MP3; raises `Wrong`."""
    start = file.read(START)
    if not start:
        raise Wrong("empty")
    demuxer = _demuxer(start)
    if demuxer is None:
        raise Wrong("not_a_sound")
    read = (
        "-protocol_whitelist",
        "file",
        "-f",
        demuxer,
        "-i",
        "file:/dev/stdin",
        "-map",
        "0:a:0?",
        "-vn",
        "-sn",
        "-dn",
    )
    wave = _run((*PLAIN, *read, "-t", str(MOST_SECONDS + 1), *RAW, "pipe:1"))
    return _made(wave)


def read_aloud(file: BinaryIO, voice: str) -> tuple[dict[str, Any], list[bytes]]:
    """A text, as that voice of espeak-ng reads it."""
    text = file.read(MOST_TEXT * 4).decode()[:MOST_TEXT]
    spoken = _run(("espeak-ng", "-v", voice, "-s", str(PACE), "--stdin", "--stdout"), text.encode())
    return _made(_run((*PLAIN, "-f", "wav", "-i", "pipe:0", *RAW, "pipe:1"), spoken))


def _demuxer(start: bytes) -> str | None:
    if start.startswith(b"RIFF") and start[8:12] == b"WAVE":
        return "wav"
    if start[4:8] == b"ftyp":
        return "mov"
    for known, demuxer in (
        *((b"OggS", "ogg"), (b"fLaC", "flac"), (b"#!AMR", "amr"), (b"\x1aE\xdf\xa3", "matroska")),
        *((b"ID3", "mp3"), (b"\xff\xf1", "aac"), (b"\xff\xf9", "aac")),
    ):
        if start.startswith(known):
            return demuxer
    return "mp3" if start[0] == 0xFF and start[1:2] >= b"\xe0" else None


def _made(wave: bytes) -> tuple[dict[str, Any], list[bytes]]:
    samples = array("h")
    samples.frombytes(wave[: len(wave) // 2 * 2])
    if not samples:
        raise Wrong("no_sound")
    seconds = len(samples) / RATE
    if seconds > MOST_SECONDS:
        raise Wrong("sound_too_long")
    if seconds < FEWEST_SECONDS:
        raise Wrong("sound_too_short")
    peak = max(max(samples), -min(samples))
    if peak < SILENT:
        raise Wrong("silent")
    gain = ("-af", f"volume={min(LOUD / peak, MOST_GAIN):.3f}")
    made = [_run((*PLAIN, *RAW, "-i", "pipe:0", *gain, *SAME, *how, "pipe:1"), wave) for how in (OPUS, MP3)]
    return {"seconds": seconds, "sizes": [len(one) for one in made]}, made


def _run(argv: tuple[str, ...], given: bytes | None = None) -> bytes:
    """What the program writes; the file on our standard input is its own where nothing else is given."""
    if shutil.which(argv[0]) is None:
        raise Wrong("no_program", argv[0])
    try:
        # With the signals that Python ignores: a library of espeak-ng tries to make room for playing, and is to be told no, not ended.
        done = subprocess.run(
            argv, input=given, capture_output=True, timeout=PATIENCE, check=False, restore_signals=False
        )
    except subprocess.TimeoutExpired:
        raise Wrong("breaks_sound") from None
    if done.returncode:
        raise Wrong("no_sound" if b"does not contain any stream" in done.stderr else "breaks_sound")
    return done.stdout
