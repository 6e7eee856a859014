"""What is printed on sheets with choice codes, on its way to `choice_printing`, which a web server never imports."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from participation.kit.paper_forms import Text


@dataclass(frozen=True)
class Option:
    """The same on every sheet: its number, its picture (`plus`, `dash` or `ring`) and its words."""

    number: int
    pictogram: str
    words: str


@dataclass(frozen=True)
class ChoiceSheets:
    """A batch on its way to the printer, in one language."""

    language: str
    city: Text
    question: Text
    """In another language, where it is not written in the batch's own."""
    say: str
    """Over the codes that are said."""
    back: str
    """Over the codes that come back."""
    how: Sequence[str]
    batch: str
    address: str
    options: Sequence[Option]
    sheets: Sequence[Sequence[tuple[str, str]]]
    """Of each sheet, for each option, the code and what comes back; in clear."""


def as_json(what: ChoiceSheets) -> bytes:
    return json.dumps(asdict(what)).encode()


def from_json(raw: bytes) -> ChoiceSheets:
    said = json.loads(raw)
    return ChoiceSheets(
        **said
        | {
            "city": Text(**said["city"]),
            "question": Text(**said["question"]),
            "options": [Option(**one) for one in said["options"]],
        }
    )
