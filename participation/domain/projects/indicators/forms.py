"""What an official says about an indicator."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from participation.domain.places.queries import CityView
from participation.kit import i18n
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _

LONGEST = {"names": 300, "units": 60}
FIGURE = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
UNCLEAR = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
"""12,500 is twelve thousand and a half to some, and twelve and a half to others."""
SEPARATORS = str.maketrans("", "", " \u00a0\u202f_'")


@dataclass(frozen=True)
class IndicatorSaid:
    names: dict[str, str]
    units: dict[str, str]
    baseline: Decimal
    baseline_on: date
    target: Decimal
    target_on: date


def read_indicator(fields: Fields, city: CityView) -> IndicatorSaid:
    """In every required language what is measured and in what; the baseline lies before the target."""
    form = Reader(fields)
    words = {
        name: form.texts(name, city.languages, city.required_languages, at_most=most, lines=False)
        for name, most in LONGEST.items()
    }
    baseline, target = _figure(form, "baseline"), _figure(form, "target")
    baseline_on, target_on = _day(form, "baseline_on", city), _day(form, "target_on", city)
    if not form.errors and target_on <= baseline_on:
        form.wrong("target_on", _("The target comes after the baseline."))
    if not form.errors and target == baseline:
        form.wrong("target", _("A target that is the same as the baseline changes nothing."))
    form.finish()
    return IndicatorSaid(words["names"], words["units"], baseline, baseline_on, target, target_on)


def _figure(form: Reader, name: str) -> Decimal:
    """With digits of any script, and a point or a comma before at most three decimals."""
    raw = i18n.digits(form.text(name, at_most=40)).translate(SEPARATORS)
    raw = raw.replace("\u066b", ".").replace("\u2212", "-")
    unclear = UNCLEAR.fullmatch(raw)
    raw = raw.replace(",", ".")
    if unclear or not FIGURE.fullmatch(raw):
        form.wrong(name, _("Please type a number, for example 12 or 12.5."))
        return Decimal(0)
    return Decimal(raw)


def _day(form: Reader, name: str, city: CityView) -> date:
    moment = form.moment(name, city.zone)
    return date.max if moment is None else moment.astimezone(city.zone).date()
