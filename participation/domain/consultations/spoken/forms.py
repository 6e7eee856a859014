"""What whoever has listened writes down."""

from dataclasses import dataclass
from enum import StrEnum

from participation.domain.consultations.rules import LONGEST
from participation.domain.people.codes.rules import published
from participation.kit import i18n
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _


class Ending(StrEnum):
    WRITE = "write"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Written:
    """What was said, in the language in which it was said; None: it cannot be understood."""

    body: str
    language: str


def read_written(fields: Fields) -> Written | None:
    form = Reader(fields)
    unclear = form.one_of("do", Ending, missing=_("Please choose one of the answers.")) is Ending.UNCLEAR
    language = form.text("language", at_most=20, required=not unclear)
    body = form.text(
        "body", at_most=LONGEST, lines=True, required=not unclear, missing=_("Please write down what is said.")
    )
    if wrong := published(body):
        form.wrong("body", wrong)
    if not unclear and language not in i18n.LANGUAGES:
        form.wrong("language", _("Please choose one of the answers."))
    form.finish()
    return None if unclear else Written(body, language)
