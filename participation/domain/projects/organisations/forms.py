"""What an official says about an organisation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from participation.domain.places.queries import CityView
from participation.domain.projects.forms import in_a_language
from participation.domain.projects.organisations.models import OrganisationKind
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST_NAME = 160
LONGEST_INTEREST = 1_000


@dataclass(frozen=True)
class OrganisationSaid:
    kind: OrganisationKind
    names: dict[str, str]
    gains: dict[str, str] = field(default_factory=dict)
    payer: dict[str, str] = field(default_factory=dict)
    declared_on: date | None = None


def read_organisation(fields: Fields, city: CityView) -> OrganisationSaid:
    form = Reader(fields)
    kind = form.one_of("kind", OrganisationKind)
    names = texts(form, "names", city.languages, at_most=LONGEST_NAME, lines=False)
    if not names and not any(name.startswith("names.") for name in form.errors):
        form.wrong(f"names.{city.required_languages[0]}", in_a_language())
    gains, payer = (texts(form, name, city.languages, at_most=LONGEST_INTEREST) for name in ("gains", "payer"))
    declared = form.moment("declared_on", city.zone, required=False)
    form.finish()
    return OrganisationSaid(kind, names, gains, payer, declared.astimezone(city.zone).date() if declared else None)


def read_version(fields: Fields) -> int:
    """The version that its writer had before them."""
    form = Reader(fields)
    version = form.integer("version", least=0, most=2**31 - 1)
    if form.errors:
        form.errors = {"form": _("This page is not complete. Please open it again.")}
    form.finish()
    return version


def texts(form: Reader, name: str, languages: Iterable[str], *, at_most: int, lines: bool = True) -> dict[str, str]:
    """`name.sw`, `name.ar`, …: those that say something."""
    said = {
        language: form.text(f"{name}.{language}", at_most=at_most, required=False, lines=lines)
        for language in languages
    }
    return {language: text for language, text in said.items() if text}
