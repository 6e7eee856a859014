"""Documents: officials send files in, residents read what they say, and the files themselves are served with care."""

import hashlib
import io
import json
import os
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image

from participation.domain.places.operations import set_boundaries
from participation.domain.projects.documents.models import Document, DocumentEdition
from participation.domain.projects.models import Project
from participation.domain.record.models import RecordEntry
from participation.kit import i18n
from participation.kit.database import Database, Session
from participation.kit.files import Files
from participation.kit.shapes import Shape, Sort
from participation.settings import Settings
from tests import papers
from tests.browsing import Browser, browser, forms, sign_in_as
from tests.cast import NOW, Cast, found, staff
from tests.consulting import consulted
from tests.promises import promised

DESK = "/staff/projects/flood-sirens/documents"
PAGE = "/en/projects/flood-sirens/documents"
WORDS = {
    "kind": "resettlement",
    "language": "en",
    "title.en": "Who has to move, and where to",
    "title.sw": "Nani ahame, na wapi",
    "alternative.en": "Nobody has to move: the sirens stand on poles along the river.",
    "alternative.sw": "Hakuna anayehama: ving'ora viko juu ya nguzo kando ya mto.",
}


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
async def reader(app: Any) -> AsyncIterator[Browser]:
    someone = browser(app)
    yield someone
    await someone.client.aclose()


async def send(
    official: Browser,
    address: str,
    words: dict[str, str],
    file: bytes | None = None,
    *,
    name: str = "..\\..\\etc/passwd.exe",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Open the form there, fill it in, choose a file, and send it as a browser does: the file last."""
    page = official.page if address == "again" else await official.get(address)
    form = next(one for one in forms(page.text) if one.method == "post")
    fields = dict(form.fields) | words
    fields.pop("file", None)
    parts = [(key, (None, value)) for key, value in fields.items()]
    files: Any = [*parts, ("file", (name if file is not None else "", io.BytesIO(file or b""), "text/html"))]
    official.page = await official.client.post(form.action, files=files, headers=headers, follow_redirects=True)
    return official.page


async def added(official: Browser, file: bytes, **words: str) -> str:
    """Published, and the address of its file as its page says it."""
    page = await send(
        official, f"{DESK}/new", WORDS | {key.replace("_", "."): text for key, text in words.items()}, file
    )
    assert page.status_code == 200, page.text
    number = str(page.url).rpartition("/")[2]
    page = await send(official, f"{DESK}/{number}", {"do": "publish"})
    assert "Public" in page.text, page.text
    return link(await official.get(f"{PAGE}/{number}"))


def link(page: httpx.Response) -> str:
    found = re.search(r'href="(/documents/[^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def stored(settings: Settings) -> dict[str, bytes]:
    """What the store holds, by name."""
    return {path.name: path.read_bytes() for path in settings.store.glob("*/*") if path.parent.name != "arriving"}


def arriving(settings: Settings) -> list[str]:
    return [path.name for path in (settings.store / "arriving").glob("*")]


async def entries(session: Session, kind: str) -> list[dict[str, Any]]:
    found = await session.scalars(sa.select(RecordEntry.body).where(RecordEntry.kind == kind).order_by(RecordEntry.id))
    return [json.loads(body)["facts"] for body in found]


# Sending in and publishing


async def test_a_document_is_sent_in_published_and_read_in_words(
    omar: Browser, reader: Browser, session: Session, settings: Settings
) -> None:
    content = papers.pdf(pages=2)
    digest = hashlib.sha256(content).hexdigest()
    page = await send(omar, f"{DESK}/new", WORDS, content)
    assert str(page.url).endswith(f"{DESK}/1")
    assert stored(settings)[digest] == content
    assert arriving(settings) == []
    assert not [path for path in settings.store.rglob("*") if "passwd" in path.name]
    assert (await reader.get(PAGE)).text.count("Who has to move") == 0
    assert (await reader.get(f"{PAGE}/1")).status_code == 404

    await send(omar, f"{DESK}/1", {"do": "publish"})
    page = await reader.get(PAGE)
    assert "Who has to move, and where to" in page.text
    assert "Resettlement plan" in page.text
    assert f"(<bdi>PDF</bdi> · <bdi>{len(content) // 1000 + 1} kB</bdi> · " in page.text
    page = await reader.get(f"{PAGE}/1")
    assert "the sirens stand on poles along the river" in page.text
    assert digest in page.text
    assert "Nguzo" not in page.text
    assert "1 document" in (await reader.get("/en/projects/flood-sirens")).text
    file = await reader.get(link(page))
    assert file.content == content
    [facts] = await entries(session, "document_published")
    assert (facts["sha256"], facts["size"], facts["type"], facts["kind"], facts["document"]) == (
        *(digest, len(content), "application/pdf"),
        *("resettlement", 1),
    )
    assert "person" not in str(facts)


async def test_without_words_in_every_required_language_it_stays_a_draft(omar: Browser, session: Session) -> None:
    in_english = {key: text for key, text in WORDS.items() if not key.endswith("sw")}
    await send(omar, f"{DESK}/new", in_english, papers.pdf())
    page = await send(omar, f"{DESK}/1", {"do": "publish"})
    assert page.status_code == 422
    assert 'id="alternative.sw-error"' in page.text
    assert 'id="title.sw-error"' in page.text
    assert await entries(session, "document_published") == []


async def test_a_file_is_judged_by_what_it_holds_and_nothing_typed_is_lost(omar: Browser, settings: Settings) -> None:
    page = await send(omar, f"{DESK}/new", WORDS, b"MZ" + bytes(5000), name="plan.pdf")
    assert page.status_code == 422
    assert "This is a program, not a document." in page.text
    assert "the sirens stand on poles along the river" in page.text
    assert stored(settings) == {}
    assert arriving(settings) == []
    page = await send(omar, "again", {}, papers.encrypted_pdf())
    assert "protected with a password" in page.text
    page = await send(omar, "again", {"kind": "map"}, papers.pdf())
    assert "A map has to be GeoJSON" in page.text
    page = await send(omar, "again", {"kind": "minutes"}, b"")
    assert "This file is empty." in page.text
    page = await omar.get(f"{DESK}/new")
    omar.client.cookies.set("language", "ar")
    page = await send(omar, f"{DESK}/new", WORDS, papers.scripted_pdf())
    assert "في هذا الملف برنامج يعمل حين يفتحه أحد" in page.text


async def test_a_good_file_need_not_be_sent_again_when_a_word_is_wrong(omar: Browser, settings: Settings) -> None:
    content = papers.pdf()
    page = await send(omar, f"{DESK}/new", WORDS | {"title.en": "x" * 200}, content, name="Plan of March.pdf")
    assert page.status_code == 422
    assert "This file is here already" in page.text
    assert "Plan of March.pdf" in page.text
    page = await send(omar, "again", {"title.en": "Shorter"})
    assert str(page.url).endswith(f"{DESK}/1")
    assert (await omar.get(link(page))).content == content


async def test_what_was_held_for_one_session_is_not_given_to_another(
    omar: Browser, app: Any, cast: Cast, settings: Settings
) -> None:
    await send(omar, f"{DESK}/new", WORDS | {"title.en": "x" * 200}, papers.pdf())
    held = re.search(r'name="held" value="([^"]+)"', omar.page.text)
    assert held is not None
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    page = await send(oksana, f"{DESK}/new", WORDS | {"held": held[1]})
    assert page.status_code == 422
    assert "Please choose a file." in page.text


async def test_without_a_file_nothing_is_added(omar: Browser, session: Session) -> None:
    page = await send(omar, f"{DESK}/new", WORDS)
    assert (page.status_code, "Please choose a file." in page.text) == (422, True)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


async def test_changing_the_language_keeps_words_and_file(omar: Browser, settings: Settings) -> None:
    page = await send(omar, f"{DESK}/new", WORDS | {"relanguage": "sw"}, papers.pdf())
    assert page.status_code == 200
    assert "Nani ahame" in page.text
    assert 'name="held"' in page.text


# Too much


async def test_more_than_20_mb_is_let_go_while_it_comes(omar: Browser, settings: Settings) -> None:
    page = await send(omar, f"{DESK}/new", WORDS, b"%PDF-1.7\n" + bytes(20_000_000))
    assert page.status_code == 422
    assert "larger than 20 MB" in page.text
    assert "Nani ahame" in page.text
    assert arriving(settings) == []
    assert stored(settings) == {}


async def test_the_disk_never_holds_more_than_is_taken(
    omar: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from participation.kit.files import Arriving

    most = 0
    before = Arriving._out

    def watched(self: Arriving, chunk: bytes) -> None:
        nonlocal most
        before(self, chunk)
        most = max(most, self.path.stat().st_size)

    monkeypatch.setattr(Arriving, "_out", watched)
    await send(omar, f"{DESK}/new", WORDS, os.urandom(25_000_000))
    assert 15_000_000 < most <= 20_000_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhalf of it', 400),
        (
            b"".join(b'--x\r\nContent-Disposition: form-data; name="n%d"\r\n\r\n1\r\n' % n for n in range(600))
            + b"--x--\r\n",
            400,
        ),
        (b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 300 + b'"\r\n\r\n1\r\n--x--\r\n', 400),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n", 400),
        (b'--x\r\nContent-Disposition: form-data; name="title.en"\r\n\r\n' + b"1" * 1_200_000 + b"\r\n--x--\r\n", 413),
        (b"--y\r\n\r\n--y--", 400),
    ],
    ids=["cut off", "600 parts", "a long name", "no name", "a long field", "another boundary"],
)
async def test_a_form_that_is_no_form_leaves_nothing_behind(
    omar: Browser, settings: Settings, body: bytes, status: int
) -> None:
    page = await omar.client.post(
        f"{DESK}/new", content=body, headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert page.status_code == status
    assert arriving(settings) == []


async def test_nobody_else_can_fill_the_disk(reader: Browser, sirens: Project, settings: Settings) -> None:
    files = {"file": ("a.pdf", papers.pdf()), "title.en": (None, "Words of somebody who is not signed in")}
    page = await reader.client.post(f"{DESK}/new", files=files)
    assert page.status_code == 401
    assert "Words of somebody who is not signed in" in page.text
    assert not settings.store.exists()


async def test_a_form_from_elsewhere_is_not_even_opened(omar: Browser, settings: Settings) -> None:
    page = await send(omar, f"{DESK}/new", WORDS, papers.pdf(), headers={"origin": "https://elsewhere.example"})
    assert page.status_code == 422
    assert "sent from another site" in page.text
    assert stored(settings) == {}
    assert arriving(settings) == []


# Serving


async def test_a_file_is_served_with_safe_headers_and_kept_for_ever(omar: Browser, reader: Browser) -> None:
    address = await added(omar, papers.pdf())
    file = await reader.get(address)
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == 'attachment; filename="who-has-to-move-and-where-to.pdf"'
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["accept-ranges"] == "bytes"
    assert file.headers["etag"] == f'"{hashlib.sha256(file.content).hexdigest()}"'
    assert "set-cookie" not in file.headers
    head = await reader.client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(file.content))
    again = await reader.get(address, **{"if-none-match": file.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await reader.get(address.replace("who-has", "somebody-else-has"))).status_code == 404


async def test_a_table_says_its_charset(omar: Browser, reader: Browser) -> None:
    file = await reader.get(await added(omar, b"name,homes\nMji Mkongwe,38\n", kind="data"))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.headers["content-disposition"].startswith("attachment")


async def test_a_download_that_broke_off_goes_on_where_it_was(omar: Browser, reader: Browser) -> None:
    address = await added(omar, papers.pdf("many words " * 3000))
    whole = (await reader.get(address)).content
    etag = f'"{hashlib.sha256(whole).hexdigest()}"'

    async def part(wanted: str, **more: str) -> httpx.Response:
        return await reader.get(address, range=wanted, **more)

    first = await part("bytes=0-999")
    assert (first.status_code, first.headers["content-range"]) == (206, f"bytes 0-999/{len(whole)}")
    rest = await part("bytes=1000-", **{"if-range": etag})
    assert first.content + rest.content == whole
    assert (await part("bytes=-10")).content == whole[-10:]
    assert (await part("bytes=10-", **{"if-range": '"another"'})).content == whole
    assert (await part("bytes=10-", **{"if-range": f"W/{etag}"})).content == whole
    two = await part("bytes=0-9,20-29")
    assert (two.status_code, two.headers["content-type"].partition(";")[0]) == (206, "multipart/byteranges")
    assert whole[20:30] in two.content
    beyond = await part(f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    assert "sandbox" in beyond.headers["content-security-policy"]
    for none in ("lines=1-2", "bytes=", "bytes=a-b", "bytes=9-3", "bytes", "bytes=1-2,x", "bytes=" + "0-1," * 500):
        answer = await part(none)
        assert (answer.status_code, answer.content) == (200, whole), none
    assert (await part("bytes=0-99999999")).content == whole


async def test_a_draft_is_for_its_officials_alone(
    omar: Browser, reader: Browser, app: Any, session: Session, cast: Cast
) -> None:
    page = await send(omar, f"{DESK}/new", WORDS, papers.pdf())
    address = link(page)
    assert (await reader.get(address)).status_code == 404
    file = await omar.get(address)
    assert (file.status_code, file.headers["cache-control"]) == (200, "no-store")
    assert "This is a preview" in (await omar.get(f"{PAGE}/1")).text
    elsewhere = browser(app)
    await sign_in_as(elsewhere, app, cast.mariam)
    assert (await elsewhere.get(address)).status_code == 404
    await session.commit()


async def test_another_citys_documents_cannot_be_reached(
    omar: Browser, app: Any, session: Session, sirens: Project
) -> None:
    address = await added(omar, papers.pdf())
    await found(session, "pwani", host="pwani.example")
    await session.execute(sa.text("update city set host = 'testserver' where slug = 'tamarani'"))
    await session.commit()
    await app.site.load()
    there = browser(app, "http://pwani.example")
    assert (await there.get(address)).status_code == 404
    assert (await there.get(f"{PAGE}/1")).status_code == 404
    assert (await browser(app).get(address)).status_code == 200


async def test_the_same_content_is_kept_once(omar: Browser, session: Session, settings: Settings) -> None:
    content = papers.pdf()
    one, other = await added(omar, content), await added(omar, content, title_en="The same again")
    assert one != other
    assert list(stored(settings).values()).count(content) == 1
    digests = set(await session.scalars(sa.select(DocumentEdition.digest)))
    assert digests == {hashlib.sha256(content).hexdigest()}


# Pictures


async def test_a_picture_waits_until_somebody_taps_and_says_what_it_costs(
    omar: Browser, reader: Browser, settings: Settings
) -> None:
    taken = papers.photo()
    await send(omar, f"{DESK}/new", WORDS | {"kind": "picture", "language": "zxx"}, taken)
    await send(omar, f"{DESK}/1", {"do": "publish"})
    for headers in ({}, {"save-data": "on"}):
        for address in (PAGE, f"{PAGE}/1", "/en/projects/flood-sirens"):
            assert "<img" not in (await reader.get(address, **headers)).text
    page = await reader.get(PAGE)
    tap = re.search(r'href="([^"]*\?picture=240)#picture">Show the picture \((\d+) kB\)', page.text)
    assert tap is not None
    page = await reader.get(tap[1], **{"save-data": "on"})
    shown = re.search(r'<img src="(/documents/[^"]+)" width="240" height="384" alt="([^"]+)"', page.text)
    assert shown is not None
    file = await reader.get(shown[1])
    assert file.headers["content-type"] == "image/jpeg"
    assert file.headers["content-disposition"].startswith("inline")
    assert len(file.content) <= min(20_000, int(tap[2]) * 1000)
    assert dict(Image.open(io.BytesIO(file.content)).getexif()) == {}
    assert "img-src 'self'" in page.headers["content-security-policy"]
    assert taken not in stored(settings).values()
    assert all(b"Amina" not in content for content in stored(settings).values())


# Changing it afterwards


async def test_a_new_file_is_a_new_edition_and_the_old_one_stays_listed(
    omar: Browser, reader: Browser, session: Session
) -> None:
    before = await added(omar, papers.pdf("first"))
    old = (await reader.get(before)).content
    page = await send(omar, f"{DESK}/1", {"do": "save"}, papers.pdf("second"))
    assert page.status_code == 200
    page = await reader.get(f"{PAGE}/1")
    after = link(page)
    assert after != before
    assert hashlib.sha256(old).hexdigest() in page.text
    assert (await reader.get(before)).content == old
    assert (await reader.get(after)).content != old
    [facts] = await entries(session, "document_changed")
    assert (facts["edition"], facts["new_file"]) == (2, True)


async def test_changed_words_of_a_public_document_are_recorded_and_cannot_be_emptied(
    omar: Browser, session: Session
) -> None:
    await added(omar, papers.pdf())
    page = await send(omar, f"{DESK}/1", {"do": "save", "alternative.sw": ""})
    assert page.status_code == 422
    await send(omar, f"{DESK}/1", {"do": "save"})
    assert await entries(session, "document_changed") == []
    await send(omar, f"{DESK}/1", {"do": "save", "alternative.en": "One family has to move."})
    [facts] = await entries(session, "document_changed")
    assert (facts["edition"], facts["new_file"]) == (1, False)


async def test_two_officials_do_not_overwrite_each_other(omar: Browser, app: Any, cast: Cast) -> None:
    await send(omar, f"{DESK}/new", WORDS, papers.pdf())
    oksana = browser(app)
    await sign_in_as(oksana, app, cast.oksana)
    await oksana.get(f"{DESK}/1")
    await send(omar, f"{DESK}/1", {"title.en": "As Omar calls it"})
    page = await send(oksana, "again", {"title.en": "As Oksana calls it"}, papers.pdf("hers"))
    assert page.status_code == 409
    assert "As Omar calls it" in page.text
    assert "As Oksana calls it" in page.text
    page = await send(oksana, "again", {})
    assert page.status_code == 200
    assert "As Oksana calls it" in page.text


async def test_the_same_form_twice_adds_one_document(omar: Browser, session: Session) -> None:
    page = await omar.get(f"{DESK}/new")
    form = next(one for one in forms(page.text) if one.method == "post")
    fields = [(key, (None, value)) for key, value in (dict(form.fields) | WORDS).items() if key != "file"]
    files: Any = [*fields, ("file", ("a.pdf", papers.pdf()))]
    first = await omar.client.post(form.action, files=files)
    second = await omar.client.post(form.action, files=files)
    assert (first.status_code, first.headers["location"]) == (303, second.headers["location"])
    assert await session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1


async def test_what_is_withdrawn_is_given_to_nobody_and_says_why(
    omar: Browser, reader: Browser, session: Session
) -> None:
    address = await added(omar, papers.pdf())
    await omar.get(f"{DESK}/1/withdraw")
    page = await omar.send({"reasons.en": ""})
    assert page.status_code == 422
    page = await omar.send({"reasons.en": "It named three families.", "reasons.sw": "Ilitaja familia tatu."})
    assert page.status_code == 200
    for someone in (reader, omar):
        assert (await someone.get(address)).status_code == 410
    page = await reader.get(f"{PAGE}/1")
    assert "It named three families." in page.text
    assert "the sirens stand on poles" not in page.text
    assert address not in page.text
    assert "Withdrawn document" in (await reader.get(PAGE)).text
    assert "1 document" not in (await reader.get("/en/projects/flood-sirens")).text
    [facts] = await entries(session, "document_withdrawn")
    assert facts["reasons"]["en"] == "It named three families."
    page = await reader.get("/en/projects/flood-sirens/history")
    assert "Document 1 of project 1 was withdrawn: Who has to move, and where to." in page.text


async def test_a_document_is_found_by_its_title_and_its_words_while_it_is_public(
    omar: Browser, reader: Browser
) -> None:
    asked = "/en/search?in=documents&word="
    await send(omar, f"{DESK}/new", WORDS, papers.pdf())
    assert "Nothing was found" in (await reader.get(f"{asked}poles")).text
    await send(omar, f"{DESK}/1", {"do": "publish"})
    for word, marked in (("poles", "poles"), ("who+has+to+move", "move")):
        page = await reader.get(asked + word)
        assert f'href="{PAGE}/1"' in page.text
        assert f"<mark>{marked}</mark>" in page.text
    await send(omar, f"{DESK}/1", {"do": "save", "alternative.en": "They stand on rafts."})
    assert "Nothing was found" in (await reader.get(f"{asked}poles")).text
    assert f'href="{PAGE}/1"' in (await reader.get("/en/search?word=rafts")).text
    await omar.get(f"{DESK}/1/withdraw")
    await omar.send({"reasons.en": "It named three families.", "reasons.sw": "Ilitaja familia tatu."})
    assert "Nothing was found" in (await reader.get(f"{asked}rafts")).text


async def test_a_draft_can_be_deleted_and_what_is_public_cannot(
    omar: Browser, session: Session, settings: Settings
) -> None:
    await send(omar, f"{DESK}/new", WORDS, papers.pdf())
    page = await send(omar, f"{DESK}/1", {"do": "delete"})
    assert str(page.url).endswith(DESK)
    assert await session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0
    await added(omar, papers.pdf())
    page = await send(omar, f"{DESK}/1", {"do": "delete"})
    assert (page.status_code, "cannot be deleted" in page.text) == (409, True)


async def test_an_official_of_another_district_may_not(app: Any, session: Session, cast: Cast, sirens: Project) -> None:
    from participation.domain.people.models import Role

    local = await staff(session, cast.city, [Role.OFFICIAL], cast.hill)
    await session.commit()
    someone = browser(app)
    await sign_in_as(someone, app, local)
    assert (await someone.get(f"{DESK}/new")).status_code == 403


# What it costs


async def test_forms_with_files_ask_little_of_the_database(omar: Browser, database: Database) -> None:
    sent: list[tuple[str, dict[str, str], bytes | None]] = [
        (f"{DESK}/new", WORDS, papers.pdf()),
        (
            f"{DESK}/1",
            {"do": "save", "title.en": "Another title", "title.sw": "Kichwa: Another"},
            papers.pdf("another"),
        ),
        (
            f"{DESK}/1",
            {"do": "publish", "title.en": "A third title", "title.sw": "Kichwa: A third"},
            papers.pdf("a third"),
        ),
        (
            f"{DESK}/1",
            {"do": "save", "title.en": "A fourth title", "title.sw": "Kichwa: A fourth"},
            papers.pdf("a fourth"),
        ),
    ]
    for address, words, file in sent:
        page = await omar.get(address)
        form = next(one for one in forms(page.text) if one.method == "post")
        fields = {key: value for key, value in (dict(form.fields) | words).items() if key != "file"}
        files: Any = [*((key, (None, value)) for key, value in fields.items()), ("file", ("a.pdf", file))]
        with promised.statements(database) as asked:
            answer = await omar.client.post(form.action, files=files)
        assert answer.status_code == 303, answer.text
        assert len(asked) <= promised.WRITING, "\n".join(asked)


async def test_the_fullest_page_of_a_document_is_small_enough(
    omar: Browser, reader: Browser, app: Any, session: Session, cast: Cast
) -> None:
    """As many words as are taken, in the largest script, with a map on which more things are named than are shown."""
    letters = [chr(code) for code in range(0x0905, 0x0939)]
    chance = random.Random(7)
    text = " ".join("".join(chance.choices(letters, k=chance.randint(3, 8))) for _word in range(600))[:2_500]
    shapes = [
        {
            "type": "Feature",
            "properties": {"name": "".join(chance.choices(letters, k=60))},
            "geometry": {
                "type": "LineString",
                "coordinates": [[47 + chance.random(), -3 + chance.random()] for _point in range(50)],
            },
        }
        for _line in range(60)
    ]
    file = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    boundaries = {
        slug: Shape(
            Sort.AREA, ([(47.0 + i, -3.0), (48.0 + i, -3.0), (48.0 + i, -2.0), (47.0 + i, -2.0), (47.0 + i, -3.0)],)
        )
        for i, slug in enumerate(("harbour", "market", "hill"))
    }
    await set_boundaries(session, city=cast.city, boundaries=boundaries, at=NOW)
    await session.commit()
    words = {
        "kind": "map",
        "title.en": text[:150],
        "title.sw": "Ramani",
        "alternative.en": text,
        "alternative.sw": text,
    }
    await send(omar, f"{DESK}/new", WORDS | words, file)
    page = await send(omar, f"{DESK}/1", {"do": "publish"})
    assert "Public" in page.text
    reader.client.headers["accept-encoding"] = "gzip"
    for language in i18n.LANGUAGES:
        page = await reader.get(f"/{language}/projects/flood-sirens/documents/1")
        assert "<path" in page.text
        assert promised.size(page) <= promised.BUDGET, (language, promised.size(page))


def test_files_are_known_by_their_hash_alone(tmp_path: Path) -> None:
    for name in ("../secret", "A" * 64, "", "0" * 63):
        with pytest.raises(ValueError, match="SHA-256"):
            Files(tmp_path).path(name)
