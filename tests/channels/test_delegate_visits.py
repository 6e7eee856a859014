"""Another delegate's device shows whom they are to visit, and nothing of what was said; nobody is sent to their own entries."""

from typing import Any

import pytest

from participation.domain.proxies.checks.calls.operations import send
from participation.domain.proxies.checks.models import CheckCase
from participation.domain.proxies.delegates.operations import number_of
from participation.kit.database import Session
from participation.kit.errors import Conflict
from participation.settings import Settings
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.checking import drawn, entries
from tests.consulting import consulted
from tests.delegating import delegate
from tests.proxying import enrolled, enrolment

RECEIPT = "123456789018"


async def test_a_second_delegates_device_shows_whom_to_visit_and_nothing_of_what_they_said(
    session: Session, cast: Cast, app: Any, settings: Settings, visitor: Browser
) -> None:
    project, first, second = (
        await consulted(session, cast),
        await delegate(session, cast),
        await delegate(session, cast),
    )
    quay = cast.city.place("quay")
    assert quay is not None
    given: dict[str, Any] = {"at": NOW - 4 * DAY, "phone": None, "place_id": quay.id, "receipt": RECEIPT}
    (entry,) = await entries(session, cast, first, project.id, 1, **given)
    assert await drawn(session, cast, settings) == 1
    visitor_number = await number_of(session, city=cast.city, delegate_id=second.id, at=NOW)
    sent: dict[str, Any] = {"city": cast.city, "entry_id": entry.id, "actor": cast.omar, "at": NOW}
    await send(session, visitor=visitor_number, **sent)
    codes = [await enrolment(session, cast, one, app.site.secrets) for one in (first, second)]
    await session.commit()
    told = []
    for code in codes:
        device = await enrolled(visitor.client, code)
        answer = await device.client.post("/delegate/hello", json={"receipts": 50}, headers=device.headers)
        told.append(answer.json()["visits"])
    made = {"made": entry.finished_at.isoformat(), "language": "sw", "receipt": RECEIPT[-4:]}
    assert told == [[], [{"place": {"en": "Quay"}, "titles": {"en": "About sirens"}, **made}]]
    case = await session.get_one(CheckCase, entry.id)
    case.answered_at = NOW
    await session.commit()
    answer = await device.client.post("/delegate/hello", json={"receipts": 50}, headers=device.headers)
    assert answer.json()["visits"] == []


async def test_nobody_is_sent_to_what_they_brought_under_another_number(
    session: Session, cast: Cast, settings: Settings
) -> None:
    """Appointed a second time: another delegate by number, the same person."""
    project, first, again = await consulted(session, cast), await delegate(session, cast), await delegate(session, cast)
    again.person_id = first.person_id
    (entry,) = await entries(session, cast, first, project.id, 1, at=NOW - 4 * DAY)
    assert await drawn(session, cast, settings) == 1
    number = await number_of(session, city=cast.city, delegate_id=again.id, at=NOW)
    with pytest.raises(Conflict):
        await send(session, city=cast.city, entry_id=entry.id, visitor=number, actor=cast.omar, at=NOW)
