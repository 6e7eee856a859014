"""A sheet for people to fill in, as a workbook: columns of plain text, with lists to choose from.

A web server has no room for what writes workbooks: run as a program, this reads a sheet as JSON and writes the workbook.
"""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.kit.sheets import letter

WIDTH = 18
AS_TEXT = "@"


@dataclass(frozen=True)
class Blank:
    title: str
    rows: Sequence[Sequence[str]]
    """The first is the header."""
    explained: int
    """So many rows below the header say what belongs into the columns."""
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Column, counted from 0 -> what can be chosen in it; something else can still be typed."""
    right_to_left: bool = False


def workbook(blank: Blank) -> bytes:
    import openpyxl  # type: ignore[import-untyped]
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = blank.title
    sheet.sheet_view.rightToLeft = blank.right_to_left
    for row, line in enumerate(blank.rows, 1):
        for column, text in enumerate(line, 1):
            cell = sheet.cell(row, column, text or None)
            # A number would lose its leading zeros, and a text that begins like a formula its meaning.
            cell.number_format = AS_TEXT
            if text:
                cell.data_type = "s"
            if row <= 1 + blank.explained:
                cell.font = Font(bold=row == 1)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    for column in range(len(blank.rows[0])):
        sheet.column_dimensions[letter(column)].width = WIDTH
    sheet.freeze_panes = f"B{2 + blank.explained}"
    _offer(book, sheet, blank)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _offer(book: Any, sheet: Any, blank: Blank) -> None:
    """From a hidden sheet: a list inside a rule may have 255 characters."""
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]

    hidden = book.create_sheet("lists")
    hidden.sheet_state = "hidden"
    first, last = 2 + blank.explained, len(blank.rows)
    for place, (column, words) in enumerate(blank.lists.items()):
        for row, word in enumerate(words, 1):
            hidden.cell(row, place + 1, word)
        source = f"lists!${letter(place)}$1:${letter(place)}${len(words)}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="warning")
        rule.add(f"{letter(int(column))}{first}:{letter(int(column))}{last}")
        sheet.add_data_validation(rule)


if __name__ == "__main__":
    sys.stdout.buffer.write(workbook(Blank(**json.loads(sys.stdin.buffer.read()))))
