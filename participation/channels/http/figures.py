"""Figures that cost much to count, counted once for all readers and good for a moment."""

from datetime import timedelta

from participation.channels.http.visit import Visit
from participation.domain.ballots import queries as ballots
from participation.kit.database import Session

GOOD_FOR = timedelta(seconds=1)
"""What is shown is never older, however many read it while others vote."""


async def votes_so_far(visit: Visit, session: Session, ballot_id: int) -> int:
    """In tens. Counting a million rows for each reader would cost more than the page."""
    figures, name = visit.site.figures, f"arrived:{ballot_id}"
    visit.depends(f"ballot:{ballot_id}")
    good_until, number = figures.get(name, (visit.at, 0))
    if good_until > visit.at:
        # Votes may have come since it was counted, and nobody will tell of them again.
        visit.depends(until=good_until)
        return number
    number = await ballots.arrived(session, ballot_id=ballot_id)
    figures[name] = (visit.at + GOOD_FOR, number)
    return number
