"""Queues answers, hands them out to be sent one by one, and forgets them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from participation.domain.notices.messages.models import TextMessage
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.hashing import Secrets

log = structlog.get_logger()
PURPOSE = "text message"
SENDING = timedelta(minutes=1)
"""For so long nobody else takes a message that is being sent."""
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
TOO_LATE = timedelta(hours=2)
"""After so long an answer surprises more than it helps."""
KEPT = timedelta(days=2)
"""For so long it is known what was answered."""


@dataclass(frozen=True)
class Answer:
    """What goes back to whoever wrote, before it is written down: in memory alone."""

    city_id: int
    gateway: str
    answers: bytes
    """Keyed hash of the message that it answers."""
    number: str = field(repr=False)
    text: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """A message about to be sent, in the clear."""

    id: int
    gateway: str
    number: str
    text: str
    link: str


async def queue(session: Session, answers: Sequence[Answer], *, secrets: Secrets, at: datetime) -> None:
    """Each once for the message that it answers. In the order of keyed hashes, and all at the same moment: neither says who wrote first."""
    if not answers:
        return
    ordered = sorted(answers, key=lambda one: one.answers)
    values = [
        {
            "city_id": one.city_id,
            "gateway": one.gateway,
            "answers": one.answers,
            "sealed": sealing.seal(json.dumps([one.number, one.text, one.link]), secrets, PURPOSE),
            "made_at": at,
            "next_at": at,
        }
        for one in ordered
    ]
    await session.execute(insert(TextMessage).values(values).on_conflict_do_nothing(index_elements=["answers"]))


async def take(session: Session, *, secrets: Secrets, at: datetime) -> Outgoing | None:
    """The next that is due; nobody else takes it. To be committed before it is handed over.

    What cannot be opened is never sent, and keeps nobody else waiting.
    """
    due = sa.select(TextMessage).where(TextMessage.sealed.is_not(None), TextMessage.next_at <= at)
    following = due.order_by(TextMessage.next_at, TextMessage.id).limit(1).with_for_update(skip_locked=True)
    while (found := await session.scalar(following)) is not None:
        found.attempts, found.next_at = found.attempts + 1, at + SENDING
        try:
            number, text, link = json.loads(sealing.opened(found.sealed or b"", secrets, PURPOSE))
        except RuntimeError:
            log.warning("text_message", gateway=found.gateway, sent="never", error="sealed under another secret")
            found.sealed = None
            await session.flush()
            continue
        await session.flush()
        return Outgoing(found.id, found.gateway, number, text, link)
    return None


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
