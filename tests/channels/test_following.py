"""What programs that follow a city or a project are told of meetings, assessments, reviews and promises: two parsers of each kind read it."""

from typing import Any

import feedparser
import icalendar
import pytest
import sqlalchemy as sa
import vobject
from lxml import etree

from participation.domain.outcomes.models import Commitment, Decision, Outcome, OutcomeState
from participation.domain.projects.assessments.models import Assessment
from participation.domain.projects.documents.models import Document, DocumentKind, DocumentState
from participation.domain.projects.meetings import operations
from participation.domain.projects.meetings.models import MeetingKind
from participation.domain.projects.models import Project, ProjectState
from participation.kit.database import Session
from participation.kit.i18n import LANGUAGES
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.consulting import consulted
from tests.drafting import assessed
from tests.meeting import MINUTES, REASONS, announced, everything, said
from tests.stage import Clock

ATOM = "{http://www.w3.org/2005/Atom}"
SIRENS = "/en/projects/sirens"


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast)
    project.published_at = NOW - 30 * DAY
    await session.commit()
    return project


async def feed(visitor: Browser, path: str = f"{SIRENS}/feed.atom") -> list[Any]:
    """The entries, after both parsers and the rules of RFC 4287 have found nothing wrong."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, path
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    root = etree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for part in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1
        links = part.findall(f"{ATOM}link")
        assert len({(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links}) == len(links)
        assert all(link.get("href", "").startswith(("http://testserver/", "https://creativecommons")) for link in links)
    (own,) = [link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]
    assert own.get("href") == f"http://testserver{path}"
    ids = [entry.id for entry in parsed.entries]
    assert len(set(ids)) == len(ids)
    assert [entry.updated for entry in parsed.entries] == sorted((one.updated for one in parsed.entries), reverse=True)
    assert parsed.feed.updated == parsed.entries[0].updated
    return list(parsed.entries)


async def calendar(visitor: Browser, path: str = f"{SIRENS}/calendar.ics") -> dict[str, Any]:
    """Events by UID, after both parsers have read the same."""
    answer = await visitor.get(path)
    assert answer.status_code == 200, path
    parsed = icalendar.Calendar.from_ical(answer.content)
    assert not parsed.errors
    found: dict[str, Any] = {str(event["uid"]): event for event in parsed.walk("VEVENT")}
    assert not any(event.errors for event in found.values())
    other = vobject.readOne(answer.text)
    read = {str(event.uid.value): event for event in other.contents["vevent"]}
    assert set(read) == set(found)
    for uid, event in read.items():
        assert event.summary.value == str(found[uid]["summary"])
        assert event.dtstart.value == found[uid]["dtstart"].dt
    return found


async def test_a_meeting_is_told_when_it_is_announced_moved_and_minuted(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens, at=NOW - 4 * DAY, begins=-DAY)
    common = await everything(session, cast, sirens, at=NOW - 3 * DAY)
    moved = said(cast, -DAY / 2)
    await operations.change(session, meeting_id=made.id, version=1, said=moved, reasons=REASONS, **common)
    minuted = common | {"at": NOW}
    await operations.publish_minutes(session, meeting_id=made.id, version=2, said=MINUTES, **minuted)
    await session.commit()
    told = [(entry.title, entry.summary) for entry in await feed(visitor) if "eeting" in entry.title]
    assert told == [
        ("About sirens: Consultation meeting: the minutes", "Most want two sirens."),
        (
            "About sirens: Consultation meeting moved: now 1 Mar 2027, 00:00 (EAT)",
            "The hall is flooded.",
        ),
        ("About sirens: Consultation meeting announced: 28 Feb 2027, 12:00 (EAT)", "Where the sirens stand."),
    ]
    assert len(await feed(visitor, "/en/feed.atom")) == len(await feed(visitor))


async def test_what_was_told_keeps_its_name(visitor: Browser, session: Session, cast: Cast, sirens: Project) -> None:
    made = await announced(session, cast, sirens)
    await session.commit()
    before = {entry.id: entry.title for entry in await feed(visitor)}
    common = await everything(session, cast, sirens)
    await operations.change(session, meeting_id=made.id, version=1, said=said(cast, 9 * DAY), reasons=REASONS, **common)
    await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **common)
    await session.commit()
    after = {entry.id: entry.title for entry in await feed(visitor)}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 2


async def test_each_step_has_a_feed_of_its_own(visitor: Browser, session: Session, cast: Cast, sirens: Project) -> None:
    await announced(session, cast, sirens)
    await announced(session, cast, sirens, kind=MeetingKind.COUNCIL)
    await assessed(session, sirens)
    await session.commit()
    every = {entry.id for entry in await feed(visitor)}
    parts = {}
    for step in ("information", "consultation", "decision"):
        for path in (f"{SIRENS}/feed.atom", "/en/feed.atom"):
            parts[step] = [entry.title for entry in await feed(visitor, f"{path}?step={step}")]
    assert len(every) == sum(map(len, parts.values()))
    assert "About sirens: Impact assessment published: Screening" in " ".join(parts["information"])
    assert any("Consultation meeting" in title for title in parts["consultation"])
    assert any("Session of the council" in title for title in parts["decision"])
    assert (await visitor.get(f"{SIRENS}/feed.atom?step=tomorrow")).status_code == 404


async def test_documents_are_told_when_they_are_published_and_when_they_are_withdrawn(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    said_of_it = {"city_id": cast.city.id, "project_id": sirens.id, "kind": DocumentKind.BUDGET, "language": "en"}
    words = {"titles": {"en": "The budget"}, "alternatives": {"en": "What it costs."}, "created_at": NOW - 3 * DAY}
    session.add(Document(number=1, state=DocumentState.DRAFT, **said_of_it, **words))
    session.add(
        Document(
            number=2,
            state=DocumentState.WITHDRAWN,
            published_at=NOW - 2 * DAY,
            withdrawn_at=NOW - DAY,
            reasons={"en": "It named people."},
            **said_of_it,
            **words,
        )
    )
    await session.commit()
    told = [(entry.title, entry.summary) for entry in await feed(visitor) if "Document" in entry.title]
    assert told == [
        ("About sirens: Document withdrawn: The budget", "It named people."),
        ("About sirens: Document published: The budget", "What it costs."),
    ]


async def test_a_meeting_stands_in_the_calendar_with_its_end_and_place(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    made = await announced(session, cast, sirens)
    await session.commit()
    uid = f"project-1-meeting-{made.id}@testserver"
    before = (await calendar(visitor))[uid]
    assert (before.start, before.end) == (NOW + 5 * DAY, made.ends_at)
    assert str(before["location"]) == "School, Quay Road"
    assert (before["sequence"], str(before["status"])) == (0, "CONFIRMED")

    common = await everything(session, cast, sirens, at=NOW + DAY)
    other = said(cast, agenda={"en": "Boats.", "sw": "Vyombo."})
    await operations.change(session, meeting_id=made.id, version=1, said=other, reasons={}, **common)
    await session.commit()
    assert (await calendar(visitor))[uid]["sequence"] == 0, "its date and its place are the same"

    moved = said(cast, 6 * DAY)
    await operations.change(session, meeting_id=made.id, version=2, said=moved, reasons=REASONS, **common)
    await session.commit()
    after = (await calendar(visitor))[uid]
    assert (after.start, after["sequence"]) == (NOW + 6 * DAY, 1)
    assert after["last-modified"].dt == NOW + DAY

    await operations.cancel(session, meeting_id=made.id, reasons=REASONS, **common)
    await session.commit()
    off = (await calendar(visitor, "/en/calendar.ics"))[uid]
    assert (off["sequence"], str(off["status"])) == (2, "CANCELLED")


async def test_a_session_of_the_council_is_one_event_of_the_city_and_one_of_each_project(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await consulted(session, cast, "taps", number=2)
    made = await announced(session, cast, sirens, kind=MeetingKind.COUNCIL, projects=("taps",))
    await session.commit()
    name = f"meeting-{made.id}@testserver"
    assert [uid for uid in await calendar(visitor, "/en/calendar.ics") if name in uid] == [f"project-1-{name}"]
    assert [uid for uid in await calendar(visitor, "/en/projects/taps/calendar.ics") if name in uid]


async def test_reviews_and_promises_are_whole_days(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await assessed(session, sirens, "problem")
    day = (NOW + 40 * DAY).date()
    await session.execute(sa.update(Assessment).values(review_on=day))
    await session.commit()
    uid = "project-1-review-problem@testserver"
    review = (await calendar(visitor))[uid]
    assert (review["dtstart"].dt, review["sequence"]) == (day, 0)
    await session.execute(sa.update(Assessment).values(review_on=day + DAY, published=2, published_at=NOW + DAY))
    await session.commit()
    again = (await calendar(visitor))[uid]
    assert (again["dtstart"].dt, again["sequence"]) == (day + DAY, 1)


async def test_every_language_reads_clean(visitor: Browser, session: Session, cast: Cast, sirens: Project) -> None:
    await announced(session, cast, sirens)
    await assessed(session, sirens)
    await session.commit()
    for language in LANGUAGES:
        assert await feed(visitor, f"/{language}/projects/sirens/feed.atom")
        assert await calendar(visitor, f"/{language}/projects/sirens/calendar.ics")


async def test_drafts_and_unknown_projects_have_neither(visitor: Browser, session: Session, cast: Cast) -> None:
    await consulted(session, cast, "secret", number=2, state=ProjectState.DRAFT)
    await session.commit()
    for slug in ("secret", "nowhere"):
        for path in ("feed.atom", "calendar.ics"):
            assert (await visitor.get(f"/en/projects/{slug}/{path}")).status_code == 404


# The page of what comes


async def test_the_calendar_has_everything_by_its_day(
    visitor: Browser, session: Session, cast: Cast, sirens: Project, clock: Clock
) -> None:
    await announced(session, cast, sirens)
    await session.commit()
    page = (await visitor.get("/en/calendar")).text
    order = ["6 March 2027", "Consultation meeting", "21 March 2027", "The consultation closes", "Voting opens"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert "12:00 (EAT)" in page
    assert "The consultation opens" not in page
    past = (await visitor.get("/en/calendar?past=1")).text
    assert "The consultation opens" in past
    assert "Consultation meeting" not in past
    clock.forward(days=6)
    assert "Consultation meeting" in (await visitor.get("/en/calendar?past=1")).text


async def test_the_calendar_of_a_place_has_what_concerns_it(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await announced(session, cast, sirens)
    await consulted(session, cast, "quay", number=2, places=[cast.harbour])
    await session.commit()
    harbour = (await visitor.get("/en/calendar?place=harbour")).text
    hill = (await visitor.get("/en/calendar?place=hill")).text
    assert "Consultation meeting" in harbour
    assert "About quay" in harbour
    assert "Consultation meeting" not in hill
    assert "About quay" not in hill
    assert "About sirens" in hill, "it is for the whole city"


async def test_a_long_calendar_comes_in_pages_that_leave_nothing_out(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    for day in range(2, 30):
        await announced(session, cast, sirens, day * DAY)
        await announced(session, cast, sirens, day * DAY, venue={"en": "Elsewhere", "sw": "Kwingine"})
    await assessed(session, sirens)
    await session.execute(sa.update(Assessment).values(review_on=(NOW + 9 * DAY).date()))
    await session.commit()
    path, seen = "/en/calendar", []
    while path:
        page = (await visitor.get(path)).text
        seen += [part.partition('"')[0] for part in page.split('href="/en/projects/sirens')[1:]]
        more = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        path = more.replace("&amp;", "&")
    assert len([one for one in seen if one.startswith("/meetings/")]) == len(set(seen) - {"", "/assessments"}) == 56
    assert seen.count("/assessments") == 1
    assert seen.count("") == 3, "one closing, and the vote's two dates"


async def test_keys_that_are_none_of_ours_show_the_first_page(visitor: Browser, sirens: Project) -> None:
    first = (await visitor.get("/en/calendar")).text
    for wrong in ("x", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwxLDFd", "WyIyMDI3LTAzLTAxIiw5OSwxXQ", "%00"):
        page = await visitor.get(f"/en/calendar?after={wrong}&place=nowhere")
        assert page.status_code == 200
        assert "About sirens" in page.text
    assert "About sirens" in first


async def test_a_promise_stands_on_its_day(visitor: Browser, session: Session, cast: Cast, sirens: Project) -> None:
    common = {"city_id": cast.city.id, "project_id": sirens.id, "decision": Decision.ADOPTED, "created_at": NOW}
    words = {name: {"en": "As published."} for name in ("decided", "reasons", "follows")}
    two = {"handed_in_by": cast.omar.person_id, "published_by": cast.oksana.person_id}
    made = Outcome(state=OutcomeState.PUBLISHED, published_at=NOW, version=3, **common, **words, **two)
    session.add(made)
    await session.flush()
    day = (NOW + 50 * DAY).date()
    session.add(
        Commitment(
            city_id=cast.city.id, outcome_id=made.id, names={"en": "Nine sirens"}, office="Works Office", due=day
        )
    )
    await session.commit()
    page = (await visitor.get("/en/calendar")).text
    for shown in ("The city promised by this day:", "Nine sirens", "20 April 2027", f"{SIRENS}/outcome"):
        assert shown in page
    (promise,) = [event for uid, event in (await calendar(visitor)).items() if "promise" in uid]
    assert (promise["dtstart"].dt, promise["sequence"], str(promise["description"])) == (day, 3, "Nine sirens")
