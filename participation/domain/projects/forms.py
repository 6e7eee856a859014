"""What an official says about a project: its words in each language, its facts, agreements, dates and extensions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from participation.domain.places.queries import CityView
from participation.domain.projects.models import Feature, ProjectKind, StepKind
from participation.domain.projects.rules import SUMMARY_WORDS
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import AUTONYMS, Message, _
from participation.kit.text import words

LONGEST = {
    "title": 160,
    "summary": 3_000,
    "description": 30_000,
    "decided": 6_000,
    "open": 6_000,
    "payer": 3_000,
    "supplier": 3_000,
    "contact": 1_000,
    "plain": 6_000,
}
SLUG = re.compile(r"[a-z0-9-]{1,60}")
MOST_EXPENSIVE = 10**15
USUAL = {StepKind.CONSULTATION: [Feature.COMMENT, Feature.REACT], StepKind.DECISION: [Feature.VOTE]}
"""What a step takes unless an official says otherwise."""


@dataclass(frozen=True)
class NewProject:
    title: str
    language: str
    kind: ProjectKind = ProjectKind.PROJECT
    slug: str | None = None
    """Made from the title when none is given."""
    number: int | None = None
    """The next of the city when none is given."""


@dataclass(frozen=True)
class Facts:
    cost_amount: int | None = None
    district_ids: tuple[int, ...] = ()
    programme: str | None = None
    """Slug of the programme under which it hangs."""
    open_comments: bool = False


@dataclass(frozen=True)
class AgreementSaid:
    signed_on: date
    binding: bool
    names: dict[str, str]


@dataclass(frozen=True)
class Dates:
    closes_at: datetime
    opens_at: datetime | None = None
    """None: at once."""
    allows: tuple[Feature, ...] = ()


@dataclass(frozen=True)
class Extension:
    closes_at: datetime
    reasons: dict[str, str]


def read_version(fields: Fields) -> int:
    """The version that the official had before them."""
    form = Reader(fields)
    version = form.integer("version", least=0, most=2**31 - 1)
    if form.errors:
        form.errors = {"form": _("This page is not complete. Please open it again.")}
    form.finish()
    return version


def read_new(fields: Fields, city: CityView) -> NewProject:
    form = Reader(fields)
    language = _language(form, "language", city)
    title = form.text("title", at_most=LONGEST["title"])
    kind = form.one_of("kind", ProjectKind)
    slug = form.text("slug", at_most=60, required=False).lower()
    if slug and not SLUG.fullmatch(slug):
        form.wrong("slug", _("Only the letters a to z, digits and hyphens can stand in an address."))
    form.finish()
    return NewProject(title, language, kind, slug or None)


def read_texts(fields: Fields) -> dict[str, str]:
    """The words in one language; a draft may leave any of them empty."""
    form = Reader(fields)
    texts = {name: read_text(form, name, name) for name in LONGEST}
    form.finish()
    return texts


def read_text(form: Reader, name: str, field: str) -> str:
    """One text of a project, in whatever form it stands under `name`."""
    text = form.text(name, at_most=LONGEST[field], required=False, lines=field != "title")
    count = words(text) if field == "summary" else 0
    if count > SUMMARY_WORDS:
        form.wrong(
            name, _("This has %(count)s words, and at most %(most)s are taken.", count=count, most=SUMMARY_WORDS)
        )
    return text


def read_facts(fields: Fields, city: CityView) -> Facts:
    form = Reader(fields)
    cost = form.integer("cost_amount", least=0, most=MOST_EXPENSIVE, required=False)
    programme = form.text("programme", at_most=60, required=False)
    facts = Facts(
        cost_amount=cost,
        district_ids=read_districts(form, city),
        programme=programme or None,
        open_comments=form.flag("open_comments"),
    )
    form.finish()
    return facts


def read_districts(form: Reader, city: CityView) -> tuple[int, ...]:
    """Districts and neighbourhoods by slug; none is the whole city."""
    found = [city.place(slug) for slug in form.several("districts")]
    if any(place is None or place.id == city.root.id for place in found):
        form.wrong("districts", _("Please choose places from the list."))
    return tuple(sorted({place.id for place in found if place is not None}))


def read_agreement(fields: Fields, city: CityView) -> AgreementSaid:
    form = Reader(fields)
    signed = _moment(form, "signed_on", city)
    names = _texts(form, "names", city.languages, at_most=300)
    binding = form.text("binding", at_most=3, missing=_("Please choose one of the answers."))
    if binding not in ("", "yes", "no"):
        form.wrong("binding", _("Please choose one of the answers."))
    form.finish()
    return AgreementSaid(signed.astimezone(city.zone).date(), binding == "yes", names)


def read_dates(fields: Fields, city: CityView, kind: StepKind) -> Dates:
    form = Reader(fields)
    opens = form.moment("opens_at", city.zone, required=False)
    closes = _moment(form, "closes_at", city)
    allowed = USUAL[kind]
    if kind is StepKind.CONSULTATION:
        chosen = form.several("allows")
        allowed = [feature for feature in USUAL[kind] if feature in chosen]
        if not allowed:
            form.wrong("allows", _("Please choose at least one."))
    form.finish()
    return Dates(closes, opens, tuple(allowed))


def read_extension(fields: Fields, city: CityView) -> Extension:
    form = Reader(fields)
    closes = _moment(form, "closes_at", city)
    said = {
        language: form.text(f"reasons.{language}", at_most=2_000, required=False, lines=True)
        for language in city.languages
    }
    for language in city.required_languages:
        if not said[language] and f"reasons.{language}" not in form.errors:
            form.wrong(f"reasons.{language}", _("This is needed in every required language."))
    form.finish()
    return Extension(closes, {language: text for language, text in said.items() if text})


def _moment(form: Reader, name: str, city: CityView) -> datetime:
    return form.moment(name, city.zone) or datetime.max.replace(tzinfo=UTC)


def _language(form: Reader, name: str, city: CityView) -> str:
    language = form.text(name, at_most=2)
    if language not in city.languages:
        form.wrong(name, _("Please choose one of the city's languages."))
    return language


def _texts(form: Reader, name: str, languages: Iterable[str], *, at_most: int) -> dict[str, str]:
    """`name.sw`, `name.ar`, …: at least one of them."""
    said = {
        language: form.text(f"{name}.{language}", at_most=at_most, required=False, lines=True) for language in languages
    }
    texts = {language: text for language, text in said.items() if text}
    if not texts and not any(field.startswith(f"{name}.") for field in form.errors):
        first = next(iter(said))
        form.wrong(f"{name}.{first}", in_a_language())
    return texts


def in_a_language() -> Message:
    return _("Please write this in at least one language.")


def in_words(languages: Iterable[str]) -> str:
    """Languages by the names that they call themselves."""
    return ", ".join(AUTONYMS[language] for language in languages)
