"""Clips in sign language, and what is easy to read: written by officials, offered with their size, each only as long as it is right."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.projects.models import Project, ProjectText
from participation.kit.database import Session
from tests.browsing import Browser, browser, sign_in_as
from tests.cast import Cast
from tests.channels.test_documents import DESK as DOCUMENTS
from tests.channels.test_documents import WORDS
from tests.channels.test_documents import send as send_document
from tests.consulting import consulted
from tests.kiosks import screen
from tests.papers import drawing
from tests.recorded import facts
from tests.recording import film, send, tone

PAGE = "/en/projects/flood-sirens"
CLIPS = "/staff/projects/flood-sirens/clips"
EASY = "/staff/projects/flood-sirens/easy/en"
CLIP = re.compile(r'href="(/clips/[0-9]+-[0-9a-f]{8}\.mp4)">(Watch[^<]*)<')


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
async def reader(app: Any) -> Any:
    someone = browser(app)
    yield someone
    await someone.client.aclose()


async def test_a_clip_is_offered_with_its_size_until_the_summary_says_something_else(
    app: Any, cast: Cast, omar: Browser, reader: Browser, session: Session, ffmpeg: str
) -> None:
    assert (await send(omar, CLIPS, {"tongue": "Kenyan Sign Language"}, tone())).status_code == 422
    assert "This is no clip" in omar.page.text
    assert (await send(omar, CLIPS, {"tongue": ""}, film(2))).status_code == 422
    page = await send(omar, "again", {"tongue": "Kenyan Sign Language"})
    assert page.status_code == 200, page.text
    assert "All that can be heard and seen" in (await reader.get(PAGE)).text
    [(address, words)] = CLIP.findall((await reader.get(f"{PAGE}/listen")).text)
    assert re.fullmatch(r"Watch in Kenyan Sign Language \(MP4, \d+ kB, 0:02\)", words)
    clip = await reader.get(address)
    assert (clip.headers["content-type"], clip.headers["accept-ranges"]) == ("video/mp4", "bytes")
    assert "immutable" in clip.headers["cache-control"]
    kiosk = await screen(app, session, cast.city, cast.harbour, cast.omar)
    assert f'<video src="{address}" aria-label="{words}"' in (await kiosk.get(f"{PAGE}/listen")).text
    await kiosk.client.aclose()
    assert (await reader.get(address.replace("-", "-f"))).status_code == 404
    await session.execute(sa.update(ProjectText).values(summary="Something else."))
    await session.commit()
    assert CLIP.findall((await reader.get(f"{PAGE}/listen")).text) == []
    number = re.search(r'name="confirm" value="(\d+)"', (await omar.get(CLIPS)).text)
    assert number is not None
    await send(omar, CLIPS, {"confirm": number[1]})
    assert len(CLIP.findall((await reader.get(f"{PAGE}/listen")).text)) == 1
    await send(omar, CLIPS, {"remove": number[1]})
    assert (await reader.get(address)).status_code == 404
    assert [one["tongue"] for one in await facts(session, "clip_removed")] == ["Kenyan Sign Language"]


async def test_short_sentences_are_read_first_and_their_pictures_come_when_they_are_asked_for(
    omar: Browser, reader: Browser, session: Session
) -> None:
    assert (await reader.get(f"{PAGE}/easy")).status_code == 404
    picture = WORDS | {"kind": "picture", "language": "zxx", "title.en": "A siren on a pole", "do": "save"}
    await send_document(omar, f"{DOCUMENTS}/new", picture, drawing())
    await send_document(omar, f"{DOCUMENTS}/1", picture | {"do": "publish"})
    await omar.get(EASY)
    page = await omar.send({"text.1": "The city wants sirens.", "picture.1": "7"})
    assert page.status_code == 422
    page = await omar.send(
        {"text.1": "The city wants sirens.", "picture.1": "1", "text.2": "They warn of a flood.", "picture.2": ""}
    )
    assert page.status_code == 200, page.text
    first = await reader.get(f"{PAGE}/easy")
    assert "The city wants sirens." in first.text
    assert "<img" not in first.text
    link = re.search(r'href="([^"]*pictures=1)">Show the pictures \(\d+ kB\)<', first.text)
    assert link is not None
    assert 'alt="A siren on a pole"' in (await reader.get(link[1])).text
    assert "Easy to read, with pictures" in (await reader.get(PAGE)).text
    # Somebody who reads another language is told in which one it is.
    assert 'lang="en"' in (await reader.get("/sw/projects/flood-sirens/easy")).text
    # An older form does not overwrite what somebody has written since.
    await omar.get(EASY)
    stale = omar.page
    await omar.send({"text.1": "The city wants loud sirens."})
    omar.page = stale
    assert (await omar.send({"text.1": "No sirens."})).status_code == 409
    [written, again] = await facts(session, "easy_read_written")
    assert [one["text"] for one in written["sentences"]] == ["The city wants sirens.", "They warn of a flood."]
    assert again["sentences"][0]["text"] == "The city wants loud sirens."
