"""Finds what the choice codes of a batch stand for, and whose their sheets are already."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from participation.domain.ballots.carried.rules import Carried
from participation.domain.ballots.choice_codes.operations import meant_by_each
from participation.domain.ballots.choice_codes.queries import holders
from participation.domain.ballots.choice_codes.rules import Meant
from participation.domain.ballots.queries import BallotView
from participation.domain.places.queries import CityView
from participation.kit.database import Session
from participation.kit.errors import Refusal


@dataclass(frozen=True)
class Ours:
    """Where votes of a batch belong, and the moment at which they came."""

    city: CityView
    ballots: Mapping[int, BallotView]
    keys: Mapping[int, bytes]
    at: datetime


async def meant_in(session: Session, ours: Ours, votes: Sequence[Carried]) -> Mapping[uuid.UUID, Meant | Refusal]:
    """What each of these votes chose; looked up before anything is locked, see `operations.tables_of`."""
    found: dict[uuid.UUID, Meant | Refusal] = {}
    for number, key in sorted(ours.keys.items()):
        mine = [vote for vote in votes if vote.ballot_id == number]
        said = [(vote.choice, vote.finished) for vote in mine]
        meant = await meant_by_each(session, ballot=ours.ballots[number], key=key, said=said)
        found |= dict(zip((vote.entry for vote in mine), meant, strict=True))
    return found


async def held_by(
    session: Session, votes: Sequence[Carried], meant: Mapping[uuid.UUID, Meant | Refusal]
) -> dict[bytes, bytes]:
    """Whose the sheets of these votes are already."""
    of: dict[int, set[bytes]] = defaultdict(set)
    for vote in votes:
        chosen = meant[vote.entry]
        if isinstance(chosen, Meant) and chosen.sheet:
            of[vote.ballot_id].add(chosen.sheet)
    found: dict[bytes, bytes] = {}
    for number, sheets in sorted(of.items()):
        found |= await holders(session, ballot_id=number, sheets=sheets)
    return found
