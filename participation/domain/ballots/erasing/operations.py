"""Takes the votes of somebody who has everything about them erased out of the ballots that still take some."""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
import structlog

from participation.domain.ballots.choice_codes.rules import holder_of
from participation.domain.ballots.counting.queries import WAITS_UNTIL
from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ballots.queries import CARRIED, SHEETS, VOTES, key_file, voter_of
from participation.kit import keys, partitions
from participation.kit.database import Session

log = structlog.get_logger()


async def erase_votes(session: Session, *, city_id: int, person_id: int, folder: Path, at: datetime) -> None:
    """Take a person's votes out of the ballots that still take some, also those that delegates brought; the others hold nothing that leads to them.

    Waits for votes that are being stored; those that come meanwhile wait until the person is erased, and are refused.
    """
    open_now = sa.select(Ballot.id, Ballot.key, Ballot.grace_hours, Ballot.sheets).where(
        Ballot.city_id == city_id, Ballot.state == BallotState.ANNOUNCED, at < WAITS_UNTIL
    )
    erased = []
    running = (await session.execute(open_now.order_by(Ballot.id))).all()
    if running:
        await partitions.lock(session, VOTES, *(ballot.id for ballot in running), readable=True)
    if with_sheets := [ballot.id for ballot in running if ballot.sheets]:
        await partitions.lock(session, SHEETS, *with_sheets, readable=True)
    if carrying := [ballot.id for ballot in running if ballot.grace_hours]:
        await partitions.lock(session, CARRIED, *carrying, readable=True)
    for ballot in running:
        try:
            key = keys.read(key_file(folder, ballot.key))
        except keys.KeyTrouble as trouble:
            # Nobody can find the vote now, and the ballot can only be cancelled: that drops it.
            log.error("ballot_key", ballot=ballot.id, trouble=str(trouble))
            continue
        for table in (VOTES, CARRIED) if ballot.grace_hours else (VOTES,):
            votes = partitions.partition(table, ballot.id)
            theirs = votes.c.voter == voter_of(key, person_id)
            erased.append(sa.delete(votes).where(theirs).cte(f"no_{votes.name}"))
        if ballot.sheets:
            sheets = partitions.partition(SHEETS, ballot.id)
            theirs = sheets.c.holder == holder_of(key, person_id)
            erased.append(sa.delete(sheets).where(theirs).cte(f"no_{sheets.name}"))
    if erased:
        await session.execute(sa.select(sa.literal(1)).add_cte(*erased))
