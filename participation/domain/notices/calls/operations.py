"""Takes note of a missed call, hands numbers out to be called one by one, and forgets them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from participation.domain.notices.calls import rules
from participation.domain.notices.calls.models import MissedCall
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.hashing import Secrets, keyed

log = structlog.get_logger()
PURPOSE = "missed call"
CALLING = timedelta(minutes=1)
"""For so long nobody else calls a number that is being called."""


@dataclass(frozen=True)
class Owed:
    """A number about to be called."""

    id: int
    city_id: int
    gateway: str
    number: str


async def ask(session: Session, *, city_id: int, gateway: str, number: str, secrets: Secrets, at: datetime) -> None:
    """Once while it waits, and a few times a day."""
    digest = keyed(secrets.key(PURPOSE), number)
    lately = sa.select(sa.func.count()).where(
        MissedCall.city_id == city_id, MissedCall.digest == digest, MissedCall.rang_at > at - rules.COUNTED
    )
    if not rules.may_ask(await session.scalar(lately) or 0):
        return
    sealed = sealing.seal(number, secrets, PURPOSE)
    values = {"digest": digest, "sealed": sealed, "rang_at": at, "next_at": at + rules.PAUSE}
    made = insert(MissedCall).values(city_id=city_id, gateway=gateway, **values)
    await session.execute(made.on_conflict_do_nothing())


async def take(session: Session, *, secrets: Secrets, at: datetime) -> Owed | None:
    """The next that is due; nobody else takes it. To be committed before it is called.

    A number that cannot be opened is never called, and keeps nobody else waiting.
    """
    due = sa.select(MissedCall).where(MissedCall.sealed.is_not(None), MissedCall.next_at <= at)
    following = due.order_by(MissedCall.id).limit(1).with_for_update(skip_locked=True)
    while (found := await session.scalar(following)) is not None:
        found.attempts, found.next_at = found.attempts + 1, at + CALLING
        try:
            number = sealing.opened(found.sealed or b"", secrets, PURPOSE)
        except RuntimeError:
            log.warning("call_back", gateway=found.gateway, sent="never", error="sealed under another secret")
            found.sealed = None
            await session.flush()
            continue
        await session.flush()
        return Owed(found.id, found.city_id, found.gateway, number)
    return None


async def note(session: Session, *, call_id: int, again: bool, at: datetime) -> None:
    """It was called, or never will be: the number goes. `again`: it surely was not, and is tried once more."""
    found = await session.scalar(sa.select(MissedCall).where(MissedCall.id == call_id).with_for_update())
    if found is None:
        return
    following = rules.next_attempt(found.attempts, found.rang_at, at) if again else None
    if following is None:
        found.sealed = None
    else:
        found.next_at = following
    await session.flush()


async def forget(session: Session, *, at: datetime) -> None:
    """Numbers that nobody called in time, and after a day that there was a call at all."""
    late = (MissedCall.rang_at < at - rules.TOO_LATE, MissedCall.sealed.is_not(None))
    await session.execute(sa.update(MissedCall).where(*late).values(sealed=None))
    await session.execute(sa.delete(MissedCall).where(MissedCall.rang_at < at - rules.COUNTED))
