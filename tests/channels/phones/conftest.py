"""What tests of phones stand on: a vote that is open, a code that counts, and a handset."""

from typing import Any

import pytest

from participation.kit.database import Session
from participation.settings import Settings
from tests.cast import Cast
from tests.phoning import Handset
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


@pytest.fixture
def phone(app: Any) -> Handset:
    return Handset(app)
