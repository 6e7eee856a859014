"""Decisions as officials write them, for tests."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice
from participation.domain.ladder.decisions import operations as decisions
from participation.domain.outcomes import operations
from participation.domain.outcomes.forms import CommitmentSaid, OutcomeSaid, ThemeSaid
from participation.domain.outcomes.models import Decision, Disposition, Outcome
from participation.domain.outcomes.published import operations as published
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
    await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=at)


async def decided(session: Session, cast: Cast, asked: Asked, project: Project, words: OutcomeSaid = SAID) -> Outcome:
    """Saved and handed in by Omar, published by Oksana."""
    return await published_by_two(session, cast, project, words, asked.folder, at=DECIDED)


async def corrected(
    session: Session, cast: Cast, words: OutcomeSaid, *, outcome_id: int, at: datetime, **where: Any
) -> Outcome:
    """Handed in by Omar, published by Oksana."""
    where["outcome_id"] = outcome_id
    made = await published.hand_in(session, said=words, actor=cast.omar, at=at, **where)
    return await published.publish(session, read=(made.id, made.version), actor=cast.oksana, at=at, **where)


async def published_by_two(
    session: Session, cast: Cast, project: Project, words: OutcomeSaid, folder: Path, *, at: datetime
) -> Outcome:
    """Saved and handed in by Omar, published by Oksana."""
    everything: dict[str, Any] = {"city": cast.city, "project": project, "at": at}
    outcome = await operations.save(session, said=words, actor=cast.omar, **everything)
    await decisions.hand_in(session, outcome=outcome, actor=cast.omar, **everything)
    read = outcome.id, outcome.version
    return await decisions.publish(session, outcome=outcome, read=read, folder=folder, actor=cast.oksana, **everything)
