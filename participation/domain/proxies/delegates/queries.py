"""Reads delegates by the numbers that they go by in public."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates.models import DelegateNumber
from participation.kit.database import Session


def year_of(city: CityView, at: datetime) -> int:
    """The year in the city: numbers change with it."""
    return at.astimezone(city.zone).year


async def numbers(session: Session, *, city_id: int, delegates: Collection[int], year: int) -> dict[int, int]:
    """By delegate, the number of that year, where it has been made: `operations.number_of` makes it on first need."""
    wanted = sa.select(DelegateNumber.delegate_id, DelegateNumber.number).where(
        DelegateNumber.city_id == city_id, DelegateNumber.delegate_id.in_(delegates), DelegateNumber.year == year
    )
    return {row.delegate_id: row.number for row in await session.execute(wanted)}
