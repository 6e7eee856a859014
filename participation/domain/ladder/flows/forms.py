"""What an official says of a link: to which project, which data, from which day on; and why one is ended."""

from dataclasses import dataclass
from datetime import date

from participation.domain.places.queries import CityView
from participation.kit.errors import Invalid
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST = 200
"""Characters of what is given, and of why it is ended: a list has room for that."""


@dataclass(frozen=True)
class LinkSaid:
    to: str
    """The slug of the project that gets the data."""
    what: dict[str, str]
    effective_on: date


def read_link(fields: Fields, city: CityView) -> LinkSaid:
    form = Reader(fields)
    to = form.text("to", at_most=60, missing=_("Please choose a published project of the city."))
    what = _everywhere(form, "what", city)
    day = form.moment("effective_on", city.zone)
    form.finish()
    if day is None:
        raise Invalid({"effective_on": _("Please fill this in.")})
    return LinkSaid(to, what, day.astimezone(city.zone).date())


def read_reasons(fields: Fields, city: CityView) -> dict[str, str]:
    form = Reader(fields)
    reasons = _everywhere(form, "reasons", city)
    form.finish()
    return reasons


def _everywhere(form: Reader, name: str, city: CityView) -> dict[str, str]:
    """`name.sw`, `name.ar`, …: in every required language."""
    said = {code: form.text(f"{name}.{code}", at_most=LONGEST, required=False, lines=True) for code in city.languages}
    for code in city.required_languages:
        if not said[code]:
            form.wrong(f"{name}.{code}", _("This is needed in every required language."))
    return {code: text for code, text in said.items() if text}
