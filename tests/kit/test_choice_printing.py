"""Sheets with choice codes: four to a page, in every script, and the same codes on paper as in the batch."""

import io
import re

import pytest
from pypdf import PdfReader

from participation.kit import fonts
from participation.kit.choice_printing import HEIGHT, draw
from participation.kit.choice_sheets import ChoiceSheets, Option, as_json, from_json
from participation.kit.i18n import LANGUAGES
from participation.kit.paper_forms import Text

SAID = {"ar": "هل تُركَّب العدادات؟", "hi": "क्या मीटर लगाए जाएँ?", "zh": "是否安装水表？"}
CODES = [("4021773578", "0481"), ("7735402176", "9921"), ("1234567894", "3310")]


def a_batch(language: str, count: int = 1, *, times: int = 1) -> ChoiceSheets:
    words = SAID.get(language, "Shall meters be installed?")
    return ChoiceSheets(
        language=language,
        city=Text("Tamarani", "en"),
        question=Text(" ".join([words] * times), language),
        say=words,
        back=words,
        how=[words] * 3,
        batch="12-3",
        address="https://tamarani.example/en/projects/water-meters/ballot",
        options=[Option(number, picture, words) for number, picture in ((1, "plus"), (2, "dash"), (3, "ring"))],
        sheets=[CODES] * count,
    )


@pytest.mark.parametrize("language", [language for language in LANGUAGES if fonts.find(language)])
def test_a_sheet_prints_in_every_script_with_its_codes(language: str) -> None:
    pages = PdfReader(io.BytesIO(draw(from_json(as_json(a_batch(language)))))).pages
    text = pages[0].extract_text()
    assert len(pages) == 1
    assert set(re.findall(r"\d{4} \d{4} \d{2}", text)) == {"4021 7735 78", "7735 4021 76", "1234 5678 94"}
    assert all(back in text for _code, back in CODES)
    assert "12-3" in text


@pytest.mark.parametrize(("count", "pages"), [(4, 1), (5, 2)])
def test_four_sheets_make_a_page(count: int, pages: int) -> None:
    assert len(PdfReader(io.BytesIO(draw(a_batch("en", count)))).pages) == pages


def test_a_long_question_leaves_room_for_the_codes_of_every_sheet() -> None:
    """Of the longest that an official can write: nothing of one sheet runs into the next one."""
    found: list[float] = []

    def seen(text: str, _matrix: object, at: list[float], *_font: object) -> None:
        if text.strip():
            found.append(at[5])

    PdfReader(io.BytesIO(draw(a_batch("en", times=11)))).pages[0].extract_text(visitor_text=seen)
    assert min(found) * 25.4 / 72 > HEIGHT
