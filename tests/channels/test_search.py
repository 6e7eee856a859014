"""The page on which everything that is public is looked for."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.channels.web import search
from participation.domain.consultations.moderated import operations as moderated
from participation.domain.moderation.models import Reason
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.finding.queries import answers
from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import loaded
from participation.kit import i18n
from participation.kit.searching import wanted
from tests.browsing import Browser
from tests.cast import NOW, Cast
from tests.channels.test_assessments import published
from tests.consulting import SLUG, consulted, say
from tests.drafting import WORDS, complete, drafted, publish
from tests.markup import Page


async def _sirens(session: AsyncSession, cast: Cast, folder: Path) -> None:
    await publish(session, cast, await complete(session, cast), folder)


async def test_a_word_is_found_in_projects_assessments_and_comments_with_the_place_where_it_stands(
    visitor: Browser, cast: Cast, session: AsyncSession, tmp_path: Path
) -> None:
    await _sirens(session, cast, tmp_path)
    about = await consulted(session, cast, number=7)
    project = await loaded(session, Project.id == about.id, city_id=cast.city.id)
    posted = await say(session, cast, cast.amina, "Let the sirens sound along the river, loudly.")
    await published(session, cast, project, "screening")
    await session.commit()
    page = await visitor.get("/en/search?word=River")
    assert page.status_code == 200
    assert 'href="/en/projects/flood-sirens"' in page.text  # where the summary stands
    assert "Summary" in page.text
    assert f'href="/en/projects/{SLUG}/comments/{posted.id}"' in page.text
    assert f"Comment {posted.id}" in page.text
    assert page.text.count("<mark>river</mark>") == 2
    page = await visitor.get("/en/search?word=where+stand+floods")
    assert 'href="/en/projects/flood-sirens#' in page.text


async def test_an_answer_is_found_with_its_assessment_section_and_question(
    visitor: Browser, cast: Cast, session: AsyncSession
) -> None:
    project = await _assessed(session, cast)
    asked = shipped_one("problem")
    section = next(one for one in asked.sections for question in one.questions if question.id == "problem")
    page = await visitor.get("/en/search?word=hippopotamus&in=assessments")
    question = next(one for one in asked.questions if one.id == "problem")
    assert f'href="/en/projects/{SLUG}/assessments/problem/{section.id}?at=problem#q-problem"' in page.text
    for words in (asked.title["en"], section.title["en"][:20], f"About {SLUG}"):
        assert words in page.text
    assert question.text["en"][:20] in page.text
    assert "<mark>Hippopotamuses</mark>" in page.text
    target = await visitor.get(f"/en/projects/{SLUG}/assessments/problem/{section.id}")
    assert 'id="q-problem"' in target.text
    assert project.slug == SLUG


async def _assessed(session: AsyncSession, cast: Cast) -> Project:
    about = await consulted(session, cast)
    project = await loaded(session, Project.id == about.id, city_id=cast.city.id)
    asked = shipped_one("problem")
    question = next(one for one in asked.questions if one.id == "problem")
    said = AnswerSaid(question, (), "Hippopotamuses cross the road at night.", version=10**6)
    await published(session, cast, project, "problem", problem=said)
    await session.commit()
    return project


async def test_a_fact_that_several_assessments_share_is_found_once_in_the_first(
    cast: Cast, session: AsyncSession
) -> None:
    about = await consulted(session, cast)
    project = await loaded(session, Project.id == about.id, city_id=cast.city.id)
    for kind in ("triple-test", "environment"):
        (question,) = (one for one in shipped_one(kind).questions if one.fact == "alternatives")
        said = AnswerSaid(question, (), "A hippopotamus could carry it.", version=10**6)
        await published(session, cast, project, kind, **{question.id: said})
    found = await answers(session, cast.city, wanted("hippopotamus"), reader="en", size=20)
    assert [one.kind for one in found.items] == ["triple-test"]


async def test_what_an_office_keeps_internal_is_never_found(cast: Cast, session: AsyncSession) -> None:
    about = await consulted(session, cast)
    project = await loaded(session, Project.id == about.id, city_id=cast.city.id)
    question = next(
        one for kind in ("risk", "needs", "environment") for one in shipped_one(kind).questions if one.internal
    )
    kind = next(kind for kind in ("risk", "needs", "environment") if question in shipped_one(kind).questions)
    kept = AnswerSaid(question, (), "The vault has a hippopotamus.", version=10**6, source=Source.CITY)
    kept = replace(kept, ground=Ground.SECURITY, office="Water Office", until=NOW.date().replace(year=NOW.year + 1))
    await published(session, cast, project, kind, **{question.id: kept})
    found = await answers(session, cast.city, wanted("hippopotamus"), reader="en", size=20)
    assert found.items == []
    assert (await answers(session, cast.city, wanted("words"), reader="en", size=20)).items


async def test_drafts_and_what_was_hidden_are_not_found(visitor: Browser, cast: Cast, session: AsyncSession) -> None:
    await drafted(session, cast, title="Secret tramway")
    await consulted(session, cast, "draft", number=8, state=ProjectState.DRAFT)
    await consulted(session, cast, number=9)
    posted = await say(session, cast, cast.amina, "Build a tramway!")
    await session.commit()
    assert "Secret" not in (await visitor.get("/en/search?word=tramway")).text
    assert f"Comment {posted.id}" in (await visitor.get("/en/search?word=tramway")).text
    hiding: dict[str, Any] = {"comment_id": posted.id, "reason": Reason.SPAM, "actor": cast.mariam}
    await moderated.hide(session, city=cast.city, at=NOW, **hiding)
    await session.commit()
    assert "Nothing was found" in (await visitor.get("/en/search?word=tramway")).text


async def test_filters_are_kept_from_page_to_page(visitor: Browser, cast: Cast, session: AsyncSession) -> None:
    await consulted(session, cast, places=[cast.harbour])
    await consulted(session, cast, "cameras", number=2, places=[cast.hill])
    for number in range(45):
        await say(session, cast, cast.amina, f"Market {number}", slug=SLUG if number % 2 else "cameras")
    await session.commit()
    seen: list[str] = []
    address = f"/en/search?word=market&in=comments&place=harbour&project={SLUG}&language=en"
    for _page in range(3):
        page = await visitor.get(address)
        seen += [link for link in _results(page.text) if "/comments/" in link]
        following = next((a.get("href") for a in Page(page.text).all("a") if a.get("rel") == "next"), None)
        if following is None:
            break
        address = following
    assert len(seen) == len(set(seen)) == 22
    assert all(f"/projects/{SLUG}/" in link for link in seen)
    assert "Nothing was found" in (await visitor.get("/en/search?word=market&place=market")).text
    everything = await visitor.get(f"/en/search?word=market&project={SLUG}")
    assert f"About {SLUG}" in everything.text
    assert len([link for link in _results(everything.text) if "/comments/" in link]) == search.SHORT
    assert "in=comments" in everything.text


def _results(html: str) -> list[str]:
    return [a.get("href") for a in Page(html).all("a") if a.inside("article")]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_words_in_another_language_are_marked_as_that(
    visitor: Browser, cast: Cast, session: AsyncSession, language: str
) -> None:
    await consulted(session, cast)
    for words in ("السوق بعيد", "市场很远", "ตลาดไกล"):
        await say(session, cast, cast.amina, words)
    await session.commit()
    arabic = (await visitor.get(f"/{language}/search?word=سوق")).text
    assert '<p lang="ar" dir="rtl"><mark>السوق</mark> بعيد</p>' in arabic
    assert (
        '<p lang="zh-Hans" dir="ltr"><mark>市场</mark>很远</p>'
        in (await visitor.get(f"/{language}/search?word=市场")).text
    )
    assert (
        '<p lang="und" dir="auto"><mark>ตลาด</mark>ไกล</p>' in (await visitor.get(f"/{language}/search?word=ตลาด")).text
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("", "Every word has to stand there"),
        ("word=%3F%3F", "There is no word in this"),
        ("word=" + "+".join(f"w{n}" for n in range(50)), "Only the first 12 words are looked for"),
        ("word=nothing", "Nothing was found"),
        ("word=%26+%7C+%21+%3C-%3E+%3A%2A+%27+%5C", "There is no word in this"),
        ("word=a%27%29%3B+drop+table+comment%3B--", "Nothing was found"),
        ("word=%00%ED%A0%80", "There is no word in this"),
        ("word=" + "x" * 10_000, "Nothing was found"),
        ("word=market&in=everywhere&place=nowhere&project=..%2F&language=xx&after=%00", "Nothing was found"),
        ("word=market&project=no-such-project", "Nothing was found"),
    ],
)
async def test_whatever_is_typed_there_is_an_answer(visitor: Browser, cast: Cast, asked: str, told: str) -> None:
    page = await visitor.get(f"/en/search?{asked}")
    assert page.status_code == 200
    assert told in page.text


async def test_what_takes_too_long_is_refused_in_words(
    visitor: Browser, cast: Cast, session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(session: AsyncSession, *_given: Any, **_asked: Any) -> None:
        await session.execute(sa.text("select pg_sleep(20)"))

    monkeypatch.setattr(search.projects, "projects", slow)
    monkeypatch.setattr(search, "WITHIN", 50)
    page = await visitor.get("/en/search?word=market")
    assert page.status_code == 503
    assert "takes too long" in page.text


async def test_who_waits_too_long_for_others_is_told_to_come_again(
    app: Any, visitor: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WAITING", 0.05)
    taken = app.site.searching
    for _search in range(3):
        await taken.acquire()
    page = await visitor.get("/en/search?word=market")
    assert page.status_code == 503
    assert "Many people are searching" in page.text
    for _search in range(3):
        taken.release()
    assert (await visitor.get("/en/search?word=market")).status_code == 200


async def test_a_project_is_found_in_the_readers_language_first(
    visitor: Browser, cast: Cast, session: AsyncSession, tmp_path: Path
) -> None:
    await _sirens(session, cast, tmp_path)
    await session.commit()
    assert 'href="/sw/projects/flood-sirens#contact"' in (await visitor.get("/sw/search?word=example.org")).text
    assert 'href="/en/projects/flood-sirens#contact"' in (await visitor.get("/en/search?word=example.org")).text
    page = await visitor.get("/ar/search?word=mafuriko")
    assert 'href="/sw/projects/flood-sirens"' in page.text
    assert "<mark>mafuriko</mark>" in page.text
    assert WORDS["title"] in page.text
