"""What a sheet is, which one is taken, and why not: pure decisions."""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from participation.domain.proxies import rules as entries
from participation.kit.errors import Conflict, Invalid, NotFound, Refusal
from participation.kit.i18n import Message, _

MOST = 500
"""Rows of a sheet that say something."""
LARGEST = 5 * 1000 * 1000
"""Bytes of a file."""
STATEMENT = re.compile(r"s([0-9]{1,18})")
"""The column of a comment that is reacted to: this letter and its number, as in ODK's forms."""
VOTES = {"vote", "votes", "ballot", "choice", "pin"}
"""Names of columns that somebody could think of; there are none such."""

_DAMAGED = _("This file is damaged, or no sheet: CSV in UTF-8 and XLSX are taken. Save it anew as one of them.")
REFUSED: Mapping[str, Message] = {
    "empty": _("This file is empty."),
    "encrypted": _("This file is protected with a password. Save it without one."),
    "old_office": _("This is a file of an old office program. Save it as XLSX, or as CSV in UTF-8."),
    "macros": _("This document holds macros. Save it without them."),
    "formula": _("There is a formula. Type what it comes to."),
    "cell": _("There is something that cannot be read as text. Type it anew."),
    "not_utf8": _("This is not in UTF-8. Save the sheet as CSV in UTF-8, or as XLSX."),
    "uneven": _("A quotation mark is wrong here."),
    "too_much": _("There are more rows, columns or words than are taken at a time. Split the sheet."),
}
"""By what the process says that opens the file."""


def refused(code: str, where: str) -> Invalid:
    """`where`: a line, or a line and a column, or nothing."""
    line, _space, column = where.partition(" ")
    return wrong(REFUSED.get(code, _DAMAGED), line, column)


def wrong(message: Message, line: int | str = "", column: str = "") -> Invalid:
    """The file as a whole cannot be taken, and nothing of it was."""
    if column:
        message = _("Line %(line)s, column %(column)s: %(reason)s", line=str(line), column=column, reason=message)
    elif line:
        message = _("Line %(number)s: %(reason)s", number=str(line), reason=message)
    return Invalid({"file": message})


def no_column(name: str) -> Message:
    if name in VOTES:
        return _("No vote is taken from a sheet: people vote in their own hands.")
    return _("There is no column with this name: %(name)s", name=name)


def too_many() -> Invalid:
    return wrong(_("At most %(most)s rows are taken from one sheet. Split it.", most=MOST))


def no_sheet_of_ours() -> Conflict:
    return Conflict(
        "no_sheet",
        _("None of these receipts was given for a sheet here. Nothing was taken."),
        _("Download an empty sheet, and type what people said beside its receipts."),
    )


def for_an_office(refusal: Refusal) -> Refusal:
    """What is said of a device otherwise: an office has none that it could connect."""
    return foreign_receipt() if refusal.code == entries.foreign_receipt().code else refusal


def foreign_receipt() -> Conflict:
    return Conflict(
        "receipt",
        _("This receipt was not given for a sheet of this delegate, or was used for something else."),
        _("Type it beside a receipt of this sheet, and tell the person the new one."),
    )


def on_paper() -> Conflict:
    return Conflict(
        "printed",
        _("This receipt stands on a printed form, which two people read."),
        _("Type it in under Paper forms, by the number on the sheet."),
    )


def nothing_asked() -> Refusal:
    return NotFound(
        "project", _("This project asks nothing at the moment."), _("Choose one that takes comments or reactions.")
    )


def client_id(receipt: str) -> uuid.UUID:
    """By which a row is known when its sheet comes again: whatever else is in it, it is the entry of this receipt."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:participation:receipt:{receipt}")


def finished_at(said: datetime | None, day_alone: bool, zone: ZoneInfo, at: datetime) -> datetime:
    """When something was said: of a day alone its end, as far as it has come; where nothing stands there, now."""
    if said is None:
        return at
    if not day_alone or said > at:
        return said
    return min(datetime.combine(said.astimezone(zone).date(), time(23, 59), zone), at)
