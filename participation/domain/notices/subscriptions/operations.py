"""Somebody asks to be told by e-mail, confirms, changes, stops; what is not confirmed is forgotten."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.notices.outbox.models import Letter, LetterKind
from participation.domain.notices.subscriptions import queries, rules
from participation.domain.notices.subscriptions.models import Followed, Subscription
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.hashing import Secrets

AT_ONCE = 500
"""Addresses that are sealed anew in one transaction."""


async def ask(
    session: Session,
    *,
    city_id: int,
    project_id: int | None,
    address: str,
    language: str,
    secrets: Secrets,
    at: datetime,
) -> None:
    """Keep the wish, and queue a letter that asks for confirmation: until then nothing is sent for it.

    Says nothing about whether the address was known. `project_id`: None for all of the city.
    """
    found = await _found_or_made(session, city_id, address, language, secrets, at)
    followed = insert(Followed).values(
        city_id=city_id, subscription_id=found.id, project_id=project_id, confirmed=False, at=at
    )
    added = await session.scalar(followed.on_conflict_do_nothing().returning(Followed.id))
    if found.confirmed_at is not None and added is None:
        return  # it is followed already, or waits for the confirmation that was asked for
    fresh = found.asked == 0
    if not fresh and not rules.may_ask(found.asked, found.asked_at, at):
        return
    found.asked, found.asked_at = found.asked + 1, at
    session.add(
        Letter(city_id=city_id, subscription_id=found.id, kind=LetterKind.CONFIRM, day=None, next_at=at, made_at=at)
    )
    await session.flush()


async def _found_or_made(
    session: Session, city_id: int, address: str, language: str, secrets: Secrets, at: datetime
) -> Subscription:
    """Two who ask at once for one address get one row. Found under the previous key, its hash is renewed."""
    current, *older = (rules.digest_of(key, city_id, address) for key in secrets.keys(rules.PURPOSE))
    made = insert(Subscription).values(
        city_id=city_id,
        digest=current,
        address=sealing.seal(address, secrets, rules.PURPOSE),
        language=language,
        asked_at=at,
        asked=0,
    )
    where = (Subscription.city_id == city_id, Subscription.digest.in_([current, *older]))
    found = await session.scalar(sa.select(Subscription).where(*where).with_for_update())
    if found is None:
        await session.execute(made.on_conflict_do_nothing())
        found = (await session.scalars(sa.select(Subscription).where(*where).with_for_update())).one()
    found.digest = current
    if found.confirmed_at is None:
        found.language = language
    return found


async def confirm(session: Session, *, subscription: Subscription, newest: int, at: datetime) -> None:
    """Everything that was asked for with this address counts from now on. `newest`: the last entry of the record so far."""
    if subscription.confirmed_at is None:
        subscription.confirmed_at, subscription.heard = at, newest
    subscription.asked = 0
    mine = (Followed.subscription_id == subscription.id, Followed.confirmed.is_(False))
    await session.execute(sa.update(Followed).where(*mine).values(confirmed=True, at=at))
    await session.flush()


async def set_language(session: Session, *, subscription: Subscription, language: str) -> None:
    subscription.language = language
    await session.flush()


async def unfollow(session: Session, *, subscription: Subscription, followed_id: int) -> bool:
    """Whether the subscription ended with it: an address that follows nothing is not kept."""
    mine = Followed.subscription_id == subscription.id
    await session.execute(sa.delete(Followed).where(mine, Followed.id == followed_id))
    if await session.scalar(sa.select(sa.func.count()).select_from(Followed).where(mine)):
        return False
    await stop(session, subscription_id=subscription.id)
    return True


async def stop(session: Session, *, subscription_id: int) -> None:
    """The address and everything kept with it are erased; what waits to be sent goes too."""
    await session.execute(sa.delete(Subscription).where(Subscription.id == subscription_id))


async def forget_unconfirmed(session: Session, *, at: datetime) -> None:
    """Wishes that nobody confirmed, and addresses that nobody did."""
    old = at - rules.UNCONFIRMED
    await session.execute(sa.delete(Followed).where(Followed.confirmed.is_(False), Followed.at < old))
    await session.execute(
        sa.delete(Subscription).where(Subscription.confirmed_at.is_(None), Subscription.asked_at < old)
    )


async def by_link(session: Session, *, city_id: int, value: str, secrets: Secrets) -> Subscription:
    """The subscription that a link of a letter belongs to, locked; `Gone` where there is none any more."""
    found = await queries.by_link(session, city_id=city_id, value=value, secrets=secrets, lock=True)
    if found is None:
        raise rules.ended()
    return found


async def renew(session: Session, *, secrets: Secrets, after: int = 0) -> int:
    """While the master secret is being replaced: seal some more addresses under the new one. The last that was looked at; 0 at the end."""
    some = sa.select(Subscription).where(Subscription.id > after).order_by(Subscription.id).limit(AT_ONCE)
    last = 0
    for one in (await session.scalars(some.with_for_update())).all():
        last = one.id
        one.address, before = sealing.renewed(one.address, secrets, rules.PURPOSE, row=one.id), one.address
        if one.address != before:
            address = sealing.opened(one.address, secrets, rules.PURPOSE)
            one.digest = rules.digest_of(secrets.key(rules.PURPOSE), one.city_id, address)
    await session.flush()
    return last
