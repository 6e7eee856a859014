"""What a gateway sent, before anybody knows what it means: fields by name, whatever their form; and who may send it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from participation.channels.http.routing import TooLarge, Unreadable
from participation.kit.i18n import _

LARGEST = 16 * 1024
"""A message of many parts has two thousand letters; an announcement of a session some fifty fields."""
MOST_FIELDS = 200
NAMELESS = _("This has no name by which it would be known again.")


@dataclass(frozen=True)
class Sent:
    """Fields as they came, in their order and unchanged, since signatures are made over them."""

    query: tuple[tuple[str, str], ...]
    posted: tuple[tuple[str, str], ...]
    body: bytes
    headers: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        """The one value of a field; empty where it is missing, or said twice and differently."""
        values = {value for key, value in (*self.query, *self.posted) if key == name}
        return values.pop() if len(values) == 1 else ""


async def sent(request: Request) -> Sent:
    """Query, form and JSON alike. Raises the refusal of what is too large or no text."""
    pieces: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                raise TooLarge()
            pieces.append(chunk)
    except ClientDisconnect:
        raise Unreadable() from None
    body = b"".join(pieces)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    pairs: list[tuple[str, str]] = []
    try:
        if kind == "application/json":
            said = json.loads(body or b"{}")
            pairs = [(name, str(value)) for name, value in said.items() if isinstance(value, str | int)]
        elif kind == "application/x-www-form-urlencoded":
            text = body.decode("ascii")
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except (ValueError, AttributeError, RecursionError):
        raise Unreadable() from None
    return Sent(tuple(request.query_params.multi_items()), tuple(pairs), body, request.headers)
