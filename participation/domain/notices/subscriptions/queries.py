"""Reads of subscriptions: by the link in a letter, and what one of them follows."""

from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.notices.subscriptions import rules
from participation.domain.notices.subscriptions.models import Followed, Subscription
from participation.kit.database import Session
from participation.kit.hashing import Secrets


@dataclass(frozen=True)
class FollowedView:
    id: int
    project_id: int | None
    """None: all of the city."""
    confirmed: bool


async def by_link(
    session: Session, *, city_id: int, value: str, secrets: Secrets, lock: bool = False
) -> Subscription | None:
    number = rules.number_in(value)
    if number is None:
        return None
    wanted = sa.select(Subscription).where(Subscription.id == number, Subscription.city_id == city_id)
    found = await session.scalar(wanted.with_for_update() if lock else wanted)
    return found if found is not None and rules.fits(value, found.id, found.digest, secrets) else None


async def followed(session: Session, *, subscription_id: int) -> list[FollowedView]:
    """All of the city first, then projects in the order in which they were added."""
    rows = await session.execute(
        sa.select(Followed.id, Followed.project_id, Followed.confirmed)
        .where(Followed.subscription_id == subscription_id)
        .order_by(Followed.project_id.is_not(None), Followed.id)
    )
    return [FollowedView(*row) for row in rows.all()]
