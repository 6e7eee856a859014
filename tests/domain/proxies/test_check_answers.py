"""Of a vote people are asked only whether they took part; what they say is compared through the ballot's key, and never kept."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ballots.models import Choice
from participation.domain.places.queries import CityView
from participation.domain.proxies.checks.calls import operations, queries, rules
from participation.domain.proxies.checks.calls.forms import Told
from participation.domain.proxies.checks.calls.rules import Answer, Voted
from participation.domain.proxies.checks.models import CheckCase, How
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.settings import Settings
from tests.carrying import ask_with_delegates, bring, carried, holders
from tests.cast import DAY, NOW, Cast
from tests.checking import drawn, entries
from tests.delegating import delegate
from tests.slips import SECRETS
from tests.voting import Asked


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    return await ask_with_delegates(session, cast, settings.keys)


async def drawn_entry(session: Session, cast: Cast, settings: Settings, asked: Asked, *, votes: bool) -> Any:
    """One entry for the project of the ballot, drawn; with a vote or without: its row is the same."""
    riziki = await delegate(session, cast)
    (entry,) = await entries(session, cast, riziki, asked.project.id, 1, at=NOW - 4 * DAY, phone=None)
    if votes:
        (whose, *_more) = await holders(session, cast)
        assert await bring(session, asked, carried(asked, whose, Choice.FOR, entry=entry.client_id)) == [None]
    assert await drawn(session, cast, settings) == 1
    return entry


@pytest.mark.parametrize(
    ("votes", "voted", "becomes"),
    [
        (True, Voted.YES, "yes"),
        (True, Voted.NO, "no"),
        (False, Voted.YES, "no"),
        (False, Voted.NO, "yes"),
        (True, Voted.UNSAID, "yes"),
        (False, Voted.UNSAID, "yes"),
    ],
)
async def test_who_says_of_their_vote_what_the_ballot_does_not_said_something_else(
    session: Session, cast: Cast, settings: Settings, asked: Asked, votes: bool, voted: Voted, becomes: str
) -> None:
    entry = await drawn_entry(session, cast, settings, asked, votes=votes)
    city: CityView = cast.city
    told = Told(Answer.YES, voted, How.TABLE)
    given: dict[str, Any] = {"folder": settings.keys, "actor": cast.omar, "at": NOW}
    await operations.tell(session, city=city, entry_id=entry.id, told=told, receipt=True, **given)
    row = (await session.execute(sa.select(CheckCase))).scalar_one()
    assert row.state == becomes
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "check_asked"))
    assert "vote" not in (body or "")


@pytest.mark.parametrize("votes", [True, False])
async def test_whoever_asks_sees_the_same_whether_an_entry_holds_a_vote_or_not(
    session: Session, cast: Cast, settings: Settings, asked: Asked, votes: bool
) -> None:
    entry = await drawn_entry(session, cast, settings, asked, votes=votes)
    places = queries.within(cast.city, cast.omar)
    found = await queries.one(session, city=cast.city, places=places, entry_id=entry.id, secrets=SECRETS)
    assert (found.recorded, found.reactions, found.votes) == (None, 0, True)


def test_whoever_tried_last_leaves_the_next_try_to_somebody_else() -> None:
    case = rules.Case(
        state=rules.CaseState.WAITING,
        tries=1,
        caller_id=7,
        tried_at=NOW,
        looking=False,
        appointers=frozenset({1, 2}),
        answered=False,
        has_number=True,
    )
    assert rules.may_look(case, 7, NOW + rules.BETWEEN) is not None
    assert rules.may_look(case, 8, NOW + rules.BETWEEN) is None
    assert rules.may_look(case, 7, NOW + rules.SAME) is None
    for appointer in (1, 2, None):
        assert rules.may_ask(case, appointer) is not None
