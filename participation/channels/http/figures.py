"""Figures that cost much to count, counted once for all readers and good for a moment."""

from datetime import timedelta

from participation.channels.http.visit import Visit
from participation.domain.ballots import queries as ballots
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import tells_arrived
from participation.kit.database import Session

GOOD_FOR = timedelta(seconds=1)
"""What is shown is never older, however many read it while others vote."""


async def votes_so_far(visit: Visit, session: Session, ballot: BallotView) -> int | None:
    """In tens, or none where it is not told. Counting a million rows for each reader would cost more than the page."""
    if not tells_arrived(ballot, visit.at):
        return None
    figures, name = visit.site.figures, f"arrived:{ballot.id}"
    visit.depends(f"ballot:{ballot.id}")
    good_until, number = figures.get(name, (visit.at, 0))
    if good_until > visit.at:
        # Votes may have come since it was counted, and nobody will tell of them again.
        visit.depends(until=good_until)
        return number
    number = await ballots.arrived(session, ballot=ballot)
    figures[name] = (visit.at + GOOD_FOR, number)
    return number
