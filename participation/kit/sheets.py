"""Reads tables as spreadsheet programs write them, row by row: CSV with its separators and encodings, and XLSX. Writes empty ones.

A cell is its text, as somebody would type it: numbers without grouping, days as 2027-03-31. Formulas are never reckoned: what the
program that wrote the file has stored as their result is taken, or nothing.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from participation.kit.i18n import digits

LARGEST = 50 * 1024 * 1024
"""Bytes of a file."""
UNPACKED = 100 * 1024 * 1024
"""Bytes that a workbook may come to: a few kilobytes can be made to unpack to gigabytes."""
PARTS = 2_000
LONGEST = 200_000
"""Characters of a cell."""
_SEPARATORS = ",;\t"
_BREAKS = (
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError, EOFError, OSError, SyntaxError),
    *(zipfile.BadZipFile, NotImplementedError),
)
"""What reading a workbook that is none can raise."""


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet program takes a cell that begins so for a formula."""


class SheetError(Exception):
    """The file cannot be read as a table; the text says why, `code` and `where` (row, or row and column) for whoever says it in other words."""

    def __init__(self, text: str, code: str = "breaks", where: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.where = where


@dataclass(frozen=True)
class Cell:
    text: str
    wrong: str | None = None
    """Why it has no text that could be taken."""
    formula: bool = False
    """A workbook reckons it."""


EMPTY = Cell("")
Row = tuple[int, list[Cell]]
"""Its number, as the spreadsheet program shows it, and its cells without empty ones at the end."""


def rows(path: Path) -> Iterator[Row]:
    """All rows that hold something. Raises `SheetError`, also in the middle."""
    if path.stat().st_size > LARGEST:
        raise SheetError(f"{path.name} is larger than {LARGEST // 2**20} MB.")
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise SheetError(f"{path.name} is empty.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(
            f"{path.name} is an old or an encrypted Excel file. Save it as XLSX without a password, or as CSV."
        )
    found = _workbook(path) if head.startswith(b"PK") else _table(path)
    for number, cells in found:
        while cells and not cells[-1].text and cells[-1].wrong is None:
            cells.pop()
        if cells:
            yield number, cells


def letter(column: int) -> str:
    """The letters of a column, the first of which is 0: A, B, …, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# CSV


def _table(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LONGEST)
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = None
        try:
            first = file.readline(LONGEST)
            separator, before = _separator(first)
            if not before:
                file.seek(0)
            reader = csv.reader(file, delimiter=separator, strict=True)
            for number, row in enumerate(reader, before + 1):
                yield number, [Cell(cell.strip()) for cell in row]
        except csv.Error as error:
            line = reader.line_num if reader else 1
            raise SheetError(f"{path.name}, line {line}: {error}.", "uneven", str(line)) from None
        except UnicodeError:
            where, place = _unreadable(path)
            raise SheetError(
                f"{path.name}, {where}: this is not UTF-8. Save it as CSV in UTF-8, or as XLSX.", "not_utf8", place
            ) from None


def _separator(first: str) -> tuple[str, int]:
    """What stands between cells, by the first line; and how many lines say nothing else."""
    if first.startswith("sep=") and len(first.rstrip("\r\n")) == 5:
        return first[4], 1
    return max(_SEPARATORS, key=first.count), 0


def _unreadable(path: Path) -> tuple[str, str]:
    """In words and in short: the cell with the first byte that is no text: files are read ahead, so that the reader does not know."""
    data, encoding = path.read_bytes().removeprefix(codecs.BOM_UTF8), _encoding(path)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        text = data[: getattr(error, "start", 0)].decode(encoding, "ignore")
    separator, _before = _separator(text.partition("\n")[0])
    count, last = 0, [""]
    try:
        for cells in csv.reader(io.StringIO(f"{text}?"), delimiter=separator):
            count, last = count + 1, cells
    except csv.Error:
        return f"after row {count}", str(count + 1)
    column = letter(len(last) - 1)
    return f"row {count}, column {column}", f"{count} {column}"


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return "utf-8-sig"


def table(lines: Sequence[Sequence[str]]) -> bytes:
    """CSV that every spreadsheet program opens as it is."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(text: str) -> str:
    """For a cell that a spreadsheet program is to show as it stands, and not to reckon."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unharmed(text: str) -> str:
    """What `harmless` was given, when it comes back."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def moment(text: str) -> str:
    """A day, with or without an hour, in whatever order spreadsheet programs write it, as 2027-03-31 09:30.

    What could be read in two ways, as 03/04/2027, is left as it is, for a form to refuse.
    """
    said = re.sub(r"(\d{1,2}:\d{2}):00(?:\.0+)?$", r"\1", digits(text).strip())
    found = re.match(r"(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})(?!\d)", said)
    if found is None:
        return said
    first, mark, second, third = int(found[1]), found[2], int(found[3]), int(found[4])
    if len(found[1]) == 4:
        day = (first, second, third)
    elif len(found[4]) == 4 and (mark == "." or first > 12):
        day = (third, second, first)
    elif len(found[4]) == 4 and second > 12:
        day = (third, first, second)
    else:
        return said
    return f"{day[0]:04}-{day[1]:02}-{day[2]:02}{said[found.end() :]}"


# XLSX


def _workbook(path: Path) -> Iterator[Row]:
    _look_into(path)
    import openpyxl  # type: ignore[import-untyped]

    # What a workbook holds beside its cells is of no interest here.
    warnings.filterwarnings("ignore", module=r"openpyxl\.")
    try:
        with path.open("rb") as file, path.open("rb") as again:
            shown = _first(openpyxl.load_workbook(file, read_only=True, data_only=True))
            written = _first(openpyxl.load_workbook(again, read_only=True))
            for number, (row, beneath) in enumerate(zip(shown.iter_rows(), written.iter_rows(), strict=False), 1):
                yield number, [_cell(one, other) for one, other in zip(row, beneath, strict=False)]
    except _BREAKS as error:
        raise SheetError(f"{path.name} cannot be read as a workbook ({type(error).__name__}).") from None


def _look_into(path: Path) -> None:
    """Before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                most = UNPACKED // 2**20
                raise SheetError(f"{path.name} would unpack to more than {most} MB. Split it, or save it as CSV.")
            if any(part.flag_bits & 1 for part in parts):
                raise SheetError(f"{path.name} is encrypted. Save it without a password.")
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise SheetError(f"{path.name} is no XLSX workbook. Save it as XLSX or as CSV.")
            if any(_declares(packed, part) for part in parts if part.filename.endswith((".xml", ".rels"))):
                raise SheetError(f"{path.name} declares what no workbook declares. Save it anew, or as CSV.")
    except _BREAKS:
        raise SheetError(f"{path.name} is damaged.") from None


def _declares(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """It begins with a declaration of types, in which entities that multiply can hide; in UTF-16 as well."""
    with packed.open(part) as file:
        return b"<!DOCTYPE" in file.read(2_000).replace(b"\0", b"").upper()


def _first(book: Any) -> Any:
    """Its first sheet that can be seen; what the file says of the sheet's size is not believed."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()
            return sheet
    raise ValueError


def _cell(shown: Any, written: Any) -> Cell:
    formula = written.data_type == "f"
    if shown.value is None:
        if written.value is None:
            return EMPTY
        return Cell("", "This formula has no stored result. Write the value instead.", formula)
    if shown.data_type == "e":
        return Cell("", f"This is an error of the spreadsheet ({shown.value}).", formula)
    text = _text(shown.value)
    return Cell(text, formula=formula) if len(text) <= LONGEST else Cell("", "This is too long.", formula)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        # A spreadsheet keeps moments as fractions of a day, so that full minutes come out a little off.
        value = (value + timedelta(seconds=30)).replace(second=0, microsecond=0, tzinfo=None)
        return f"{value:%Y-%m-%d}" if value.time() == time.min else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]], path: Path) -> None:
    """By title; the first row of each is bold and stays in sight."""
    import openpyxl
    from openpyxl.styles import Font  # type: ignore[import-untyped]

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
        for place, cell in enumerate(sheet[1]):
            cell.font = Font(bold=True)
            sheet.column_dimensions[letter(place)].width = 24
        sheet.freeze_panes = "A2"
    book.save(path)
