"""Projects from a spreadsheet, on the command line: what is done in an official's name, and the sheet to fill in."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from participation.channels.staff.commands import in_the_name_of
from participation.domain.ladder.sheet.forms import columns
from participation.domain.ladder.sheet.operations import MOST, BroughtIn, bring_in, told
from participation.domain.places.queries import one_city
from participation.domain.record.actors import Via
from participation.kit.database import Database
from participation.kit.sheets import SheetError, rows, table, workbook

__all__ = ["columns_of", "count", "import_projects", "told", "write_template"]


def count(path: Path) -> int:
    """Rows below the first; the whole file is read once before anything is done."""
    found = sum(1 for _row in rows(path)) - 1
    if found > MOST:
        raise SheetError(f"{path.name} has more than {MOST:,} rows. Split it.")
    if found < 1:
        raise SheetError(f"{path.name} has no row below the names of its columns.")
    return found


class _Undone(Exception):
    """Something is wrong, and nothing is to be kept."""

    def __init__(self, brought: BroughtIn) -> None:
        super().__init__()
        self.brought = brought


async def import_projects(
    database: Database,
    *,
    city: str | None,
    path: Path,
    login: str,
    partial: bool,
    update: bool,
    at: datetime,
    advance: Callable[[int], None] = lambda done: None,
) -> BroughtIn:
    """All rows or, with `partial`, the good ones."""
    try:
        async with database.transaction() as session:
            here = await one_city(session, city)
            actor = await in_the_name_of(session, here, login, at, via=Via.IMPORT)
            brought = await bring_in(
                session, city=here, rows=rows(path), update=update, actor=actor, at=at, advance=advance
            )
            if brought.problems and not partial:
                raise _Undone(brought)
            return brought
    except _Undone as undone:
        return undone.brought


async def columns_of(database: Database, city: str | None) -> dict[str, str]:
    """What a sheet may have, and what stands in it."""
    async with database.reading() as session:
        return columns(await one_city(session, city))


def write_template(found: dict[str, str], path: Path) -> None:
    """A sheet to fill in, by the ending of its name; a workbook has a second one that says what stands in each column."""
    if path.exists():
        raise SheetError(f"{path} is there already.")
    if path.suffix.lower() == ".xlsx":
        workbook({"projects": [list(found)], "columns": [("column", "what stands in it"), *found.items()]}, path)
    elif path.suffix.lower() == ".csv":
        path.write_bytes(table([list(found)]))
    else:
        raise SheetError("The name of a template ends in .csv or .xlsx.")
