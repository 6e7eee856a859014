"""The facts of an entry as JSON for people: words keep the language that they are in, and their direction."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from participation.kit import i18n

MOST = 14_000
"""Bytes for which a page has room."""
EACH = 300
"""Characters of a text where not all of them have room."""


def marked(facts: Mapping[str, Any]) -> tuple[Markup, bool]:
    """Keys in order, one space deeper on each level, as `json.dumps(indent=1, sort_keys=True)` would write them; and whether that is all.

    Where there is no room for all of it, long texts are cut, and what stands behind them is left out.
    """
    whole = "".join(_written(facts, "\n", None))
    if len(whole.encode()) <= MOST:
        return Markup(whole), True  # noqa: S704
    parts, room = [], MOST
    for part in _written(_shortened(facts), "\n", None):
        room -= len(part.encode())
        if room < 0:
            parts.append("…")
            break
        parts.append(part)
    return Markup("".join(parts)), False  # noqa: S704


def _shortened(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    return value[:EACH] + "…" if isinstance(value, str) and len(value) > EACH else value


def _written(value: Any, line: str, language: str | None) -> Iterator[str]:
    """`line`: a line break and the space before what follows it. `language`: of the words in here, where a key has said it."""
    if isinstance(value, Mapping) and value:
        texts = value.keys() <= i18n.AUTONYMS.keys()
        yield "{"
        for number, key in enumerate(sorted(value)):
            yield f"{',' if number else ''}{line} {escape(_json(key))}: "
            yield from _written(value[key], line + " ", key if texts else language)
        yield line + "}"
    elif isinstance(value, list) and value:
        yield "["
        for number, item in enumerate(value):
            yield f"{',' if number else ''}{line} "
            yield from _written(item, line + " ", language)
        yield line + "]"
    elif isinstance(value, str):
        yield _string(value, language)
    else:
        yield str(escape(_json(value)))


def _string(value: str, language: str | None) -> str:
    """Words of a known language, or of nobody knows which: neither turns over the signs around them."""
    if language is not None:
        return f'"<bdi lang="{i18n.tag(language)}" dir="{i18n.direction(language)}">{escape(_json(value)[1:-1])}</bdi>"'
    return str(escape(_json(value))) if value.isascii() else f'"<bdi lang="">{escape(_json(value)[1:-1])}</bdi>"'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
