"""Prints sheets with choice codes: A4, four to a page, to be cut apart; each with a code and a return code beside every option.

Run as a program, this reads a batch as JSON and writes the PDF. Where texts are long, letters become smaller.
"""

import sys
from collections.abc import Callable

from fpdf import FPDF

from participation.kit.choice_sheets import ChoiceSheets, Option, from_json
from participation.kit.drawing import bold, document, line, recorded, repeat, said
from participation.kit.hashing import grouped
from participation.kit.i18n import direction

ACROSS, DOWN = 2, 2
WIDTH, HEIGHT = 105.0, 148.5
LEFT, TOP = 9.0, 8.0
INNER = WIDTH - 2 * LEFT
NUMBER, BACK = 16.0, 22.0
"""How much of a row its number and picture take, and what comes back."""
CODE = 15.0
SIZES = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)


def draw(what: ChoiceSheets, advance: Callable[[int], None] = lambda done: None) -> bytes:
    """The sheets as a PDF; `advance` is told how many are drawn."""
    with document(what.batch, {what.language, what.city.language, what.question.language}) as pdf:
        sheet = _Sheet(pdf, what)
        same = sheet.same()
        for place, codes in enumerate(what.sheets):
            on_page = place % (ACROSS * DOWN)
            if on_page == 0 and place:
                pdf.add_page()
            x, y = WIDTH * (on_page % ACROSS), HEIGHT * (on_page // ACROSS)
            pdf._out(f"q 1 0 0 1 {x * pdf.k:.3f} {-y * pdf.k:.3f} cm")
            repeat(pdf, same)
            for top, (code, back) in zip(sheet.rows, codes, strict=True):
                sheet.own(top, code, back)
            pdf._out("Q")
            advance(place + 1)
        return bytes(pdf.output())


class _Sheet:
    """Draws from where reading begins: from the right where the language does."""

    def __init__(self, pdf: FPDF, what: ChoiceSheets) -> None:
        self._pdf, self._what = pdf, what
        self._from_right = direction(what.language) == "rtl"
        self.rows: list[float] = []
        """Where the codes of each option stand."""

    def same(self) -> str:
        """What all sheets share, in the largest letters that fit."""
        done = ""
        for size in SIZES:
            self.rows, ended = [], [0.0]

            def all_of_it(size: float = size, ended: list[float] = ended) -> None:
                ended[0] = self._all(size)

            done = recorded(self._pdf, all_of_it)
            if ended[0] <= HEIGHT - TOP - 4:
                break
        return done

    def _all(self, size: float) -> float:
        pdf, what = self._pdf, self._what
        pdf.set_draw_color(150)
        pdf.set_line_width(0.2)
        pdf.set_dash_pattern(dash=2, gap=1)
        pdf.rect(0, 0, WIDTH, HEIGHT)
        pdf.set_dash_pattern()
        y = self._text(what.city.words, TOP, size - 1, language=what.city.language)
        y = self._text(what.question.words, y, size + 1, bold=True, language=what.question.language) + 1.5
        head = self._text(what.say, y, size - 1.5, start=NUMBER, width=INNER - NUMBER - BACK - 3)
        y = max(head, self._text(what.back, y, size - 1.5, start=INNER - BACK, width=BACK)) + 1
        for option in what.options:
            y = self._option(option, y, size)
        for sentence in what.how:
            y = self._text(sentence, y + 1.2, size - 1)
        pdf.set_font("en", size=7)
        pdf.text(self._at(0, pdf.get_string_width(what.address)), HEIGHT - 5, what.address)
        bold(
            pdf,
            self._at(INNER - pdf.get_string_width(what.batch), pdf.get_string_width(what.batch)),
            HEIGHT - 5,
            what.batch,
            7,
        )
        return y

    def _option(self, option: Option, y: float, size: float) -> float:
        pdf = self._pdf
        pdf.set_draw_color(0)
        pdf.set_line_width(0.3)
        pdf.line(LEFT, y, LEFT + INNER, y)
        number = str(option.number)
        pdf.set_font("en", size=18)
        bold(pdf, self._at(0, pdf.get_string_width(number)), y + 9, number, 18)
        self._picture(option.pictogram, y + 3.5)
        self.rows.append(self._text(option.words, y + 1.5, size, bold=True, start=NUMBER, width=INNER - NUMBER) + 1)
        return self.rows[-1] + 8.5

    def _picture(self, name: str, y: float) -> None:
        """The pictures that stand beside the options everywhere: a plus, a dash and a ring."""
        pdf, x = self._pdf, self._at(7.5, 5)
        pdf.set_line_width(1.1)
        if name == "ring":
            pdf.circle(x + 2.5, y + 2.5, 2.2)
            return
        pdf.line(x, y + 2.5, x + 5, y + 2.5)
        if name == "plus":
            pdf.line(x + 2.5, y, x + 2.5, y + 5)

    def own(self, top: float, code: str, back: str) -> None:
        """Numbers are written from the left in every script."""
        pdf = self._pdf
        pdf.set_font("en", size=CODE)
        bold(pdf, self._at(NUMBER, pdf.get_string_width(grouped(code))), top + 5.5, grouped(code), CODE)
        pdf.set_font("en", size=CODE)
        pdf.set_draw_color(0)
        pdf.set_line_width(0.25)
        pdf.rect(self._at(INNER - BACK, BACK), top - 0.3, BACK, 7.4)
        width = pdf.get_string_width(back)
        bold(pdf, self._at(INNER - BACK + (BACK - width) / 2, width), top + 5.5, back, CODE)

    def _at(self, start: float, width: float) -> float:
        """The left edge of what begins so far from where reading begins."""
        return LEFT + (INNER - start - width if self._from_right else start)

    def _text(
        self,
        words: str,
        y: float,
        size: float,
        *,
        bold: bool = False,
        start: float = 0,
        width: float = INNER,
        language: str | None = None,
    ) -> float:
        tongue = language or self._what.language
        ended = said(self._pdf, tongue, words, size, left=self._at(start, width), width=width, top=y, bold=bold)
        return max(ended, y + line(tongue, size))


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))
