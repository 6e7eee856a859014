"""Whoever receives data files an assessment of its own; where none has, everybody reads that it has not."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.projects.filings.models import Filing, FilingState, Purpose
from participation.domain.projects.filings.receivers.rules import RECEIVERS
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.domain.projects.organisations.models import OrganisationKind
from participation.kit.database import Session
from tests.asking import answered, organisation
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.consulting import SLUG, consulted
from tests.drafting import assessed
from tests.filling import sheets
from tests.markup import Page

BASE, DESK = f"/en/projects/{SLUG}", f"/staff/projects/{SLUG}/filings"
KIND = "human-rights"
LACKING = "The police receive data and have not filed an assessment of their own."


@pytest.fixture
async def project(session: Session, cast: Cast) -> Project:
    """Its screening says that the city and the police receive data, its assessment of data that a ministry does."""
    made = await consulted(session, cast)
    await assessed(session, made, "screening", "data-protection", KIND)
    await answered(session, made, "screening", {"receivers": {"chosen": ["city", "police", "abroad"]}})
    await answered(session, made, "data-protection", {"receivers": {"chosen": ["police", "ministry"]}})
    await session.commit()
    return await loaded(session, Project.id == made.id, city_id=cast.city.id)


@pytest.fixture
async def away(app: Any) -> AsyncIterator[Browser]:
    """Whoever opens the link, at the police."""
    someone = browser(app)
    yield someone
    await someone.client.aclose()


async def reads(visitor: Browser) -> str:
    """What stands about receivers, on both pages alike."""
    shown = []
    for page in ("opinions", "assessments"):
        text = (await visitor.get(f"{BASE}/{page}")).text
        _before, title, after = text.partition("Whoever receives data assesses for itself")
        shown.append(after.split("</ul>")[0] if title else "")
    assert shown[0] == shown[1]
    return shown[0]


async def test_it_is_said_of_each_that_receives_data_and_has_filed_nothing(visitor: Browser, project: Project) -> None:
    shown = await reads(visitor)
    for name, (_kind, lacking) in RECEIVERS.items():
        assert (str(lacking) in shown) == (name in ("police", "ministry"))
    assert LACKING in shown


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (["unknown"], "Nobody could say who receives data"),
        (["city"], ""),
        (["nobody"], ""),
        (["supplier", "company"], "Another company receives data and has not filed"),
    ],
)
async def test_nobody_is_named_who_receives_nothing(
    visitor: Browser, session: Session, project: Project, chosen: list[str], said: str
) -> None:
    for kind in ("screening", "data-protection"):
        await answered(session, project, kind, {"receivers": {"chosen": chosen}})
    await session.commit()
    shown = await reads(visitor)
    assert said in shown
    assert bool(said) == bool(shown)
    assert "police" not in shown


async def test_the_police_assess_for_themselves_from_the_link_to_what_everybody_reads(
    visitor: Browser, away: Browser, app: Any, cast: Cast, session: Session, project: Project
) -> None:
    police = await organisation(session, cast, OrganisationKind.POLICE, "Harbour Police")
    await session.commit()
    omar = browser(app)
    await sign_in_as(omar, app, cast.omar)
    await omar.get(DESK)
    asking = {"organisation": str(police.id), "purpose": "own", "kind": KIND, "until": "2027-04-30"}
    made = re.search(r"http://testserver(/filing/[\w-]{32,})", (await omar.send(asking)).text)
    assert made is not None
    link = made[1]
    assert LACKING in await reads(visitor)

    # Complete, or not at all.
    page = await away.get(link)
    assert "An assessment of its own" in page.text
    sections = list(dict.fromkeys(re.findall(rf'href="({link}/{KIND}/[\w-]+)"', page.text)))
    await answer(away, sections[0])
    await away.get(link)
    assert "Some questions are not answered yet." in (await away.send({})).text
    for _round in range(2):
        for section in sections:
            await answer(away, section)
    await away.get(link)
    assert "Nobody can change it any more" in (await away.send({})).text
    filing = (await session.execute(sa.select(Filing))).scalar_one()
    assert (filing.purpose, filing.state) == (Purpose.OWN, FilingState.HANDED_IN)
    shown = await reads(visitor)
    assert LACKING not in shown
    assert "Handed in: the city has to publish it" in shown
    assert "A ministry receives data and has not filed" in shown

    await omar.get(f"{DESK}/{filing.id}")
    await omar.send({"do": "publish"})
    await omar.client.aclose()
    shown = await reads(visitor)
    assert f'href="{BASE}/filings/{filing.id}"' in shown
    assert "An assessment of its own · Harbour Police" in re.sub(r"<[^>]+>", "", shown)
    page = await visitor.get(f"{BASE}/filings/{filing.id}")
    assert "Its members keep their stalls." in page.text
    assert "What the police say" in (await visitor.get(f"{BASE}/opinions/{KIND}?of={filing.id}")).text


async def answer(away: Browser, section: str) -> None:
    """The first of each choice; nothing is marked as what nobody can assess."""
    page = await away.get(section)
    (sheet,) = sheets(Page(page.text), section)
    fields = [(name, value) for name, value in sheet.filled("What the police say") if not name.startswith("x.")]
    page = await away.post(sheet.address, fields)
    assert page.status_code == 200
