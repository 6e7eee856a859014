"""Versions of an assessment: each is read as it was, two stand side by side, and what was kept internal comes out on its day."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from participation import worker
from participation.domain.projects.assessments import queries
from participation.domain.projects.assessments.models import AssessmentVersion, WithheldAnswer
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.domain.record.models import RecordEntry
from participation.kit.database import Base, Session
from participation.kit.errors import Conflict
from participation.settings import Settings
from tests.assessing import internal, published
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.consulting import SLUG, consulted
from tests.stage import Clock

BASE = f"/en/projects/{SLUG}/assessments"
KIND = "risk"
SECRET = "The key is under the mat."
ASKED = shipped_one(KIND)
QUESTION = next(one for one in ASKED.questions if one.internal)
SECTION = next(one.id for one in ASKED.sections if QUESTION in one.questions)
DAY_OF_IT = date(2027, 4, 1)


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    made = await consulted(session, cast)
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


def held(until: date = DAY_OF_IT, words: str = SECRET) -> dict[str, Any]:
    return {QUESTION.id: internal(QUESTION, words, until)}


# Versions


async def test_two_versions_stand_side_by_side_what_differs_first(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    first = ASKED.sections[0].questions[0]
    await published(session, cast, project, KIND, **{first.id: first.choices[-1].id})
    await published(session, cast, project, KIND, at=NOW + DAY, **{first.id: first.choices[0].id})
    await session.commit()
    page = await visitor.get(f"{BASE}/{KIND}")
    assert f'href="{BASE}/{KIND}/versions"' in page.text
    page = await visitor.get(f"{BASE}/{KIND}/versions")
    assert page.text.index("Version 2") < page.text.index("Version 1")
    page = await visitor.get(f"{BASE}/{KIND}/versions/2")
    assert "1 answer differs" in page.text
    before = page.text.index(first.choices[-1].text["en"])
    assert before < page.text.index(first.choices[0].text["en"]) < page.text.index("The same in both")
    assert "Moderate risk" in page.text or "Low risk" in page.text
    assert "Read what holds today" not in page.text
    page = await visitor.get(f"{BASE}/{KIND}/versions/1?with=2")
    assert page.text.index(first.choices[0].text["en"]) < page.text.index(first.choices[-1].text["en"])
    page = await visitor.get(f"{BASE}/{KIND}/versions/1")
    assert "differs" not in page.text
    assert "Read what holds today" in page.text


@pytest.mark.parametrize(
    "address", ["0", "3", "x", "99999999999", "1?with=1", "1?with=7", "1?with=x", "1/nonsense", "9/day"]
)
async def test_a_version_that_is_not_there_is_refused_with_a_way_on(
    visitor: Browser, cast: Cast, session: Session, project: Project, address: str
) -> None:
    await published(session, cast, project, KIND)
    await session.commit()
    page = await visitor.get(f"{BASE}/{KIND}/versions/{address}")
    assert page.status_code == 404
    assert "<h1>" in page.text


async def test_an_earlier_version_is_read_with_the_questions_of_its_own_time(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    section = ASKED.sections[0]
    first = section.questions[0]
    old = replace(first, text=dict.fromkeys(first.text, "How was it asked then?"))
    then = replace(ASKED, sections=(replace(section, questions=(old, *section.questions[1:])), *ASKED.sections[1:]))
    await published(session, cast, project, then)
    await published(session, cast, project, KIND, at=NOW + DAY)
    await session.commit()
    page = await visitor.get(f"{BASE}/{KIND}/versions/1/{section.id}")
    assert "How was it asked then?" in page.text
    assert "This is version 1, of 1 March 2027." in page.text
    page = await visitor.get(f"{BASE}/{KIND}/{section.id}")
    assert "How was it asked then?" not in page.text
    assert first.text["en"].replace("'", "&#39;") in page.text
    page = await visitor.get(f"{BASE}/{KIND}/versions/2")
    assert "Before, it was asked: How was it asked then?" in page.text


async def test_a_long_comparison_is_shown_page_by_page_and_long_answers_are_one_link_away(
    visitor: Browser, cast: Cast, session: Session, project: Project
) -> None:
    texts = [one.id for one in ASKED.questions if not one.choices]
    await published(session, cast, project, KIND, **dict.fromkeys(texts, "First. " * 300))
    await published(session, cast, project, KIND, at=NOW + DAY, **dict.fromkeys(texts, "Second. " * 300))
    await session.commit()
    seen, address = [], f"{BASE}/{KIND}/versions/2"
    for _page in range(20):
        page = await visitor.get(address)
        seen += [one.id for one in ASKED.questions if f'#q-{one.id}"' in page.text]
        if 'rel="next"' not in page.text:
            break
        address = page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert set(texts) <= set(seen)
    assert _page > 1


# Internal answers


async def everything(session: Session) -> str:
    """All that the database holds outside the drafts and what is withheld, as one text."""
    await session.flush()
    kept = {"assessment_answer", "assessment_withheld"}
    tables = [name for name in Base.metadata.tables if name not in kept]
    parts = [f"select coalesce(string_agg(t::text, ' '), '') from {name} t" for name in tables]
    return " ".join([await session.scalar(sa.text(part)) for part in parts])


async def test_until_its_day_the_words_are_nowhere_and_on_it_everybody_reads_them(
    visitor: Browser, cast: Cast, session: Session, project: Project, clock: Clock
) -> None:
    await published(session, cast, project, KIND, **held())
    await session.commit()
    pages = [f"{BASE}/{KIND}/{SECTION}", f"{BASE}/{KIND}/versions/1/{SECTION}"]
    places = [*pages, BASE, f"{BASE}/{KIND}", f"{BASE}/{KIND}/versions/1", "/en/record", f"/en/projects/{SLUG}/history"]
    answers = [f"/api/v1/projects/{SLUG}/assessments/{KIND}{table}" for table in ("", ".csv")]
    places += [f"/api/v1/projects/{SLUG}", "/api/v1/projects", "/api/v1/assessments", "/en/feed.atom", *answers]
    assert SECRET not in await everything(session)
    # The evening before, at 23:59 in Nairobi.
    clock.now = NOW.replace(month=3, day=31, hour=20, minute=59)
    for place in places:
        assert SECRET not in (await visitor.get(place)).text
    # One minute later it is the day, though in universal time it is still the one before.
    clock.now = NOW.replace(month=3, day=31, hour=21, minute=0)
    for place in pages:
        page = await visitor.get(place)
        assert SECRET in page.text
        assert "kept internal until 1 April 2027" in page.text
        assert "Water Office" not in page.text
    for place in answers:
        assert SECRET in (await visitor.get(place)).text


async def test_a_kept_page_expires_when_the_day_comes(
    visitor: Browser, app: Any, cast: Cast, session: Session, project: Project, clock: Clock
) -> None:
    await published(session, cast, project, KIND, **held())
    await session.commit()
    cache = app.site.cache
    cache.listening = True
    clock.now = NOW.replace(month=3, day=31, hour=12)
    address = f"{BASE}/{KIND}/{SECTION}"
    await visitor.get(address)
    kept = next(iter(cache._pages.values()))
    assert kept.until == NOW.replace(month=3, day=31, hour=21)
    clock.now = NOW.replace(month=3, day=31, hour=21)
    assert SECRET in (await visitor.get(address)).text


async def test_the_record_binds_the_city_to_the_words_and_lets_anybody_check_them(
    cast: Cast, session: Session, database: Any, settings: Settings, project: Project, clock: Clock
) -> None:
    await published(session, cast, project, KIND, **held())
    await session.commit()
    version = (await session.execute(sa.select(AssessmentVersion))).scalar_one()
    told = version.answers[QUESTION.id]
    assert set(told) == {"ground", "office", "until", "hash"}
    entry = await _entry(session, "assessment_published")
    assert entry["content"] == hashlib.sha256(rfc8785.dumps(version.answers)).hexdigest()
    work = worker.Work(settings, database, clock)
    await worker.look(work)
    assert await _entry(session, "assessment_answer_opened") is None
    clock.now = NOW.replace(month=4, day=1)
    await worker.look(work)
    await worker.look(work)
    opened = await _entry(session, "assessment_answer_opened")
    (body,) = [one.answers[QUESTION.id] for one in await queries.version(session, project.id, KIND, today=DAY_OF_IT)]
    read = {name: value for name, value in body.items() if name != "opened"}
    salt = bytes.fromhex(opened["salts"][told["hash"]])
    assert hashlib.sha256(salt + rfc8785.dumps(read)).hexdigest() == told["hash"]
    assert SECRET in str(read)


async def _entry(session: Session, kind: str) -> Any:
    """The facts of the one entry of its kind."""
    bodies = (await session.scalars(sa.select(RecordEntry.body).where(RecordEntry.kind == kind))).all()
    assert len(bodies) < 2
    return json.loads(bodies[0] or "")["facts"] if bodies else None


async def test_a_later_version_moves_a_day_that_has_not_come_for_earlier_ones_too(
    visitor: Browser, cast: Cast, session: Session, project: Project, clock: Clock
) -> None:
    await published(session, cast, project, KIND, **held())
    await published(session, cast, project, KIND, at=NOW + DAY, **held(date(2027, 6, 1)))
    await session.commit()
    clock.now = NOW.replace(month=4, day=2)
    page = await visitor.get(f"{BASE}/{KIND}/versions/1/{SECTION}")
    assert SECRET not in page.text
    assert "kept internal until 1 June 2027" in page.text
    clock.now = NOW.replace(month=6, day=2)
    assert SECRET in (await visitor.get(f"{BASE}/{KIND}/versions/1/{SECTION}")).text


async def test_what_has_come_out_is_not_taken_back(
    visitor: Browser, cast: Cast, session: Session, project: Project, clock: Clock
) -> None:
    await published(session, cast, project, KIND, **held())
    clock.now = NOW.replace(month=4, day=2)
    await published(session, cast, project, KIND, at=clock.now, **held(date(2027, 12, 1), "Another lock."))
    await session.commit()
    assert SECRET in (await visitor.get(f"{BASE}/{KIND}/versions/1/{SECTION}")).text
    page = await visitor.get(f"{BASE}/{KIND}/{SECTION}")
    assert "Another lock." not in page.text


async def test_an_end_that_has_come_already_is_refused_before_it_gives_anything_away(
    cast: Cast, session: Session, project: Project
) -> None:
    for until in (date(2027, 3, 1), date(2020, 1, 1), None):
        with pytest.raises(Conflict) as refused:
            await published(session, cast, project, KIND, **{QUESTION.id: internal(QUESTION, SECRET, until)})
        assert refused.value.code == "internal_ended"
    assert await session.scalar(sa.select(sa.func.count()).select_from(WithheldAnswer)) == 0
