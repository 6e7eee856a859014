"""ODK Collect lists and fetches forms: what a delegate's district is asked, in every language of the city, and nothing that was hidden."""

import gzip
import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from participation import worker
from participation.domain.consultations.models import Comment
from participation.domain.ladder.heard.rules import of_city
from participation.domain.moderation.models import Status
from participation.domain.privacy.persons.operations import erase
from participation.domain.projects.models import Feature, Project, ProjectState, ProjectText
from participation.domain.projects.sounds import operations as sounds
from participation.domain.projects.sounds.forms import SoundSaid
from participation.domain.projects.sounds.rules import CONSENT, SUMMARY
from participation.domain.proxies.odk.models import OdkForm
from participation.domain.proxies.odk.operations import make_forms
from participation.kit import prompts
from participation.kit.database import Database, Session
from participation.kit.examining import Heard
from participation.kit.files import Files
from participation.kit.languages import AUTONYMS
from participation.settings import Settings
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.collecting import ROSA, Collect, collecting, filled
from tests.consulting import SLUG, consulted, say
from tests.delegating import delegate as appointed
from tests.stage import Clock

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
XFORM = "{http://www.w3.org/2002/xforms}"


@pytest.fixture
async def delegate(session: Session, cast: Cast) -> Any:
    return await appointed(session, cast)


@pytest.fixture
async def collect(session: Session, cast: Cast, app: Any, visitor: Browser, delegate: Any) -> Collect:
    await consulted(session, cast)
    return await collecting(session, cast, visitor.client, delegate, app.site.secrets)


async def listed(collect: Collect, **asked: str) -> list[dict[str, str]]:
    answer = await collect.get("formList", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["x-openrosa-version"] == "1.0"
    root = ElementTree.fromstring(answer.content)  # noqa: S314
    assert root.tag == f"{LIST}xforms"
    return [{part.tag.removeprefix(LIST): part.text or "" for part in form} for form in root]


def recorded(store: Path, language: str) -> Path:
    """What an operator put there: a recording of the consent, one of nothing that is asked, and a note."""
    folder = store / "prompts" / language
    folder.mkdir(parents=True)
    (folder / "consent_text.mp3").write_bytes(b"spoken Arabic")
    (folder / "nothing_of_ours.mp3").write_bytes(b"x")
    (folder / "notes.txt").write_bytes(b"x")
    return folder


async def make(session: Session, cast: Cast, at: Any = NOW, **more: Any) -> int:
    count = await make_forms(session, city=cast.city, prompts=more.get("prompts", {}), own={}, at=at)
    await session.commit()
    return count


async def test_a_form_is_listed_with_the_hash_of_what_is_downloaded(collect: Collect) -> None:
    (form,) = await listed(collect)
    assert set(form) == {"formID", "name", "version", "hash", "downloadUrl"}
    assert (form["formID"], form["name"], form["version"]) == (SLUG, "About sirens", "1")
    answer = await collect.client.get(form["downloadUrl"], headers=collect.headers)
    assert answer.headers["content-type"].startswith("text/xml")
    assert form["hash"] == "md5:" + hashlib.md5(answer.content, usedforsecurity=False).hexdigest()
    assert f'<data id="{SLUG}" version="1">' in answer.text


async def test_a_form_comes_small_to_who_takes_it_so(collect: Collect) -> None:
    async def fetched(encoding: str) -> tuple[bytes, bytes, str]:
        collect.more["Accept-Encoding"] = encoding
        async with collect.client.stream("GET", f"/openrosa/forms/{SLUG}/1.xml", headers=collect.headers) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
            assert int(answer.headers["content-length"]) == len(raw)
            return raw, gzip.decompress(raw) if encoding == "gzip" else raw, answer.headers.get("content-encoding", "")

    plain, small = await fetched("identity"), await fetched("gzip")
    assert (plain[2], small[2]) == ("", "gzip")
    assert plain[1] == small[1]
    assert len(small[0]) < len(plain[0]) / 4
    assert len(small[0]) < 12_000


async def test_a_list_can_be_of_one_form_and_say_more(collect: Collect) -> None:
    assert [form["descriptionText"] for form in await listed(collect, verbose="true")] == ["In short."]
    assert "descriptionText" not in (await listed(collect, verbose="false"))[0]
    assert len(await listed(collect, formID=SLUG, deviceID="collect:abc")) == 1
    assert await listed(collect, formID="another") == []


async def test_names_are_in_the_language_that_was_asked_for(session: Session, cast: Cast, collect: Collect) -> None:
    (project_id,) = await session.scalars(sa.select(ProjectText.project_id))
    session.add(ProjectText(project_id=project_id, language="ar", city_id=cast.city.id, title="صفارات"))
    await session.commit()
    collect.more["Accept-Language"] = "ar"
    answer = await collect.get("formList")
    assert answer.headers["content-language"] == "ar"
    assert "<name>صفارات</name>" in answer.text


async def test_only_what_concerns_the_district_and_is_open_or_opens_soon_is_listed(
    session: Session, cast: Cast, collect: Collect
) -> None:
    none: list[Feature] = []
    await consulted(session, cast, "harbour", number=2, places=[cast.harbour])
    await consulted(session, cast, "soon", number=3, opens=13 * DAY)
    await consulted(session, cast, "hill", number=4, places=[cast.hill])
    await consulted(session, cast, "later", number=5, opens=15 * DAY)
    await consulted(session, cast, "over", number=6, opens=-40 * DAY, closes=-DAY)
    await consulted(session, cast, "draft", number=7, state=ProjectState.DRAFT)
    await consulted(session, cast, "withdrawn", number=8, state=ProjectState.WITHDRAWN)
    await consulted(session, cast, "silent", number=9, allows=none)
    await make(session, cast)
    assert [form["formID"] for form in await listed(collect)] == [SLUG, "harbour", "soon"]
    assert (await collect.get("forms/hill/1.xml")).status_code == 404


async def test_a_consultation_that_has_closed_is_listed_no_more(collect: Collect, clock: Clock) -> None:
    clock.now = NOW + 20 * DAY - timedelta(seconds=1)
    assert len(await listed(collect)) == 1
    clock.now = NOW + 20 * DAY
    assert await listed(collect) == []
    assert (await collect.get(f"forms/{SLUG}/1.xml")).status_code == 404


@pytest.mark.parametrize(
    "path", ["formList", f"forms/{SLUG}/1.xml", f"forms/{SLUG}/1/manifest", f"forms/{SLUG}/1/media/x.mp3"]
)
async def test_nothing_is_given_to_who_is_not_signed_in_or_speaks_something_else(collect: Collect, path: str) -> None:
    assert (await collect.client.get(f"/openrosa/{path}", headers=ROSA)).status_code == 401
    headers = {"Authorization": collect.headers["Authorization"]}
    assert (await collect.client.get(f"/openrosa/{path}", headers=headers)).status_code == 400


@pytest.mark.parametrize(
    "path", ["forms/nothing/1.xml", f"forms/{SLUG}/2.xml", f"forms/{SLUG}/x.xml", f"forms/{SLUG}/1/media/x.mp3"]
)
async def test_what_there_is_not_is_not_found(collect: Collect, path: str) -> None:
    assert (await collect.get(path)).status_code == 404


async def test_a_form_asks_everything_in_every_language_of_the_city_and_no_vote(
    session: Session, cast: Cast, collect: Collect
) -> None:
    other = await say(session, cast, cast.baraka, "Louder, in <b>all</b> of [the](http://x) ${code}!")
    await make(session, cast, NOW + timedelta(hours=1))
    xml = (await collect.get(f"forms/{SLUG}/2.xml")).text
    root = ElementTree.fromstring(xml)  # noqa: S314
    texts = root.findall(f".//{XFORM}translation")
    assert [text.get("lang") for text in texts] == [
        f"{AUTONYMS[language]} ({ {'pt': 'pt-BR', 'zh': 'zh-Hans'}.get(language, language) })"
        for language in cast.city.languages
    ]
    counts = {len(text) for text in texts}
    assert len(counts) == 1
    asked = {bind.get("nodeset", "").rpartition("/")[2] for bind in root.iter(f"{XFORM}bind")}
    wanted = {"consent_text", "consent", "witnessed", "kind", "has_code", "code", "place", "age", "language"}
    wanted |= {"stance", "body", "read_back", "timeStart", "timeEnd", "instanceID", f"s{other.id}"}
    assert wanted <= asked
    assert not {name for name in asked if "vote" in name or "ballot" in name or "pin" in name}
    assert "<b>" not in xml.replace("&lt;", "<").replace("<\u200b", "")
    assert "](http" not in xml
    assert "output value" not in re.findall(rf'<text id="/data/s{other.id}:label">.*?</text>', xml)[0]


async def test_a_new_version_is_made_when_the_city_says_something_else(
    session: Session, cast: Cast, collect: Collect
) -> None:
    assert await make(session, cast) == 0
    await session.execute(sa.text("update project_text set title = 'Sirens everywhere'"))
    assert await make(session, cast) == 1
    assert await make(session, cast) == 0
    (form,) = await listed(collect)
    assert (form["version"], form["name"]) == ("2", "Sirens everywhere")
    assert [one["version"] for one in await listed(collect, listAllVersions="true")] == ["2", "1"]
    assert (await collect.get(f"forms/{SLUG}/1.xml")).status_code == 200


async def test_what_residents_say_makes_a_new_version_once_an_hour_and_not_more_often(
    session: Session, cast: Cast, collect: Collect
) -> None:
    await say(session, cast, cast.baraka)
    assert await make(session, cast, NOW + timedelta(minutes=59)) == 0
    assert await make(session, cast, NOW + timedelta(minutes=60)) == 1
    assert (await listed(collect))[0]["version"] == "2"


async def test_what_a_moderator_hides_is_in_no_form_any_more(session: Session, cast: Cast, collect: Collect) -> None:
    bad = await say(session, cast, cast.baraka, "Something that is hidden later.")
    await make(session, cast, NOW + timedelta(hours=1))
    await session.execute(sa.text("update project_text set title = 'Sirens everywhere'"))
    await make(session, cast, NOW + timedelta(hours=1))
    await session.execute(sa.update(Comment).where(Comment.id == bad.id).values(status=Status.HIDDEN))
    assert await make(session, cast, NOW + timedelta(hours=1, minutes=1)) == 1
    assert [one["version"] for one in await listed(collect, listAllVersions="true")] == ["4", "1"]
    kept = " ".join(xml or "" for xml in await session.scalars(sa.select(OdkForm.xml)))
    assert "hidden later" not in kept
    assert (await collect.get(f"forms/{SLUG}/2.xml")).status_code == 404
    assert (await collect.send(filled(version="2", **{f"s{bad.id}": "agree"}))).status_code == 201


async def test_what_its_author_takes_back_is_in_no_form_either_long_after_the_consultation(
    session: Session, cast: Cast, app: Any, collect: Collect
) -> None:
    await say(session, cast, cast.baraka, "Something that is taken back later.")
    await make(session, cast, NOW + timedelta(hours=1))
    folder = app.site.settings.keys
    await erase(session, city=cast.city, words=True, folder=folder, actor=cast.baraka, at=NOW + 2 * DAY)
    await make(session, cast, NOW + 200 * DAY)
    kept = " ".join(xml or "" for xml in await session.scalars(sa.select(OdkForm.xml)))
    assert "taken back later" not in kept


async def test_the_manifest_is_empty_where_nothing_is_read_out(collect: Collect) -> None:
    answer = await collect.get(f"forms/{SLUG}/1/manifest")
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.content)  # noqa: S314
    assert (root.tag, len(root)) == (f"{MANIFEST}manifest", 0)


async def test_recordings_of_the_store_are_in_the_form_and_the_manifest_and_can_be_fetched(
    session: Session, cast: Cast, app: Any, collect: Collect
) -> None:
    folder = recorded(app.site.settings.store, "ar")
    found = prompts.found(app.site.settings.store, cast.city.languages)
    assert await make(session, cast, prompts=found) == 1
    (form,) = await listed(collect)
    assert 'form="audio">jr://audio/ar-consent_text.mp3<' in (await collect.get(f"forms/{SLUG}/2.xml")).text
    manifest = await collect.client.get(form["manifestUrl"], headers=collect.headers)
    (file,) = ElementTree.fromstring(manifest.content)  # noqa: S314
    parts = {part.tag.removeprefix(MANIFEST): part.text or "" for part in file}
    fetched = await collect.client.get(parts["downloadUrl"], headers=collect.headers)
    assert (parts["filename"], fetched.content) == ("ar-consent_text.mp3", b"spoken Arabic")
    assert fetched.headers["content-type"] == "audio/mpeg"
    assert parts["hash"] == "md5:" + hashlib.md5(b"spoken Arabic", usedforsecurity=False).hexdigest()
    (folder / "consent_text.mp3").write_bytes(b"spoken once more")
    found = prompts.found(app.site.settings.store, cast.city.languages)
    assert await make(session, cast, prompts=found) == 1


async def test_what_the_city_lets_people_hear_is_in_the_form_too(
    session: Session, cast: Cast, app: Any, collect: Collect, settings: Settings, database: Database, clock: Clock
) -> None:
    """The same files as on the delegate's page and by telephone: what is read before people agree, and what the project is; what says an
    older text is not."""
    files = Files(settings.store)
    project_id = await session.scalar(sa.select(Project.id).where(Project.slug == SLUG))
    texts = {
        (None, CONSENT, "sw"): of_city(["sw"])[CONSENT]["sw"],
        (None, CONSENT, "ar"): "An older text.",
        (project_id, SUMMARY, "en"): "In short.",
    }
    for (project, part, language), text in texts.items():
        new = await sounds.keep(files, Heard(9, b"OggS", f"MP3 in {language}".encode()))
        said = SoundSaid(part, language)
        await sounds.put_synthesised(session, city=cast.city, project_id=project, said=said, text=text, new=new, at=NOW)
    await session.commit()
    await worker.look(worker.Work(settings, database, clock))
    (form,) = await listed(collect)
    manifest = await collect.client.get(form["manifestUrl"], headers=collect.headers)
    fetched = {}
    for file in ElementTree.fromstring(manifest.content):  # noqa: S314
        parts = {part.tag.removeprefix(MANIFEST): part.text or "" for part in file}
        answer = await collect.client.get(parts["downloadUrl"], headers=collect.headers)
        assert answer.headers["content-type"] == "audio/mpeg"
        fetched[parts["filename"]] = answer.content
    assert fetched == {"sw-consent_text.mp3": b"MP3 in sw", "en-project.mp3": b"MP3 in en"}


async def test_the_worker_makes_forms_and_imports_what_that_takes(
    settings: Settings, database: Database, clock: Clock, cast: Cast
) -> None:
    async with database.transaction() as session:
        await consulted(session, cast)
    await worker.look(worker.Work(settings, database, clock))
    async with database.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(OdkForm)) == 1
