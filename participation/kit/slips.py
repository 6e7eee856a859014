"""What is printed on slips with access codes, on its way to `printing`, which a web server never imports."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from participation.kit import fonts

LANGUAGES = 3
"""As many as can be read on a slip of this size."""


@dataclass(frozen=True)
class Words:
    """What stands on every slip in one language."""

    language: str
    title: str
    text: str
    stub: str


@dataclass(frozen=True)
class Sheet:
    """A batch on its way to the printer."""

    words: Sequence[Words]
    address: str
    batch: int
    slips: Sequence[tuple[int, str]]
    """Serial number and code, in clear."""


def printable(languages: Iterable[str]) -> list[str]:
    """Those of these languages that can be printed here, at most three, in their order."""
    return fonts.printable(languages)[:LANGUAGES]


def as_json(sheet: Sheet) -> bytes:
    return json.dumps(asdict(sheet)).encode()


def from_json(raw: bytes) -> Sheet:
    said = json.loads(raw)
    return Sheet(
        words=[Words(**words) for words in said["words"]],
        address=said["address"],
        batch=said["batch"],
        slips=[(serial, code) for serial, code in said["slips"]],
    )
