"""Counts the visits in a district by neighbourhood, as they may be shown: rounded down to tens, nothing under ten."""

from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.people.codes.rules import shown
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.models import Entry, EntryKind, EntryState
from participation.kit.database import Session


@dataclass(frozen=True)
class Covered:
    """A neighbourhood, or the rest of a district: how many live there, and how many visits were recorded."""

    place_id: int | None
    """None: visits with an access code, which say no more than the district."""
    population: int | None
    visits: int | None
    """Rounded down to tens; None for fewer than ten."""


async def coverage(session: Session, *, city: CityView, district_id: int) -> list[Covered]:
    """The whole district first, then its neighbourhoods, then the visits with an access code. Meetings are no visits. One statement."""
    counted = (
        sa.select(Entry.place_id, sa.func.count().label("visits"))
        .join(Delegate, Delegate.id == Entry.delegate_id)
        .where(
            Entry.city_id == city.id,
            Delegate.place_id == district_id,
            Entry.state == EntryState.ACCEPTED,
            Entry.kind != EntryKind.MEETING,
        )
        .group_by(Entry.place_id)
    )
    visits = {row.place_id: row.visits for row in await session.execute(counted)}
    district = city.places[district_id]
    inside = [
        Covered(place.id, place.population, shown(visits.get(place.id, 0)))
        for place in city.neighbourhoods(district_id)
    ]
    return [
        Covered(district.id, district.population, shown(sum(visits.values()))),
        *inside,
        Covered(None, None, shown(visits.get(None, 0))),
    ]
