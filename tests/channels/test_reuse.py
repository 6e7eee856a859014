"""What an earlier project has answered is offered to a new one: marked, saved by an official or left, and never in place of an answer."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.projects.assessments.models import Answer, Suggestion
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.reuse.operations import suggest
from participation.domain.projects.assessments.reuse.queries import Offer
from participation.domain.projects.assessments.reuse.rules import fits, reusable, same_technology
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.kit.database import Session
from participation.kit.errors import NotAllowed
from tests.assessing import published
from tests.browsing import Browser, sign_in_as
from tests.cast import Cast, staff
from tests.consulting import consulted

DESK = "/staff/projects/lamps/assessments"
SUPPLIER = "Bright Lights Ltd of Harbour"


def named(kind: str, id: str) -> Any:
    return next(one for one in shipped_one(kind).questions if one.id == id)


def section_of(kind: str, id: str) -> str:
    return next(one.id for one in shipped_one(kind).sections if any(each.id == id for each in one.questions))


@pytest.fixture
async def new(session: Session, cast: Cast) -> Project:
    """A new project beside one that has published its screening and its technology."""
    made = await consulted(session, cast, "sirens", number=1)
    old = await loaded(session, Project.id == made.id, city_id=cast.city.id)
    await published(session, cast, old, "screening", supplier=SUPPLIER, technology="sensor")
    await published(session, cast, old, "technology-supplier", supplier=SUPPLIER, transparency="The code is public.")
    made = await consulted(session, cast, "lamps", number=2)
    project = await loaded(session, Project.id == made.id, city_id=cast.city.id)
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, new: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def answers(session: Session, new: Project) -> dict[str, Any]:
    rows = await session.execute(
        sa.select(Answer.about, Answer.chosen, Answer.words).where(Answer.project_id == new.id)
    )
    return {row.about: row.words or row.chosen for row in rows}


def test_facts_of_a_technology_are_lent_and_what_is_a_projects_own_is_not() -> None:
    assert reusable("screening", named("screening", "supplier"), same=False)
    for id in ("purpose", "cost", "moves"):
        assert not reusable("screening", named("screening", id), same=True)
    assert reusable("technology-supplier", named("technology-supplier", "exit"), same=True)
    assert not reusable("technology-supplier", named("technology-supplier", "exit"), same=False)
    assert not reusable("technology-supplier", named("technology-supplier", "cost"), same=True)
    assert not reusable("problem", named("problem", "purpose"), same=True)
    assert same_technology(["camera", "other"], ["camera"])
    assert not same_technology(["other", "none", "unknown"], ["other", "none", "unknown"])
    assert not fits(named("screening", "personal"), ["gone"])
    assert not fits(named("screening", "personal"), ["unknown"])


async def test_what_the_projects_own_page_says_is_not_asked_a_second_time(
    omar: Browser, session: Session, new: Project
) -> None:
    """The cost and the supplier stand in the screening's form, to be read and saved; nothing is an answer before."""
    cost = 9_000_000
    new.cost_amount = cost
    await session.commit()
    address = f"{DESK}/screening/{section_of('screening', 'cost')}"
    page = await omar.get(f"{address}?in=en")
    assert f'value="{cost}"' in page.text
    assert '<a href="/en/projects/lamps">' in page.text
    assert not await answers(session, new)
    await omar.send({})
    assert (await answers(session, new))["fact/cost"] == [str(cost)]
    (await omar.get(f"{DESK}/cost-benefit/{section_of('cost-benefit', 'cost')}?in=en")).raise_for_status()
    assert f'value="{cost}"' in omar.page.text


async def test_an_offer_is_no_answer_until_an_official_saves_it_in_each_language(
    omar: Browser, session: Session, new: Project
) -> None:
    page = await omar.get(DESK)
    assert "About sirens" in page.text
    await omar.send({"from": "sirens"})
    assert "wait in their questions" in omar.page.text
    assert not await answers(session, new)
    address = f"{DESK}/technology-supplier/{section_of('technology-supplier', 'supplier')}"
    page = await omar.get(f"{address}?in=en")
    assert f'value="{SUPPLIER}"' in page.text
    assert "Taken over from:" in page.text
    assert "It counts once you have read and saved it." in page.text
    await omar.send({})
    found = await answers(session, new)
    assert found["fact/supplier"] == {"en": SUPPLIER}
    page = await omar.get(f"{address}?in=sw")
    assert f'value="{SUPPLIER}"' in page.text
    await omar.send({})
    assert (await answers(session, new))["fact/supplier"] == {"en": SUPPLIER, "sw": SUPPLIER}
    page = await omar.get(f"{address}?in=en")
    mark = page.text.partition('name="v.supplier"')[2].partition('name="v.')[0]
    assert "Taken over from:" in mark
    assert "It counts once" not in mark
    await omar.send({"q.supplier": "Somebody else"})
    page = await omar.get(f"{address}?in=en")
    assert "Taken over from:" not in page.text.partition('name="v.supplier"')[2].partition('name="v.')[0]


async def test_what_is_answered_already_stays(omar: Browser, session: Session, new: Project) -> None:
    address = f"{DESK}/screening/{section_of('screening', 'supplier')}?in=en"
    await omar.get(address)
    await omar.send({"q.supplier": "Our own workshop"})
    await omar.get(DESK)
    await omar.send({"from": "sirens"})
    assert "fact/supplier" not in set(await session.scalars(sa.select(Suggestion.about)))
    page = await omar.get(address)
    assert 'value="Our own workshop"' in page.text
    assert SUPPLIER not in page.text


async def test_what_an_official_leaves_out_is_not_offered_again_by_itself(
    omar: Browser, session: Session, new: Project
) -> None:
    await omar.get(DESK)
    await omar.send({"from": "sirens"})
    address = f"{DESK}/screening/{section_of('screening', 'supplier')}?in=en"
    await omar.get(address)
    await omar.send({"q.supplier": ""})
    assert SUPPLIER not in (await omar.get(address)).text
    assert "fact/supplier" not in await answers(session, new)


async def test_the_kind_of_technology_and_supplier_is_lent_between_projects_with_the_same_technology(
    omar: Browser, session: Session, new: Project
) -> None:
    await omar.get(DESK)
    await omar.send({"from": "sirens"})
    kind = "technology-supplier"
    offered = set(await session.scalars(sa.select(Suggestion.about)))
    assert not [name for name in offered if name.startswith(kind)]
    section = section_of("screening", "technology")
    await omar.get(f"{DESK}/screening/{section}?in=en")
    await omar.send({"q.technology": "sensor"})
    await omar.get(DESK)
    await omar.send({"from": "sirens"})
    page = await omar.get(f"{DESK}/{kind}/{section_of(kind, 'transparency')}?in=en")
    assert "The code is public." in page.text


@pytest.mark.parametrize("slug", ["", "nowhere", "lamps", "draft", "x" * 100, "sirens' or 1=1"])
async def test_only_another_published_project_of_the_city_can_lend(
    omar: Browser, cast: Cast, session: Session, new: Project, slug: str
) -> None:
    await consulted(session, cast, "draft", number=3, state=ProjectState.DRAFT)
    await session.commit()
    await omar.get(DESK)
    page = await omar.send({"from": slug})
    assert page.status_code == 422
    assert not (await session.scalars(sa.select(Suggestion.about))).all()


async def test_a_project_with_nothing_to_lend_is_refused_with_a_way_on(
    omar: Browser, cast: Cast, session: Session, new: Project
) -> None:
    made = await consulted(session, cast, "paint", number=3)
    await published(session, cast, await loaded(session, Project.id == made.id, city_id=cast.city.id), "problem")
    await session.commit()
    await omar.get(DESK)
    page = await omar.send({"from": "paint"})
    assert page.status_code == 409
    assert "has nothing that is not answered here already" in page.text


async def test_any_source_can_offer_answers_through_the_same_door(
    cast: Cast, session: Session, new: Project, omar: Browser
) -> None:
    origin = {"names": {"en": "Technology card: street lamps"}, "address": "/projects/sirens"}
    offer = Offer("fact/data", (), {"en": "None about people."}, "independent", origin)
    with pytest.raises(NotAllowed):
        await suggest(session, city=cast.city, project=new, offered=[offer], actor=cast.amina)
    place = await staff(session, cast.city, [Role.OFFICIAL], cast.harbour)
    with pytest.raises(NotAllowed):
        await suggest(session, city=cast.city, project=new, offered=[offer], actor=place)
    assert await suggest(session, city=cast.city, project=new, offered=[offer, offer][:1], actor=cast.omar) == 1
    await session.commit()
    page = await omar.get(f"{DESK}/data-protection/{section_of('data-protection', 'data')}?in=en")
    assert "None about people." in page.text
    assert "Technology card: street lamps" in page.text


async def test_the_list_counts_what_is_answered_and_published(omar: Browser, session: Session, new: Project) -> None:
    asked = len([one for one in shipped_one("screening").questions if one.visible_if is None])
    page = await omar.get(DESK)
    assert f"0 of {asked} questions answered" in page.text
    assert "0 of 1 assessments published" in page.text
    await omar.get(f"{DESK}/screening/{section_of('screening', 'supplier')}?in=en")
    await omar.send({"q.supplier": SUPPLIER, "q.purpose": ""})
    page = await omar.get(DESK)
    assert f"1 of {asked} questions answered" in page.text
    assert date(2027, 9, 1).isoformat() not in page.text
