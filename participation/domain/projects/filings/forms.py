"""What an official says when asking an organisation, and what the organisation says of itself and in its opinion."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from participation.domain.places.queries import CityView
from participation.domain.projects.filings.models import Purpose, Stance
from participation.domain.projects.organisations.forms import LONGEST_INTEREST, texts
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import LANGUAGES, _

LONGEST_OPINION = 4_000
LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Asking:
    organisation_id: int
    purpose: Purpose
    kind: str | None
    until: date


@dataclass(frozen=True)
class OpinionSaid:
    text: str
    stance: Stance | None
    about: str | None
    version: int


@dataclass(frozen=True)
class InterestsSaid:
    """In the language of the form."""

    gains: str
    payer: str
    version: int


def read_asking(fields: Fields, city: CityView) -> Asking:
    form = Reader(fields)
    organisation = form.integer("organisation", least=1, most=2**31 - 1, required=False)
    if organisation is None:
        form.wrong("organisation", _("Please choose an organisation."))
    purpose = form.one_of("purpose", Purpose)
    kind = form.text("kind", at_most=60, required=False)
    until = _until(form, city)
    form.finish()
    return Asking(organisation or 0, purpose, kind or None, until)


def read_until(fields: Fields, city: CityView) -> date:
    form = Reader(fields)
    until = _until(form, city)
    form.finish()
    return until


def _until(form: Reader, city: CityView) -> date:
    moment = form.moment("until", city.zone) or datetime.min.replace(tzinfo=city.zone)
    return moment.astimezone(city.zone).date() if "until" not in form.errors else date.min


def read_opinion(fields: Fields, abouts: Collection[str]) -> OpinionSaid:
    form = Reader(fields)
    text = form.text("words", at_most=LONGEST_OPINION, required=False, lines=True)
    stance = form.text("stance", at_most=20, required=False)
    if stance not in ("", *Stance):
        form.wrong("stance", _("Please choose one of the answers."))
    about = form.text("about", at_most=130, required=False)
    if about and about not in abouts:
        form.wrong("about", _("Please choose one of the answers."))
    version = _version(form)
    form.finish()
    return OpinionSaid(text, Stance(stance) if stance else None, about or None, version)


def read_interests(fields: Fields) -> InterestsSaid:
    form = Reader(fields)
    gains, payer = (
        form.text(name, at_most=LONGEST_INTEREST, lines=True, missing=missing)
        for name, missing in (
            ("gains", _("Please say what your organisation gains; if it gains nothing, say so.")),
            ("payer", _("Please say who pays it.")),
        )
    )
    version = _version(form)
    form.finish()
    return InterestsSaid(gains, payer, version)


def read_reasons(fields: Fields, city: CityView) -> dict[str, str]:
    """Why something is not published, in every required language."""
    form = Reader(fields)
    said = texts(form, "reasons", city.languages, at_most=LONGEST_REASON)
    for language in city.required_languages:
        if not said.get(language):
            form.wrong(f"reasons.{language}", _("This is needed in every required language."))
    form.finish()
    return said


def read_language(value: str, otherwise: str) -> str:
    """An organisation writes in any language that the platform knows, whatever those of the city are."""
    return value if value in LANGUAGES else otherwise


def _version(form: Reader) -> int:
    return form.integer("version", least=0, most=2**31 - 1)
