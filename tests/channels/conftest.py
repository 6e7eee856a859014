"""What many tests of channels stand on: a vote that is open, and a code that counts."""

import pytest

from participation.kit.database import Session
from participation.settings import Settings
from tests.cast import Cast
from tests.slips import handed_out
from tests.voting import Asked, ask


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    made = await ask(session, cast, settings.keys)
    await session.commit()
    return made


@pytest.fixture
async def code(session: Session, cast: Cast) -> str:
    slips = await handed_out(session, cast)
    await session.commit()
    return slips[0].code
