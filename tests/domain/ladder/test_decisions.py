"""A ballot that is run again is a vote like any other: announced as long before, and open as long, as the city asks."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from participation.domain.ballots import queries as ballots
from participation.domain.ladder import operations as ladder
from participation.domain.ladder.decisions import operations as decisions
from participation.domain.ladder.gates import operations as gates
from participation.domain.ladder.gates.forms import GatesSaid
from participation.domain.ladder.gates.rules import Holiday
from participation.domain.outcomes import operations as outcomes
from participation.domain.outcomes.models import Decision, OutcomeState
from participation.domain.places.queries import one_city
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.settings import Settings
from tests.cast import DAY, NOW, Cast
from tests.deciding import counted, published_by_two, said
from tests.voting import CLOSES, Asked, ask

DECIDED = CLOSES + 3 * DAY
"""13 March 2027, in a city three hours ahead of universal time."""


@pytest.fixture
async def asked(session: Session, cast: Cast, settings: Settings) -> Asked:
    asked = await ask(session, cast, settings.keys)
    await counted(session, cast, asked, **{"for": 12})
    return asked


async def stricter(session: Session, cast: Cast, **numbers: int) -> Cast:
    said = GatesSaid(numbers=numbers)
    await gates.set_gates(session, city=cast.city, said=said, version=0, actor=cast.ada, at=NOW)
    return replace(cast, city=await one_city(session, None))


def again(opens: datetime, closes: datetime) -> Any:
    return said(
        decision=Decision.BALLOT_REPEATED, themes=(), commitments=(), again_opens_at=opens, again_closes_at=closes
    )


async def refused(session: Session, cast: Cast, asked: Asked, words: Any) -> dict[str, str]:
    """Why it cannot even be handed in, by field."""
    common: dict[str, Any] = {"city": cast.city, "project": asked.project, "actor": cast.omar, "at": DECIDED}
    outcome = await outcomes.save(session, said=words, **common)
    with pytest.raises(Invalid) as wrong:
        await decisions.hand_in(session, outcome=outcome, **common)
    assert outcome.state == OutcomeState.DRAFT
    return {field: str(message) for field, message in wrong.value.errors.items()}


async def test_a_repeated_ballot_is_announced_as_long_before_as_the_city_asks_for_a_vote(
    session: Session, cast: Cast, asked: Asked
) -> None:
    cast = await stricter(session, cast, vote_notice=10)
    wrong = await refused(session, cast, asked, again(DECIDED + 5 * DAY, DECIDED + 20 * DAY))
    earliest = "A vote is announced at least 10 days before it opens: not before 23 March 2027."
    assert wrong == {"again_opens_at": earliest}
    opens = DECIDED + 10 * DAY
    await published_by_two(session, cast, asked.project, again(opens, opens + 10 * DAY), asked.folder, at=DECIDED)
    ballot = await ballots.of_project(session, city_id=cast.city.id, slug=asked.project.slug)
    assert ballot is not None
    assert ballot.opens_at == opens
    await ladder.open_due(session, city=cast.city, at=opens)
    assert asked.step.announced_at == DECIDED


async def test_a_repeated_ballot_is_open_as_long_as_a_vote_and_holidays_do_not_count(
    session: Session, cast: Cast, asked: Asked
) -> None:
    opens = DECIDED + 5 * DAY
    wrong = await refused(session, cast, asked, again(opens, opens + 6 * DAY))
    assert wrong == {"again_closes_at": "A vote is open for at least 7 days: until 25 March 2027 or later."}
    off = Holiday(date(2027, 3, 20), date(2027, 3, 21), {"en": "Harvest", "sw": "Mavuno"})
    await gates.add_holiday(session, city=cast.city, said=off, actor=cast.ada, at=NOW)
    cast = replace(cast, city=await one_city(session, None))
    wrong = await refused(session, cast, asked, again(opens, opens + 8 * DAY))
    assert wrong == {"again_closes_at": "A vote is open for at least 7 days: until 27 March 2027 or later."}


async def test_the_notice_counts_from_the_day_on_which_the_second_official_publishes(
    session: Session, cast: Cast, asked: Asked
) -> None:
    cast = await stricter(session, cast, vote_notice=10)
    opens = DECIDED + 10 * DAY
    common: dict[str, Any] = {"city": cast.city, "project": asked.project}
    words = again(opens, opens + 10 * DAY)
    outcome = await outcomes.save(session, said=words, actor=cast.omar, at=DECIDED, **common)
    await decisions.hand_in(session, outcome=outcome, actor=cast.omar, at=DECIDED, **common)
    read: dict[str, Any] = {"read": (outcome.id, outcome.version), "folder": asked.folder, "outcome": outcome}
    with pytest.raises(Invalid) as late:
        await decisions.publish(session, actor=cast.oksana, at=DECIDED + 2 * DAY, **read, **common)
    assert "not before 25 March 2027" in str(late.value.errors["again_opens_at"])
    assert outcome.state == OutcomeState.REVIEW
    await decisions.publish(session, actor=cast.oksana, at=DECIDED, **read, **common)
