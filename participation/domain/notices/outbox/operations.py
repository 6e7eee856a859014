"""Takes letters out of the queue one by one, and writes down what came of each."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
import structlog

from participation.domain.notices.outbox import rules
from participation.domain.notices.outbox.models import Letter, LetterKind, LetterState
from participation.domain.notices.outbox.rules import Answer
from participation.domain.notices.subscriptions.models import Subscription
from participation.domain.notices.subscriptions.operations import stop
from participation.domain.notices.subscriptions.rules import PURPOSE, REFUSALS
from participation.kit import sealing
from participation.kit.database import Session
from participation.kit.hashing import Secrets

log = structlog.get_logger()


@dataclass(frozen=True)
class Addressed:
    """A letter that is about to be sent, with its address in the clear."""

    id: int
    city_id: int
    kind: str
    day: date | None
    first: int
    last: int
    attempts: int
    subscription_id: int
    digest: bytes
    address: str
    language: str


async def take(session: Session, *, secrets: Secrets, at: datetime) -> Addressed | None:
    """The next letter that is due: nobody else takes it. To be committed before it is handed over.

    One whose address cannot be opened waits for the secret to come back, and keeps no other waiting.
    """
    due = (
        sa.select(Letter)
        .where(Letter.state == LetterState.QUEUED, Letter.next_at <= at)
        .order_by(Letter.next_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (letter := await session.scalar(due)) is not None:
        subscription = await session.get_one(Subscription, letter.subscription_id)
        letter.attempts += 1
        try:
            address = sealing.opened(subscription.address, secrets, PURPOSE)
        except RuntimeError:
            log.warning("letter", letter=letter.id, sent="later", error="sealed under another secret")
            letter.next_at = rules.next_attempt(letter.attempts, at)
            await session.flush()
            continue
        letter.state, letter.next_at = LetterState.SENDING, at + rules.SENDING
        await session.flush()
        return _addressed(letter, subscription, address)
    return None


def _addressed(letter: Letter, subscription: Subscription, address: str) -> Addressed:
    return Addressed(
        id=letter.id,
        city_id=letter.city_id,
        kind=letter.kind,
        day=letter.day,
        first=letter.first,
        last=letter.last,
        attempts=letter.attempts,
        subscription_id=subscription.id,
        digest=subscription.digest,
        address=address,
        language=subscription.language,
    )


async def note(session: Session, *, letter_id: int, answer: Answer, at: datetime) -> None:
    """What came of handing it over. Nothing happens where the subscription was ended meanwhile."""
    # First whose it is: whoever ends a subscription locks it before its letters.
    whose = sa.select(Letter.subscription_id).where(Letter.id == letter_id).scalar_subquery()
    await session.execute(sa.select(Subscription.id).where(Subscription.id == whose).with_for_update())
    letter = await session.scalar(sa.select(Letter).where(Letter.id == letter_id).with_for_update())
    if letter is None or letter.state != LetterState.SENDING:
        return
    letter.state = rules.STATES[answer]
    if answer is Answer.LATER and not rules.too_late(letter.kind, letter.made_at, at):
        letter.next_at = rules.next_attempt(letter.attempts, at)
    else:
        letter.done_at = at
        if answer is Answer.LATER:
            letter.state = LetterState.REFUSED
    await session.flush()
    await _learn(session, letter, answer)


async def _learn(session: Session, letter: Letter, answer: Answer) -> None:
    """What nobody is sure to have read is told again; an address that takes nothing is forgotten."""
    subscription = await session.get_one(Subscription, letter.subscription_id)
    if answer is Answer.TAKEN:
        subscription.refused = 0
    elif answer is Answer.NEVER:
        subscription.refused += 1
        if letter.kind == LetterKind.CONFIRM or subscription.refused >= REFUSALS:
            await session.flush()
            await stop(session, subscription_id=subscription.id)
            return
    if answer in (Answer.UNKNOWN, Answer.NEVER) and letter.kind == LetterKind.DIGEST:
        subscription.heard = min(subscription.heard, letter.first)
    await session.flush()


async def give_up_on_silence(session: Session, *, at: datetime) -> None:
    """Letters whose sender died while it waited for the mail server's answer."""
    stale = sa.select(Letter.id).where(Letter.state == LetterState.SENDING, Letter.next_at <= at)
    for letter_id in (await session.scalars(stale)).all():
        await note(session, letter_id=letter_id, answer=Answer.UNKNOWN, at=at)


async def forget(session: Session, *, at: datetime) -> None:
    await session.execute(sa.delete(Letter).where(Letter.done_at < at - rules.KEPT))
