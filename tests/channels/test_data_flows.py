"""The register of data flows: read out of what is published, and with every link between two projects announced before it takes effect."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ladder.flows import operations
from participation.domain.ladder.flows.forms import LinkSaid
from participation.domain.ladder.flows.models import DataLink
from participation.domain.people.models import Role
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.errors import Conflict, Invalid, NotAllowed, Refusal
from tests.assessing import published
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import DAY, NOW, Cast, staff
from tests.consulting import consulted
from tests.promises.promised import WRITING, statements
from tests.stage import Clock

HERE = "/en/data-flows"
DESK = "/staff/projects/sirens/data-links"
WHAT = {"en": "Water levels, to warn people.", "sw": "Kina cha maji, kuonya watu."}
REASONS = {"reasons.en": "No longer needed.", "reasons.sw": "Haihitajiki tena."}
EARLIEST = (NOW + 14 * DAY).date()
TYPED = {"to": "lamps", "effective_on": EARLIEST.isoformat(), **{f"what.{code}": text for code, text in WHAT.items()}}


@pytest.fixture
async def two(session: Session, cast: Cast) -> list[Project]:
    found = []
    for number, slug in enumerate(("sirens", "lamps"), 1):
        made = await consulted(session, cast, slug, number=number)
        found.append(await loaded(session, Project.id == made.id, city_id=cast.city.id))
    await session.commit()
    return found


@pytest.fixture
async def omar(app: Any, cast: Cast, two: list[Project]) -> Any:
    official = browser(app)
    await sign_in_as(official, app, cast.omar)
    yield official
    await official.client.aclose()


async def announce(session: Session, cast: Cast, days: int = 14, **other: Any) -> DataLink:
    said = LinkSaid(other.pop("to", "lamps"), WHAT, (NOW + timedelta(days=days)).date())
    common = {"city": cast.city, "slug": "sirens", "actor": cast.omar, "at": NOW} | other
    return await operations.announce_link(session, said=said, **common)


async def test_the_register_says_what_the_newest_published_assessments_say(
    session: Session, cast: Cast, visitor: Browser, two: list[Project]
) -> None:
    assert "There is nothing here." in (await visitor.get(HERE)).text
    await published(session, cast, two[0], "screening", personal="yes", receivers="police", moves="none")
    await session.commit()
    page = (await visitor.get(HERE)).text
    assert "The police" in page.partition("About sirens")[2]
    assert page.count("Not published") == 3
    await published(
        session,
        cast,
        two[0],
        "data-protection",
        at=NOW + DAY,
        receivers="ministry",
        data="Numbers of telephones.",
        sharing="The ministry gets totals, under the Statistics Act.",
        kept="Thirty days.",
    )
    await session.commit()
    page = (await visitor.get(HERE)).text.partition("About sirens")[2]
    for words in ("Numbers of telephones.", "The ministry gets totals, under the Statistics Act.", "Thirty days."):
        assert words in page
    assert "The police" not in page
    assert "/en/projects/sirens/assessments/data-protection/data#q-data" not in page, "all of it is here"
    assert "About lamps" not in page


async def test_the_register_is_asked_who_receives_data(
    session: Session, cast: Cast, visitor: Browser, two: list[Project]
) -> None:
    await published(session, cast, two[0], "screening", receivers="police", moves="none")
    await published(session, cast, two[1], "screening", receivers="nobody", moves="none")
    await session.commit()
    page = (await visitor.get(f"{HERE}?receiver=police")).text
    assert ("About sirens" in page, "About lamps" in page) == (True, False)
    page = (await visitor.get(f"{HERE}?receiver=nobody")).text
    assert ("About sirens" in page, "About lamps" in page) == (False, True)
    page = (await visitor.get(f"{HERE}?receiver=%27;&after=x&project=")).text
    assert ("About sirens" in page, "About lamps" in page) == (True, True)
    assert "There is nothing here." in (await visitor.get(f"{HERE}?receiver=abroad")).text


async def test_drafts_are_not_in_the_register(
    session: Session, cast: Cast, visitor: Browser, two: list[Project]
) -> None:
    await published(session, cast, two[0], "screening", receivers="police", moves="none")
    two[0].state = ProjectState.DRAFT
    await session.commit()
    assert "About sirens" not in (await visitor.get(HERE)).text
    assert (await visitor.get(f"{HERE}?project=sirens")).status_code == 404
    assert (await visitor.get(f"{HERE}?project=lamps")).status_code == 200


async def test_a_link_is_announced_and_takes_effect_on_its_day(
    omar: Browser, visitor: Browser, session: Session, clock: Clock
) -> None:
    await omar.get(DESK)
    page = await omar.send(TYPED | {"what.sw": "", "effective_on": "soon"})
    assert page.status_code == 422
    assert "This is needed in every required language." in page.text
    assert "Water levels, to warn people." in page.text
    page = await omar.send(TYPED)
    assert page.status_code == 200
    for address in (HERE, f"{HERE}?project=lamps", f"{HERE}?project=sirens"):
        page = await visitor.get(address)
        assert "announced, from" in page.text
        assert "Water levels, to warn people." in page.text
    for slug in ("sirens", "lamps"):
        page = await visitor.get(f"/en/projects/{slug}/history")
        assert "It was announced that project 1 gives data to project 2, from" in page.text
    clock.forward(days=15)
    page = await visitor.get(HERE)
    assert ("announced, from" in page.text, "since " in page.text) == (False, True)


async def test_a_link_never_takes_effect_before_the_notice_has_passed(
    omar: Browser, session: Session, cast: Cast, two: list[Project]
) -> None:
    with pytest.raises(Invalid) as refused:
        await announce(session, cast, days=13)
    assert set(refused.value.errors) == {"effective_on"}
    with pytest.raises(Invalid):
        await announce(session, cast, days=-400)
    with pytest.raises(Invalid):
        await announce(session, cast, days=5000)
    await omar.get(DESK)
    page = await omar.send(TYPED | {"effective_on": NOW.date().isoformat()})
    assert (page.status_code, "not before" in page.text) == (422, True)
    assert await session.scalar(sa.select(sa.func.count()).select_from(DataLink)) == 0


async def test_holidays_and_a_stricter_city_lengthen_the_notice(
    session: Session, cast: Cast, two: list[Project]
) -> None:
    city = cast.city
    stricter = replace(city, gates={"numbers": {"notice": 20}})
    with pytest.raises(Invalid):
        await announce(session, cast, days=19, city=stricter)
    off = {"first": (NOW + DAY).date().isoformat(), "last": (NOW + 3 * DAY).date().isoformat(), "names": {}}
    with pytest.raises(Invalid):
        await announce(session, cast, days=16, city=replace(city, holidays=[off]))
    await announce(session, cast, days=17, city=replace(city, holidays=[off]))


@pytest.mark.parametrize("state", [ProjectState.DRAFT, ProjectState.WITHDRAWN])
async def test_nothing_is_given_from_or_to_what_is_not_public_or_was_withdrawn(
    state: ProjectState, session: Session, cast: Cast, two: list[Project]
) -> None:
    two[1].state = state
    await session.flush()
    with pytest.raises(Invalid):
        await announce(session, cast)
    two[0].state, two[1].state = state, ProjectState.DECIDED
    await session.flush()
    with pytest.raises(Conflict):
        await announce(session, cast)


async def test_a_link_has_two_projects_and_is_announced_once(session: Session, cast: Cast, two: list[Project]) -> None:
    for to in ("sirens", "nowhere"):
        with pytest.raises(Invalid) as refused:
            await announce(session, cast, to=to)
        assert set(refused.value.errors) == {"to"}
    await announce(session, cast)
    with pytest.raises(Invalid):
        await announce(session, cast)


async def test_only_who_may_write_both_projects_announces_and_ends_a_link(session: Session, cast: Cast) -> None:
    quay, flats = (place for place in cast.city.districts[:2])
    await consulted(session, cast, "sirens", number=1, places=[quay.id])
    await consulted(session, cast, "lamps", number=2, places=[flats.id])
    local = await staff(session, cast.city, [Role.OFFICIAL], quay.id)
    with pytest.raises(NotAllowed):
        await announce(session, cast, actor=local)
    link = await announce(session, cast)
    common = {"city": cast.city, "slug": "sirens", "link_id": link.id, "reasons": {"en": "x"}, "at": NOW}
    with pytest.raises(NotAllowed):
        await operations.end_link(session, actor=local, **common)
    await operations.end_link(session, actor=cast.omar, **common)
    with pytest.raises(Refusal):
        await operations.end_link(session, actor=cast.omar, **common)


async def test_a_link_is_ended_at_once_with_a_reason_and_stays_in_both_histories(
    omar: Browser, visitor: Browser, session: Session, cast: Cast
) -> None:
    link = await announce(session, cast)
    await session.commit()
    assert "Water levels" in (await visitor.get(HERE)).text
    await omar.get(f"{DESK}/{link.id}")
    page = await omar.send({"reasons.en": "No longer needed."})
    assert (page.status_code, "This is needed in every required language." in page.text) == (422, True)
    page = await omar.send(REASONS)
    assert page.status_code == 200
    assert "Water levels" not in (await visitor.get(HERE)).text
    assert (await omar.get(f"{DESK}/{link.id}")).status_code == 404
    for slug in ("sirens", "lamps"):
        page = await visitor.get(f"/en/projects/{slug}/history")
        assert "Project 1 does not give data to project 2 any more" in page.text
        assert "No longer needed." in page.text
    entries = list(await session.scalars(sa.select(RecordEntry).where(RecordEntry.kind.like("data_link_%"))))
    assert [(one.entry or {})["actor"] for one in entries] == [{"role": "official", "place": "tamarani"}] * 4


async def test_a_link_of_another_project_is_not_ended_from_here(session: Session, cast: Cast, omar: Browser) -> None:
    link = await announce(session, cast)
    await session.commit()
    other = f"/staff/projects/lamps/data-links/{link.id}"
    assert (await omar.get(other)).status_code == 404
    assert (await omar.get(f"{DESK}/99999999999")).status_code == 404
    with pytest.raises(Refusal):
        await operations.end_link(
            session, city=cast.city, slug="lamps", link_id=link.id, reasons={}, actor=cast.omar, at=NOW
        )


async def test_announcing_and_ending_cost_few_statements(omar: Browser, session: Session, database: Database) -> None:
    await omar.get(DESK)
    with statements(database) as seen:
        assert (await omar.send(TYPED, follow=False)).status_code == 303
    assert len(seen) <= WRITING, seen
    link_id = await session.scalar(sa.select(DataLink.id))
    await omar.get(f"{DESK}/{link_id}")
    with statements(database) as seen:
        assert (await omar.send(REASONS, follow=False)).status_code == 303
    assert len(seen) <= WRITING, seen
