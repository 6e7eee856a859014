"""Spreadsheets for offices: an empty one with receipts out, and what was typed into it in."""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from participation.channels.http.answers import attachment
from participation.channels.http.refusing import messages
from participation.channels.http.visit import Visit
from participation.channels.staff.entry_files import STATUSES
from participation.channels.staff.offices import delegates_and_projects
from participation.channels.staff.sheet_rows import Outcome, SheetTaking
from participation.domain.people.rules import acting_as_one_of
from participation.domain.proxies.devices.offices.operations import office_device
from participation.domain.proxies.devices.operations import ENROLLERS
from participation.domain.proxies.devices.queries import DeviceView
from participation.domain.proxies.spreadsheets import queries, rules
from participation.domain.proxies.spreadsheets.forms import Filled, blank, offered, read_sheet, to_put_right
from participation.domain.proxies.spreadsheets.operations import give_receipts
from participation.kit import examining, i18n
from participation.kit.blank_sheets import Blank
from participation.kit.elsewhere import made
from participation.kit.errors import Invalid, Refusal, SignInNeeded, Unavailable
from participation.kit.forms import Reader
from participation.kit.i18n import Message, _
from participation.kit.sheets import table

MOST_ROWS = 200
PATIENCE = 30
"""Seconds that making a workbook may take."""
SHOWN = 100
"""Rows of each kind that the page lists; the sheet to download has all."""
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(visit: Visit) -> Response:
    if visit.request.method == "GET":
        return await _page(visit)
    asked = str(visit.typed.get("do"))
    try:
        form = Reader(visit.fields)
        if asked == "blank":
            return await _blank(visit, form)
        if asked == "again":
            return _to_put_right(visit)
        filled = await _read(visit)
        taking = SheetTaking(visit, await _device(visit, filled))
        return await _page(visit, answer=_told(visit, filled, await taking.take(filled)))
    except SignInNeeded:
        raise
    except Refusal as refusal:
        return await _page(
            visit, errors=messages(refusal, "file" if asked == "take" else "form"), status=refusal.status
        )


# An empty one out


async def _blank(visit: Visit, form: Reader) -> Response:
    delegate_id = form.integer("delegate", least=1, most=2**31 - 1)
    slug = form.text("project", at_most=60)
    rows = form.integer("rows", least=1, most=MOST_ROWS)
    workbook = form.text("format", at_most=10) == "xlsx"
    form.finish()
    async with visit.transaction() as session:
        given = await give_receipts(
            session, city=visit.city, delegate_id=delegate_id, rows=rows, actor=visit.actor, at=visit.at
        )
        statements = await queries.asked(session, city=visit.city, slug=slug, place_id=given.place_id, at=visit.at)
    lines = blank(slug, statements, given.receipts, visit.language)
    if not workbook:
        return attachment(table(lines), CSV, f"{slug}.csv")
    what = Blank(
        title=slug[:31],
        rows=lines,
        explained=1,
        lists=offered(visit.city, lines[0], given.place_id, visit.language),
        right_to_left=i18n.direction(visit.language) == "rtl",
    )
    content = await made("participation.kit.blank_sheets", json.dumps(asdict(what)).encode(), PATIENCE)
    if content is None:
        raise Unavailable(
            "workbook", _("The workbook could not be made."), _("Please try again, or download a CSV file.")
        )
    return attachment(content, XLSX, f"{slug}.xlsx")


# A filled one in


async def _read(visit: Visit) -> Filled:
    upload = visit.files.get("file")
    if upload is None:
        raise Invalid({"file": _("Please choose a file.")})
    try:
        if upload.file is None or upload.size > rules.LARGEST:
            raise Invalid({"file": _("This is too large to be taken.")})
        return read_sheet(await examining.sheet(upload.file.path), visit.city)
    except examining.Refused as refused:
        raise _named(upload.name, rules.refused(refused.code, refused.where)) from None
    except Invalid as invalid:
        raise _named(upload.name, invalid) from None


def _named(name: str, invalid: Invalid) -> Invalid:
    """Somebody may have several open: the message says which file it is about."""
    return Invalid({"file": _("%(file)s: %(reason)s", file=i18n.isolated(name), reason=invalid.errors["file"])})


async def _device(visit: Visit, filled: Filled) -> DeviceView:
    """Whose sheet it is, its receipts say."""
    async with visit.transaction() as session:
        receipts = [row.receipt for row in filled.rows]
        delegate_id = await queries.whose(session, city_id=visit.city.id, receipts=receipts)
        if delegate_id is None:
            raise rules.no_sheet_of_ours()
        device = await office_device(session, city=visit.city, delegate_id=delegate_id, at=visit.at)
        acting_as_one_of(visit.actor, ENROLLERS, visit.city, [device.place_id])
    return device


def _told(visit: Visit, filled: Filled, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    counts = {status: sum(one.status == status for one in outcomes) for status in STATUSES}
    refused = [one for one in outcomes if one.status == "refused"]
    lines = to_put_right(filled, [(one.row, _why(filled, one)) for one in refused])
    packed = base64.b64encode(zlib.compress(table(list(lines)))).decode()
    return {
        "counts": [(STATUSES[status], count) for status, count in counts.items() if count],
        "held": [(str(one.row.line), one.row.receipt, one.held) for one in outcomes if one.status == "held"][:SHOWN],
        "refused": [
            (str(one.row.line), one.row.receipt, _places(filled, one), one.next_step) for one in refused[:SHOWN]
        ],
        "again": visit.sealed(packed) if refused else None,
    }


def _places(filled: Filled, one: Outcome) -> list[tuple[str, Message]]:
    """Letter and name of a column, and what is wrong there; of a row as a whole no column."""
    return [(f"{filled.letter(name)} ({name})" if filled.letter(name) else "", why) for name, why in one.wrong.items()]


def _why(filled: Filled, one: Outcome) -> str:
    reasons = " · ".join(f"{where} {why}".strip() for where, why in _places(filled, one))
    return reasons if one.next_step is None else f"{reasons} {one.next_step}"


def _to_put_right(visit: Visit) -> Response:
    """What the page that told of them had in its form: nothing of a refused row is kept here."""
    packed = visit.unsealed(str(visit.typed.get("held")))
    if packed is None:
        raise Invalid({"form": _("This page had been open for too long. Please send the sheet once more.")})
    return attachment(zlib.decompress(base64.b64decode(packed)), CSV, "not-taken.csv")


async def _page(
    visit: Visit,
    *,
    answer: dict[str, Any] | None = None,
    errors: dict[str, Message] | None = None,
    status: int = 200,
) -> Response:
    async with visit.reading() as session:
        choices = await delegates_and_projects(visit, session)
    context = {
        **choices,
        "most": MOST_ROWS,
        "answer": answer,
        "values": visit.typed if errors is not None or visit.again else {"rows": "20", "format": "xlsx"},
        "errors": errors or {},
    }
    return visit.page("staff/entries/sheet.html", context, form=True, status=status)
