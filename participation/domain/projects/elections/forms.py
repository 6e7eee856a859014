"""What an administrator says of an election period: its first and last day, and its name in each language."""

from dataclasses import dataclass
from datetime import date

from participation.domain.places.queries import CityView
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _


@dataclass(frozen=True)
class PeriodSaid:
    names: dict[str, str]
    from_day: date
    until_day: date


def read_period(fields: Fields, city: CityView) -> PeriodSaid:
    form = Reader(fields)
    begins, ends = form.moment("from_day", city.zone), form.moment("until_day", city.zone)
    names = {code: form.text(f"names.{code}", at_most=120, required=False) for code in city.languages}
    for code in city.required_languages:
        if not names[code]:
            form.wrong(f"names.{code}", _("This is needed in every required language."))
    form.finish()
    if begins is None or ends is None:
        raise RuntimeError("finish lets nothing of this through")
    said = {code: name for code, name in names.items() if name}
    return PeriodSaid(said, begins.astimezone(city.zone).date(), ends.astimezone(city.zone).date())
