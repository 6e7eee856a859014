"""Reads ballots over projects, without anything of votes that was not published."""

from collections.abc import Sequence

from participation.domain.ballots.models import Ballot
from participation.domain.ballots.queries import BallotView, select_ballots, view_of
from participation.domain.projects.models import Project, ProjectState
from participation.kit.database import Session


async def listed(session: Session, *, city_id: int, after: int, size: int) -> tuple[Sequence[BallotView], bool]:
    """All that were announced, in that order, also those cancelled or run again; whether there are more. One statement."""
    wanted = (
        select_ballots()
        .where(Ballot.city_id == city_id, Ballot.announced_at.is_not(None), Project.state != ProjectState.DRAFT)
        .where(Ballot.id > after)
        .order_by(Ballot.id)
        .limit(size + 1)
    )
    found = [view_of(row) for row in (await session.execute(wanted)).mappings()]
    return found[:size], len(found) > size
