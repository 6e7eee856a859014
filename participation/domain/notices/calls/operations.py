"""Takes note of a missed call, hands numbers out to be called one by one, and forgets them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from participation.domain.notices.calls import rules
from participation.domain.notices.calls.models import MissedCall
from participation.domain.notices.costs.operations import Spent, add
from participation.domain.notices.costs.rules import month_of
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
    """Once while it waits, and a few times a day; of all numbers so many in an hour."""
    digest = keyed(secrets.key(PURPOSE), number)
    here = (MissedCall.city_id == city_id, MissedCall.rang_at > at - rules.COUNTED)
    lately = sa.func.count().filter(MissedCall.digest == digest)
    of_all = sa.func.count().filter(MissedCall.gateway == gateway, MissedCall.rang_at > at - rules.HOUR)
    if not rules.may_ask(*(await session.execute(sa.select(lately, of_all).where(*here))).one()):
        log.info("call_back", gateway=gateway, sent="never", error="too many")
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


async def book(session: Session, *, call_id: int, price: Decimal, zone: ZoneInfo) -> None:
    """Put aside what the longest call costs, before it is begun: so many calls at once cannot all find the month's cap unspent."""
    found = await session.get_one(MissedCall, call_id, with_for_update=True)
    if found.booked == 0:
        found.booked = rules.LONGEST
        await _add(session, found, found.booked, price, zone, messages=1)


async def settle(
    session: Session, *, city_id: int, gateway: str, call_id: int, minutes: int, price: Decimal, zone: ZoneInfo
) -> None:
    """It took so long, or was not begun: 0. Only once, however often it is reported."""
    wanted = sa.select(MissedCall).where(
        *(MissedCall.id == call_id, MissedCall.city_id == city_id, MissedCall.gateway == gateway),
        MissedCall.booked > 0,
    )
    found = await session.scalar(wanted.with_for_update())
    if found is not None:
        more, found.booked = minutes - found.booked, 0
        await _add(session, found, more, price, zone, messages=0 if minutes else -1)


async def _add(
    session: Session, call: MissedCall, minutes: int, price: Decimal, zone: ZoneInfo, *, messages: int
) -> None:
    """To the month in which it rang."""
    month = month_of(call.rang_at, zone)
    await session.flush()
    await add(session, [Spent(call.city_id, month, call.gateway, 0, messages, minutes, minutes * price)])


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
