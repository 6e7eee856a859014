"""Reads of subscriptions: by the link in a letter, and what one of them follows."""

from dataclasses import dataclass

import sqlalchemy as sa

from participation.domain.notices.subscriptions import rules
from participation.domain.notices.subscriptions.models import Followed, Subscription
from participation.kit import sealing
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
    if found is None:
        return None
    digests = [found.digest]
    if secrets.previous is not None:
        # It may have been sealed anew since the letter was sent, whose link was made of the digest before.
        address = sealing.opened(found.address, secrets, rules.PURPOSE)
        digests += [rules.digest_of(key, city_id, address) for key in secrets.keys(rules.PURPOSE)]
    return found if any(rules.fits(value, found.id, digest, secrets) for digest in digests) else None


async def followed(session: Session, *, subscription_id: int) -> list[FollowedView]:
    """All of the city first, then projects in the order in which they were added."""
    rows = await session.execute(
        sa.select(Followed.id, Followed.project_id, Followed.confirmed)
        .where(Followed.subscription_id == subscription_id)
        .order_by(Followed.project_id.is_not(None), Followed.id)
    )
    return [FollowedView(*row) for row in rows.all()]
