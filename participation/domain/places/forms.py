"""Reads the description of a city with its districts and neighbourhoods, as an operator writes it (TOML)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from participation.kit.geojson import WrongMap, read
from participation.kit.i18n import LANGUAGES, SOURCE
from participation.kit.shapes import Shape, Sort, within

BOUNDARY = 150
"""Positions of a district's boundary that are kept."""
SLUG = re.compile(r"[a-z0-9-]{1,60}")
SHORT_NUMBER = re.compile(r"[0-9*#+]{1,20}")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?")


class WrongDescription(ValueError):
    """The description cannot be used; the text says which key and why."""


@dataclass(frozen=True)
class PlaceSaid:
    slug: str
    names: dict[str, str]
    population: int
    inside: tuple["PlaceSaid", ...] = ()


@dataclass(frozen=True)
class CitySaid:
    slug: str
    host: str | None
    names: dict[str, str]
    time_zone: str
    currency: str
    languages: list[str]
    required_languages: list[str]
    population: int
    districts: tuple[PlaceSaid, ...]
    handing_out: dict[str, str] = field(default_factory=dict)
    checking_tables: dict[str, str] = field(default_factory=dict)
    short_number: str | None = None
    phones: str = "number"


def read_city(said: Mapping[str, Any]) -> CitySaid:
    """Checks everything before anything is written; raises `WrongDescription`."""
    city = CitySaid(
        slug=_slug(said, "city"),
        host=read_host(said["host"]) if "host" in said else None,
        names=_names(said, "city"),
        time_zone=_zone(said),
        currency=_text(said, "currency"),
        languages=_languages(said, "languages"),
        required_languages=_languages(said, "required_languages"),
        population=_population(said, "city"),
        districts=tuple(_place(one, "neighbourhoods") for one in _list(said, "districts", "city")),
        handing_out={language: str(text["markdown"]) for language, text in dict(said.get("handing_out", {})).items()},
        checking_tables=_names({"names": said["checking_tables"]}, "checking_tables")
        if "checking_tables" in said
        else {},
        short_number=_short_number(said),
        phones=_phones(said),
    )
    if not set(city.required_languages) <= set(city.languages):
        raise WrongDescription("required_languages: each has to be among languages")
    slugs = [city.slug, *(place.slug for district in city.districts for place in (district, *district.inside))]
    twice = {slug for slug in slugs if slugs.count(slug) > 1}
    if twice:
        raise WrongDescription(f"the slug {min(twice)!r} is given to two places")
    _adds_up(city.slug, city.population, city.districts)
    return city


def read_boundaries(text: str, districts: Collection[str]) -> dict[str, Shape]:
    """The areas of districts by their slugs, from GeoJSON whose features have `slug` among their properties, simplified."""
    try:
        features = read(text)
    except WrongMap as wrong:
        raise WrongDescription(str(wrong)) from None
    found: dict[str, Shape] = {}
    for place, feature in enumerate(features):
        slug = feature.properties.get("slug")
        if slug not in districts:
            raise WrongDescription(
                f"features[{place}].properties.slug: one of {' '.join(sorted(districts))}, not {slug!r}"
            )
        if slug in found:
            raise WrongDescription(f"features[{place}]: {slug} has a boundary already")
        if not feature.shapes or any(shape.sort is not Sort.AREA for shape in feature.shapes):
            raise WrongDescription(f"features[{place}].geometry: a boundary is a Polygon or a MultiPolygon")
        whole = Shape(Sort.AREA, tuple(part for shape in feature.shapes for part in shape.parts), str(slug))
        found[str(slug)] = within([whole], BOUNDARY)[0]
    return found


def read_host(said: object) -> str:
    """A host name as browsers send it, with the port where it is not the usual one."""
    host = said.lower() if isinstance(said, str) else ""
    if not HOST.fullmatch(host):
        raise WrongDescription(f"host: a name like city.example, without https:// and path, not {said!r}")
    return host


def _place(said: Mapping[str, Any], inside: str | None) -> PlaceSaid:
    slug = _slug(said, inside or "neighbourhood")
    places = tuple(_place(one, None) for one in said.get(inside, [])) if inside else ()
    place = PlaceSaid(slug, _names(said, slug), _population(said, slug), places)
    if places:
        _adds_up(slug, place.population, places)
    return place


def _adds_up(slug: str, population: int, places: tuple[PlaceSaid, ...]) -> None:
    inside = sum(place.population for place in places)
    if inside > population:
        raise WrongDescription(f"{slug}: population {population} is less than the {inside} of the places inside it")


def _slug(said: Mapping[str, Any], where: str) -> str:
    slug = said.get("slug")
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        raise WrongDescription(f"{where}: slug has to be 1 to 60 of a to z, 0 to 9 and dash, not {slug!r}")
    return slug


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value:
        raise WrongDescription(f"{key} is missing")
    return value


def _list(said: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    value = said.get(key)
    if not isinstance(value, list) or not value:
        raise WrongDescription(f"{where}: {key} are missing")
    return value


def _names(said: Mapping[str, Any], where: str) -> dict[str, str]:
    names = said.get("names")
    if not isinstance(names, dict) or not names.get(SOURCE):
        raise WrongDescription(f"{where}: names are missing, or the one in English")
    unknown = set(names) - set(LANGUAGES)
    if unknown:
        raise WrongDescription(f"{where}: names in {min(unknown)!r}, which is none of {' '.join(LANGUAGES)}")
    return {str(language): str(name) for language, name in names.items()}


def _languages(said: Mapping[str, Any], key: str) -> list[str]:
    value = said.get(key)
    if not isinstance(value, list) or not value or not set(value) <= set(LANGUAGES):
        raise WrongDescription(f"{key}: one or more of {' '.join(LANGUAGES)}, not {value!r}")
    return list(value)


def _population(said: Mapping[str, Any], where: str) -> int:
    value = said.get("population")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise WrongDescription(f"{where}: population has to be a whole number, not {value!r}")
    return value


def _short_number(said: Mapping[str, Any]) -> str | None:
    number = said.get("short_number")
    if number is not None and (not isinstance(number, str) or not SHORT_NUMBER.fullmatch(number)):
        raise WrongDescription(f"short_number: up to 20 digits, stars and hashes, not {number!r}")
    return number


def _phones(said: Mapping[str, Any]) -> str:
    """Whether a telephone number may comment by itself, or everything that comes by phone needs an access code."""
    asked = said.get("phones", "number")
    if asked not in ("number", "code"):
        raise WrongDescription(f"phones: number or code, not {asked!r}")
    return str(asked)


def _zone(said: Mapping[str, Any]) -> str:
    name = _text(said, "time_zone")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise WrongDescription(f"time_zone: {name!r} is not known (for example Africa/Nairobi)") from None
    return name
