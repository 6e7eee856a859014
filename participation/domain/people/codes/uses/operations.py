"""Notes that codes were used, and tells the record once a day how many were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.people.codes.operations import record_counts
from participation.domain.people.codes.rules import shown
from participation.domain.people.models import AccessCode, Batch, Person
from participation.domain.places.queries import CityView
from participation.domain.record.actors import system
from participation.kit import changes


@dataclass(frozen=True)
class Use:
    """What is to be noted of a code that was used: that it was, in which language, its hash and its PIN's under the newest secret."""

    code_id: int
    person_id: int
    digest: bytes
    language: str | None
    """At its first use."""
    pin_hash: str | None
    """Where it was hashed under a secret that is being replaced."""


async def note_uses(session: AsyncSession, uses: Sequence[Use]) -> None:
    cities: set[int | None] = set()
    for use in uses:
        noted = (
            sa.update(AccessCode)
            .where(AccessCode.id == use.code_id, AccessCode.person_id == use.person_id)
            .values(used=True, digest=use.digest)
        )
        city_id = await session.scalar(noted.returning(AccessCode.city_id))
        if use.language is not None:
            cities.add(city_id)
        new = {"language": use.language, "pin_hash": use.pin_hash}
        values = {name: value for name, value in new.items() if value is not None}
        if values:
            alive = (Person.id == use.person_id, Person.erased_at.is_(None))
            await session.execute(sa.update(Person).where(*alive).values(values))
    for city_id in cities - {None}:
        changes.mark(session, f"batches:{city_id}")


async def record_uses(session: AsyncSession, *, city: CityView, at: datetime) -> None:
    """How many slips of each batch were used, where the record does not say it yet. Once a day, so that no entry stands beside a vote."""
    used = sa.func.count(AccessCode.id).filter(AccessCode.used).label("used")
    counted = (
        sa.select(Batch, used)
        .outerjoin(AccessCode, AccessCode.batch_id == Batch.id)
        .where(Batch.city_id == city.id, Batch.activated_at.is_not(None))
        .group_by(Batch.id)
        .order_by(Batch.number)
    )
    for batch, count in (await session.execute(counted)).all():
        if shown(count) != batch.recorded_used:
            await record_counts(session, "batch_used", city, batch, system(city.id), at)
