"""Reads a file from standard input within limits, says what it is or why it cannot be taken, and writes nothing but that."""

import json
import os
import resource
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from participation.kit.examiners.refusing import Wrong

MEMORY = 900 * 1024 * 1024
"""Bytes of address space; a quarter of it is the interpreter with its libraries."""
SECONDS = 25
"""Of processor time."""


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(5)


def examine(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """The answer, and the pictures that follow it."""
    from participation.kit.examiners.kinds import told

    found = told(file)
    return _shown(found.format, found.facts, found.pictures)


def mask(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """A photograph with a part of it painted over."""
    from participation.kit.examiners.images import mask_image

    _mask, edge, percent = sys.argv[1:]
    return _shown("image", {}, mask_image(file, edge, int(percent)))


def _shown(
    format_: str, facts: dict[str, Any], made: Sequence[tuple[int, int, str, bytes]]
) -> tuple[dict[str, Any], list[bytes]]:
    pictures = [{"width": one[0], "height": one[1], "type": one[2], "size": len(one[3])} for one in made]
    return {"format": format_, "facts": facts, "pictures": pictures}, [one[3] for one in made]


def read(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """What a sheet says, row by row."""
    from participation.kit.examiners.sheets import read_sheet

    return {"rows": read_sheet(file)}, []


def sound(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """A recording, as it will be served."""
    from participation.kit.examiners.sounds import examine_sound

    return examine_sound(file)


def speak(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """A text, read by a machine in a voice."""
    from participation.kit.examiners.sounds import read_aloud

    os.nice(14)  # Nobody waits for it.
    return read_aloud(file, sys.argv[2])


def clip(file: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """A clip in sign language."""
    from participation.kit.examiners.clips import examine_clip

    return examine_clip(file)


WANTED = {"sheet": read, "mask": mask, "sound": sound, "speak": speak, "clip": clip}
"""What else than being examined is asked of a file, by the first argument."""


def main() -> None:
    limit()
    out = sys.stdout.buffer
    pictures: list[bytes] = []
    try:
        answer, pictures = WANTED.get(" ".join(sys.argv[1:2]), examine)(sys.stdin.buffer)
    except Wrong as wrong:
        answer = {"refused": wrong.code, "where": wrong.where}
    except (Exception, RecursionError, MemoryError):
        # Whatever a decoder stumbles over: the file is damaged, or made to break it.
        answer = {"refused": "breaks"}
    out.write(json.dumps(answer).encode() + b"\n")
    for picture in pictures:
        out.write(picture)
    out.flush()


if __name__ == "__main__":
    main()
