"""Feeds, calendars and the map of the site tell of projects to programs that never see a page."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import icalendar
import pytest
import sqlalchemy as sa

from participation.channels.opendata.ics import _zone
from participation.channels.opendata.xml import escaped
from participation.domain.places.models import City
from participation.domain.projects.models import Project, ProjectState, ProjectText, Step, StepExtension, StepKind
from participation.kit.database import Session
from participation.kit.i18n import LANGUAGES
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.consulting import consulted
from tests.stage import Clock

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast)
    project.published_at = NOW - 30 * DAY
    session.add(
        ProjectText(project_id=project.id, language="sw", city_id=cast.city.id, title="Ving'ora", summary="Kwa kifupi.")
    )
    await session.commit()
    return project


async def step_of(session: Session, project: Project, kind: StepKind = StepKind.CONSULTATION) -> Step:
    found = await session.execute(sa.select(Step).where(Step.project_id == project.id, Step.kind == kind))
    return found.scalar_one()


async def extend(session: Session, project: Project, to: datetime) -> None:
    step = await step_of(session, project)
    session.add(
        StepExtension(
            city_id=project.city_id,
            step_id=step.id,
            closed_before=step.closes_at,
            closes_now=to,
            reasons={"en": "Because of the flood <& all>."},
            at=NOW,
        )
    )
    step.closes_at = to
    await session.commit()


# Atom


async def entries(visitor: Browser, language: str = "en") -> list[ElementTree.Element]:
    answer = await visitor.get(f"/{language}/feed.atom")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)  # noqa: S314
    assert feed.tag == f"{ATOM}feed"
    for part in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{ATOM}{name}")) == 1, f"RFC 4287 wants exactly one {name}"
        datetime.strptime(part.findtext(f"{ATOM}updated", ""), "%Y-%m-%dT%H:%M:%S%z")
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [entry.findtext(f"{ATOM}id", "") for entry in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}-\d\d-\d\d:[a-z0-9/-]+", id_) for id_ in ids)
    return feed.findall(f"{ATOM}entry")


async def test_the_feed_tells_what_has_happened_and_not_what_is_planned(visitor: Browser, sirens: Project) -> None:
    found = await entries(visitor)
    assert [entry.findtext(f"{ATOM}title") for entry in found] == [
        "About sirens: The consultation opens",
        "About sirens: A new project is published",
    ]
    link = found[0].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "http://testserver/en/projects/sirens/comments"


async def test_the_feed_speaks_its_readers_language_where_the_city_does(visitor: Browser, sirens: Project) -> None:
    newest = (await entries(visitor, "sw"))[0]
    assert newest.findtext(f"{ATOM}title", "").startswith("Ving'ora: ")
    (summary,) = (await entries(visitor, "ar"))[0].findall(f"{ATOM}summary")
    assert (summary.get("{http://www.w3.org/XML/1998/namespace}lang"), summary.text) == ("en", "In short.")


async def test_an_extension_is_told_with_its_reason(
    visitor: Browser, session: Session, sirens: Project, clock: Clock
) -> None:
    await extend(session, sirens, NOW + 25 * DAY)
    before = {entry.findtext(f"{ATOM}id") for entry in await entries(visitor)}
    extension = (await entries(visitor))[0]
    assert "Open for longer, until 26 Mar 2027" in extension.findtext(f"{ATOM}title", "")
    assert extension.findtext(f"{ATOM}summary") == "Because of the flood <& all>."
    clock.forward(days=26)
    found = await entries(visitor)
    assert found[0].findtext(f"{ATOM}title") == "About sirens: The consultation closes"
    assert before < {entry.findtext(f"{ATOM}id") for entry in found}, "what was told keeps its name"


async def test_a_feed_of_nothing_is_a_feed(visitor: Browser) -> None:
    assert await entries(visitor) == []


async def test_drafts_are_in_no_feed_calendar_or_map(visitor: Browser, session: Session, cast: Cast) -> None:
    await consulted(session, cast, "secret", state=ProjectState.DRAFT)
    await session.commit()
    for path in ("/en/feed.atom", "/en/calendar.ics", "/sitemap.xml"):
        assert "secret" not in (await visitor.get(path)).text


def test_characters_that_xml_cannot_write_are_replaced() -> None:
    assert escaped('a\x00b\x0bc\ufffe<&">') == "a\ufffdb\ufffdc\ufffd&lt;&amp;&quot;&gt;"
    ElementTree.fromstring(f"<a b='{escaped(''.join(map(chr, range(0x20))))}'/>")  # noqa: S314


async def test_a_feed_in_an_unknown_language_is_a_page_that_says_so(visitor: Browser) -> None:
    assert (await visitor.get("/tlh/feed.atom")).status_code == 404


# iCalendar


async def calendar(visitor: Browser, language: str = "en") -> dict[str, Any]:
    answer = await visitor.get(f"/{language}/calendar.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    parsed = icalendar.Calendar.from_ical(answer.content)
    assert isinstance(parsed, icalendar.Calendar)
    assert not parsed.errors
    events = {str(event["uid"]): event for event in parsed.walk("VEVENT") if isinstance(event, icalendar.Event)}
    assert not any(event.errors for event in events.values())
    return events


async def test_the_calendar_holds_each_opening_and_closing_in_the_citys_time(visitor: Browser, sirens: Project) -> None:
    events = await calendar(visitor)
    assert set(events) == {
        f"project-1-{step}-{end}@testserver" for step in ("consultation", "decision") for end in ("opens", "closes")
    }
    closing = events["project-1-consultation-closes@testserver"]
    assert closing.start == NOW + 20 * DAY
    assert closing["dtstart"].params["TZID"] == "Africa/Nairobi"
    assert str(closing["summary"]) == "About sirens: The consultation closes"
    assert str(closing["url"]) == "http://testserver/en/projects/sirens/comments"


async def test_an_extended_step_keeps_its_name_and_raises_its_sequence(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    before = (await calendar(visitor))["project-1-consultation-closes@testserver"]
    await extend(session, sirens, NOW + 25 * DAY)
    after = (await calendar(visitor))["project-1-consultation-closes@testserver"]
    assert after["sequence"] > before["sequence"]
    assert after.start == NOW + 25 * DAY


async def test_what_never_opens_is_called_off(visitor: Browser, session: Session, sirens: Project) -> None:
    for kind in StepKind:
        (await step_of(session, sirens, kind)).ended_at = NOW - DAY
    await session.commit()
    events = await calendar(visitor)
    assert {str(event["status"]) for name, event in events.items() if "decision" in name} == {"CANCELLED"}
    assert events["project-1-consultation-closes@testserver"].start == NOW - DAY


async def test_long_words_with_marks_of_the_format_come_through(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    title = "Ünder, the; dyke\\ إنذار الفيضانات " * 6
    await session.execute(sa.update(ProjectText).values(title=title, summary="One\n\nBEGIN:VEVENT\u2028x"))
    await session.commit()
    events = await calendar(visitor)
    assert len(events) == 4
    opening = events["project-1-consultation-opens@testserver"]
    assert str(opening["summary"]) == f"{title}: The consultation opens"
    assert str(opening["description"]) == "One\n\nBEGIN:VEVENTx"


@pytest.mark.parametrize(
    "name", ["Africa/Nairobi", "Europe/Paris", "America/Sao_Paulo", "Asia/Kolkata", "Africa/Casablanca"]
)
def test_the_clocks_of_a_zone_are_described_as_they_go(name: str) -> None:
    zone = ZoneInfo(name)
    lines = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *_zone(zone, 2025, 2027), "END:VCALENDAR", ""))
    (described,) = icalendar.Calendar.from_ical(lines).walk("VTIMEZONE")
    assert isinstance(described, icalendar.Timezone)
    made = described.to_tz(lookup_tzid=False)
    moment = datetime(2025, 1, 1, 12, tzinfo=UTC)
    while moment.year < 2028:
        assert moment.astimezone(made).utcoffset() == moment.astimezone(zone).utcoffset(), moment
        moment += timedelta(days=1)


# The map of the site


async def test_the_map_names_every_public_page_in_every_language(visitor: Browser, sirens: Project) -> None:
    answer = await visitor.get("/sitemap.xml")
    places = ElementTree.fromstring(answer.content)  # noqa: S314
    found = [url.findtext(f"{MAP}loc", "") for url in places.findall(f"{MAP}url")]
    for page in ("/", "/projects/sirens", "/projects/sirens/comments", "/projects/sirens/ballot"):
        assert {f"http://testserver/{language}{page}" for language in LANGUAGES} <= set(found)
    for url in places.findall(f"{MAP}url"):
        assert len(url) == 1 + len(LANGUAGES)
    assert not [page for page in found if page.endswith("/outcome")]


async def test_a_great_map_is_cut_into_parts(
    visitor: Browser, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("participation.channels.opendata.sitemap.TOGETHER", 2)
    for number in range(1, 6):
        await consulted(session, cast, f"project-{number}", number=number)
    await session.commit()
    index = ElementTree.fromstring((await visitor.get("/sitemap.xml")).content)  # noqa: S314
    parts = [part.findtext(f"{MAP}loc", "") for part in index]
    assert parts == [f"http://testserver/sitemap.xml?part={number}" for number in (1, 2, 3)]
    assert "/en/projects/project-5<" in (await visitor.get(parts[2])).text
    for wrong in ("0", "4", "abc", "-1", ""):
        assert (await visitor.get(f"/sitemap.xml?part={wrong}")).status_code == 404


async def test_several_cities_do_not_tell_of_each_other(visitor: Browser, session: Session, sirens: Project) -> None:
    await session.execute(sa.update(City).values(host="tamarani.example"))
    await session.commit()
    await visitor.client._transport.app.site.load()  # type: ignore[attr-defined]
    assert "@tamarani.example" in (await visitor.get("/en/calendar.ics")).text
