"""CSV that spreadsheets can open without harm."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from participation.channels.opendata.shapes import Shape
from participation.kit.sheets import harmless


def sheet(shape: Shape, items: Sequence[Mapping[str, Any]], languages: Sequence[str], *, bom: bool = False) -> bytes:
    """A header row, then a row for each; RFC 4180, UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(shape.cells(None, languages))
    writer.writerows(_row(shape.cells(item, languages).values()) for item in items)
    return (b"\xef\xbb\xbf" if bom else b"") + out.getvalue().encode("utf-8", "replace")


def _row(values: Iterable[Any]) -> list[str]:
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else str(value)
