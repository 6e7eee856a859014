"""What a delegate collected on paper, typed into a spreadsheet at an office: taken once, row by row, and never a vote."""

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
import sqlalchemy as sa

from participation.channels.staff import sheet_rows
from participation.domain.consultations.models import Comment, Reaction
from participation.domain.projects.models import Project
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.models import Entry
from participation.domain.proxies.paper.models import PaperBatch, PaperSheet
from participation.kit.database import Session
from participation.kit.hashing import with_check_digit
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.consulting import consulted, say
from tests.delegating import delegate as appointed
from tests.recorded import recorded
from tests.slips import handed_out
from tests.typing_in import Office, Sheet

UNKNOWN = with_check_digit("123456789012345")


@pytest.fixture
async def delegate(session: Session, cast: Cast) -> Delegate:
    await consulted(session, cast)
    made = await appointed(session, cast, at=NOW - 5 * DAY, ends_at=NOW + 90 * DAY)
    await session.commit()
    return made


@pytest.fixture
async def office(app: Any, cast: Cast) -> Office:
    omar = browser(app)
    await sign_in_as(omar, app, cast.omar)
    return Office(omar)


async def entries(session: Session) -> list[Entry]:
    return list(await session.scalars(sa.select(Entry).order_by(Entry.id).execution_options(populate_existing=True)))


async def test_a_sheet_is_typed_in_by_any_words_and_counted_once(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    quoted = await say(session, cast, cast.amina, "=Sirens for the Flats too")
    await session.commit()
    sheet = await office.blank(delegate, 5)
    statement = f"s{quoted.id}"
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in sheet.lines for cell in line)
    sheet.fill(0, **{statement: "١"})
    sheet.fill(1, age="من 30 إلى 44", language="العربية", stance="مع", comment="'+1 نعم، مبكرًا", when="२०२७-०३-०१")
    sheet.fill(2, stance="", comment="", consent="KWA  kusema", kind="assisted", **{statement: "Sikubali"})
    page = await office.brings(sheet.csv(";"))
    assert "Taken: 3" in page.text, page.text
    found = await entries(session)
    assert [(one.receipt, one.via, one.kind) for one in found] == [
        (sheet.receipt(0), "paper", "proxy"),
        (sheet.receipt(1), "paper", "proxy"),
        (sheet.receipt(2), "paper", "assisted"),
    ]
    said = await session.scalars(sa.select(Comment).where(Comment.entry_id.is_not(None)).order_by(Comment.id))
    assert [(one.body, one.language, one.stance, one.via) for one in said] == [
        ("Taa ziwake mapema.", "sw", "for", "paper"),
        ("+1 نعم، مبكرًا", "ar", "for", "paper"),
    ]
    kinds = sa.select(Reaction.kind).where(Reaction.entry_id.is_not(None)).order_by(Reaction.entry_id)
    assert list(await session.scalars(kinds)) == ["agree", "disagree"]
    # Saved by another program, it is the same sheet; a row that says something else is not the same row.
    sheet.fill(2, stance="", comment="", consent="spoken", kind="assisted", **{statement: "2"})
    sheet.fill(0, comment="Something else.")
    page = await office.brings(sheet.csv("\t", "utf-16"))
    assert "Had arrived before: 2" in page.text
    assert "Not taken: 1" in page.text
    assert "arrived before, with another content" in page.text
    assert len(await entries(session)) == 3


async def test_who_had_a_sheet_made_stands_in_the_record(session: Session, delegate: Delegate, office: Office) -> None:
    await office.blank(delegate, 3)
    (said,) = await recorded(session, "sheet_made")
    assert (said["actor"]["role"], said["facts"]["rows"], said["facts"]["delegate"]["place"]) == (
        *("official", 3, "harbour"),
    )


async def test_a_workbook_keeps_its_numbers_its_days_and_its_lists(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    quoted = await say(session, cast, cast.amina)
    await session.commit()
    answer = await office.asks(delegate, 2, "xlsx")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.active
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(3, columns["code"]).number_format == "@"
    assert len(sheet.data_validations.dataValidation) == 10
    filled = Sheet([str(name) for name in columns], [], [[""] * len(columns)])
    filled.fill(0, place="Quay", read_back="Yes")
    for name, text in zip(filled.header, filled.rows[0], strict=True):
        if text:
            sheet.cell(3, columns[name]).value = text
    sheet.cell(3, columns["consent_version"]).value = 1.0
    sheet.cell(3, columns[f"s{quoted.id}"]).value = 3.0
    sheet.cell(3, columns["phone"]).value = 255712345678.0
    day = NOW - 2 * DAY
    sheet.cell(3, columns["when"]).value = day.date()
    out = io.BytesIO()
    book.save(out)
    page = await office.brings(out.getvalue(), "entries.xlsx")
    assert "Taken: 1" in page.text, page.text
    (entry,) = await entries(session)
    assert entry.finished_at.astimezone(cast.city.zone).date() == day.astimezone(cast.city.zone).date()
    assert entry.contact is not None


async def test_the_good_half_of_a_sheet_is_kept_and_the_other_is_put_right(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    other = await office.blank(await appointed(session, cast, cast.market), 1)
    sheet = await office.blank(delegate, 5)
    sheet.fill(0)
    sheet.fill(1, age="sixty", comment="=")
    sheet.rows[1][sheet.header.index("comment")] = "- no siren"
    sheet.fill(2, place="", age="", code="1234 5678 9012 3456")
    sheet.fill(3)
    sheet.rows[3][0] = other.rows[0][0]
    sheet.fill(4, place="", age="", code=UNKNOWN)
    page = await office.brings(sheet.csv())
    for words in ("Taken: 1", "Not taken: 3", "waits for a moderator: 1", "Line 4", "D (age)", "E (code)"):
        assert words in page.text, words
    assert "was not given for a sheet of this delegate" in page.text
    assert "The access code does not count" in page.text
    assert [one.state for one in await entries(session)] == ["accepted", "held"]
    answer = await office.who.send({"do": "again"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0][:1] for row in rows[1::2]] == ["#"] * 3
    assert "D (age)" in rows[1][0]
    assert "3456" not in answer.text
    again = Sheet(rows[0], rows[1], rows[2:])
    assert again.rows[0][again.header.index("comment")] == "'- no siren"
    again.rows[0][again.header.index("age")] = "45-59"
    page = await office.brings(again.csv())
    assert "Taken: 1" in page.text
    assert "- no siren" in list(await session.scalars(sa.select(Comment.body)))


async def test_with_the_persons_code_the_words_are_theirs(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    slip = (await handed_out(session, cast))[0]
    await session.commit()
    sheet = await office.blank(delegate, 1)
    sheet.fill(0, place="", age="", code=slip.code)
    assert "Taken: 1" in (await office.brings(sheet.csv())).text
    (entry,) = await entries(session)
    assert (entry.pseudonym_id is not None, entry.place_id) == (True, None)


def _formula(sheet: Sheet) -> bytes:
    sheet.fill(1, comment="=B2")
    return sheet.csv()


def _column(name: str) -> Any:
    def added(sheet: Sheet) -> bytes:
        return Sheet([*sheet.header, name], sheet.explained, sheet.rows).csv()

    return added


def _cut(sheet: Sheet) -> bytes:
    return Sheet(sheet.header[1:], sheet.explained[1:], [row[1:] for row in sheet.rows]).csv()


def _many(sheet: Sheet) -> bytes:
    return Sheet(sheet.header, sheet.explained, sheet.rows[:1] * 501).csv()


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (_formula, "Line 4, column N: There is a formula."),
        (_column("vote"), "column Q: No vote is taken from a sheet"),
        (_column("names"), "column Q: There is no column with this name: names"),
        (_column("place"), "column Q: This column is there twice."),
        (_cut, "Line 1: These columns are missing: receipt"),
        (_many, "At most 500 rows"),
        (lambda sheet: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "old office program"),
        (lambda sheet: b"%PDF-1.7 nothing", "There is no column with this name"),
    ],
)
async def test_what_is_no_sheet_of_ours_changes_nothing_and_says_where(
    session: Session, delegate: Delegate, office: Office, made: Any, said: str
) -> None:
    sheet = await office.blank(delegate, 2)
    sheet.fill(0)
    page = await office.brings(made(sheet), "mine.csv")
    assert page.status_code == 422
    assert "mine.csv" in page.text
    assert said in page.text, page.text
    assert await entries(session) == []


async def test_receipts_that_nobody_gave_out_bring_nothing_in(
    session: Session, delegate: Delegate, office: Office
) -> None:
    sheet = await office.blank(delegate, 1)
    sheet.fill(0)
    sheet.rows[0][0] = "0000-0000-0000"
    page = await office.brings(sheet.csv())
    assert page.status_code == 409
    assert "None of these receipts" in page.text


async def test_what_is_on_a_printed_form_is_not_typed_into_a_sheet(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    sheet = await office.blank(delegate, 1)
    sheet.fill(0)
    project = await session.scalar(sa.select(Project.id))
    of = {"city_id": cast.city.id, "project_id": project, "delegate_id": delegate.id, "language": "sw", "printed": 1}
    batch = PaperBatch(**of, consent_version=1, places=[], statements=[], carried_by="", printed_at=NOW)
    session.add(batch)
    await session.flush()
    session.add(
        PaperSheet(batch_id=batch.id, serial=1, city_id=cast.city.id, receipt=sheet.receipt(0), state="printed")
    )
    await session.commit()
    page = await office.brings(sheet.csv())
    assert "stands on a printed form" in page.text
    assert await entries(session) == []


async def test_a_sheet_is_for_a_project_of_the_delegates_district(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    await consulted(session, cast, "taps", number=2, places=[cast.hill])
    await session.commit()
    page = await office.asks(delegate, 1, project="taps")
    assert (page.status_code, "does not concern the district" in page.text) == (409, True)


async def test_what_takes_too_long_goes_on_when_the_sheet_is_sent_again(
    session: Session, delegate: Delegate, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = await office.blank(delegate, 2)
    sheet.fill(0)
    sheet.fill(1)
    with monkeypatch.context() as hurried:
        hurried.setattr(sheet_rows, "PATIENCE", -1)
        assert "Not looked at now: please send the file once more: 2" in (await office.brings(sheet.csv())).text
    assert "Taken: 2" in (await office.brings(sheet.csv())).text


async def test_a_moderator_makes_no_sheet_and_brings_none_in(
    cast: Cast, app: Any, session: Session, delegate: Delegate, office: Office
) -> None:
    mariam: Browser = browser(app)
    await sign_in_as(mariam, app, cast.mariam)
    other = Office(mariam)
    assert (await other.asks(delegate, 1)).status_code == 403
    sheet = await office.blank(delegate, 1)
    sheet.fill(0)
    assert (await other.brings(sheet.csv())).status_code == 403
    assert await entries(session) == []


async def test_a_day_alone_is_judged_by_its_end_and_not_by_tomorrow(
    session: Session, cast: Cast, delegate: Delegate, office: Office
) -> None:
    sheet = await office.blank(delegate, 2)
    today = NOW.astimezone(cast.city.zone).date()
    sheet.fill(0, when=f"{today:%d.%m.%Y}")
    sheet.fill(1, when=f"{today + timedelta(days=1):%Y/%m/%d}")
    page = await office.brings(sheet.csv())
    assert "Taken: 1" in page.text
    assert "cannot be right" in page.text
    first, second = await entries(session)
    assert (first.finished_at, second.state) == (min(first.received_at, first.finished_at), "held")
