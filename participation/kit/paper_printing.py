"""Prints forms to be filled in by hand: A4, the questions in front and what others said on the back, a strip and a stub at the foot.

Run as a program, this reads a form as JSON and writes the PDF. Where texts are long, letters become smaller and lines to write on fewer.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

from fpdf import FPDF

from participation.kit.drawing import bold, document, line, named, qr, recorded, repeat, said, wide
from participation.kit.hashing import grouped, typed_number
from participation.kit.i18n import direction
from participation.kit.paper_forms import PaperForm, Question, Sheet, Text, from_json

LEFT, TOP, WIDTH = 14.0, 10.0, 182.0
STRIP, STUB, BOTTOM = 228.0, 262.0, 290.0
"""Where the strip, the stub and the margin begin."""
QR, BOX, DIGIT, RULED = 19.0, 3.2, 6.4, 7.2
GAP, PAD = 1.6, 5.0
SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)


def draw(form: PaperForm) -> bytes:
    """The sheets as a PDF."""
    with document(form.name, form.languages) as pdf:
        paper = _Paper(pdf, form)
        front, back = paper.front(), paper.back()
        for place, sheet in enumerate(form.sheets):
            if place:
                pdf.add_page()
            repeat(pdf, front)
            paper.own(sheet)
            paper.receipt(sheet)
            if back is not None:
                pdf.add_page()
                repeat(pdf, back)
                paper.own(sheet)
        return bytes(pdf.output())


class _Paper:
    """Draws from where reading begins: from the right where the form's language does."""

    def __init__(self, pdf: FPDF, form: PaperForm) -> None:
        self._pdf, self._form = pdf, form
        self._from_right = direction(form.language) == "rtl"
        self._size = SIZES[0]

    # pages

    def front(self) -> str:
        written = max((one.lines for one in self._form.questions), default=0)
        fewest = min(written, 5)
        lines = sorted({written, (written + fewest) // 2, fewest}, reverse=True)
        asked = self._fitting(STRIP - 2, [partial(self._asked, most) for most in lines])
        return asked + "\n" + recorded(self._pdf, self._foot)

    def back(self) -> str | None:
        return None if self._form.statements is None else self._fitting(BOTTOM, [self._said])

    def _fitting(self, end: float, ways: Sequence[Callable[[], float]]) -> str:
        """The first way of drawing it that ends in time; the tightest where none does."""
        done = ""
        for self._size, way in product(SIZES, ways):
            ended: list[float] = []
            done = recorded(self._pdf, partial(_noted, way, ended))
            if ended[0] <= end:
                break
        return done

    def _asked(self, most_lines: int) -> float:
        y = self._head()
        for sentence in self._form.consent:
            y = self._text(sentence, y, self._size - 0.5)
        y += GAP
        for number, question in enumerate(self._form.questions, 1):
            y = self._question(number, question, y, most_lines) + GAP
        return y

    def _head(self) -> float:
        y, room = TOP, WIDTH - QR - 14
        for place, text in enumerate(self._form.heading):
            size = self._size + (3 if place == 1 else 0)
            left = LEFT + (WIDTH - room if self._from_right else 0)
            y = said(self._pdf, text.language, text.words, size, left=left, width=room, top=y, bold=place == 1)
        return max(y, TOP + QR + 5) + GAP

    def _question(self, number: int, question: Question, y: float, most_lines: int) -> float:
        y = self._text(f"{number}. {question.words}", y, self._size, bold=True)
        if question.hint:
            y = self._text(question.hint, y, self._size - 1)
        if question.listed:
            listed = [Text(f"{place} {one.words}", one.language) for place, one in enumerate(question.listed, 1)]
            self._frame(0, y + 0.6, 2 * DIGIT, DIGIT)
            y = max(self._row(listed, y + 0.6, start=2 * DIGIT + 4, ticked=False), y + DIGIT + 1.2)
        if question.boxes:
            y = self._row(question.boxes, y + 0.6)
        for _line in range(min(question.lines, most_lines)):
            y += RULED
            self._rule(y)
        return y

    def _said(self) -> float:
        statements = self._form.statements
        if statements is None:
            raise RuntimeError("only where there are some")
        y = self._text(statements.words, TOP, self._size + 1, bold=True, width=WIDTH - QR - 14)
        y = max(y, TOP + QR + 5)
        for number, one in enumerate(statements.said, 1):
            self._number(str(number), y)
            y = self._text(one.words, y, self._size, start=9, language=one.language)
            y = self._row(statements.boxes, y + 0.4, start=9) + GAP
        return y

    def _foot(self) -> None:
        """The strip, framed, and under a line to cut along the stub."""
        pdf, form = self._pdf, self._form
        pdf.set_draw_color(0)
        pdf.set_line_width(0.5)
        pdf.rect(LEFT - 4, STRIP, WIDTH + 8, STUB - STRIP - 3)
        pdf.set_line_width(0.2)
        self._size = SIZES[1]
        y = self._text(form.strip.words, STRIP + 1.2, self._size - 1, bold=True) + 1.4
        for label, boxes in form.strip.fields:
            start = max(45.0, wide(pdf, form.language, label, self._size) + 4)
            self._text(label, y + 1, self._size)
            if boxes:
                self._digits(boxes, start, y)
            else:
                self._rule(y + DIGIT, start)
            y += DIGIT + 2.4
        pdf.set_dash_pattern(dash=2, gap=1)
        pdf.line(0, STUB, pdf.w, STUB)
        pdf.set_dash_pattern()
        y = self._text(form.stub.words, STUB + 2, self._size - 0.5, width=WIDTH - 75, start=75)
        pdf.set_font("en", size=8)
        width = pdf.get_string_width(form.stub.address)
        pdf.text(self._at(75, width), y + 4, form.stub.address)

    def own(self, sheet: Sheet) -> None:
        """Serial number and picture, at the head of each side."""
        pdf = self._pdf
        pdf.set_font("en", size=11)
        left = self._at(WIDTH - QR, QR)
        bold(pdf, left + (QR - pdf.get_string_width(sheet.serial)) / 2, TOP + QR + 3.4, sheet.serial, 11)
        pdf._out(qr(pdf, typed_number(sheet.serial), left=left, top=TOP - 1, side=QR))

    def receipt(self, sheet: Sheet) -> None:
        digits = grouped(sheet.receipt)
        self._pdf.set_font("en", size=17)
        bold(self._pdf, self._at(0, self._pdf.get_string_width(digits)), STUB + 10, digits, 17)
        self._pdf.set_font("en", size=8)
        self._pdf.text(self._at(0, self._pdf.get_string_width(sheet.serial)), STUB + 15, sheet.serial)

    # pieces

    def _at(self, start: float, width: float) -> float:
        """The left edge of what begins so far from where reading begins."""
        return LEFT + (WIDTH - start - width if self._from_right else start)

    def _text(
        self,
        words: str,
        y: float,
        size: float,
        *,
        bold: bool = False,
        start: float = 0,
        width: float | None = None,
        language: str | None = None,
    ) -> float:
        room = (WIDTH - start) if width is None else width
        left = self._at(start, room)
        return said(self._pdf, language or self._form.language, words, size, left=left, width=room, top=y, bold=bold)

    def _row(self, words: Sequence[Text], y: float, *, start: float = 0, ticked: bool = True) -> float:
        """One beside the other, each after its box, on as many lines as it takes."""
        high = max([line(one.language, self._size) for one in words], default=0.0)
        at, mark = start, (BOX + 1.4) if ticked else 0.0
        for one in words:
            room = wide(self._pdf, one.language, one.words, self._size)
            fits = mark + room <= WIDTH - start
            if at > start and at + mark + room > WIDTH:
                at, y = start, y + high + 0.8
            if ticked:
                self._frame(at, y + (high - BOX) / 2, BOX, BOX)
            if fits:
                left = self._at(at + mark, room)
                named(self._pdf, one.language, one.words, self._size, left=left, width=room, top=y)
                at += mark + room + PAD
            else:
                y = self._text(one.words, y, self._size, start=at + mark, language=one.language) - high
                at = WIDTH
        return y + high

    def _frame(self, start: float, y: float, width: float, height: float) -> None:
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(0.25)
        self._pdf.rect(self._at(start, width), y, width, height)

    def _rule(self, y: float, start: float = 0) -> None:
        self._pdf.set_draw_color(120)
        self._pdf.set_line_width(0.2)
        left = self._at(start, WIDTH - start)
        self._pdf.line(left, y, left + WIDTH - start, y)

    def _digits(self, boxes: int, start: float, y: float) -> None:
        """Numbers are written from the left in every script."""
        whole = boxes * DIGIT + (boxes - 1) // 4 * 2
        left = self._at(start, whole) - LEFT
        for place in range(boxes):
            x = LEFT + left + place * DIGIT + place // 4 * 2
            self._pdf.set_draw_color(0)
            self._pdf.set_line_width(0.25)
            self._pdf.rect(x, y, DIGIT, DIGIT)

    def _number(self, number: str, y: float) -> None:
        self._pdf.set_font("en", size=self._size)
        width = self._pdf.get_string_width(number)
        bold(self._pdf, self._at(0, width), y + 3.3, number, self._size)


def _noted(way: Callable[[], float], ended: list[float]) -> None:
    ended.append(way())


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))
