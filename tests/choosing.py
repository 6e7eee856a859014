"""Sheets with choice codes for a ballot of `tests.voting`, printed by Omar."""

from datetime import datetime

from participation.domain.ballots import queries
from participation.domain.ballots.choice_codes import operations
from participation.domain.ballots.choice_codes.operations import Line
from participation.domain.ballots.choice_codes.rules import Answer, ChoiceCode, Said
from participation.domain.ballots.operations import cast_vote
from participation.domain.ballots.queries import BallotView
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from tests.cast import NOW, Cast
from tests.voting import Asked

Sheet = tuple[Line, ...]


async def view(session: Session, asked: Asked) -> BallotView:
    found = await queries.by_id(session, city_id=asked.city.id, ballot_id=asked.ballot.id)
    assert found is not None
    return found


async def printed(session: Session, cast: Cast, asked: Asked, count: int = 1, *, at: datetime = NOW) -> list[Sheet]:
    """A batch of sheets, in the order in which they were drawn."""
    common = {"city": cast.city, "project": asked.project, "folder": asked.folder, "actor": cast.omar, "at": at}
    ballot = await view(session, asked)
    drawn = await operations.draw(session, ballot=ballot, language="en", count=count, **common)  # type: ignore[arg-type]
    await operations.issue(session, drawn=drawn, **common)  # type: ignore[arg-type]
    return list(drawn.sheets)


def code(sheet: Sheet, choice: int) -> ChoiceCode:
    return ChoiceCode(sheet[choice - 1].code)


async def say(session: Session, asked: Asked, actor: Actor, said: Said, token: bytes, *, at: datetime = NOW) -> Answer:
    """Vote, and hear the whole answer; whoever is refused leaves nothing."""
    async with session.begin_nested():
        return await cast_vote(
            session,
            city=asked.city,
            ballot_id=asked.ballot.id,
            actor=actor,
            choice=said,
            token=token,
            folder=asked.folder,
            at=at,
            clock=lambda: at,
        )
