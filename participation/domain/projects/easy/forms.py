"""What an official writes: a sentence in each row, and the picture beside it."""

from collections.abc import Collection
from dataclasses import dataclass

from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

MOST = 12
"""Sentences; with a picture of 240 pixels each they are a hundred thousand bytes, which is said before."""
LONGEST = 120
"""Characters of one: about twelve words."""


@dataclass(frozen=True)
class Sentence:
    text: str
    picture: int | None
    """The number of a document of the project."""


def read_sentences(fields: Fields, pictures: Collection[int]) -> list[Sentence]:
    form = Reader(fields)
    found = []
    for row in range(1, MOST + 1):
        text = form.text(f"text.{row}", at_most=LONGEST, required=False)
        number = form.integer(f"picture.{row}", least=0, most=10_000, required=False) or None
        if number is not None and number not in pictures:
            form.wrong(f"picture.{row}", _("Please choose one of the answers."))
        if number is not None and not text:
            form.wrong(f"text.{row}", _("Write a sentence for this picture."))
        if text:
            found.append(Sentence(text, number))
    form.finish()
    return found
