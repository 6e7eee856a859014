"""Figures that cost much to count, counted once for all readers and good for a moment."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from participation.channels.http.visit import Visit
from participation.domain.ballots import queries as ballots
from participation.domain.ballots.choice_codes.queries import used
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import LEAST, tells_arrived
from participation.kit.database import Session

GOOD_FOR = timedelta(seconds=1)
"""What is shown is never older, however many read it while others vote."""


async def votes_so_far(visit: Visit, session: Session, ballot: BallotView) -> int | None:
    """In tens, or none where it is not told. Counting a million rows for each reader would cost more than the page."""
    if not tells_arrived(ballot, visit.at):
        return None
    return await _figure(visit, ballot, "arrived", lambda: ballots.arrived(session, ballot=ballot))


async def sheets_used(visit: Visit, session: Session, ballot: BallotView) -> int | None:
    """How many sheets with choice codes have voted: in tens, and told when votes are."""
    if not tells_arrived(ballot, visit.at) or not ballot.sheets:
        return None
    number = await _figure(visit, ballot, "sheets", lambda: used(session, ballot_id=ballot.id))
    return number // LEAST * LEAST


async def _figure(visit: Visit, ballot: BallotView, kind: str, count: Callable[[], Awaitable[int]]) -> int:
    figures, name = visit.site.figures, f"{kind}:{ballot.id}"
    visit.depends(f"ballot:{ballot.id}")
    good_until, number = figures.get(name, (visit.at, 0))
    if good_until > visit.at:
        # Votes may have come since it was counted, and nobody will tell of them again.
        visit.depends(until=good_until)
        return number
    number = await count()
    figures[name] = (visit.at + GOOD_FOR, number)
    return number
