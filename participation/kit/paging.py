"""Keyset paging: a page is what comes after a key, never a count of rows to skip."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
SIZE = 20
INT4 = 2**31
INT8 = 2**63
"""What the numbers of a table stay below: a key from an address may hold any."""


@dataclass(frozen=True)
class Page(Generic[T]):
    items: Sequence[T]
    next: str | None
    """Where the following page starts, as text for an address; None on the last page."""


def encode(key: Sequence[Any]) -> str:
    raw = json.dumps(list(key), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str, kinds: tuple[type, ...], *, most: int = INT8) -> tuple[Any, ...] | None:
    """The key in an address, or None when it is not one of ours: the first page is shown then."""
    try:
        key = json.loads(base64.urlsafe_b64decode(text[:400] + "=" * (-len(text[:400]) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(key, list) or len(key) != len(kinds):
        return None
    if not all(isinstance(v, k) and not isinstance(v, bool) for v, k in zip(key, kinds, strict=True)):
        return None
    if any(isinstance(v, int) and abs(v) >= most for v in key):
        return None
    return tuple(key)
