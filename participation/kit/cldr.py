"""Numbers, days and moments as each language writes them, by CLDR."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, localedata
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from babel.core import get_global

from participation.kit.languages import CLDR, LANGUAGES


@lru_cache(maxsize=len(LANGUAGES))
def locale_of(language: str) -> Locale:
    locale = Locale.parse(CLDR.get(language, language))
    _slim(str(locale))
    return locale


_UNUSED = (
    *(
        "unit_patterns",
        "unit_display_names",
        "compound_unit_patterns",
        "languages",
        "scripts",
        "territories",
        "variants",
    ),
    *("currency_names", "currency_names_plural", "currency_symbols", "currency_unit_patterns", "currency_formats"),
    *("compact_currency_formats", "compact_decimal_formats", "interval_formats", "date_fields"),
    *("time_zones", "meta_zones", "zone_formats"),
)
"""What no page says: names of currencies, countries and units take two thirds of the memory that ten languages need."""

_OF_OTHERS: tuple[Any, ...] = (
    *("likely_subtags", "territory_languages", "territory_currencies", "territory_zones"),
    *("zone_territories", "meta_zones", "windows_zone_mapping", "all_currencies"),
)
"""Tables of the whole world's languages, countries and currencies, of which formatting ours needs nothing."""


def _slim(identifier: str) -> None:
    """Forget that in a locale's data and in those that it builds on (`en_GB`: `en`, and the root of all)."""
    parts = identifier.split("_")
    for name in ("root", "en_001", *("_".join(parts[:length]) for length in range(1, len(parts) + 1))):
        data: Any = localedata.load(name)
        for key in _UNUSED:
            data.pop(key, None)


def forget_the_rest_of_the_world() -> None:
    """For a process that stays small: the ten languages are loaded, and no other can be from then on."""
    for language in LANGUAGES:
        locale_of(language)
    for table in _OF_OTHERS:
        unused: Any = get_global(table)
        unused.clear()


@lru_cache(maxsize=4096)
def number(value: float, language: str) -> str:
    return babel_numbers.format_decimal(value, locale=locale_of(language))


def percent(value: float, language: str) -> str:
    """`value` is a share of one; one decimal place at most, two for less than one per cent."""
    places = "#,##0.##%" if abs(value) < 0.01 else "#,##0.#%"
    return babel_numbers.format_percent(value, format=places, locale=locale_of(language))


def day(value: date | datetime, language: str, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(zone).date()
    return short_day(value, language)


@lru_cache(maxsize=4096)
def short_day(value: date, language: str) -> str:
    return babel_dates.format_date(value, format="long", locale=locale_of(language))


def moment(value: datetime, language: str, zone: ZoneInfo) -> str:
    """Date, time and zone, joined as the language joins them: the zone is always shown."""
    local = value.astimezone(zone)
    locale = locale_of(language)
    shown = {
        "{1}": babel_dates.format_skeleton("yMMMd", local, locale=locale),
        "{0}": babel_dates.format_time(local, format="HH:mm", locale=locale),
    }
    joined = str(babel_dates.get_datetime_format("medium", locale=locale)).replace("'", "")
    for mark, part in shown.items():
        joined = joined.replace(mark, part)
    return f"{joined} ({local.tzname()})"


def hour(value: datetime, language: str, zone: ZoneInfo) -> str:
    """Time of day and zone, where the day stands beside it."""
    return f"{clock(value, language, zone)} ({value.astimezone(zone).tzname()})"


def clock(value: datetime, language: str, zone: ZoneInfo) -> str:
    """Time of day alone, for what is said among people of the city."""
    return babel_dates.format_time(value.astimezone(zone), format="HH:mm", locale=locale_of(language))


def full_day(value: datetime, language: str, zone: ZoneInfo) -> str:
    """With the day of the week, as one says it."""
    return babel_dates.format_date(value.astimezone(zone).date(), format="full", locale=locale_of(language))
