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
    what = form.texts("what", city.languages, city.required_languages, at_most=LONGEST)
    day = form.moment("effective_on", city.zone)
    form.finish()
    if day is None:
        raise Invalid({"effective_on": _("Please fill this in.")})
    return LinkSaid(to, what, day.astimezone(city.zone).date())


def read_reasons(fields: Fields, city: CityView) -> dict[str, str]:
    form = Reader(fields)
    reasons = form.texts("reasons", city.languages, city.required_languages, at_most=LONGEST)
    form.finish()
    return reasons
