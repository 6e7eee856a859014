"""What is written can be heard: recordings that officials send, what a machine reads, and how old ones are told from those that are right."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ladder.heard import rules
from participation.domain.ladder.heard.queries import sounds_of
from participation.domain.places.queries import CityView, directory
from participation.domain.projects.models import Project, ProjectText
from participation.domain.projects.sounds import operations, queries
from participation.domain.projects.sounds.models import Sound
from participation.domain.record.models import RecordEntry
from participation.kit.database import Database, Session
from participation.kit.files import Files
from participation.settings import Settings
from participation.worker.aloud import Reader
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import NOW, Cast
from tests.consulting import consulted
from tests.recorded import facts
from tests.recording import seconds_of, send, tone
from tests.voting import ask

PAGE = "/en/projects/flood-sirens"
DESK = "/staff/projects/flood-sirens/sounds"
SUMMARY = {"part": "summary", "language": "en"}
LINK = re.compile(r'href="(/sounds/[0-9]+-[0-9a-f]{8}\.mp3)">(Listen[^<]*)<')


@pytest.fixture
async def sirens(session: Session, cast: Cast) -> Project:
    project = await consulted(session, cast, slug="flood-sirens")
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, sirens: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


@pytest.fixture
async def ada(app: Any, cast: Cast, sirens: Project) -> Any:
    someone = browser(app)
    await sign_in_as(someone, app, cast.ada)
    yield someone
    await someone.client.aclose()


@pytest.fixture
async def reader(app: Any) -> Any:
    someone = browser(app)
    yield someone
    await someone.client.aclose()


@dataclass
class Work:
    settings: Settings
    database: Database

    def clock(self) -> datetime:
        return NOW


async def read_aloud(settings: Settings, database: Database) -> int:
    return await Reader(Work(settings, database), rest=0).read(asyncio.Event())


@pytest.fixture
def no_prompts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine reads the city's own texts in half a minute: too long for a test."""
    monkeypatch.setattr(rules, "of_city", lambda languages: {})


async def reworded(session: Session, project: Project, summary: str) -> None:
    await session.execute(sa.update(ProjectText).where(ProjectText.project_id == project.id).values(summary=summary))
    await session.commit()


async def offered(reader: Browser, page: str = PAGE) -> list[tuple[str, str]]:
    """Addresses and words of what a page offers to be heard."""
    return LINK.findall((await reader.get(page)).text)


async def kinds(session: Session) -> list[str]:
    return list(await session.scalars(sa.select(RecordEntry.kind).where(RecordEntry.kind.like("sound%"))))


# Recordings


async def test_an_official_sends_a_recording_and_everybody_hears_it(
    omar: Browser, reader: Browser, session: Session, ffmpeg: str
) -> None:
    assert await offered(reader) == []
    page = await send(omar, DESK, SUMMARY, tone(4))
    assert page.status_code == 200, page.text
    [(address, words)] = await offered(reader)
    assert words == "Listen (5 kB, 0:04)"
    assert "read by a machine" not in reader.page.text
    assert "autoplay" not in reader.page.text
    mp3 = await reader.get(address)
    assert mp3.headers["content-type"] == "audio/mpeg"
    assert mp3.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert seconds_of(mp3.content) == pytest.approx(4, abs=0.3)
    part = await reader.get(address, Range="bytes=100-199")
    assert (part.status_code, part.content) == (206, mp3.content[100:200])
    assert "set-cookie" not in mp3.headers
    assert await kinds(session) == ["sound_published"]


async def test_a_recording_of_an_older_text_is_not_offered_until_somebody_says_that_it_is_still_right(
    omar: Browser, reader: Browser, session: Session, sirens: Project, ffmpeg: str
) -> None:
    await send(omar, DESK, SUMMARY, tone())
    await reworded(session, sirens, "In short, with a comma.")
    assert await offered(reader) == []
    page = await omar.get(DESK)
    assert "Says an older text, and is not offered" in page.text
    sound_id = await session.scalar(sa.select(Sound.id))
    await send(omar, DESK, {"confirm": str(sound_id)})
    assert len(await offered(reader)) == 1
    await send(omar, DESK, {"remove": str(sound_id)})
    assert await offered(reader) == []
    assert await kinds(session) == ["sound_published", "sound_confirmed", "sound_removed"]


async def test_a_new_recording_takes_the_place_of_the_one_before_under_another_address(
    omar: Browser, reader: Browser, ffmpeg: str
) -> None:
    await send(omar, DESK, SUMMARY, tone(3))
    [(before, _words)] = await offered(reader)
    await send(omar, DESK, SUMMARY, tone(2))
    [(now, words)] = await offered(reader)
    assert words == "Listen (3 kB, 0:02)"
    assert now != before
    assert (await reader.get(before)).status_code == 404


async def test_what_is_no_sound_is_refused_with_its_reason_and_what_was_chosen_stays(
    omar: Browser, session: Session, ffmpeg: str
) -> None:
    page = await send(omar, DESK, {"part": "summary", "language": "sw"}, b"%PDF-1.7 but not really")
    assert page.status_code == 422
    assert "This is no recording" in page.text
    assert '<option value="sw" selected' in page.text
    page = await send(omar, DESK, SUMMARY | {"language": "xx"}, tone())
    assert page.status_code == 422
    # The recording is here, and need not be sent again.
    page = await send(omar, "again", SUMMARY)
    assert page.status_code == 200
    assert await session.scalar(sa.select(sa.func.count()).select_from(Sound)) == 1


async def test_nothing_can_be_recorded_of_a_text_that_is_not_written(
    omar: Browser, session: Session, ffmpeg: str
) -> None:
    page = await send(omar, DESK, {"part": "summary", "language": "sw"}, tone())
    assert page.status_code == 409
    assert "Nothing is written there yet in this language" in page.text


async def test_the_sound_of_a_draft_is_for_its_officials_alone(
    omar: Browser, reader: Browser, session: Session, cast: Cast, ffmpeg: str
) -> None:
    await session.execute(sa.update(Project).values(state="draft"))
    await session.commit()
    await send(omar, DESK, SUMMARY, tone())
    [(address, _words)] = await offered(omar)
    assert (await omar.get(address)).headers["cache-control"] == "no-store"
    assert (await reader.get(address)).status_code == 404
    assert await kinds(session) == []


# Read by a machine


async def test_a_machine_reads_what_nobody_has_recorded_and_reads_it_anew_when_it_changes(
    omar: Browser,
    reader: Browser,
    session: Session,
    sirens: Project,
    settings: Settings,
    database: Database,
    espeak: str,
    no_prompts: None,
) -> None:
    await session.execute(sa.text("update city set languages = '[\"en\"]'"))
    await session.commit()
    assert await read_aloud(settings, database) == 1
    [(address, _words)] = await offered(reader)
    assert "(read by a machine)" in reader.page.text
    assert await read_aloud(settings, database) == 0
    await reworded(session, sirens, "Poles with sirens, along the river.")
    assert await offered(reader) == []
    assert await read_aloud(settings, database) == 1
    [(anew, _words)] = await offered(reader)
    assert anew != address
    # A person's voice goes before a machine's.
    await send(omar, DESK, SUMMARY, tone(4))
    assert [words for _address, words in await offered(reader)] == ["Listen (5 kB, 0:04)"]
    assert "(read by a machine)" not in reader.page.text
    # Nothing that is heard is taken for a file that nobody uses.
    used = await queries.used(session)
    assert all(Files(settings.store).path(digest).is_file() for digest in used)
    assert len(used) == 2 * await session.scalar(sa.select(sa.func.count()).select_from(Sound))


async def test_a_city_can_let_no_machine_read(
    ada: Browser, reader: Browser, session: Session, cast: Cast, settings: Settings, database: Database
) -> None:
    """No program is needed to be told that none is wanted."""
    page = await send(ada, "/staff/sounds", {"synthesis": "off"})
    assert page.status_code == 200
    assert await read_aloud(settings, database) == 0
    assert await offered(reader) == []
    assert await facts(session, "synthesis_set") == [{"on": False}]


# For other channels


async def test_a_language_without_a_catalogue_is_heard_beside_the_others(
    ada: Browser,
    omar: Browser,
    reader: Browser,
    session: Session,
    cast: Cast,
    sirens: Project,
    app: Any,
    ffmpeg: str,
) -> None:
    await ada.get("/staff/spoken-languages")
    page = await ada.send({"own": "Chimwiini", "names.en": "Chimwiini", "names.sw": "Kibarawa"})
    assert page.status_code == 200, page.text
    await app.site.load()
    page = await ada.send({"own": "chimwiini", "names.en": "Bravanese", "names.sw": "Kibarawa"})
    assert "This language is here already." in page.text
    city = await city_of(session)
    [spoken] = city.spoken_languages
    assert spoken.code == "x-chimwiin"
    await send(omar, DESK, {"part": "summary", "language": spoken.code}, tone(3))
    [(address, words)] = await offered(reader)
    assert words == "Listen in \u2068Chimwiini\u2069 (4 kB, 0:03)"
    assert "Kibarawa" in (await reader.get("/sw/projects/flood-sirens")).text
    # What the kiosk, the telephone and the delegate's page ask.
    summary, question = (sirens.id, "summary"), (sirens.id, "question")
    heard = await sounds_of(session, city, [summary, question], spoken.code)
    assert {part: sound.mp3 for part, sound in heard.items()} == {summary: address}
    # It says what stands in the city's first language.
    await reworded(session, sirens, "Something else.")
    assert await sounds_of(session, city, [summary], spoken.code) == {}
    await ada.get("/staff/spoken-languages")
    await ada.send({"remove": spoken.code})
    assert await session.scalar(sa.select(sa.func.count()).select_from(Sound)) == 0


async def test_each_option_of_a_ballot_can_be_heard_by_its_number(
    ada: Browser, reader: Browser, session: Session, cast: Cast, settings: Settings, ffmpeg: str
) -> None:
    asked = await ask(session, cast, settings.keys)
    await session.commit()
    for part in ("prompt/option-1", "prompt/option-2", "consent"):
        page = await send(ada, "/staff/sounds", {"part": part, "language": "en"}, tone())
        assert page.status_code == 200, page.text
    await sign_in_as(ada, ada.client._transport.app, cast.omar)  # type: ignore[attr-defined]
    await send(ada, "/staff/projects/lamps/sounds", {"part": "question", "language": "en"}, tone(6))
    found = await offered(reader, asked.page)
    assert [words for _address, words in found] == ["Listen (7 kB, 0:06)", "Listen (3 kB, 0:02)", "Listen (3 kB, 0:02)"]
    parts = [(asked.project.id, "question"), (None, "prompt/option-1"), (None, "prompt/option-3"), (None, "consent")]
    heard = await sounds_of(session, cast.city, parts, "en")
    assert [part for part in parts if part in heard] == [parts[0], parts[1], parts[3]]
    # A question in other words is another question.
    asked.ballot.questions = asked.ballot.questions | {"en": "Shall the market stay dark?"}
    await session.commit()
    assert len(await offered(reader, asked.page)) == 2


async def test_a_machine_reads_the_sentences_of_menus_that_a_channel_asks_for(
    session: Session, cast: Cast, settings: Settings, database: Database, espeak: str, no_prompts: None
) -> None:
    await session.execute(sa.text("update city set languages = '[\"sw\"]'"))
    texts = ["Miradi: bonyeza 1.", "Stakabadhi: bonyeza 2."]
    city = await city_of(session)
    await operations.want(session, city=city, language="sw", texts=texts, at=NOW)
    await operations.want(session, city=city, language="sw", texts=texts[:1], at=NOW)
    await session.commit()
    assert await queries.sentences(session, city.id, "sw", texts) == {}
    await read_aloud(settings, database)
    found = await queries.sentences(session, city.id, "sw", texts)
    assert list(found) == texts
    assert await read_aloud(settings, database) == 0


async def city_of(session: Session) -> CityView:
    [city] = (await directory(session)).cities
    return city
