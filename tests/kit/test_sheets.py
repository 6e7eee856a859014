"""Tables as spreadsheet programs write them, and files that only look like that."""

import csv
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from participation.kit.sheets import SheetError, harmless, letter, moment, rows, table, unharmed, workbook

MOMENT = datetime(2027, 3, 31, 9, 30)  # noqa: DTZ001
"""Spreadsheets know of no zones."""
TABLE = [["slug", "title.en"], ["sirens", 'Flood sirens, "loud"; nine'], ["", ""], ["taps", "Taps\nand pipes"]]


def texts(path: Path) -> list[tuple[int, list[str]]]:
    return [(number, [cell.text for cell in cells]) for number, cells in rows(path)]


READ = [(1, TABLE[0]), (2, TABLE[1]), (4, TABLE[3])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_is_read_with_any_separator_and_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "projects.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(TABLE)
    assert texts(path) == READ


def test_the_line_with_which_a_program_names_its_separator_is_counted_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "projects.csv"
    path.write_text("sep=|\nslug|title.en\nsirens|Flood, sirens\n")
    assert texts(path) == [(2, ["slug", "title.en"]), (3, ["sirens", "Flood, sirens"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"slug,title.en\nsirens,\xe9t\xe9\n", "row 2, column B: this is not UTF-8"),
        (b'slug;a;b\ntwo;"lines\nin it";\nsirens;x;y\xe9\n', "row 3, column C: this is not UTF-8"),
        (b"\xef\xbb\xbfslug,a\nsirens,x\xe9\n", "row 2, column B: this is not UTF-8"),
        (b"sep=|\nslug|a\n\xe9|x\n", "row 3, column A: this is not UTF-8"),
        (b'slug,title.en\nsirens,"open\n', "line 2"),
        (b"slug\n" + b"x" * 300_000, "line 2"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old or an encrypted Excel"),
        (b"PK\x03\x04 and nothing more", "is damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "projects.csv"
    path.write_bytes(content)
    with pytest.raises(SheetError, match=said):
        list(rows(path))


def test_a_workbook_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    hidden.title, hidden.sheet_state = "notes", "hidden"
    hidden.append(["nothing of this"])
    sheet = book.create_sheet("projects")
    sheet.append(["slug", "cost", "day", "moment", "open", "share", "nothing"])
    sheet.append(["sirens", 9_000_000, date(2027, 3, 31), MOMENT, True, 3.5, None])
    sheet["J9"] = "far off"
    path = tmp_path / "projects.xlsx"
    book.save(path)
    assert texts(path) == [
        (1, ["slug", "cost", "day", "moment", "open", "share", "nothing"]),
        (2, ["sirens", "9000000", "2027-03-31", "2027-03-31 09:30", "yes", "3.5"]),
        (9, ["", "", "", "", "", "", "", "", "", "far off"]),
    ]


def test_a_formula_is_never_reckoned(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["slug", "cost"])
    book.active.append(["sirens", "=1+1"])
    path = tmp_path / "projects.xlsx"
    book.save(path)
    [_header, (_number, cells)] = rows(path)
    assert cells[1].text == ""
    assert "no stored result" in (cells[1].wrong or "")
    _rewrite(path, "xl/worksheets/sheet1.xml", b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    [_header, (_number, cells)] = rows(path)
    assert (cells[1].text, cells[1].wrong) == ("2", None)


def test_an_error_of_the_spreadsheet_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["slug", "cost"])
    book.active.append(["sirens", "#REF!"])
    path = tmp_path / "projects.xlsx"
    book.save(path)
    [_header, (_number, cells)] = rows(path)
    assert "#REF!" in (cells[1].wrong or "")


def _rewrite(path: Path, part: str, old: bytes, new: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for one in before.namelist():
            content = before.read(one)
            if one == part:
                assert old in content, content
                content = content.replace(old, new, 1)
            after.writestr(one, content)
    path.write_bytes(packed.getvalue())


def _packed(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return path


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = _packed(tmp_path / "bomb.xlsx", xl__workbook_xml=b"<a/>", bomb=b"\0" * (101 * 1024 * 1024))
    assert path.stat().st_size < 200_000
    with pytest.raises(SheetError, match="unpack to more than"):
        list(rows(path))


@pytest.mark.parametrize(
    "parts", [{"word__document_xml": b"<a/>"}, {"xl__workbook_xml": b"<a/>"}, {"xl__workbook_xml": b"not xml"}]
)
def test_another_packed_file_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    with pytest.raises(SheetError, match=r"no XLSX workbook|cannot be read"):
        list(rows(_packed(tmp_path / "other.xlsx", **parts)))


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["slug"])
    path = tmp_path / "projects.xlsx"
    book.save(path)
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    _rewrite(path, "xl/workbook.xml", b"<workbook", laughs + b"<workbook")
    with pytest.raises(SheetError, match="declares"):
        list(rows(path))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(table(TABLE))
    workbook({"projects": TABLE, "columns": [["column"]]}, tmp_path / "a.xlsx")
    assert texts(tmp_path / "a.csv") == texts(tmp_path / "a.xlsx") == READ


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize("text", ["=1+1", "+255 712", "- no", "@amina", "\t=1", "＝1", "no formula", "'quoted'", ""])
def test_a_cell_is_never_a_formula_and_comes_back_as_it_was(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "＝"))
    assert unharmed(harmless(text)) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2027-03-31", "2027-03-31"),
        ("2027/3/31 9:30:00", "2027-03-31 9:30"),
        ("31.03.2027 14:05", "2027-03-31 14:05"),
        ("3.4.2027", "2027-04-03"),
        ("31/03/2027", "2027-03-31"),
        ("3/31/2027", "2027-03-31"),
        ("٢٠٢٧-٠٣-٣١", "2027-03-31"),
        ("03/04/2027", "03/04/2027"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_day_is_read_however_programs_write_it_unless_it_could_be_two(written: str, read: str) -> None:
    assert moment(written) == read
