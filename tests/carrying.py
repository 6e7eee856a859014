"""Votes that delegates carry, for every test that needs some: people with slips, and a ballot that waits 72 hours for them."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from participation.domain.ballots import queries, rules
from participation.domain.ballots.carried import operations
from participation.domain.ballots.carried.rules import Carried
from participation.domain.ballots.choice_codes.rules import Said
from participation.domain.ballots.models import Choice
from participation.domain.ballots.queries import BallotView
from participation.domain.people.models import AccessCode, Batch
from participation.domain.record.actors import Actor, Via
from participation.kit.database import Session
from participation.kit.errors import Refusal
from tests.cast import NOW, Cast
from tests.slips import handed_out, last_number
from tests.voting import CLOSES, Asked, ask

GRACE_ENDS = CLOSES + timedelta(hours=rules.GRACE_HOURS)
RIZIKI, SALMA = 417, 902
"""Numbers that two delegates go by."""


async def ask_with_delegates(session: Session, cast: Cast, folder: Path, *, slug: str = "lamps", **rule: int) -> Asked:
    return await ask(session, cast, folder, slug=slug, grace_hours=rules.GRACE_HOURS, **rule)  # type: ignore[arg-type]


async def holders(session: Session, cast: Cast, count: int = 12, *, district: int | None = None) -> list[Actor]:
    """People with a slip each that counts."""
    await handed_out(session, cast, count, district=district)
    number = await last_number(session, cast)
    theirs = sa.select(AccessCode.person_id).join(Batch, Batch.id == AccessCode.batch_id)
    found = await session.scalars(theirs.where(Batch.number == number).order_by(AccessCode.serial))
    return [Actor(city_id=cast.city.id, person_id=person, via=Via.WEB) for person in found.all()]


def carried(
    asked: Asked,
    whose: Actor,
    choice: Said = Choice.FOR,
    *,
    by: int = RIZIKI,
    entry: uuid.UUID | None = None,
    finished: datetime = NOW,
    held: bool = False,
) -> Carried:
    return Carried(
        entry=entry or uuid.uuid4(),
        ballot_id=asked.ballot.id,
        person_id=whose.person_id or 0,
        choice=choice,
        delegate=by,
        finished=finished,
        held=held,
    )


async def bring(session: Session, asked: Asked, *votes: Carried, at: datetime = NOW) -> list[Refusal | None]:
    """A batch arrives."""
    answers = await operations.carry(session, city=asked.city, votes=votes, folder=asked.folder, at=at)
    return [answers[vote.entry] for vote in votes]


def codes(refusals: Sequence[Refusal | None]) -> list[str | None]:
    return [None if refusal is None else refusal.code for refusal in refusals]


async def seen(session: Session, asked: Asked) -> BallotView:
    view = await queries.by_id(session, city_id=asked.city.id, ballot_id=asked.ballot.id)
    assert view is not None
    return view
