"""Figures that cost much to count, counted once for all readers and good for a moment."""

from datetime import timedelta

from participation.channels.http.visit import Visit
from participation.domain.ballots import queries as ballots
from participation.domain.ballots.choice_codes.queries import sheets_of
from participation.domain.ballots.queries import BallotView
from participation.domain.ballots.rules import LEAST, tells_arrived
from participation.kit.database import Session

GOOD_FOR = timedelta(seconds=1)
"""What is shown is never older, however many read it while others vote."""


async def votes_so_far(visit: Visit, session: Session, ballot: BallotView) -> int | None:
    """In tens, or none where it is not told. Counting a million rows for each reader would cost more than the page."""
    return (await _counted(visit, session, ballot))[0] if tells_arrived(ballot, visit.at) else None


async def sheets_used(visit: Visit, session: Session, ballot: BallotView) -> int | None:
    """How many sheets with choice codes have voted: in tens, and told when votes are."""
    if not tells_arrived(ballot, visit.at) or not ballot.sheets:
        return None
    return (await _counted(visit, session, ballot))[1] // LEAST * LEAST


async def _counted(visit: Visit, session: Session, ballot: BallotView) -> tuple[int, int]:
    """Votes and sheets, in one statement."""
    figures, name = visit.site.figures, f"arrived:{ballot.id}"
    visit.depends(f"ballot:{ballot.id}")
    good_until, numbers = figures.get(name, (visit.at, (0, 0)))
    if good_until > visit.at:
        # Votes may have come since it was counted, and nobody will tell of them again.
        visit.depends(until=good_until)
        return numbers
    sheets = sheets_of(ballot.id) if ballot.sheets else None
    numbers = await ballots.arrived(session, ballot=ballot, beside=sheets)
    figures[name] = (visit.at + GOOD_FOR, numbers)
    return numbers
