"""What an official says about a document."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from participation.domain.places.queries import CityView
from participation.domain.projects.documents.models import DocumentKind, Format
from participation.domain.projects.documents.rules import FILE_LANGUAGES, LARGEST_ALTERNATIVE, LARGEST_TITLE
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _


@dataclass(frozen=True)
class NewFile:
    """A file that has been examined and is kept, until a document has it."""

    format: Format
    media_type: str
    digest: str
    size: int
    facts: Mapping[str, Any] = field(repr=False)
    pictures: Sequence[Mapping[str, Any]]

    @property
    def digests(self) -> tuple[str, ...]:
        """Of all that is kept of it."""
        return self.digest, *(one["digest"] for one in self.pictures)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> "NewFile":
        said = json.loads(raw)
        return cls(**said | {"format": Format(said["format"])})


@dataclass(frozen=True)
class DocumentSaid:
    kind: DocumentKind
    language: str
    titles: dict[str, str]
    alternatives: dict[str, str]


def read_document(fields: Fields, city: CityView) -> DocumentSaid:
    """A draft needs a title and what it says in words in one language; more is asked when it is published."""
    form = Reader(fields)
    kind = form.one_of("kind", DocumentKind)
    language = form.text("language", at_most=3, missing=_("Please choose one of the answers."))
    if language and language not in FILE_LANGUAGES:
        form.wrong("language", _("Please choose one of the answers."))
    titles = _texts(form, "title", city.languages, LARGEST_TITLE)
    alternatives = _texts(form, "alternative", city.languages, LARGEST_ALTERNATIVE, lines=True)
    form.finish()
    return DocumentSaid(kind, language, titles, alternatives)


def _texts(form: Reader, name: str, languages: Iterable[str], most: int, *, lines: bool = False) -> dict[str, str]:
    said = {
        language: form.text(f"{name}.{language}", at_most=most, required=False, lines=lines) for language in languages
    }
    texts = {language: text for language, text in said.items() if text}
    if not texts and not any(field.startswith(f"{name}.") for field in form.errors):
        form.wrong(f"{name}.{next(iter(said))}", _("Please write this in at least one language."))
    return texts


def read_reasons(fields: Fields, city: CityView) -> dict[str, str]:
    form = Reader(fields)
    said = {
        language: form.text(f"reasons.{language}", at_most=2_000, required=False, lines=True)
        for language in city.languages
    }
    for language in city.required_languages:
        if not said[language] and f"reasons.{language}" not in form.errors:
            form.wrong(f"reasons.{language}", _("This is needed in every required language."))
    form.finish()
    return {language: text for language, text in said.items() if text}
