"""Meetings on pages: officials announce, move, cancel and minute them; residents read of it in their language."""

from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.projects.meetings import operations
from participation.domain.projects.meetings.models import Meeting, MeetingKind
from participation.domain.projects.models import Project
from participation.kit.database import Database, Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.consulting import consulted
from tests.meeting import REASONS, announced, everything
from tests.promises.promised import WRITING, statements
from tests.stage import Clock

DESK = "/staff/projects/sirens/meetings"
PAGE = "/en/projects/sirens/meetings"
TYPED = {
    "kind": "consultation",
    "starts_at": "2027-03-06 16:00",
    "ends_at": "2027-03-06 18:00",
    "place": "quay",
    "settlement.en": "The Huts",
    "venue.en": "School, Quay Road",
    "venue.sw": "Shule, Quay Road",
    "agenda.en": "Where the sirens stand.",
    "agenda.sw": "Ving'ora vitakaa wapi.",
    "office": "Disaster Office",
    "access": "step_free",
    "spoken": "sw",
}


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast)
    await session.commit()
    return project


@pytest.fixture
async def omar(app: Any, cast: Cast, sirens: Project) -> Any:
    official = browser(app)
    await sign_in_as(official, app, cast.omar)
    yield official
    await official.client.aclose()


async def announce(official: Browser, **other: str) -> str:
    """Its number in addresses."""
    await official.get(f"{DESK}/new")
    page = await official.send(TYPED | other)
    assert page.status_code == 200, page.text
    return str(page.url).rpartition("/")[2]


async def test_residents_read_when_and_where_they_are_met(omar: Browser, visitor: Browser) -> None:
    assert PAGE not in (await visitor.get("/en/projects/sirens")).text
    number = await announce(omar)
    page = await visitor.get("/en/projects/sirens")
    assert "1 meeting</a>" in page.text
    assert "The next one: 6 Mar 2027, 16:00 (EAT)" in page.text
    page = await visitor.get(PAGE)
    assert f"{PAGE}/{number}" in page.text
    page = await visitor.get(f"{PAGE}/{number}")
    for words in (
        "The Huts",
        "Quay",
        "School, Quay Road",
        "6 Mar 2027, 16:00 (EAT)",
        "Entrance without steps",
        "Kiswahili",
    ):
        assert words in page.text
    page = await visitor.get(f"/ar/projects/sirens/meetings/{number}")
    assert '<span lang="en" dir="ltr">School, Quay Road</span>' in page.text


async def test_what_is_wrong_comes_back_with_what_was_typed(omar: Browser, session: Session) -> None:
    await omar.get(f"{DESK}/new")
    wrong = {
        "ends_at": "2027-03-06 15:00",
        "agenda.sw": "",
        "online": "javascript:alert(1)",
        "phone": "call me",
        "place": "nowhere",
    }
    page = await omar.send(TYPED | wrong)
    assert page.status_code == 422
    for words in (
        "This is needed in every required language.",
        "Please give a whole address",
        "A number has digits",
        "Please choose places from the list.",
        'value="2027-03-06 15:00"',
        "Where the sirens stand.",
    ):
        assert words in page.text
    assert not await session.scalar(sa.select(sa.func.count()).select_from(Meeting))
    page = await omar.send({"online": "", "phone": "", "place": "quay", "agenda.sw": "Ving'ora."})
    assert (page.status_code, "The end has to come after the beginning." in page.text) == (422, True)
    page = await omar.send({"ends_at": "٢٠٢٧-٠٣-٠٦ ١٨:٠٠"})
    assert page.status_code == 200


async def test_a_meeting_is_moved_with_a_reason_that_everybody_reads(omar: Browser, visitor: Browser) -> None:
    number = await announce(omar)
    await omar.get(f"{DESK}/{number}")
    moved = {"starts_at": "2027-03-07 16:00", "ends_at": "2027-03-07 18:00", "do": "change"}
    page = await omar.send(moved)
    assert (page.status_code, "This is needed in every required language." in page.text) == (422, True)
    page = await omar.send(moved | {"reasons.en": "The hall is flooded.", "reasons.sw": "Ukumbi umejaa maji."})
    assert page.status_code == 200
    page = await visitor.get(f"{PAGE}/{number}")
    assert "it was to begin 6 Mar 2027, 16:00 (EAT)" in page.text
    assert "The hall is flooded." in page.text
    page = await visitor.get("/en/projects/sirens/history")
    assert "A meeting on project 1 was moved: now Quay, 7 Mar 2027, 16:00 (EAT)." in page.text
    assert "The hall is flooded." in page.text


async def test_a_cancelled_meeting_says_so_and_why(omar: Browser, visitor: Browser) -> None:
    number = await announce(omar)
    await omar.get(f"{DESK}/{number}")
    page = await omar.send({"do": "cancel"})
    assert page.status_code == 422
    page = await omar.send({"do": "cancel", "reasons.en": "No hall.", "reasons.sw": "Hakuna ukumbi."})
    assert page.status_code == 200
    assert 'value="cancel"' not in page.text
    page = await visitor.get(f"{PAGE}/{number}")
    assert "No hall." in page.text
    assert PAGE not in (await visitor.get("/en/projects/sirens")).text
    assert "Cancelled" in (await visitor.get(PAGE)).text


async def test_minutes_are_owed_until_they_are_published(omar: Browser, visitor: Browser, clock: Clock) -> None:
    number = await announce(omar)
    clock.forward(days=6)
    assert "The city has not published the minutes" in (await visitor.get(f"{PAGE}/{number}")).text
    assert "No minutes yet" in (await omar.get(DESK)).text
    await omar.get(f"{DESK}/{number}")
    page = await omar.send({"do": "minutes", "attended": "lots", "minutes.en": "Most want two."})
    assert page.status_code == 422
    assert "Most want two." in page.text
    page = await omar.send({"do": "minutes", "attended": "٧", "minutes.en": "Most want two.", "minutes.sw": "Viwili."})
    assert page.status_code == 200
    page = await visitor.get(f"{PAGE}/{number}")
    assert "Fewer than ten people" in page.text
    assert "Most want two." in page.text


async def test_whoever_is_second_is_shown_what_the_first_has_stored(omar: Browser, app: Any, cast: Cast) -> None:
    number = await announce(omar)
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    for official in (omar, oksana):
        await official.get(f"{DESK}/{number}")
    await omar.send({"do": "change", "office": "Works Office"})
    page = await oksana.send({"do": "change", "office": "Water Office"})
    assert page.status_code == 409
    assert "Works Office" in page.text
    assert 'value="Water Office"' in page.text
    page = await oksana.send({"do": "change"})
    assert page.status_code == 200
    await oksana.client.aclose()


async def test_a_session_of_the_council_stands_on_the_pages_of_all_its_projects(
    omar: Browser, visitor: Browser, session: Session, cast: Cast
) -> None:
    await consulted(session, cast, "taps", number=2)
    await session.commit()
    number = await announce(omar, kind="council", projects="2")
    page = await visitor.get(f"/en/projects/taps/meetings/{number}")
    assert "Session of the council" in page.text
    assert 'href="/en/projects/sirens"' in page.text
    await omar.get(f"/staff/projects/taps/meetings/{number}")
    assert "About sirens" in omar.page.text


async def test_there_is_no_meeting_of_another_project_or_city(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await consulted(session, cast, "taps", number=2)
    made = await announced(session, cast, sirens)
    await session.commit()
    assert (await visitor.get(f"{PAGE}/{made.id}")).status_code == 200
    assert (await visitor.get(f"/en/projects/taps/meetings/{made.id}")).status_code == 404
    for wrong in ("0", "abc", "9999999999", "-1"):
        assert (await visitor.get(f"{PAGE}/{wrong}")).status_code == 404


async def test_an_unknown_button_does_nothing(omar: Browser, session: Session) -> None:
    number = await announce(omar)
    await omar.get(f"{DESK}/{number}")
    page = await omar.send({"do": "burn"})
    assert page.status_code == 422
    assert await session.scalar(sa.select(Meeting.version)) == 1


async def test_keys_in_the_address_that_are_none_of_ours_show_the_first_page(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens, kind=MeetingKind.VISIT)
    await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **await everything(session, cast, sirens))
    await session.commit()
    page = await visitor.get(f"{PAGE}?coming=broken&after=")
    assert "Visit on the spot" in page.text
    assert (await visitor.get(f"{PAGE}?after=xyz")).status_code == 200


async def test_a_session_about_many_projects_is_announced_and_moved_in_twelve_statements(
    omar: Browser, session: Session, cast: Cast, database: Database
) -> None:
    numbers = range(2, 14)
    for number in numbers:
        await consulted(session, cast, f"project-{number}", number=number)
    await session.commit()
    await omar.get(f"{DESK}/new")
    council = {"kind": "council", "projects": ", ".join(map(str, numbers))}
    with statements(database) as asked:
        page = await omar.send(TYPED | council, follow=False)
    assert page.status_code == 303
    assert len(asked) <= WRITING, asked
    await omar.get(page.headers["location"])
    moved = {"starts_at": "2027-03-06 15:00", "reasons.en": "Rain.", "reasons.sw": "Mvua.", "do": "change"}
    with statements(database) as asked:
        page = await omar.send(moved, follow=False)
    assert page.status_code == 303
    assert len(asked) <= WRITING, asked
