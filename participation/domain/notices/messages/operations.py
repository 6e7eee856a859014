"""Queues answers, hands them out to be sent one by one, and forgets them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.notices.messages.models import TextMessage
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.hashing import Secrets

PURPOSE = "text message"
SENDING = timedelta(minutes=1)
"""For so long nobody else takes a message that is being sent."""
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
TOO_LATE = timedelta(hours=2)
"""After so long an answer surprises more than it helps."""
KEPT = timedelta(days=2)
"""For so long it is known what was answered."""


@dataclass(frozen=True)
class Outgoing:
    """A message about to be sent, in the clear."""

    id: int
    gateway: str
    number: str
    text: str
    link: str


async def queue(
    session: Session,
    *,
    city_id: int,
    gateway: str,
    answers: bytes,
    number: str,
    text: str,
    link: str,
    secrets: Secrets,
    at: datetime,
) -> None:
    """Once for each message that it answers."""
    sealed = sealing.seal(json.dumps([number, text, link]), secrets, PURPOSE)
    values = {
        "city_id": city_id,
        "gateway": gateway,
        "answers": answers,
        "sealed": sealed,
        "made_at": at,
        "next_at": at,
    }
    await session.execute(insert(TextMessage).values(values).on_conflict_do_nothing(index_elements=["answers"]))


async def take(session: Session, *, secrets: Secrets, at: datetime) -> Outgoing | None:
    """The next that is due; nobody else takes it. To be committed before it is handed over."""
    due = sa.select(TextMessage).where(TextMessage.sealed.is_not(None), TextMessage.next_at <= at)
    found = await session.scalar(
        due.order_by(TextMessage.next_at, TextMessage.id).limit(1).with_for_update(skip_locked=True)
    )
    if found is None:
        return None
    found.attempts, found.next_at = found.attempts + 1, at + SENDING
    await session.flush()
    number, text, link = json.loads(sealing.opened(found.sealed or b"", secrets, PURPOSE))
    return Outgoing(found.id, found.gateway, number, text, link)


async def note(session: Session, *, message_id: int, again: bool, at: datetime) -> None:
    """It was handed over, or never will be: its number and words go. `again`: it surely was not, and is tried once more."""
    found = await session.scalar(sa.select(TextMessage).where(TextMessage.id == message_id).with_for_update())
    if found is None:
        return
    pause = PAUSES[min(found.attempts, len(PAUSES)) - 1]
    if again and at + pause < found.made_at + TOO_LATE:
        found.next_at = at + pause
    else:
        found.sealed = None
    await session.flush()


async def forget(session: Session, *, at: datetime) -> None:
    """What nobody will ask about any more; and words that nobody sent in time."""
    await session.execute(sa.delete(TextMessage).where(TextMessage.made_at < at - KEPT))
    late = (TextMessage.made_at < at - TOO_LATE, TextMessage.sealed.is_not(None))
    await session.execute(sa.update(TextMessage).where(*late).values(sealed=None))
