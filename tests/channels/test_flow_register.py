"""The register of data flows where an office withholds an answer, and where it is longer than a page."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from participation.channels.web.data_flows import SIZE
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion, WithheldAnswer
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.kit.database import Session
from tests.assessing import published
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.channels.test_data_flows import announce
from tests.channels.test_opendata import statements
from tests.consulting import SLUG, consulted
from tests.drafting import assessed
from tests.promises.promised import READING
from tests.stage import Clock

HERE = "/en/data-flows"
ONE = f"{HERE}?project={SLUG}"
UNTIL = date(2027, 4, 1)
SECRET = "The ministry of hippopotamuses."


# Withheld


async def withhold(session: Session, version: AssessmentVersion, question: str, body: dict[str, Any]) -> None:
    """As it is stored when an office keeps an answer of a published version to itself."""
    said = {"ground": "security", "office": "Water Office", "until": UNTIL.isoformat(), "hash": "abc"}
    version.answers = {**version.answers, question: said}
    await session.flush()
    session.add(
        WithheldAnswer(
            **{"assessment_id": version.assessment_id, "number": version.number, "question": question},
            **{"city_id": version.city_id, "until": UNTIL, "body": body},
        )
    )
    await session.commit()


@pytest.fixture
async def version(session: Session, cast: Cast) -> AssessmentVersion:
    """The police receive data of the sirens, and it is published which."""
    made = await consulted(session, cast)
    project = await loaded(session, Project.id == made.id, city_id=cast.city.id)
    said = {"receivers": "police", "data": "Numbers of telephones.", "sharing": "By order.", "kept": "Thirty days."}
    return await published(session, cast, project, "data-protection", **said)


async def test_a_withheld_answer_shows_its_ground_and_day_until_it_comes_and_then_its_words(
    visitor: Browser, session: Session, clock: Clock, version: AssessmentVersion
) -> None:
    await withhold(session, version, "sharing", {"chosen": [], "words": {"en": SECRET}, "source": "city"})
    clock.now = NOW.replace(month=3, day=31, hour=20, minute=59)
    for address in (HERE, ONE):
        page = (await visitor.get(address)).text
        assert SECRET not in page
        assert "By order." not in page
        for words in ("Water Office", "1 April 2027", "Numbers of telephones.", "Thirty days."):
            assert words in page
    clock.now = NOW.replace(month=3, day=31, hour=21)
    for address in (HERE, ONE):
        page = (await visitor.get(address)).text
        assert SECRET in page
        assert "Water Office" not in page


async def test_whoever_receives_data_in_an_answer_that_is_withheld_is_not_found_out_by_asking(
    visitor: Browser, session: Session, version: AssessmentVersion
) -> None:
    assert "About sirens" in (await visitor.get(f"{HERE}?receiver=police")).text
    await withhold(session, version, "receivers", {"chosen": ["police"], "words": {}, "source": "city"})
    for receiver in ("police", "ministry", "nobody"):
        assert "About sirens" not in (await visitor.get(f"{HERE}?receiver={receiver}")).text
    page = (await visitor.get(HERE)).text.partition("About sirens")[2]
    assert "Water Office" in page
    assert "The police" not in page


# Paging


async def many(session: Session, cast: Cast, count: int) -> None:
    """So many projects, of which every second one gives data to the police."""
    for number in range(1, count + 1):
        project = await consulted(session, cast, f"project-{number}", number=number, vote=False)
        await assessed(session, project, "screening")
        receivers = {"chosen": ["police" if number % 2 else "nobody"], "words": {}, "source": "city"}
        of = sa.select(Assessment.id).where(Assessment.project_id == project.id).scalar_subquery()
        wanted = sa.update(AssessmentVersion).where(AssessmentVersion.assessment_id == of)
        await session.execute(wanted.values(answers={"receivers": receivers}))


async def walked(visitor: Browser, address: str) -> list[list[int]]:
    """The numbers of the projects on each page that leads on to the next."""
    pages = []
    following: str | None = address
    while following is not None:
        page = (await visitor.get(following)).text
        pages.append([int(number) for number in re.findall(r"<h2><a [^>]*project=project-(\d+)", page)])
        later = re.search(r'<a [^>]*rel="next"[^>]*>', page)
        found = re.search(r'href="([^"]+)"', later[0]) if later else None
        following = found[1].replace("&amp;", "&") if found else None
    return pages


async def test_the_register_goes_on_page_by_page_with_each_project_once(
    visitor: Browser, session: Session, cast: Cast
) -> None:
    count = 2 * SIZE + 3
    await many(session, cast, count)
    await session.commit()
    pages = await walked(visitor, HERE)
    assert [len(page) for page in pages] == [SIZE, SIZE, 3]
    assert [number for page in pages for number in page] == list(range(1, count + 1))


async def test_who_receives_data_is_asked_on_every_page(visitor: Browser, session: Session, cast: Cast) -> None:
    await many(session, cast, 2 * SIZE + 3)
    await session.commit()
    pages = await walked(visitor, f"{HERE}?receiver=police")
    assert [number for page in pages for number in page] == list(range(1, 2 * SIZE + 4, 2))
    assert len(pages) == 2


async def test_a_page_costs_as_much_however_many_links_and_projects_there_are(
    visitor: Browser, session: Session, cast: Cast, connection: AsyncConnection
) -> None:
    await many(session, cast, SIZE + 2)
    for number in range(2, SIZE + 1):
        await announce(session, cast, to=f"project-{number}", slug="project-1")
    await session.commit()
    with statements(connection) as sent:
        page = await visitor.get(HERE)
    assert page.status_code == 200
    assert len(sent) <= READING, sent


async def test_what_was_said_after_the_newest_assessment_is_not_taken_from_an_older_one(
    visitor: Browser, session: Session, cast: Cast, clock: Clock, version: AssessmentVersion
) -> None:
    project = await loaded(session, Project.slug == SLUG, city_id=cast.city.id)
    clock.now = NOW + DAY
    await published(session, cast, project, "data-protection", at=NOW + DAY, receivers="nobody", data="None.")
    await session.commit()
    page = (await visitor.get(ONE)).text
    assert "Numbers of telephones." not in page
    assert "None." in page
