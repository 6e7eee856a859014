"""What residents see of projects: the first page, the list, a project's page and its history."""

from pathlib import Path
from typing import Any

import pytest

from participation.domain.ladder import operations as ladder
from participation.domain.outcomes.forms import OutcomeSaid
from participation.domain.outcomes.models import Decision
from participation.domain.projects import operations
from participation.domain.projects.agreements import operations as agreements
from participation.domain.projects.forms import AgreementSaid, Extension, Facts
from participation.domain.projects.models import Project, ProjectKind, StepKind
from participation.kit.database import Database, Session
from tests.browsing import Browser, sign_in_as
from tests.cast import DAY, NOW, Cast
from tests.deciding import published_by_two
from tests.drafting import WORDS, complete, drafted, publish
from tests.promises.promised import statements
from tests.stage import Clock


@pytest.fixture
async def sirens(session: Session, cast: Cast, tmp_path: Path) -> Project:
    """Published today; the consultation opens in ten days."""
    return await publish(session, cast, await complete(session, cast, vote=True), tmp_path)


def by_omar(cast: Cast, project: Project) -> dict[str, Any]:
    return {"city": cast.city, "project": project, "actor": cast.omar, "at": NOW}


async def sign(session: Session, cast: Cast, project: Project, days: int, *, binding: bool = True) -> None:
    said = AgreementSaid((NOW + days * DAY).date(), binding, {"en": "A loan of the bank"})
    await agreements.add_agreement(session, said=said, **by_omar(cast, project))


# The first page


@pytest.mark.parametrize(
    ("cookie", "accept", "language"),
    [("", "sw-TZ,en;q=0.5", "sw"), ("ar", "sw", "ar"), ("", "", "en"), ("xx", "de,hi;q=0.1", "hi")],
)
async def test_the_way_in_is_by_cookie_else_by_what_the_browser_asks_for(
    visitor: Browser, cookie: str, accept: str, language: str
) -> None:
    if cookie:
        visitor.client.cookies.set("language", cookie)
    page = await visitor.get("/", **{"accept-language": accept})
    assert page.url.path == f"/{language}/"
    assert page.status_code == 200


async def test_the_first_page_of_a_city_without_projects_says_so(visitor: Browser) -> None:
    page = await visitor.get("/en/")
    assert "Nothing is open today." in page.text


async def test_the_first_page_shows_what_closes_first(
    session: Session, cast: Cast, tmp_path: Path, visitor: Browser
) -> None:
    for title, closes in (("Slow", 50), ("Quick", 30), ("Later", 40)):
        opens = 5 * DAY if title == "Later" else 0 * DAY
        await publish(
            session, cast, await complete(session, cast, title=title, opens=opens, closes=closes * DAY), tmp_path
        )
    text = (await visitor.get("/en/")).text
    assert text.index("Open now") < text.index(">Quick<") < text.index(">Slow<") < text.index(">Later<")
    assert text.index("Coming") < text.index(">Later<")
    assert "2 projects are here" in text


# The list


async def test_drafts_are_in_no_list(session: Session, cast: Cast, visitor: Browser) -> None:
    await drafted(session, cast)
    assert "The city has not published a project yet." in (await visitor.get("/en/projects")).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("word=siren", True),
        ("word=SIRENS+river", True),
        ("word=ving'ora", True),
        ("word=tramway", False),
        ("word=%F0%9F%9A%A8", False),
        ("place=harbour", True),
        ("place=market", False),
        ("step=information", True),
        ("step=decision", False),
        ("step=overdue", False),
        ("step=nonsense", True),
        ("place=nowhere", True),
        ("word=siren&place=harbour&step=information", True),
    ],
)
async def test_projects_are_found_by_word_place_and_step(
    session: Session, cast: Cast, visitor: Browser, sirens: Project, query: str, found: bool
) -> None:
    said = Facts(cost_amount=9_000_000, district_ids=(cast.harbour,))
    await operations.save_facts(session, version=sirens.version, said=said, **by_omar(cast, sirens))
    page = await visitor.get(f"/en/projects?{query}")
    assert page.status_code == 200
    assert (">Flood sirens<" in page.text) is found
    assert ("No project fits." in page.text) is not found


@pytest.mark.parametrize(
    "query",
    [
        "word=%00%ED%A0%80%E2%80%AE",
        "word=" + "a" * 5_000,
        "word='%26|!():*<->\\",
        "word=" + "x+" * 500,
        "after=-1",
        "after=abc",
        "after=WyIyMDI3IiwxXQ",
        "place=%00&step=%00",
        "word=a&word=b&after=a&after=b",
    ],
)
async def test_whatever_is_typed_into_the_search_there_is_an_answer(
    visitor: Browser, sirens: Project, query: str
) -> None:
    assert (await visitor.get(f"/en/projects?{query}")).status_code == 200


async def test_a_chinese_word_is_found_inside_a_text_without_spaces(
    session: Session, cast: Cast, tmp_path: Path, visitor: Browser
) -> None:
    project = await drafted(session, cast, title="盐滩区防洪警报器")
    await publish(session, cast, project, tmp_path)
    assert "盐滩区" in (await visitor.get("/en/projects?word=防洪")).text
    assert "No project fits." in (await visitor.get("/en/projects?word=电车")).text


async def test_the_list_comes_in_pages_of_twenty(
    session: Session, cast: Cast, tmp_path: Path, visitor: Browser
) -> None:
    for number in range(23):
        await publish(session, cast, await drafted(session, cast, title=f"Plan {number}."), tmp_path, at=NOW)
    first = (await visitor.get("/en/projects?word=plan")).text
    assert first.count('class="card"') == 20
    link = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = (await visitor.get(link)).text
    assert second.count('class="card"') == 3
    assert "Plan 0." in second
    assert "Plan 0." not in first


# A project's page


async def test_a_project_shows_everything_that_the_city_said(visitor: Browser, sirens: Project) -> None:
    text = (await visitor.get("/en/projects/flood-sirens")).text
    for words in WORDS.values():
        assert words.removeprefix("## Where\n\n") in text
    assert "9,000,000 TMS" in text
    assert "The city says that it has signed nothing." in text
    assert "Residents will be asked from 11 March 2027." in text
    assert text.count("This is where it stands") == 1


@pytest.mark.parametrize("slug", ["nothing", "FLOOD", "a" * 61, "%00", "flood_sirens"])
async def test_a_project_that_is_not_there_is_a_page_with_a_way_on(visitor: Browser, slug: str) -> None:
    page = await visitor.get(f"/sw/projects/{slug}")
    assert page.status_code == 404
    assert 'href="/sw/projects"' in page.text


async def test_a_draft_is_seen_by_its_officials_alone(session: Session, cast: Cast, visitor: Browser, app: Any) -> None:
    await drafted(session, cast)
    await session.commit()
    assert (await visitor.get("/en/projects/flood-sirens")).status_code == 404
    await sign_in_as(visitor, app, cast.mariam)
    assert (await visitor.get("/en/projects/flood-sirens")).status_code == 404
    await sign_in_as(visitor, app, cast.omar)
    page = await visitor.get("/en/projects/flood-sirens")
    assert page.status_code == 200
    assert "This is a preview." in page.text


async def test_what_is_shown_in_another_language_says_so(visitor: Browser, sirens: Project) -> None:
    swahili = (await visitor.get("/sw/projects/flood-sirens")).text
    assert "Ving&#39;ora vya mafuriko" in swahili
    arabic = (await visitor.get("/ar/projects/flood-sirens")).text
    assert '<span lang="en" dir="ltr">Flood sirens</span>' in arabic
    assert '<bdi lang="en">English</bdi>' in arabic


async def test_an_agreement_from_before_the_asking_is_said_at_the_top(
    session: Session, cast: Cast, visitor: Browser, sirens: Project
) -> None:
    assert "The city signed agreements" not in (await visitor.get("/en/projects/flood-sirens")).text
    await sign(session, cast, sirens, -30, binding=False)
    text = (await visitor.get("/en/projects/flood-sirens")).text
    top = text[: text.index("Where it stands")]
    assert "The city signed agreements before it asked residents" in top
    assert "A loan of the bank" in top
    assert "not binding" in top
    assert "Agreement signed before asking residents" in (await visitor.get("/en/projects")).text


async def test_an_agreement_from_after_the_opening_is_only_listed(
    session: Session, cast: Cast, visitor: Browser, tmp_path: Path
) -> None:
    project = await publish(session, cast, await complete(session, cast, opens=0 * DAY), tmp_path)
    await sign(session, cast, project, 0)
    text = (await visitor.get("/en/projects/flood-sirens")).text
    assert "The city signed agreements" not in text
    assert "A loan of the bank" in text


async def test_a_step_that_cannot_open_says_in_public_what_is_missing(
    session: Session, cast: Cast, visitor: Browser, clock: Clock, tmp_path: Path
) -> None:
    project = await complete(session, cast, opens=DAY)
    text = next(text for text in project.texts if text.language == "sw")
    text.payer = ""
    project.cost_amount = None
    await publish(session, cast, project, tmp_path)
    before = (await visitor.get("/en/projects/flood-sirens")).text
    assert "Before the consultation can open, the city still has to publish:" in before
    clock.forward(days=4)
    await ladder.open_due(session, city=cast.city, at=clock.now)
    text_ = (await visitor.get("/en/projects/flood-sirens")).text
    assert "The consultation is overdue" in text_
    assert "What it costs" in text_
    assert "Who pays, and on what terms <small" in text_
    assert "Kiswahili" in text_
    assert "Flood sirens" in (await visitor.get("/en/projects?step=overdue")).text
    assert "1 answer is overdue" in (await visitor.get("/en/")).text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/en/", "1 answer is overdue"),
        ("/en/projects?step=overdue", "Flood sirens"),
        ("/en/projects/flood-sirens", "The consultation is overdue"),
        ("/api/v1/projects?step=overdue", "flood-sirens"),
    ],
)
async def test_a_page_that_was_kept_says_within_a_second_that_a_step_is_overdue(
    app: Any, session: Session, cast: Cast, visitor: Browser, clock: Clock, tmp_path: Path, path: str, told: str
) -> None:
    project = await complete(session, cast, opens=DAY)
    project.cost_amount = None
    await publish(session, cast, project, tmp_path)
    clock.now = NOW + DAY
    clock.forward(seconds=5)
    cache = app.site.cache
    cache.listening = True
    try:
        first = await visitor.get(path)
        clock.forward(seconds=54)
        assert (await visitor.get(path)).content == first.content
        clock.forward(seconds=2)
        assert told not in first.text
        assert told in (await visitor.get(path)).text
    finally:
        cache.listening = False
        cache.clear()


async def test_an_open_consultation_is_the_main_act(
    session: Session, cast: Cast, visitor: Browser, sirens: Project, clock: Clock
) -> None:
    clock.forward(days=10)
    await ladder.open_due(session, city=cast.city, at=clock.now)
    text = (await visitor.get("/en/projects/flood-sirens")).text
    assert '<a class="button" href="/en/projects/flood-sirens/comments">Say what you think</a>' in text
    assert "You can say what you think until 10 Apr 2027, 12:00 (EAT)." in text


async def test_a_programme_shows_what_hangs_under_it(
    session: Session, cast: Cast, visitor: Browser, sirens: Project, tmp_path: Path
) -> None:
    programme = await drafted(session, cast, title="Principles", kind=ProjectKind.PROGRAMME)
    await publish(session, cast, programme, tmp_path)
    said = Facts(cost_amount=1, programme="principles")
    await operations.save_facts(session, version=sirens.version, said=said, **by_omar(cast, sirens))
    assert "Flood sirens" in (await visitor.get("/en/projects/principles")).text
    assert '<a href="/en/projects/principles">Principles</a>' in (await visitor.get("/en/projects/flood-sirens")).text


async def test_an_extension_is_shown_with_its_reason(
    session: Session, cast: Cast, visitor: Browser, sirens: Project
) -> None:
    said = Extension(NOW + 45 * DAY, {"en": "The flood came first.", "sw": "Mafuriko yalitangulia."})
    await ladder.extend(session, kind=StepKind.CONSULTATION, said=said, **by_omar(cast, sirens))
    text = (await visitor.get("/en/projects/flood-sirens")).text
    assert "The consultation was extended: until 15 April 2027 instead of 10 April 2027." in text
    assert "The flood came first." in text


async def test_a_withdrawn_project_says_why_and_what_comes_instead(
    session: Session, cast: Cast, visitor: Browser, sirens: Project, tmp_path: Path
) -> None:
    await publish(session, cast, await drafted(session, cast, title="Bells"), tmp_path)
    both = {"en": "The river was moved.", "sw": "Mto umehamishwa."}
    said = OutcomeSaid(Decision.WITHDRAWN, both, both, both, {}, successor="bells")
    await published_by_two(session, cast, sirens, said, tmp_path, at=NOW)
    text = (await visitor.get("/en/projects/flood-sirens")).text
    top = text[: text.index("Where it stands")]
    assert "This project was withdrawn." in top
    assert "The river was moved." in top
    assert 'What comes instead: <a href="/en/projects/bells">Bells</a>' in top
    assert "This step was ended early by a decision of the city." in text
    decided = (await visitor.get("/en/projects?step=decided")).text
    assert "This project was withdrawn." in decided
    assert ">Bells<" not in decided


# Its history


async def test_the_history_tells_in_words_what_happened_and_keeps_what_was_said(
    session: Session, cast: Cast, visitor: Browser, sirens: Project
) -> None:
    await operations.save_texts(
        session,
        version=sirens.version,
        language="en",
        texts=WORDS | {"payer": "The bank."},
        **by_omar(cast, sirens),
    )
    await ladder.extend(
        session,
        kind=StepKind.CONSULTATION,
        said=Extension(NOW + 45 * DAY, {"en": "The flood came first.", "sw": "Mafuriko yalitangulia."}),
        **by_omar(cast, sirens),
    )
    await session.commit()
    text = (await visitor.get("/en/projects/flood-sirens/history")).text
    for said in (
        "Project 1 was published.",
        "The page of project 1 was changed: Who pays, and on what terms (English).",
        "The consultation on project 1 was extended: until",
        "The ballot on project 1 was announced",
        "The flood came first.",
        "official, Tamarani",
    ):
        assert said in text
    edited = await visitor.get(f"/en/projects/flood-sirens/history?version={sirens.version}")
    assert "The bank." in edited.text
    assert "The city, from its own budget." in edited.text


@pytest.mark.parametrize("version", ["-1", "abc", "0", "99999999999999999999", "٣"])
async def test_a_version_that_is_not_there_is_a_page_with_a_way_on(
    visitor: Browser, sirens: Project, version: str
) -> None:
    page = await visitor.get(f"/en/projects/flood-sirens/history?version={version}")
    assert page.status_code == 404


# Budgets


@pytest.mark.parametrize(
    "path",
    ["/en/", "/en/projects?word=siren&place=harbour", "/en/projects/flood-sirens", "/en/projects/flood-sirens/history"],
)
async def test_a_page_takes_at_most_six_statements(
    session: Session, cast: Cast, visitor: Browser, app: Any, database: Database, sirens: Project, path: str
) -> None:
    programme = await drafted(session, cast, title="Principles", kind=ProjectKind.PROGRAMME)
    said = Facts(cost_amount=9_000_000, programme=programme.slug, district_ids=(cast.harbour,))
    await operations.save_facts(session, version=sirens.version, said=said, **by_omar(cast, sirens))
    await sign_in_as(visitor, app, cast.omar)
    with statements(database) as asked:
        assert (await visitor.get(path)).status_code == 200
    assert len(asked) <= 6, asked
