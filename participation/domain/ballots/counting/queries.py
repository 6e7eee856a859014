"""Reads which ballots still take votes, which are to be counted, and how their rows lie."""

from datetime import datetime

import sqlalchemy as sa

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ballots.queries import VOTES
from participation.domain.ballots.rules import DRAIN
from participation.domain.projects.models import Step
from participation.kit import partitions
from participation.kit.database import Session

WAITS_UNTIL = Ballot.closes_at + sa.func.make_interval(0, 0, 0, 0, Ballot.grace_hours)
"""See `rules.waits_until`."""


async def fresh(session: Session, *, ballot_id: int) -> tuple[int, int]:
    """Votes in all, and how many of them were written one by one since all were last written together."""
    votes = partitions.partition(VOTES, ballot_id)
    written_by: sa.ColumnElement[str] = sa.literal_column("xmin::text")
    together = sa.select(sa.func.count().label("rows")).select_from(votes).group_by(written_by).subquery()
    found = sa.select(
        sa.func.coalesce(sa.func.sum(together.c.rows), 0), sa.func.coalesce(sa.func.max(together.c.rows), 0)
    )
    total, most = (await session.execute(found)).one()
    return int(total), int(total - most) if most > 1 else int(total)


async def taking_votes(session: Session, *, city_id: int, at: datetime) -> dict[int, bool]:
    """Ballots that are announced and to which votes may still come; whether they have closed, and only delegates still bring some."""
    announced = Ballot.city_id == city_id, Ballot.state == BallotState.ANNOUNCED, at < WAITS_UNTIL
    found = await session.execute(sa.select(Ballot.id, Ballot.closes_at <= at).where(*announced).order_by(Ballot.id))
    return {ballot: closed for ballot, closed in found}


async def due_for_counting(session: Session, *, city_id: int, at: datetime) -> list[int]:
    """Ballots that have closed and been waited for."""
    query = (
        sa.select(Ballot.id)
        .join(Step, Step.id == Ballot.step_id)
        .where(
            Ballot.city_id == city_id,
            Ballot.state == BallotState.ANNOUNCED,
            WAITS_UNTIL <= at - DRAIN,
            Step.opened_at.is_not(None),
        )
        .order_by(Ballot.id)
    )
    return list((await session.scalars(query)).all())
