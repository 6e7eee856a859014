"""Prints slips with access codes: A4, eight to a page, each with a line to fold along and a stub to tear off.

The QR code holds the sixteen digits and nothing else. An address with the code in it would end up in histories, in what a
telephone shares with its maker and, but for the fragment, in the logs of servers; digits can be read by a kiosk, a delegate
or any camera, and typed. Nothing here is imported by a web server: fonts and shaping take more memory than it has to spare;
run as a program, this reads a sheet as JSON and writes the PDF.
"""

import sys
from collections.abc import Callable

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from participation.kit import fonts
from participation.kit.hashing import grouped
from participation.kit.i18n import direction
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
    pdf = FPDF(format="A4")
    try:
        _draw(pdf, sheet, advance)
        return bytes(pdf.output())
    finally:
        # The library reads fonts lazily and leaves their files open.
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def _draw(pdf: FPDF, sheet: Sheet, advance: Callable[[int], None]) -> None:
    _lay_out(pdf, sheet)
    same = _recorded(pdf, lambda: _same(pdf, sheet))
    for place, (serial, code) in enumerate(sheet.slips):
        on_page = place % (ACROSS * DOWN)
        if on_page == 0 and place:
            pdf.add_page()
        x = LEFT + WIDTH * (on_page % ACROSS)
        y = TOP + HEIGHT * (on_page // ACROSS)
        pdf._out(f"q 1 0 0 1 {x * pdf.k:.3f} {-y * pdf.k:.3f} cm")
        pdf._out(same)
        _own(pdf, f"{sheet.batch}-{serial}", code)
        pdf._out("Q")
        advance(place + 1)


def _lay_out(pdf: FPDF, sheet: Sheet) -> None:
    pdf.set_title(f"Batch {sheet.batch}")
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_auto_page_break(False)
    for language in {"en", *(words.language for words in sheet.words)}:
        font = fonts.find(language)
        if font is None:
            raise LookupError(f"no font here has the letters of {language}")
        pdf.add_font(language, fname=font.path, collection_font_number=font.number)
    pdf.set_fallback_fonts(["en"], exact_match=False)
    pdf.set_text_shaping(True)
    pdf.add_page()


def _recorded(pdf: FPDF, drawing: Callable[[], None]) -> str:
    """What is the same on every slip is shaped once, and its drawing repeated."""
    contents = pdf.pages[pdf.page].contents
    if not isinstance(contents, bytearray):
        raise TypeError("a page that is being drawn is a bytearray")
    before = len(contents)
    drawing()
    done = bytes(contents[before:]).decode("latin-1")
    del contents[before:]
    return done


def _same(pdf: FPDF, sheet: Sheet) -> None:
    pdf.set_draw_color(120)
    pdf.set_line_width(0.2)
    pdf.rect(0, 0, WIDTH, HEIGHT)
    pdf.set_dash_pattern(dash=2, gap=1)
    pdf.line(0, HEIGHT - STUB, WIDTH, HEIGHT - STUB)
    pdf.set_dash_pattern(dash=0.4, gap=1.2)
    pdf.line(0, FOLD, WIDTH, FOLD)
    pdf.set_dash_pattern()
    size = _SIZES[len(sheet.words)]
    pdf.set_y(2.2)
    for words in sheet.words:
        _said(pdf, words.language, words.title, size + 1.2, bold=True)
        _said(pdf, words.language, words.text, size)
        pdf.set_y(pdf.get_y() + 0.7)
    pdf.set_y(HEIGHT - STUB + 1.4)
    for words in sheet.words:
        _said(pdf, words.language, words.stub, size - 0.8, width=WIDTH - 2 * PAD - 24)
    pdf.set_font("en", size=7)
    pdf.text(PAD + QR + 5, FOLD + 20, sheet.address)


def _said(
    pdf: FPDF, language: str, text: str, size: float, *, bold: bool = False, width: float = WIDTH - 2 * PAD
) -> None:
    toward = direction(language)
    pdf.set_text_shaping(True, direction=toward)
    pdf.set_font(language, size=size)
    pdf.set_x(PAD)
    with pdf.local_context(text_mode="FILL_STROKE" if bold else "FILL", line_width=0.12, draw_color=0):
        # fpdf2 wants lines a little higher than letters; Arabic and Devanagari reach further up and down.
        pdf.multi_cell(
            width,
            size * (0.5 if language in ("ar", "hi") else 0.43),
            text,
            align="R" if toward == "rtl" else "L",
            new_x="LMARGIN",
            new_y="NEXT",
        )
    pdf.set_text_shaping(True, direction="ltr")


def _own(pdf: FPDF, stub: str, code: str) -> None:
    with pdf.local_context(text_mode="FILL_STROKE", line_width=0.12, draw_color=0):
        pdf.set_font("en", size=17)
        pdf.text(PAD + QR + 5, FOLD + 12.5, grouped(code))
        pdf.set_font("en", size=12)
        pdf.text(WIDTH - PAD - pdf.get_string_width(stub), HEIGHT - 4.8, stub)
    pdf._out(_qr(pdf, code))


def _qr(pdf: FPDF, code: str) -> str:
    """The digits as a QR code, its dark modules in one path: a rectangle for each run of them."""
    matrix = segno.make(code, micro=False, error="m").matrix
    side = QR / len(matrix)
    parts = ["0 g"]
    for row, modules in enumerate(matrix):
        start = None
        for column, dark in enumerate((*modules, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                x, y = PAD + start * side, FOLD + 2.2 + (row + 1) * side
                width = (column - start) * side
                parts.append(f"{x * pdf.k:.2f} {(pdf.h - y) * pdf.k:.2f} {width * pdf.k:.2f} {side * pdf.k:.2f} re")
                start = None
    return "\n".join([*parts, "f"])


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(from_json(sys.stdin.buffer.read())))
