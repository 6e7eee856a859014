"""Slips: eight to a page, in the languages that the machine has letters for, with nothing but digits in the picture."""

import io
import re

import pytest
import segno
from fpdf import FPDF
from pypdf import PdfReader

from participation.kit import drawing, fonts, printing, slips
from participation.kit.i18n import LANGUAGES
from participation.kit.slips import Sheet, Words

CODE = "1234567890123452"


def a_sheet(count: int, *languages: str) -> Sheet:
    said = {
        "en": "One slip for each person.",
        "ar": "قسيمة واحدة لكل شخص.",
        "hi": "हर व्यक्ति के लिए एक पर्ची।",
        "ru": "Один листок.",
    }
    words = [Words(language, "Tamarani", said[language], "12") for language in languages]
    return Sheet(words, "https://tamarani.example/en/sign-in", 7, [(n, CODE) for n in range(1, count + 1)])


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "zh"])
def test_every_script_but_chinese_is_installed_with_us(language: str) -> None:
    font = fonts.find(language)
    assert font is not None
    assert font.path.exists()


def test_at_most_three_languages_stand_on_a_slip() -> None:
    assert slips.printable(["sw", "ar", "en", "fr"]) == ["sw", "ar", "en"]


def test_a_language_without_letters_here_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known = fonts.find
    monkeypatch.setattr(fonts, "find", lambda language: None if language == "ar" else known(language))
    assert slips.printable(["ar", "en"]) == ["en"]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (8, 1), (9, 2)])
def test_eight_slips_make_a_page(count: int, pages: int) -> None:
    pdf = PdfReader(io.BytesIO(printing.draw(a_sheet(count, "en"))))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert len(pdf.pages) == pages
    assert text.count("1234 5678 9012 3452") == count
    assert [f"7-{n}" in text for n in range(1, count + 1)] == [True] * count
    assert text.count("https://tamarani.example/en/sign-in") == count


def test_three_scripts_stand_on_one_slip() -> None:
    pdf = PdfReader(io.BytesIO(printing.draw(a_sheet(1, "ar", "hi", "ru"))))
    names = {str(font["/BaseFont"]) for font in _fonts(pdf)}
    assert {"Arabic", "Devanagari"} <= {script for name in names for script in re.findall("Arabic|Devanagari", name)}
    assert "листок" in pdf.pages[0].extract_text()


def test_every_page_names_the_letters_on_it() -> None:
    pdf = PdfReader(io.BytesIO(printing.draw(a_sheet(9, "ar"))))
    assert [any("Arabic" in str(font["/BaseFont"]) for font in _fonts(pdf, page)) for page in (0, 1)] == [True, True]


def _fonts(pdf: PdfReader, page: int = 0) -> list[dict[str, object]]:
    resources = pdf.pages[page]["/Resources"]
    return [each.get_object() for each in resources["/Font"].values()]  # type: ignore[index]


def test_the_picture_holds_the_digits_and_no_address() -> None:
    paper = FPDF(format="A4")
    runs = re.findall(r"([\d.]+) ([\d.-]+) ([\d.]+) ([\d.]+) re", drawing.qr(paper, CODE, left=4, top=34, side=21))
    expected = segno.make(CODE, micro=False, error="m").matrix
    side = float(runs[0][3])
    left = min(float(x) for x, *_ in runs)
    top = max(float(y) for _, y, *_ in runs)
    drawn = [[0] * len(expected) for _ in expected]
    for x, y, width, _height in runs:
        row, column = round((top - float(y)) / side), round((float(x) - left) / side)
        for step in range(round(float(width) / side)):
            drawn[row][column + step] = 1
    assert drawn == [list(row) for row in expected]


def test_a_sheet_travels_as_json() -> None:
    assert slips.from_json(slips.as_json(a_sheet(2, "en", "ar"))) == a_sheet(2, "en", "ar")
