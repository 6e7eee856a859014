"""A QR code for a page of the staff, drawn by a process of its own: a web server has no room for what draws it."""

import json
from dataclasses import dataclass

from participation.kit.elsewhere import made

PATIENCE = 10
"""Seconds; what it says stands beside it in digits anyway."""


@dataclass(frozen=True)
class Drawn:
    size: int
    outline: str


async def drawn(text: str) -> Drawn | None:
    """None where it could not be drawn."""
    said = await made("participation.kit.qr", text.encode(), PATIENCE)
    return None if said is None else Drawn(*json.loads(said))
