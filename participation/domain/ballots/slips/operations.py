"""Replaces a lost slip by one that nobody has used, and nobody has voted with either."""

from datetime import datetime
from pathlib import Path

from participation.domain.ballots.carried.queries import carried_votes
from participation.domain.ballots.queries import own_votes
from participation.domain.people.codes.lost import operations as lost_slips
from participation.domain.people.codes.operations import ending
from participation.domain.people.codes.queries import person_by_serial
from participation.domain.people.codes.rules import used_already
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.kit.database import Session


async def replace_code(
    session: Session,
    *,
    city: CityView,
    lost: tuple[int, int],
    fresh: tuple[int, int],
    forgotten_pin: bool = False,
    folder: Path,
    actor: Actor,
    at: datetime,
) -> None:
    """Of a slip that has only voted it is noted later that it was used: whether it has, the open ballots know.

    Votes with slips wait meanwhile; else one person would have two.
    """
    await ending(session, city)
    spare = await person_by_serial(session, city_id=city.id, batch_number=fresh[0], serial=fresh[1])
    if spare is not None and (
        await own_votes(session, city_id=city.id, person_id=spare, folder=folder, at=at)
        or await carried_votes(session, city_id=city.id, person_id=spare, folder=folder, at=at)
    ):
        raise used_already()
    await lost_slips.replace_code(
        session, city=city, lost=lost, fresh=fresh, forgotten_pin=forgotten_pin, actor=actor, at=at
    )
