"""Founds a city: its settings and its tree of places; gives it a host name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from participation.domain.places.forms import CitySaid, PlaceSaid
from participation.domain.places.models import City, Place, PlaceKind
from participation.domain.places.queries import CityView, directory, one_city
from participation.domain.record.actors import system
from participation.domain.record.operations import append, origin_at
from participation.domain.record.queries import city_of_origin
from participation.kit import changes
from participation.kit.database import Session
from participation.kit.errors import Conflict
from participation.kit.i18n import _
from participation.kit.shapes import Shape


async def found_city(session: Session, *, said: CitySaid, at: datetime) -> CityView:
    """The operator's act, recorded with the populations against which turnout will be shown."""
    others = (await directory(session)).cities
    _may_found(said, others)
    await _host_is_free(session, said.host, city_id=None)
    city = City(
        slug=said.slug,
        host=said.host,
        names=said.names,
        time_zone=said.time_zone,
        currency=said.currency,
        languages=said.languages,
        required_languages=said.required_languages,
        handing_out=said.handing_out,
        checking_tables=said.checking_tables,
        short_number=said.short_number,
        phones=said.phones,
        created_at=at,
    )
    session.add(city)
    await session.flush()
    root = await _add(session, city.id, None, PlaceKind.CITY, PlaceSaid(said.slug, said.names, said.population))
    for district in said.districts:
        place_id = await _add(session, city.id, root, PlaceKind.DISTRICT, district)
        for neighbourhood in district.inside:
            await _add(session, city.id, place_id, PlaceKind.NEIGHBOURHOOD, neighbourhood)
    populations = {district.slug: district.population for district in said.districts}
    await append(
        session,
        city_id=city.id,
        kind="city_founded",
        actor=system(city.id),
        at=at,
        facts={"city": said.slug, "population": said.population, "districts": populations},
    )
    # The pages of a city that was alone are kept under every host name, and so under the new one's.
    changes.touch(session, *(f"city:{one}" for one in (city.id, *(other.id for other in others))))
    view = (await directory(session)).by_slug(said.slug)
    if view is None:
        raise RuntimeError("a city that was just founded is not there")
    return view


async def set_host(session: Session, *, slug: str, host: str, at: datetime) -> CityView:
    """The operator's act: from now on this host name leads to the city. The origin of its record stays what it is."""
    city = await one_city(session, slug)
    if city.host == host:
        return city
    await _host_is_free(session, host, city_id=city.id)
    await session.execute(sa.update(City).where(City.id == city.id).values(host=host))
    facts = {"host": host, "before": city.host}
    await append(session, city_id=city.id, kind="city_host", actor=system(city.id), at=at, facts=facts)
    changes.touch(session, f"city:{city.id}")
    return replace(city, host=host)


async def set_boundaries(session: Session, *, city: CityView, boundaries: Mapping[str, Shape], at: datetime) -> None:
    """The operator's act: maps are drawn with them, and what lies in which district is said by them."""
    for slug, shape in boundaries.items():
        rings = [[[round(x, 6), round(y, 6)] for x, y in ring] for ring in shape.parts]
        await session.execute(
            sa.update(Place).where(Place.city_id == city.id, Place.slug == slug).values(boundary=rings)
        )
    facts = {"districts": sorted(boundaries)}
    await append(session, city_id=city.id, kind="boundaries_set", actor=system(city.id), at=at, facts=facts)
    changes.touch(session, f"city:{city.id}")


def _may_found(said: CitySaid, others: Sequence[CityView]) -> None:
    """Among several cities one without a host name could not be reached."""
    if any(other.slug == said.slug for other in others):
        raise Conflict(
            "city",
            _("This installation has a city with this name or host already."),
            _("Choose another name or another host."),
        )
    for other in others:
        if other.host is None:
            raise Conflict(
                "no_host",
                _("First give %(city)s a host name: participation city host %(city)s HOST.", city=other.slug),
                _("Then add this city once more."),
            )
    if others and said.host is None:
        raise Conflict(
            "no_host",
            _("Among several cities each needs a host name: give this one's with --host."),
            _("Send the command once more with it."),
        )


async def _host_is_free(session: Session, host: str | None, *, city_id: int | None) -> None:
    """No other city has it, nor a record that was started under it: two records under one name could not be told apart."""
    if host is None:
        return
    cities = (await directory(session)).cities
    if any(city.host == host and city.id != city_id for city in cities):
        raise Conflict(
            "city",
            _("This installation has a city with this name or host already."),
            _("Choose another name or another host."),
        )
    owner = await city_of_origin(session, origin_at(host))
    if owner is not None and owner != city_id:
        raise Conflict(
            "origin",
            _("The record of another city was started under this host name; choose another one."),
            _("A record stays under its name for good, so that copies of it can be checked."),
        )


async def _add(session: Session, city_id: int, parent_id: int | None, kind: PlaceKind, said: PlaceSaid) -> int:
    place = Place(
        city_id=city_id,
        parent_id=parent_id,
        kind=kind,
        slug=said.slug,
        names=said.names,
        population=said.population,
    )
    session.add(place)
    await session.flush()
    return place.id
