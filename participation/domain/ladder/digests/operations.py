"""Makes the day's digests: at most one a day for each subscription, and none that would tell nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.ladder.digests import queries, rules
from participation.domain.ladder.digests.queries import closes_within, follows, news
from participation.domain.notices.outbox.models import Letter, LetterKind, LetterState
from participation.domain.notices.subscriptions.models import Subscription
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Step
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session


async def gather(session: Session, *, city: CityView, at: datetime) -> int:
    """How many letters were queued. May run as often as it likes; before the hour it does nothing.

    Who still waits for an earlier digest, or got one today, hears the rest tomorrow.
    """
    day = rules.day_of(at, city.zone)
    if day is None:
        return 0
    newest = await queries.newest(session, city.id)
    fresh = sa.select(RecordEntry.id).where(
        *news(city.id),
        RecordEntry.number > Subscription.heard,
        RecordEntry.number <= newest,
        follows(RecordEntry.subject_id),
    )
    closing = sa.select(Step.id).where(*closes_within(city, day), follows(sa.cast(Step.project_id, sa.Text)))
    another = sa.select(Letter.id).where(
        Letter.subscription_id == Subscription.id,
        Letter.kind == LetterKind.DIGEST,
        sa.or_(
            Letter.state.in_([LetterState.QUEUED, LetterState.SENDING]),
            Letter.day == day,
            Letter.done_at >= rules.midnight(day, city.zone),
        ),
    )
    due = sa.select(
        sa.literal(city.id),
        Subscription.id,
        sa.literal(LetterKind.DIGEST.value),
        sa.literal(day, sa.Date),
        Subscription.heard,
        sa.literal(newest, sa.BigInteger),
        sa.literal(LetterState.QUEUED.value),
        sa.literal(0),
        *(sa.literal(at, sa.DateTime(timezone=True)),) * 2,
    ).where(
        Subscription.city_id == city.id,
        Subscription.confirmed_at.is_not(None),
        ~another.correlate(Subscription).exists(),
        sa.or_(fresh.correlate(Subscription).exists(), closing.correlate(Subscription).exists()),
    )
    columns = ["city_id", "subscription_id", "kind", "day", "first", "last", "state", "attempts", "next_at", "made_at"]
    made = insert(Letter).from_select(columns, due).on_conflict_do_nothing().returning(Letter.subscription_id)
    told = list((await session.scalars(made)).all())
    if told:
        heard = sa.update(Subscription).where(Subscription.id.in_(told)).values(heard=newest)
        await session.execute(heard, execution_options={"synchronize_session": False})
    return len(told)
