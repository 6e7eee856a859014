"""A QR code for a page of the staff, drawn by a process of its own: a web server has no room for what draws it."""

import asyncio
import json
import sys
from dataclasses import dataclass

PATIENCE = 10
"""Seconds; what it says stands beside it in digits anyway."""


@dataclass(frozen=True)
class Drawn:
    size: int
    outline: str


async def drawn(text: str) -> Drawn | None:
    """None where it could not be drawn. What it says is handed over by a pipe, and stands in no list of processes."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "participation.kit.qr"), stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        said, _errors = await asyncio.wait_for(process.communicate(text.encode()), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return Drawn(*json.loads(said)) if process.returncode == 0 else None
