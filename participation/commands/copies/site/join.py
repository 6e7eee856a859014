"""Joins the pages of a copy: each link leads to the file that it became, or to the living site, or is a word among others."""

import json
import posixpath
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from participation.commands.copies.site.page import ELSEWHERE, Living, Part

Where = Callable[[str], str | None]
"""The file that an address became, if the copy has it."""


def keep(parts: list[Part], path: Path) -> int:
    """Put a page aside, its links open; how many bytes it takes at most."""
    content = json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")
    path.write_bytes(content)
    return len(content)


def join(path: Path, name: str, where: Where, living: Living) -> int:
    """Finish a page that was put aside, in its place; how many bytes it has."""
    parts: list[Part] = json.loads(path.read_bytes())
    joiner = _Joiner(posixpath.dirname(name), where, living)
    content = "".join(piece for part in parts for piece in joiner.said(part)).encode()
    path.write_bytes(content)
    return len(content)


class _Joiner:
    def __init__(self, folder: str, where: Where, living: Living) -> None:
        self._folder, self._where, self._living = folder, where, living

    def said(self, part: Part) -> Iterator[str]:
        if isinstance(part, str):
            yield part
            return
        kind, address, *more = part
        link = self._link(address)
        outside = link is None
        target = escape(link or self._living.origin + address)
        if kind == "a" and (link or self._living.known):
            yield f'<a href="{target}"{more[0]}>'
        elif kind == "a":
            yield f"<span{more[1]}>"
        elif kind == "/a" and outside:
            yield f" {ELSEWHERE}</a>" if self._living.known else "</span>"
        elif kind == "/a":
            yield "</a>"
        elif kind == "img":
            yield escape(more[1]) if outside else f'<img src="{target}"{more[0]}>'
        elif not outside:
            yield f'<link href="{target}"{more[0]}>'

    def _link(self, address: str) -> str | None:
        asked, sign, fragment = address.partition("#")
        name = self._where(asked)
        return None if name is None else posixpath.relpath(name, self._folder or ".") + sign + fragment
