"""Examines a table (CSV): lines of the same number of columns, and no cell that a spreadsheet would run."""

import csv
import io
import re
from typing import Any

from participation.kit.examiners.refusing import Wrong

DELIMITERS = ",;\t"
LONGEST_CELL = 100_000
MOST_COLUMNS = 1_000
FORMULA = re.compile(r"\s*(=|@[A-Za-z]|[+-].*[|!(])", re.DOTALL)


def examine_table(text: str) -> dict[str, Any]:
    csv.field_size_limit(LONGEST_CELL)
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    if not first.count(delimiter):
        raise Wrong("not_a_table")
    rows, columns = 0, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if not row:
                continue
            columns = columns or len(row)
            if len(row) != columns or columns > MOST_COLUMNS:
                raise Wrong("uneven", str(reader.line_num))
            if any(FORMULA.match(cell) for cell in row):
                raise Wrong("formula", str(reader.line_num))
            rows += 1
    except csv.Error:
        raise Wrong("uneven", str(reader.line_num)) from None
    if rows < 2:
        raise Wrong("not_a_table")
    return {"rows": rows - 1, "columns": columns}
