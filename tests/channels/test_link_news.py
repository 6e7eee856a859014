"""A new link between two projects is a change that owes notice: told in feeds, and in calendars for the day on which it takes effect."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.domain.ladder.flows import operations
from participation.domain.ladder.flows.models import DataLink
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.kit.database import Session
from participation.kit.i18n import LANGUAGES
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.channels.test_data_flows import WHAT, announce
from tests.channels.test_following import calendar, feed
from tests.channels.test_opendata import statements
from tests.consulting import consulted
from tests.promises.promised import READING
from tests.stage import Clock

ENDED = {"en": "No longer needed.", "sw": "Haihitajiki tena."}
GIVES = "About sirens: Announced: its data are given to the project About lamps, from 15 March 2027 on"
GETS = "About lamps: Announced: it is given data of the project About sirens, from 15 March 2027 on"


@pytest.fixture
async def linked(session: Session, cast: Cast) -> DataLink:
    """Announced today: the sirens give data to the lamps in fourteen days."""
    for number, slug in enumerate(("sirens", "lamps"), 1):
        await consulted(session, cast, slug, number=number)
    made = await announce(session, cast)
    await session.commit()
    return made


async def end(session: Session, cast: Cast, link: DataLink, days: int) -> None:
    common: dict[str, Any] = {"city": cast.city, "slug": "sirens", "link_id": link.id, "reasons": ENDED}
    await operations.end_link(session, actor=cast.omar, at=NOW + days * DAY, **common)
    await session.commit()


async def told(visitor: Browser, path: str) -> list[Any]:
    return [entry for entry in await feed(visitor, path) if "data" in entry.title]


async def test_a_new_link_is_an_entry_in_both_projects_feeds_and_once_in_the_citys(
    visitor: Browser, linked: DataLink
) -> None:
    for path, title, slug in (
        ("/en/feed.atom", GIVES, "sirens"),
        ("/en/projects/sirens/feed.atom", GIVES, "sirens"),
        ("/en/projects/lamps/feed.atom", GETS, "lamps"),
        ("/en/projects/lamps/feed.atom?step=information", GETS, "lamps"),
    ):
        (entry,) = await told(visitor, path)
        assert (entry.title, entry.summary) == (title, WHAT["en"])
        assert entry.link == f"http://testserver/en/data-flows?project={slug}"
        assert (await visitor.get(entry.link.removeprefix("http://testserver"))).status_code == 200
    assert "data" not in (await visitor.get("/en/projects/lamps/feed.atom?step=decision")).text.partition("<rights>")[2]
    for language in LANGUAGES:
        titles = [entry.title for entry in await feed(visitor, f"/{language}/projects/lamps/feed.atom")]
        assert any("About sirens" in title for title in titles)


async def test_what_was_announced_stays_when_the_link_is_ended_and_that_is_told_too(
    visitor: Browser, session: Session, cast: Cast, clock: Clock, linked: DataLink
) -> None:
    (before,) = await told(visitor, "/en/feed.atom")
    await end(session, cast, linked, 1)
    clock.now = NOW + DAY
    newest, first = await told(visitor, "/en/feed.atom")
    assert (first.id, first.title, first.summary) == (before.id, before.title, before.summary)
    assert newest.title == "About sirens: Its data are not given to the project About lamps any more"
    assert newest.summary == "No longer needed."
    newest, _first = await told(visitor, "/en/projects/lamps/feed.atom")
    assert newest.title == "About lamps: It is not given data of the project About sirens any more"


async def test_the_day_on_which_it_takes_effect_stands_in_the_calendars(
    visitor: Browser, session: Session, cast: Cast, linked: DataLink
) -> None:
    name = f"link-{linked.id}@"
    for path, gives in (("/en/calendar.ics", True), ("/en/projects/sirens/calendar.ics", True)):
        (event,) = [each for uid, each in (await calendar(visitor, path)).items() if name in uid]
        assert event["dtstart"].dt == date(2027, 3, 15)
        assert str(event["summary"]) == "About sirens: Its data are given to the project About lamps from this day on"
        assert (event["sequence"], str(event["status"]), gives) == (0, "CONFIRMED", True)
    (event,) = [
        each for uid, each in (await calendar(visitor, "/en/projects/lamps/calendar.ics")).items() if name in uid
    ]
    assert str(event["summary"]) == "About lamps: It is given data of the project About sirens from this day on"
    page = (await visitor.get("/en/calendar")).text
    here = page.partition("15 March 2027")[2]
    assert "Data are given to another project from this day on:" in here
    assert WHAT["en"] in here
    assert 'href="/en/data-flows?project=sirens"' in here
    await end(session, cast, linked, 1)
    (event,) = [each for uid, each in (await calendar(visitor, "/en/calendar.ics")).items() if name in uid]
    assert (event["sequence"], str(event["status"])) == (1, "CANCELLED")
    assert "Cancelled" in (await visitor.get("/en/calendar")).text.partition("15 March 2027")[2]


async def test_a_link_that_had_taken_effect_before_it_was_ended_was_not_called_off(
    visitor: Browser, session: Session, cast: Cast, clock: Clock, linked: DataLink
) -> None:
    await end(session, cast, linked, 20)
    clock.now = NOW + 20 * DAY
    (event,) = [
        each for uid, each in (await calendar(visitor, "/en/calendar.ics")).items() if f"link-{linked.id}@" in uid
    ]
    assert (event["sequence"], str(event["status"])) == (1, "CONFIRMED")
    assert "Cancelled" not in (await visitor.get("/en/calendar?past=1")).text


async def test_a_link_from_a_draft_is_told_nowhere(
    visitor: Browser, session: Session, cast: Cast, linked: DataLink
) -> None:
    giver = await loaded(session, Project.id == linked.project_id, city_id=cast.city.id)
    giver.state = ProjectState.DRAFT
    await session.commit()
    for path in ("/en/feed.atom", "/en/projects/lamps/feed.atom"):
        assert not [entry for entry in await feed(visitor, path) if "sirens" in entry.title]
    for path in ("/en/calendar", "/en/calendar.ics", "/en/projects/lamps/calendar.ics"):
        assert "About sirens" not in (await visitor.get(path)).text


@pytest.mark.parametrize("path", ["feed.atom", "calendar.ics", "projects/sirens/calendar.ics", "calendar"])
async def test_they_cost_few_statements(
    visitor: Browser, connection: AsyncConnection, linked: DataLink, path: str
) -> None:
    with statements(connection) as sent:
        assert (await visitor.get(f"/en/{path}")).status_code == 200
    assert len(sent) <= READING, sent
