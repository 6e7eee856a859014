"""Reads a sheet that somebody has filled in, CSV or XLSX, into texts: no macros, no formulas, and no more than people type."""

import os
from pathlib import Path
from typing import BinaryIO

from participation.kit.examiners.kinds import ENCRYPTED, OLE
from participation.kit.examiners.office import examine_workbook
from participation.kit.examiners.refusing import Wrong
from participation.kit.sheets import SheetError, letter, rows

HERE = Path("/dev/stdin")
"""The file itself: what reads workbooks opens them twice."""
MOST_ROWS = 1_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 1_000_000
"""Of the whole sheet: the answer stays below what is taken from this process."""


def read_sheet(file: BinaryIO) -> list[tuple[int, list[str]]]:
    """Each row that holds something: its number, and its cells."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    if not head:
        raise Wrong("empty")
    if head.startswith(OLE):
        raise Wrong("encrypted" if ENCRYPTED in file.read() else "old_office")
    if head.startswith(b"PK"):
        examine_workbook(file, size)
    try:
        return _texts()
    except SheetError as error:
        raise Wrong(error.code, error.where) from None


def _texts() -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    characters = 0
    for number, cells in rows(HERE):
        for column, cell in enumerate(cells):
            where = f"{number} {letter(column)}"
            if cell.formula or cell.text.startswith("="):
                raise Wrong("formula", where)
            if cell.wrong is not None:
                raise Wrong("cell", where)
            characters += len(cell.text)
        if len(found) == MOST_ROWS or len(cells) > MOST_COLUMNS or characters > MOST_CHARACTERS:
            raise Wrong("too_much", str(number))
        found.append((number, [cell.text for cell in cells]))
    return found
