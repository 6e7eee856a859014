"""What is printed on a form to be filled in by hand, on its way to `paper_printing`, which a web server never imports."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """Words, and the language that they are in."""

    words: str
    language: str


@dataclass(frozen=True)
class Question:
    """With boxes to tick, numbers of a list to choose from, or lines to write on."""

    words: str
    hint: str = ""
    boxes: Sequence[Text] = ()
    listed: Sequence[Text] = ()
    """Numbered from 1; the number is written into a box."""
    lines: int = 0


@dataclass(frozen=True)
class Statements:
    """What others said, on the back: numbered from 1, each with the same boxes."""

    words: str
    said: Sequence[Text]
    boxes: Sequence[Text]


@dataclass(frozen=True)
class Strip:
    """What is personal, at the foot: it is covered or cut off before the sheet is photographed."""

    words: str
    fields: Sequence[tuple[str, int]]
    """Label, and for how many digits there are boxes; 0 for a line."""


@dataclass(frozen=True)
class Stub:
    """What the person tears off and keeps."""

    words: str
    address: str


@dataclass(frozen=True)
class Sheet:
    """What is its own on one sheet."""

    serial: str
    """As it is read; its digits alone stand in the QR code."""
    receipt: str


@dataclass(frozen=True)
class PaperForm:
    """A batch on its way to the printer: the same questions on each sheet."""

    language: str
    heading: Sequence[Text]
    """City, project, what it is about, until when."""
    consent: Sequence[str]
    questions: Sequence[Question]
    statements: Statements | None
    strip: Strip
    stub: Stub
    name: str
    sheets: Sequence[Sheet]

    @property
    def languages(self) -> set[str]:
        """All that have to be drawn."""
        texts = [*self.heading, *(box for one in self.questions for box in (*one.boxes, *one.listed))]
        if self.statements is not None:
            texts += self.statements.said
        return {self.language, *(text.language for text in texts)}


def as_json(form: PaperForm) -> bytes:
    return json.dumps(asdict(form)).encode()


def from_json(raw: bytes) -> PaperForm:
    said: dict[str, Any] = json.loads(raw)
    statements = said["statements"]
    return PaperForm(
        language=said["language"],
        heading=_texts(said["heading"]),
        consent=said["consent"],
        questions=[
            Question(**{**one, "boxes": _texts(one["boxes"]), "listed": _texts(one["listed"])})
            for one in said["questions"]
        ],
        statements=None
        if statements is None
        else Statements(statements["words"], _texts(statements["said"]), _texts(statements["boxes"])),
        strip=Strip(said["strip"]["words"], [(label, boxes) for label, boxes in said["strip"]["fields"]]),
        stub=Stub(**said["stub"]),
        name=said["name"],
        sheets=[Sheet(**one) for one in said["sheets"]],
    )


def _texts(said: Sequence[dict[str, str]]) -> list[Text]:
    return [Text(**one) for one in said]
