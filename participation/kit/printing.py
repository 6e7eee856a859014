"""Prints slips with access codes: A4, eight to a page, each with a line to fold along and a stub to tear off.

The QR code holds the sixteen digits and nothing else. An address with the code in it would end up in histories, in what a
telephone shares with its maker and, but for the fragment, in the logs of servers; digits can be read by a kiosk, a delegate
or any camera, and typed. Run as a program, this reads a sheet as JSON and writes the PDF.
"""

import sys
from collections.abc import Callable

from fpdf import FPDF

from participation.kit.drawing import bold, document, qr, recorded, repeat, said
from participation.kit.hashing import grouped
from participation.kit.slips import Sheet, from_json

ACROSS, DOWN = 2, 4
WIDTH, HEIGHT = 97.0, 69.5
LEFT, TOP = 8.0, 9.5
STUB = 13.0
FOLD = 32.0
PAD = 4.0
QR = 21.0
_SIZES = {1: 8.5, 2: 7.5, 3: 6.3}


def draw(sheet: Sheet, advance: Callable[[int], None] = lambda done: None) -> bytes:
    """The slips as a PDF; `advance` is told how many are drawn."""
    with document(f"Batch {sheet.batch}", [words.language for words in sheet.words]) as pdf:
        _draw(pdf, sheet, advance)
        return bytes(pdf.output())


def _draw(pdf: FPDF, sheet: Sheet, advance: Callable[[int], None]) -> None:
    same = recorded(pdf, lambda: _same(pdf, sheet))
    for place, (serial, code) in enumerate(sheet.slips):
        on_page = place % (ACROSS * DOWN)
        if on_page == 0 and place:
            pdf.add_page()
        x = LEFT + WIDTH * (on_page % ACROSS)
        y = TOP + HEIGHT * (on_page // ACROSS)
        pdf._out(f"q 1 0 0 1 {x * pdf.k:.3f} {-y * pdf.k:.3f} cm")
        repeat(pdf, same)
        _own(pdf, f"{sheet.batch}-{serial}", code)
        pdf._out("Q")
        advance(place + 1)


def _same(pdf: FPDF, sheet: Sheet) -> None:
    pdf.set_draw_color(120)
    pdf.set_line_width(0.2)
    pdf.rect(0, 0, WIDTH, HEIGHT)
    pdf.set_dash_pattern(dash=2, gap=1)
    pdf.line(0, HEIGHT - STUB, WIDTH, HEIGHT - STUB)
    pdf.set_dash_pattern(dash=0.4, gap=1.2)
    pdf.line(0, FOLD, WIDTH, FOLD)
    pdf.set_dash_pattern()
    size, width = _SIZES[len(sheet.words)], WIDTH - 2 * PAD
    y = 2.2
    for words in sheet.words:
        y = said(pdf, words.language, words.title, size + 1.2, left=PAD, width=width, top=y, bold=True)
        y = said(pdf, words.language, words.text, size, left=PAD, width=width, top=y) + 0.7
    y = HEIGHT - STUB + 1.4
    for words in sheet.words:
        y = said(pdf, words.language, words.stub, size - 0.8, left=PAD, width=width - 24, top=y)
    pdf.set_font("en", size=7)
    pdf.text(PAD + QR + 5, FOLD + 20, sheet.address)


def _own(pdf: FPDF, stub: str, code: str) -> None:
    bold(pdf, PAD + QR + 5, FOLD + 12.5, grouped(code), 17)
    pdf.set_font("en", size=12)
    bold(pdf, WIDTH - PAD - pdf.get_string_width(stub), HEIGHT - 4.8, stub, 12)
    pdf._out(qr(pdf, code, left=PAD, top=FOLD + 2.2, side=QR))


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))
