"""Decisions as officials write them, for tests."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.outcomes import operations
from participation.domain.outcomes.forms import CommitmentSaid, OutcomeSaid, ThemeSaid
from participation.domain.outcomes.models import Decision, Disposition, Outcome
from participation.domain.projects.models import Project
from participation.kit.database import Session
from tests.cast import DAY, Cast, resident
from tests.voting import CLOSES, Asked, vote

DECIDED = CLOSES + 3 * DAY
SAID = OutcomeSaid(
    decision=Decision.ADOPTED,
    decided={"en": "The market gets 180 lamps.", "sw": "Soko linapata taa 180."},
    reasons={"en": "The vote was clear.", "sw": "Kura ilikuwa wazi."},
    follows={"en": "The fish hall comes first.", "sw": "Ukumbi wa samaki kwanza."},
    result_note={},
    themes=(
        ThemeSaid({"en": "Light for the fish hall"}, Disposition.ACCEPTED, {"en": "It comes first."}),
        ThemeSaid({"en": "Watchmen"}, Disposition.REJECTED, {"en": "The budget has no room."}),
    ),
    commitments=(
        CommitmentSaid({"en": "Lamps in the fish hall"}, "Works Office", date(2027, 4, 1)),
        CommitmentSaid({"en": "All 180 lamps"}, "Works Office", date(2027, 6, 1)),
    ),
)


def said(**changes: Any) -> OutcomeSaid:
    return replace(SAID, **changes)


async def counted(session: Session, cast: Cast, asked: Asked, **votes: int) -> None:
    """`for`, `against`, `abstain`: how many voted so, and then the count."""
    for name, number in votes.items():
        for _n in range(number):
            await vote(session, asked, await resident(session, cast.city.id, cast.harbour), Choice[name.upper()])
    at = CLOSES + timedelta(minutes=2)
    await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, at=at)


async def decided(session: Session, cast: Cast, asked: Asked, project: Project, words: OutcomeSaid = SAID) -> Outcome:
    """Saved and published by Omar."""
    everything: dict[str, Any] = {"city": cast.city, "project": project, "actor": cast.omar, "at": DECIDED}
    outcome = await operations.save(session, said=words, **everything)
    return await operations.publish(session, outcome=outcome, folder=asked.folder, **everything)
