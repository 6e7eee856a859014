"""All projects beside each other by their assessments, and two or three side by side; what is overdue is seen everywhere."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.projects.assessments.compared.queries import outline
from participation.domain.projects.assessments.queries import shipped, shipped_one
from participation.domain.projects.assessments.rules import POINTS
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.kit import i18n
from tests.assessing import published
from tests.browsing import Browser
from tests.cast import NOW, Cast
from tests.consulting import consulted
from tests.markup import Page
from tests.promises import promised
from tests.stage import Clock
from tests.world import World

HERE = "/en/assessments"


@pytest.fixture
async def two(session: AsyncSession, cast: Cast) -> tuple[Project, Project]:
    found = []
    for number, slug in enumerate(("sirens", "lamps"), 1):
        made = await consulted(session, cast, slug, number=number)
        found.append(await loaded(session, Project.id == made.id, city_id=cast.city.id))
    await session.commit()
    return found[0], found[1]


def test_the_outline_says_what_the_questionnaires_say() -> None:
    assert list(outline().titles) == list(shipped())
    assert set(outline().points) == set(POINTS)
    for point, place in outline().points.items():
        section = next(one for one in shipped_one(place.kind).sections if one.id == place.section)
        assert next(one for one in section.questions if one.id == place.question).point == point


async def test_each_project_stands_with_its_level_its_reviews_and_what_it_owes(
    visitor: Browser, cast: Cast, session: AsyncSession, two: tuple[Project, Project], clock: Clock
) -> None:
    first = next(one for one in shipped_one("triple-test").questions if one.choices)
    await published(session, cast, two[0], "screening", personal="yes", moves="none")
    await published(session, cast, two[0], "triple-test", **{first.id: "unknown"})
    await session.commit()
    page = await visitor.get(HERE)
    assert page.text.index("About sirens") < page.text.index("About lamps")
    row = page.text.partition("About sirens")[2].partition("About lamps")[0]
    assert "risk" in row
    assert "1 September 2027" in row
    assert shipped_one("technology-supplier").title["en"] in row
    assert "Overdue" not in row
    assert "not published" in page.text.partition("About lamps")[2]
    page = await visitor.get(f"{HERE}?kind=homes-livelihoods")
    assert page.text.count("not owed") == page.text.count("not published") == 1
    page = await visitor.get(f"{HERE}?kind=points")
    assert "Must it be digital?" in page.text
    assert "Words on must_be_digital in en." in page.text
    assert page.text.count("No answer") >= 4
    clock.now = NOW.replace(year=2028)
    page = await visitor.get(HERE)
    assert "Overdue" in page.text
    for address in ("/en/projects", "/en/projects?step=overdue"):
        assert "A review is overdue" in (await visitor.get(address)).text
    for address in ("sirens", "sirens/assessments", "sirens/assessments/triple-test"):
        assert "Its review is overdue" in (await visitor.get(f"/en/projects/{address}")).text
    section = shipped_one("triple-test").sections[0].id
    assert "Its review is overdue" in (await visitor.get(f"/en/projects/sirens/assessments/triple-test/{section}")).text


async def test_two_projects_answer_side_by_side(
    visitor: Browser, cast: Cast, session: AsyncSession, two: tuple[Project, Project]
) -> None:
    question = next(one for one in shipped_one("triple-test").questions if one.choices)
    for project, choice in zip(two, question.choices, strict=False):
        await published(session, cast, project, "triple-test", **{question.id: choice.id})
    await session.commit()
    for query in ("projects=sirens,lamps", "projects=sirens&projects=lamps"):
        page = await visitor.get(f"{HERE}?kind=triple-test&{query}")
        row = page.text.partition(question.text["en"].replace("'", "&#39;"))[2].partition("</tr>")[0]
        assert row.index(question.choices[0].text["en"]) < row.index(question.choices[1].text["en"])
    page = await visitor.get(f"{HERE}?projects=lamps,sirens")
    assert page.text.index("About lamps") < page.text.index("About sirens")
    assert "Words on consent in en." in page.text
    page = await visitor.get(f"{HERE}?kind=risk&projects=lamps,sirens")
    assert page.text.count("not published") >= 2


@pytest.mark.parametrize("query", ["projects=sirens", "projects=a,b,c,d", "projects=sirens&kind=points"])
async def test_one_project_or_too_many_are_asked_for_again(
    visitor: Browser, two: tuple[Project, Project], query: str
) -> None:
    page = await visitor.get(f"{HERE}?{query}")
    assert page.status_code == 422
    assert "Please choose two or three projects." in page.text
    assert (" checked>" in page.text) is ("sirens" in query)


async def test_a_draft_and_a_project_that_is_not_there_are_shown_to_nobody(
    visitor: Browser, cast: Cast, session: AsyncSession, two: tuple[Project, Project]
) -> None:
    await consulted(session, cast, "secret", number=3, state=ProjectState.DRAFT)
    await session.commit()
    assert "About secret" not in (await visitor.get(HERE)).text
    for other in ("secret", "nowhere", "x" * 90, "a'b"):
        page = await visitor.get(f"{HERE}?projects=sirens,{other}")
        assert page.status_code == 404
    assert (await visitor.get(f"{HERE}?kind=nonsense&after=nonsense")).status_code == 200


QUERIES = (
    "kind=points",
    "kind=data-protection",
    "projects=market-cameras,bus-corridor,control-room",
    "kind=gender-equality&projects=market-cameras,bus-corridor,control-room",
    "kind=data-protection&projects=market-cameras,control-room",
)


async def test_every_comparison_keeps_the_budgets_in_every_language(world: World) -> None:
    wrong: list[str] = []
    for query in QUERIES:
        for language in i18n.LANGUAGES:
            visitor = world.visitor("resident", language=language)
            with promised.statements(world.database) as asked:
                response = await visitor.client.get(f"/{language}/assessments?{query}")
            found = [*promised.small(response), *promised.whole(response, Page(response.text), language)]
            found += [f"{len(asked)} statements"] if len(asked) > promised.READING else []
            wrong += [f"{query} in {language}: {problem}" for problem in found]
    assert not wrong, "\n".join(wrong)


async def test_every_question_of_a_long_comparison_is_reached_page_by_page(world: World) -> None:
    seen: list[str] = []
    address: Any = f"{HERE}?kind=data-protection&projects=market-cameras,control-room"
    for _page in range(30):
        page = Page((await world.visitor().client.get(address)).text)
        seen += [node.text for node in page.all("th") if node.get("scope") == "row"]
        address = next((node.get("href") for node in page.all("a") if node.get("rel") == "next"), None)
        if address is None:
            break
    asked = [one.text["en"] for one in shipped_one("data-protection").questions if one.visible_if is None]
    assert set(asked) <= set(seen)


async def test_the_control_room_is_seen_to_be_overdue_everywhere(world: World) -> None:
    visitor = world.visitor()
    base = "/en/projects/control-room"
    places = {HERE: "Overdue", "/en/projects?step=overdue": "A review is overdue"}
    places |= dict.fromkeys((base, f"{base}/assessments"), "Its review is overdue")
    for address, words in places.items():
        assert words in (await visitor.client.get(address)).text, address
    row = (await visitor.client.get(HERE)).text.partition("/projects/control-room/")[2].partition("</tr>")[0]
    assert "Overdue" in row
