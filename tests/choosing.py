"""Sheets with choice codes for a ballot of `tests.voting`, printed by Omar."""

from datetime import datetime

from participation.domain.ballots import queries
from participation.domain.ballots.choice_codes import operations
from participation.domain.ballots.choice_codes.operations import Line
from participation.domain.ballots.choice_codes.rules import Answer, ChoiceCode, Said
from participation.domain.ballots.models import Choice
from participation.domain.ballots.operations import cast_vote
from participation.domain.ballots.queries import BallotView
from participation.domain.people.models import Role
from participation.domain.places.queries import directory
from participation.domain.projects.models import Project
from participation.domain.projects.operations import locked
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.settings import Settings
from tests.cast import NOW, Cast, staff
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


async def printed_for(session: Session, settings: Settings, ballot_id: int, choice: Choice) -> str:
    """The code for this choice on one sheet for a ballot of the demonstration city."""
    city = (await directory(session)).cities[0]
    ballot = await queries.by_id(session, city_id=city.id, ballot_id=ballot_id)
    assert ballot is not None
    project = await locked(session, Project.id == ballot.project_id, city_id=city.id)
    official = await staff(session, city, [Role.OFFICIAL])
    common = {"city": city, "project": project, "folder": settings.keys, "actor": official, "at": NOW}
    drawn = await operations.draw(session, ballot=ballot, language="en", count=1, **common)  # type: ignore[arg-type]
    await operations.issue(session, drawn=drawn, **common)  # type: ignore[arg-type]
    return drawn.sheets[0][choice - 1].code
