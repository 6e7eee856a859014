"""Verbs of delegates."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates import rules
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Unavailable
from participation.kit.i18n import _

NUMBERS = range(1000, 10_000)
TRIES = 50


async def number_of(session: Session, *, city: CityView, delegate_id: int, at: datetime) -> int:
    """The number of this year, made on first need: random, so that it leads neither to last year's nor to who came before."""
    year = year_of(city, at)
    mine = (DelegateNumber.delegate_id == delegate_id, DelegateNumber.year == year)
    for _attempt in range(TRIES):
        known = await session.scalar(sa.select(DelegateNumber.number).where(*mine))
        if known is not None:
            return known
        drawn = {"city_id": city.id, "delegate_id": delegate_id, "year": year, "number": secrets.choice(NUMBERS)}
        made = insert(DelegateNumber).values(drawn).on_conflict_do_nothing().returning(DelegateNumber.number)
        if (number := await session.scalar(made)) is not None:
            return number
    raise Unavailable("number", _("No number could be given at the moment."), _("Please send this once more."))


async def held(session: Session, *, city: CityView, delegate_id: int) -> Delegate:
    """One delegate, held to the end of the transaction: of two acts at once the second sees what the first has done."""
    mine = (Delegate.id == delegate_id, Delegate.city_id == city.id)
    found = await session.scalar(sa.select(Delegate).where(*mine).with_for_update())
    if found is None:
        raise rules.no_delegate()
    return found


async def note(
    session: Session,
    *,
    city: CityView,
    kind: str,
    delegate: Delegate,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    number: int | None = None,
) -> None:
    """In the record a delegate is the number of the year and the place. `number`: where it is known already."""
    await session.flush()
    number = number or await number_of(session, city=city, delegate_id=delegate.id, at=at)
    year = year_of(city, at)
    named = {"number": number, "year": year, "place": city.places[delegate.place_id].slug}
    about = ("delegate", f"{year}-{number}")
    said = {"delegate": named, **(facts or {})}
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts=said, about=about)
    touch(session, f"delegates:{city.id}")
