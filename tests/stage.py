"""Fixtures that put the cast on stage: a clock that tests move, the application, and a visitor at its door."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from participation.app import build
from participation.kit.database import Database, Session
from participation.settings import Settings
from tests.browsing import Browser, browser
from tests.cast import NOW, Cast, assemble


class Clock:
    """Says what time it is until it is told otherwise."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def cast(session: Session) -> Cast:
    made = await assemble(session)
    await session.commit()
    return made


@pytest.fixture
async def app(settings: Settings, database: Database, clock: Clock, cast: Cast) -> Any:
    """The application on this test's database; nothing is cached, since nothing listens."""
    front = build(settings, database, clock)
    await front.site.load()  # type: ignore[attr-defined]
    return front


@pytest.fixture
async def visitor(app: Any) -> AsyncIterator[Browser]:
    someone = browser(app)
    yield someone
    await someone.client.aclose()
