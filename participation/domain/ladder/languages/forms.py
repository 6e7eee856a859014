"""What a translator sends: one text in one language, with what they had before them."""

from collections.abc import Sequence
from dataclasses import dataclass

from participation.domain.ladder.languages.rules import Saying
from participation.domain.projects import forms as projects
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _


@dataclass(frozen=True)
class Translated:
    """A text as it was sent."""

    text: str
    source: str
    """The language beside which it was written."""
    read: str
    """Fingerprint of what stood there."""
    seen: str
    """Fingerprint of what stood in the field."""


def read_translated(fields: Fields, saying: Saying, languages: Sequence[str]) -> Translated:
    form = Reader(fields)
    source = form.text("from", at_most=2, required=False)
    read, seen = (form.text(name, at_most=16, required=False) for name in ("read", "seen"))
    if source not in languages or len(read) != 16:
        form.errors = {"form": _("This page is not complete. Please open it again.")}
        form.finish()
    text = read_text(form, "text", saying)
    form.finish()
    return Translated(text, source, read, seen)


def read_text(form: Reader, name: str, saying: Saying) -> str:
    """A text within the limits that it has wherever else it is written."""
    owner, _dot, field = saying.key.partition(".")
    if owner == "project":
        text = projects.read_text(form, name, field)
    else:
        text = form.text(name, at_most=saying.most, required=False, lines=saying.lines)
    if not text:
        form.wrong(name, _("Please fill this in."))
    return text
