"""Paper forms: a front and a back to each sheet, in every script shaped and laid out as it is read."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from participation.kit import fonts
from participation.kit.drawing import document, wide
from participation.kit.i18n import LANGUAGES
from participation.kit.paper_forms import PaperForm, Question, Sheet, Statements, Strip, Stub, Text, as_json, from_json
from participation.kit.paper_printing import STRIP, draw

CHINESE = pytest.mark.skipif(fonts.find("zh") is None, reason="this machine has no Chinese letters")
SAID = {
    "ar": "صفارة السوق لا تُسمع خلف الجدار",
    "hi": "मछली बाज़ार का सायरन नहीं सुनाई देता",
    "zh": "鱼市的警报器在墙后听不到",
    "en": "The siren cannot be heard behind the wall.",
}
SHEETS = [Sheet("12-0010", "123456789012"), Sheet("12-0029", "210987654321")]


def a_form(language: str, *, times: int = 1, statements: bool = True) -> PaperForm:
    own = Text(SAID[language], language)
    return PaperForm(
        language=language,
        heading=[own, own],
        consent=[own.words] * 7,
        questions=[
            Question(own.words, boxes=[own] * times),
            Question(own.words, hint=own.words, listed=[own] * 9),
            Question(own.words, lines=9),
        ],
        statements=Statements(own.words, [Text(SAID["en"], "en"), own], [own] * 3) if statements else None,
        strip=Strip(own.words, [(own.words, 16), (own.words, 0)]),
        stub=Stub(own.words, "https://tamarani.example/en/receipts"),
        name="Batch 12",
        sheets=SHEETS,
    )


def read(form: PaperForm) -> PdfReader:
    return PdfReader(io.BytesIO(draw(form)))


def names(pdf: PdfReader, page: int) -> str:
    """Of the fonts that a page names."""
    found = pdf.pages[page]["/Resources"]["/Font"].values()  # type: ignore[index]
    return " ".join(str(font.get_object()["/BaseFont"]) for font in found)


def places(pdf: PdfReader, page: int, words: str) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []

    def look(text: str, _cm: object, tm: list[float], _font: object, _size: float) -> None:
        if words in text:
            found.append((tm[4], tm[5]))

    pdf.pages[page].extract_text(visitor_text=look)
    return found


@pytest.mark.parametrize("language", ["en", "ar", "hi", pytest.param("zh", marks=CHINESE)])
def test_each_sheet_has_two_sides_with_its_own_numbers_and_the_letters_of_its_language(language: str) -> None:
    pdf = read(a_form(language))
    assert len(pdf.pages) == 4
    for place, sheet in enumerate(SHEETS):
        front, back = (pdf.pages[2 * place + side].extract_text() for side in (0, 1))
        grouped = f"{sheet.receipt[:4]} {sheet.receipt[4:8]} {sheet.receipt[8:]}"
        assert (sheet.serial in front, sheet.serial in back, grouped in front, grouped in back) == (*[True] * 3, False)
    script = {"ar": "Arabic", "hi": "Devanagari", "zh": "CJK", "en": "NotoSans"}[language]
    assert all(script in names(pdf, page) for page in range(4))


def test_without_statements_there_is_no_back() -> None:
    assert len(read(a_form("en", statements=False)).pages) == 2


def test_letters_are_joined_where_the_script_joins_them() -> None:
    with document("", ["ar", "hi"]) as pdf:
        for language, joined in (("ar", "بيت"), ("hi", "क्ष")):
            alone = sum(wide(pdf, language, letter, 10) for letter in joined)
            assert 0 < wide(pdf, language, joined, 10) < 0.8 * alone


def test_what_is_read_from_the_right_begins_there() -> None:
    [(of_english, _y)] = places(read(a_form("en")), 0, "1234")
    [(of_arabic, _y)] = places(read(a_form("ar")), 0, "1234")
    assert of_english < 100 < 300 < of_arabic


def test_long_texts_make_the_letters_smaller_and_leave_the_strip_alone() -> None:
    line = 842 - STRIP * 72 / 25.4
    short, long = (places(read(a_form("en", times=times)), 0, "siren cannot") for times in (1, 40))
    assert len(long) > len(short) + 30
    assert [y for _x, y in long if y < line] == [y for _x, y in short if y < line]


def test_a_form_travels_as_json() -> None:
    assert as_json(from_json(as_json(a_form("ar")))) == as_json(a_form("ar"))
    assert from_json(as_json(replace(a_form("ar"), statements=None))).statements is None


def test_every_language_of_a_form_is_one_that_has_to_be_drawn() -> None:
    assert a_form("ar").languages == {"ar", "en"}
    assert set(fonts.printable(LANGUAGES)) >= set(LANGUAGES) - {"zh"}
