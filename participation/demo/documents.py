"""The demonstration's documents: printed from their words, drawn, or files of its own; added and published by an official."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from participation.demo.content import FOLDER
from participation.domain.projects.documents import operations
from participation.domain.projects.documents.forms import DocumentSaid
from participation.domain.projects.documents.models import DocumentKind
from participation.domain.projects.documents.taking.operations import take_in
from participation.domain.projects.easy import operations as easy
from participation.domain.projects.easy.forms import Sentence
from participation.kit.files import Files

if TYPE_CHECKING:
    from participation.demo.projects import Event, Story

DOCUMENTS = FOLDER / "documents"
LARGEST = 1_000_000


def document_events(story: "Story") -> "Iterator[Event]":
    path = DOCUMENTS / f"{story.slug}.toml"
    if not path.exists():
        return
    content = tomllib.loads(path.read_text())
    for place, said in enumerate(content["documents"]):
        at = story.calendar.moment(story.said["published"], 10, place)
        yield at, partial(_publish, story, said, at)
    if "easy" in content:
        at = story.calendar.moment(story.said["published"], 15)
        yield at, partial(_write_easily, story, content["easy"], at)


async def _write_easily(story: "Story", said: dict[str, Any], at: datetime) -> None:
    """In short sentences, the first beside a picture."""
    project = await story.project()
    for language, rows in said.items():
        await easy.write(
            story.session,
            city=story.city,
            project=project,
            language=language,
            sentences=[Sentence(one["text"], one.get("picture")) for one in rows],
            version=0,
            actor=story.official,
            at=at,
        )


async def _publish(story: "Story", said: dict[str, Any], at: datetime) -> None:
    files = Files(story.store)
    arriving = files.arriving(LARGEST)
    await arriving.write(_content(said, at))
    await arriving.end()
    common: dict[str, Any] = {"city": story.city, "project": await story.project(), "actor": story.official, "at": at}
    words = DocumentSaid(
        DocumentKind(said["kind"]),
        said["language"],
        dict(said["titles"]),
        {language: text.strip() for language, text in said["alternatives"].items()},
    )
    filed = await operations.add(story.session, said=words, file=await take_in(files, arriving), **common)
    await operations.publish(story.session, filed=filed, **common)


def _content(said: dict[str, Any], at: datetime) -> bytes:
    how, _space, what = said["file"].partition(" ")
    if how == "print":
        return _printed(said["titles"]["en"], said["alternatives"]["en"].strip(), at)
    return _drawn(what) if how == "draw" else Path(DOCUMENTS / how).read_bytes()


def _printed(title: str, words: str, at: datetime) -> bytes:
    """A page or two, in a font that every reader of PDF has."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_creation_date(at)
    pdf.set_title(title)
    pdf.set_lang("en")
    pdf.set_margin(22)
    pdf.add_page()
    for text, size, style in ((title, 18, "B"), ("City of Tamarani", 11, ""), (words, 12, "")):
        pdf.set_font("helvetica", style, size)
        pdf.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
    return bytes(pdf.output())


def _drawn(what: str) -> bytes:
    """A drawing in a few strokes, as PNG."""
    from io import BytesIO

    from PIL import Image, ImageDraw

    image = Image.new("RGB", (960, 640), "white")
    pen = ImageDraw.Draw(image)
    for kind, *where in STROKES[what]:
        if kind == "line":
            pen.line(where, fill="#2b1650", width=8)
        elif kind == "box":
            pen.rectangle(where, outline="#2b1650", width=8)
        elif kind == "full":
            pen.rectangle(where, fill="#ffc83d", outline="#2b1650", width=8)
        else:
            pen.ellipse(where, fill="#2b1650")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


STROKES: dict[str, list[tuple[Any, ...]]] = {
    "bus": [
        *[("line", 0, 560, 960, 560), ("line", 560, 470, 900, 470), ("line", 900, 470, 955, 556)],
        *[("line", 580, 470, 580, 220), ("line", 860, 470, 860, 220), ("full", 540, 190, 900, 225)],
        *[("box", 640, 400, 780, 430), ("box", 790, 260, 845, 310), ("full", 60, 230, 520, 520)],
        *[("box", 90, 270, 190, 360), ("box", 220, 270, 320, 360), ("box", 350, 270, 400, 515)],
        *[("dot", 110, 480, 190, 560), ("dot", 400, 480, 480, 560)],
        *[("line", 100 + 90 * place, 600, 150 + 90 * place, 600) for place in range(8)],
    ],
    "camera": [
        *[("line", 0, 590, 960, 590), ("line", 480, 590, 480, 60), ("full", 300, 70, 440, 130)],
        *[("full", 520, 70, 660, 130), ("line", 440, 100, 520, 100), ("dot", 270, 80, 310, 120)],
        *[("dot", 650, 80, 690, 120), ("box", 430, 450, 530, 590), ("full", 540, 300, 700, 400)],
        *[("line", 565, 335, 675, 335), ("line", 565, 365, 640, 365)],
        *[("box", 720, 240, 940, 590), ("line", 720, 240, 830, 160), ("line", 830, 160, 940, 240)],
        *[("box", 40, 420, 230, 590), ("line", 20, 420, 250, 420)],
    ],
}
