"""A project is made known on paper and aloud: the notice, its code, the script of a minute, the short address."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.places.models import City
from participation.domain.projects.models import Project, ProjectState, ProjectText
from participation.domain.projects.spreading import operations, rules
from participation.domain.projects.spreading.models import NoticeCode
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.i18n import LANGUAGES
from participation.kit.qr import outline
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.consulting import consulted
from tests.meeting import announced
from tests.stage import Clock
from tests.world import World

DESK = "/staff/projects/sirens/script"
SUMMARY = (
    "Nine sirens warn people. They cost 2.1 million! Where should they stand? " + "A long sentence follows here. " * 60
)


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast)
    await session.execute(sa.update(ProjectText).values(title="Flood sirens", summary=SUMMARY))
    session.add(
        ProjectText(
            project_id=project.id, language="sw", city_id=cast.city.id, title="Ving'ora", summary="Ving'ora tisa."
        )
    )
    await session.commit()
    return project


@pytest.fixture
async def omar(app: Any, cast: Cast, sirens: Project) -> Any:
    official = browser(app)
    await sign_in_as(official, app, cast.omar)
    yield official
    await official.client.aclose()


# The short address and its code


async def test_the_number_on_a_notice_leads_to_the_project_in_the_readers_language(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    answer = await visitor.client.get("/p/1", headers={"accept-language": "sw"})
    assert (answer.status_code, answer.headers["location"]) == (302, "http://testserver/sw/projects/sirens")
    await consulted(session, cast, "secret", number=2, state=ProjectState.DRAFT)
    await session.commit()
    for wrong in ("2", "3", "0", "x", "9999999999", "-1"):
        assert (await visitor.get(f"/p/{wrong}")).status_code == 404


async def test_codes_are_drawn_once_and_again_when_the_city_moves(
    visitor: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await consulted(session, cast, "secret", number=2, state=ProjectState.DRAFT)
    assert '<svg class="qr"' not in (await visitor.get("/en/projects/sirens/notice")).text
    everything: dict[str, Any] = {"city": cast.city, "base_url": "https://city.example"}
    assert await operations.draw_codes(session, **everything) == 1
    assert await operations.draw_codes(session, **everything) == 0
    await session.commit()
    drawn = (await session.execute(sa.select(NoticeCode))).scalar_one()
    assert drawn.address == "https://city.example/p/1"
    assert f'<path d="{drawn.outline}"/>' in (await visitor.get("/en/projects/sirens/notice")).text
    assert await operations.draw_codes(session, city=cast.city, base_url="https://other.example") == 1
    await session.refresh(drawn)
    assert drawn.address == "https://other.example/p/1"


def test_the_outline_has_the_three_corners_of_a_code() -> None:
    size, path = outline("https://city.example/p/6")
    dark = {
        (int(x) + step, int(y)) for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)", path) for step in range(int(run))
    }
    for left, top in ((0, 0), (size - 7, 0), (0, size - 7)):
        ring = {(left + x, top + y) for x in range(7) for y in range(7) if 0 in (x, y) or 6 in (x, y)}
        heart = {(left + x, top + y) for x in (2, 3, 4) for y in (2, 3, 4)}
        assert ring | heart <= dark
        assert (left + 1, top + 1) not in dark


# The notice


async def test_a_notice_says_when_where_and_how(
    visitor: Browser, session: Session, cast: Cast, sirens: Project, clock: Clock
) -> None:
    await announced(session, cast, sirens)
    await session.commit()
    page = (await visitor.get("/en/projects/sirens/notice")).text
    for words in ("19 February 2027 – 21 March 2027", "6 Mar 2027, 12:00 (EAT)", "School, Quay Road", "testserver/p/1"):
        assert words in page, words
    assert "They cost 2.1 million!" in page
    assert page.count("A long sentence follows here.") < 20
    assert "By phone" not in page
    clock.forward(days=6)
    assert "School, Quay Road" not in (await visitor.get("/en/projects/sirens/notice")).text
    clock.forward(days=20)
    page = (await visitor.get("/en/projects/sirens/notice")).text
    assert "19 February 2027" not in page
    assert "31 March 2027" in page


async def test_the_short_number_of_a_city_stands_on_notices_and_is_said_digit_by_digit(
    visitor: Browser, session: Session, sirens: Project
) -> None:
    await session.execute(sa.update(City).values(short_number="*384#"))
    await session.commit()
    await visitor.client._transport.app.site.load()  # type: ignore[attr-defined]
    assert "*384#" in (await visitor.get("/en/projects/sirens/notice")).text
    assert "By phone, without the internet: * 3 8 4 #." in (await visitor.get("/en/projects/sirens/script")).text


# The script


def test_sentences_end_where_they_end() -> None:
    assert rules.beginning("It costs 2.1 million. Who pays? We.", "en", 6) == "It costs 2.1 million. Who pays?"
    assert rules.beginning("这是第一句。这是第二句！第三句", "zh", 10) == "这是第一句。这是第二句！"
    assert rules.beginning("هل تسمع؟ نعم.", "ar", 2) == "هل تسمع؟"
    assert rules.beginning("यह पहला है। यह दूसरा।", "hi", 3) == "यह पहला है।"
    assert rules.beginning("Far too long to be said.", "en", 3) == ""
    assert rules.length("第6号项目", "zh") == 6


async def test_a_script_takes_a_minute_and_cuts_no_sentence(visitor: Browser, sirens: Project) -> None:
    page = (await visitor.get("/en/projects/sirens/script")).text
    (count,) = re.findall(r"(\d+) words", page)
    assert 120 < int(count) <= rules.WORDS
    assert "You can say what you think until Sunday, 21 March 2027." in page
    assert "Project number 1: Flood sirens." in page
    shown = re.findall(r'<p class="lead">(.*)</p>', page)
    assert all(part.endswith((".", "!", "?")) for part in shown)


async def test_a_script_in_a_language_without_the_project_says_so(visitor: Browser, sirens: Project) -> None:
    page = (await visitor.get("/hi/projects/sirens/script")).text
    assert "Nine sirens" not in page
    assert 'class="note warn"' in page
    assert 'class="note warn"' not in (await visitor.get("/sw/projects/sirens/script")).text


async def test_scripts_of_the_demonstration_take_a_minute_in_every_language(world: World) -> None:
    someone = world.visitor()
    for language in LANGUAGES:
        for slug in ("bus-corridor", "digital-identity", "market-cameras", "control-room"):
            page = (await someone.get(f"/{language}/projects/{slug}/script")).text
            parts = re.findall(r'<p class="lead">(.*)</p>', page)
            assert sum(rules.length(part, language) for part in parts) <= rules.most(language), (language, slug)
    await someone.client.aclose()


async def test_officials_write_their_own_and_take_it_back(omar: Browser, visitor: Browser, session: Session) -> None:
    page = await omar.get(f"{DESK}/en")
    assert "Project number 1: Flood sirens." in page.text
    page = await omar.send({"text": "Listen! " * 151})
    assert page.status_code == 422
    assert "This has 151 words; in 60 seconds at most 150 can be read aloud." in page.text
    page = await omar.send({"text": "Listen!\n\nSirens are coming."})
    assert page.status_code == 200
    page = await visitor.get("/en/projects/sirens/script")
    assert "Sirens are coming." in page.text
    assert "written by the city on 1 March 2027" in page.text
    assert "Ving&#39;ora" in (await visitor.get("/sw/projects/sirens/script")).text
    body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "script_written"))
    assert body is not None
    assert "Sirens are coming." in body
    await omar.get(f"{DESK}/en")
    await omar.send({"text": ""})
    assert "Sirens are coming." not in (await visitor.get("/en/projects/sirens/script")).text
    history = (await visitor.get("/en/projects/sirens/history")).text.replace("\u2068", "").replace("\u2069", "")
    assert history.count("What is read aloud about project 1 was written by the city: English.") == 2


async def test_two_officials_do_not_overwrite_each_others_script(omar: Browser, app: Any, cast: Cast) -> None:
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    for official in (omar, oksana):
        await official.get(f"{DESK}/sw")
    await omar.send({"text": "Sikilizeni."})
    page = await oksana.send({"text": "Njooni."})
    assert page.status_code == 409
    assert "Sikilizeni." in page.text
    assert "Njooni." in page.text
    page = await oksana.send({"text": "Njooni."})
    assert page.status_code == 200
    await oksana.client.aclose()


async def test_only_the_citys_languages_have_scripts_of_its_own(omar: Browser) -> None:
    for wrong in ("zh", "tlh", "xx"):
        assert (await omar.get(f"{DESK}/{wrong}")).status_code == 404
