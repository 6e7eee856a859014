"""Adds up what phones cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy.dialects.postgresql import insert

from participation.domain.notices.costs.models import PhoneCost
from participation.kit.database import Session


@dataclass(frozen=True)
class Spent:
    """A sum that is to be added."""

    city_id: int
    month: date
    gateway: str
    project: int
    messages: int
    units: int
    cost: Decimal

    def plus(self, more: "Spent") -> "Spent":
        sums = {name: getattr(self, name) + getattr(more, name) for name in ("messages", "units", "cost")}
        return replace(self, **sums)


async def add(session: Session, sums: Sequence[Spent]) -> None:
    """In a fixed order, so that two processes do not wait for each other."""
    if not sums:
        return
    ordered = sorted(sums, key=lambda one: (one.city_id, one.month, one.gateway, one.project))
    made = insert(PhoneCost).values([vars(one) for one in ordered])
    more = {name: getattr(PhoneCost, name) + made.excluded[name] for name in ("messages", "units", "cost")}
    keys = ["city_id", "month", "gateway", "project"]
    await session.execute(made.on_conflict_do_update(index_elements=keys, set_=more))
