"""By a phone of twelve keys: what residents voted, what the city decided, promised and answered."""

import re

import sqlalchemy as sa

from participation.domain.ballots.models import Ballot
from participation.domain.consultations import operations
from participation.domain.consultations.forms import Said
from participation.domain.outcomes.models import Commitment, Outcome, OutcomeState
from participation.domain.projects.models import Project, ProjectState
from participation.kit.database import Session
from tests.cast import NOW, Cast
from tests.consulting import SLUG, consulted, say
from tests.phoning import Handset
from tests.slips import SECRETS
from tests.world import World


async def whole(phone: Handset, keys: str) -> str:
    """A text that is spread over several screens, from one to the next."""
    pages = [await phone.press(keys)]
    while re.search(r"^01 ", pages[-1], re.M):
        pages.append(await phone.press("01"))
    return " ".join(re.sub(r"\n\d+ .*", "", page) for page in pages)


async def test_what_was_voted_decided_and_promised_is_in_the_menu(world: World) -> None:
    decided = (
        sa.select(Project.number, Outcome.id, Outcome.reasons, Ballot.result)
        .join(Outcome, Outcome.project_id == Project.id)
        .join(Ballot, Ballot.id == Outcome.ballot_id)
        .where(Outcome.state == OutcomeState.PUBLISHED, Project.state == ProjectState.DECIDED)
        .order_by(Project.number)
    )
    async with world.database.reading() as session:
        row = (await session.execute(decided)).first()
        assert row is not None
        promise = await session.scalar(sa.select(Commitment).where(Commitment.outcome_id == row.id).limit(1))
        assert promise is not None
    phone = Handset(world.app)
    await phone.dial("1")
    assert "5 What came of it" in await phone.press(str(row.number))
    said = await whole(phone, "5")
    assert "The city adopted this project." in said
    assert f"For {row.result['for']:,}, against {row.result['against']:,}" in said
    first = row.reasons["en"].split()[:5]
    assert " ".join(first) in await whole(phone, "1")
    await phone.press("0")
    assert promise.names["en"] in await whole(phone, "4")


async def test_what_has_not_been_voted_on_owes_no_decision(world: World) -> None:
    query = sa.select(Project.number).where(Project.state == ProjectState.PUBLISHED).order_by(Project.number.desc())
    async with world.database.reading() as session:
        number = (await session.scalars(query)).first()
    phone = Handset(world.app)
    assert "What came of it" not in await phone.dial(f"1*{number}")


async def test_the_citys_answer_is_heard_before_those_of_residents(
    session: Session, cast: Cast, phone: Handset
) -> None:
    await consulted(session, cast)
    first = (await say(session, cast, cast.amina)).id
    await say(session, cast, cast.baraka, "My roof would carry one.", reply_to=first)
    await operations.answer(
        session,
        city=cast.city,
        slug=SLUG,
        comment_id=first,
        said=Said("There will be one at the Flats.", None, "Disaster Office"),
        language="en",
        secrets=SECRETS,
        actor=cast.omar,
        at=NOW,
    )
    await session.commit()
    await phone.dial("1*1")
    assert "4 What was answered" in await phone.press("3")
    assert "The city answers, Disaster Office:\nThere will be one at the Flats." in await phone.press("4")
    assert "My roof would carry one." in await phone.press("01")
    assert "There are no more answers." in await phone.press("01")
    assert "There are no more comments." in await phone.press("01")
    await phone.press("0")
    await phone.press("3")
    for keys in ("4", "01", "01"):
        await phone.press(keys)
    assert "The siren has to be heard" in await phone.press("0")
