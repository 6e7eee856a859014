"""What everything that is printed is drawn with: pages of A4, text shaped for its script, boxes, QR codes.

Nothing here is imported by a web server: fonts and shaping take more memory than it has to spare. What is printed is drawn by a
process of its own (`printed`), whose module reads what it is to draw as JSON and writes the PDF.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

from participation.kit import fonts
from participation.kit.i18n import direction

TALL = ("ar", "hi")
"""fpdf2 wants lines a little higher than letters; Arabic and Devanagari reach further up and down."""
ROOM = 100.0


@contextmanager
def document(title: str, languages: Iterable[str]) -> Iterator[FPDF]:
    """A file of A4 pages with letters for these languages; its first page is open."""
    pdf = FPDF(format="A4")
    try:
        _lay_out(pdf, title, languages)
        yield pdf
    finally:
        # The library reads fonts lazily and leaves their files open.
        for font in pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


def _lay_out(pdf: FPDF, title: str, languages: Iterable[str]) -> None:
    pdf.set_title(title)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_auto_page_break(False)
    for language in {"en", *languages}:
        font = fonts.find(language)
        if font is None:
            raise LookupError(f"no font here has the letters of {language}")
        pdf.add_font(language, fname=font.path, collection_font_number=font.number)
    pdf.set_fallback_fonts(["en"], exact_match=False)
    pdf.set_text_shaping(True)
    pdf.add_page()


def recorded(pdf: FPDF, drawing: Callable[[], None]) -> str:
    """What is the same on every sheet is shaped once, and its drawing repeated."""
    contents = pdf.pages[pdf.page].contents
    if not isinstance(contents, bytearray):
        raise TypeError("a page that is being drawn is a bytearray")
    before = len(contents)
    with pdf.local_context():
        drawing()
    done = bytes(contents[before:]).decode("latin-1")
    del contents[before:]
    return done


def repeat(pdf: FPDF, drawing: str) -> None:
    """What was recorded, on the page that is open, which has to name the fonts in it too."""
    pdf._out(drawing)
    pdf._resource_catalog.index_stream_resources(drawing, pdf.page)


def said(
    pdf: FPDF, language: str, text: str, size: float, *, left: float, width: float, top: float, bold: bool = False
) -> float:
    """A text in its language, from this height down; where it ends."""
    toward = direction(language)
    pdf.set_text_shaping(True, direction=toward)
    pdf.set_font(language, size=size)
    pdf.set_xy(left, top)
    with pdf.local_context(text_mode="FILL_STROKE" if bold else "FILL", line_width=0.12, draw_color=0):
        pdf.multi_cell(
            width,
            line(language, size),
            text,
            align="R" if toward == "rtl" else "L",
            new_x="LMARGIN",
            new_y="NEXT",
        )
    pdf.set_text_shaping(True, direction="ltr")
    return float(pdf.get_y())


def line(language: str, size: float) -> float:
    """The height of a line, in millimetres."""
    return size * (0.5 if language in TALL else 0.43)


def named(pdf: FPDF, language: str, text: str, size: float, *, left: float, width: float, top: float) -> None:
    """A text on one line, as wide as `wide` says: the library breaks lines by letters that are not joined, which are wider."""
    shift = min(ROOM, left) if direction(language) == "rtl" else 0
    said(pdf, language, text, size, left=left - shift, width=width + (shift or ROOM), top=top)


def wide(pdf: FPDF, language: str, text: str, size: float) -> float:
    """How wide a text is on one line."""
    pdf.set_text_shaping(True, direction=direction(language))
    pdf.set_font(language, size=size)
    width = float(pdf.get_string_width(text))
    pdf.set_text_shaping(True, direction="ltr")
    return width


def bold(pdf: FPDF, x: float, y: float, text: str, size: float) -> None:
    """Digits, in the letters that every language has."""
    with pdf.local_context(text_mode="FILL_STROKE", line_width=0.12, draw_color=0):
        pdf.set_font("en", size=size)
        pdf.text(x, y, text)


def qr(pdf: FPDF, text: str, *, left: float, top: float, side: float) -> str:
    """A QR code as drawing commands, its dark modules in one path: a rectangle for each run of them."""
    matrix = segno.make(text, micro=False, error="m").matrix
    module = side / len(matrix)
    parts = ["0 g"]
    for row, modules in enumerate(matrix):
        start = None
        for column, dark in enumerate((*modules, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                x, y = left + start * module, top + (row + 1) * module
                width = (column - start) * module
                parts.append(f"{x * pdf.k:.2f} {(pdf.h - y) * pdf.k:.2f} {width * pdf.k:.2f} {module * pdf.k:.2f} re")
                start = None
    return "\n".join([*parts, "f"])
