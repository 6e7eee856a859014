"""Reads cities and their trees, whole: they are small, change rarely, and every page needs them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from participation.domain.places.models import City, Place, PlaceKind
from participation.kit.database import Session
from participation.kit.errors import NotFound
from participation.kit.i18n import AUTONYMS, _
from participation.kit.shapes import Position, Shape, Sort


@dataclass(frozen=True)
class PlaceView:
    id: int
    parent_id: int | None
    kind: PlaceKind
    slug: str
    names: dict[str, str]
    population: int


@dataclass(frozen=True)
class SpokenLanguage:
    """A language of the city that has no catalogue: it is heard, in sound and numbers alone."""

    code: str
    own: str
    """Its name in itself."""
    names: dict[str, str]


@dataclass(frozen=True)
class CityView:
    """A city with its places, read once and kept until it changes."""

    id: int
    slug: str
    host: str | None
    names: dict[str, str]
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    required_languages: tuple[str, ...]
    handing_out: dict[str, str]
    checking_tables: dict[str, str]
    gates: dict[str, Any]
    """What steps owe here beyond the default; `ladder.gates.rules.table` reads it."""
    holidays: list[dict[str, Any]]
    places: dict[int, PlaceView] = field(repr=False)
    short_number: str | None = None
    """What is dialled or written to from any phone, without the internet."""
    phones: str = "number"
    """What is asked of whoever takes part by phone, see `people.phones.rules.Assurance`."""
    synthesis: bool = True
    """A machine reads texts aloud of which nobody has recorded anything."""
    spoken_languages: tuple[SpokenLanguage, ...] = ()

    @property
    def heard_languages(self) -> dict[str, str]:
        """Every language in which something can be heard, by code: what it calls itself."""
        return {code: AUTONYMS[code] for code in self.languages} | {one.code: one.own for one in self.spoken_languages}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def root(self) -> PlaceView:
        return next(place for place in self.places.values() if place.kind is PlaceKind.CITY)

    @property
    def districts(self) -> list[PlaceView]:
        return [place for place in self.places.values() if place.kind is PlaceKind.DISTRICT]

    def address(self, base_url: str) -> str:
        """Where the city's pages are: on its own host, where it has one."""
        parts = urlsplit(base_url)
        return f"{parts.scheme}://{self.host or parts.netloc}"

    def neighbourhoods(self, district_id: int) -> list[PlaceView]:
        return [place for place in self.places.values() if place.parent_id == district_id]

    def place(self, slug: str) -> PlaceView | None:
        return next((place for place in self.places.values() if place.slug == slug), None)

    def above(self, place_id: int) -> Iterable[int]:
        """The place itself and every place that it lies in."""
        at: int | None = place_id
        while at is not None and at in self.places:
            yield at
            at = self.places[at].parent_id

    def district_of(self, place_id: int) -> int | None:
        """The district that a place is or lies in; None for the city itself."""
        return next((p for p in self.above(place_id) if self.places[p].kind is PlaceKind.DISTRICT), None)


@dataclass(frozen=True)
class Directory:
    """All cities of the installation."""

    cities: tuple[CityView, ...]

    def by_host(self, host: str) -> CityView | None:
        """The city that a host name leads to; with one city, every host name does."""
        if len(self.cities) == 1:
            return self.cities[0]
        name = host.partition(":")[0].lower()
        return next((city for city in self.cities if city.host in (host.lower(), name)), None)

    def by_slug(self, slug: str) -> CityView | None:
        return next((city for city in self.cities if city.slug == slug), None)


async def directory(session: Session) -> Directory:
    places: dict[int, dict[int, PlaceView]] = {}
    # Without boundaries, which few pages draw.
    columns = [column for column in Place.__table__.c if column.name != "boundary"]
    for place in (await session.execute(sa.select(*columns).order_by(Place.id))).all():
        view = PlaceView(place.id, place.parent_id, PlaceKind(place.kind), place.slug, place.names, place.population)
        places.setdefault(place.city_id, {})[place.id] = view
    cities = (await session.execute(sa.select(City.__table__).order_by(City.id))).all()
    return Directory(
        tuple(
            CityView(
                id=city.id,
                slug=city.slug,
                host=city.host,
                names=city.names,
                time_zone=city.time_zone,
                currency=city.currency,
                languages=tuple(city.languages),
                required_languages=tuple(city.required_languages),
                handing_out=city.handing_out,
                checking_tables=city.checking_tables,
                gates=city.gates,
                holidays=city.holidays,
                places=places.get(city.id, {}),
                short_number=city.short_number,
                phones=city.phones,
                synthesis=city.synthesis,
                spoken_languages=tuple(SpokenLanguage(**one) for one in city.spoken_languages),
            )
            for city in cities
        )
    )


async def boundaries(session: Session, city_id: int) -> dict[int, Shape]:
    """Of the districts whose boundary is known, in the order of their numbers."""
    rows = await session.execute(
        sa.select(Place.id, Place.slug, Place.boundary)
        .where(Place.city_id == city_id, Place.kind == PlaceKind.DISTRICT, Place.boundary.is_not(None))
        .order_by(Place.id)
    )
    return {row.id: Shape(Sort.AREA, _rings(row.boundary), row.slug) for row in rows}


def _rings(said: list[list[list[float]]]) -> tuple[list[Position], ...]:
    return tuple([(float(x), float(y)) for x, y in ring] for ring in said)


async def one_city(session: Session, slug: str | None) -> CityView:
    """The city of that name, for commands; where there is only one, its name need not be said."""
    found = await directory(session)
    city = found.by_slug(slug) if slug else found.cities[0] if len(found.cities) == 1 else None
    if city is None:
        known = ", ".join(city.slug for city in found.cities)
        raise NotFound(
            "city",
            _("Say which city it is for: %(known)s.", known=known or "-"),
            _("Send the command once more with --city."),
        )
    return city
