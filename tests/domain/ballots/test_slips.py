"""A lost slip is replaced by one with which nobody has voted: else one person would have two voices."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from participation.domain.ballots.models import Choice
from participation.domain.ballots.slips.operations import replace_code
from participation.domain.people.models import AccessCode, Batch
from participation.kit.database import Session
from participation.kit.errors import Conflict
from tests.cast import NOW, Cast
from tests.slips import handed_out
from tests.voting import Asked, ask, vote


@pytest.fixture
async def asked(session: Session, cast: Cast, tmp_path) -> Asked:  # type: ignore[no-untyped-def]
    await handed_out(session, cast)
    return await ask(session, cast, tmp_path)


async def voted_with(session: Session, cast: Cast, asked: Asked, serial: int) -> None:
    """As a page does it: of the slip itself nothing is written."""
    person = await session.scalar(
        sa.select(AccessCode.person_id)
        .join(Batch, Batch.id == AccessCode.batch_id)
        .where(Batch.number == 1, AccessCode.serial == serial)
    )
    await vote(session, asked, replace(cast.amina, person_id=person), Choice.FOR)


async def replaced(session: Session, cast: Cast, asked: Asked, lost: int, fresh: int) -> None:
    await replace_code(
        session, city=cast.city, lost=(1, lost), fresh=(1, fresh), folder=asked.folder, actor=cast.omar, at=NOW
    )


async def test_a_slip_that_has_only_voted_stands_in_for_nobody(session: Session, cast: Cast, asked: Asked) -> None:
    await voted_with(session, cast, asked, 1)
    await voted_with(session, cast, asked, 2)
    with pytest.raises(Conflict) as refused:
        await replaced(session, cast, asked, lost=1, fresh=2)
    assert refused.value.code == "code_used"
    await replaced(session, cast, asked, lost=1, fresh=3)
    await voted_with(session, cast, asked, 3)
    assert await session.scalar(sa.text(f"select count(*) from vote_{asked.ballot.id}")) == 2


async def test_a_slip_that_was_given_for_a_lost_one_is_given_to_nobody_else(
    session: Session, cast: Cast, asked: Asked
) -> None:
    await replaced(session, cast, asked, lost=1, fresh=2)
    with pytest.raises(Conflict) as refused:
        await replaced(session, cast, asked, lost=3, fresh=2)
    assert refused.value.code == "code_used"
