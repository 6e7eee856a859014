"""A project's texts go to translators as a .po file and come back, by the page and by the command line."""

import io
from pathlib import Path
from typing import Any

import polib
import pytest
import sqlalchemy as sa

from participation.domain.ladder.languages.rules import Standing
from participation.domain.people.models import Role, RoleGrant
from participation.domain.people.staff.operations import add_staff
from participation.domain.projects.models import Project, ProjectText
from participation.domain.record.models import RecordEntry
from participation.kit import clock as system_clock
from participation.kit.database import Database, Session
from tests.browsing import Browser, forms, sign_in_as
from tests.cast import DAY, Cast, assemble
from tests.channels.test_staff_languages import edit, standing, text
from tests.drafting import IN_SWAHILI, WORDS, complete, publish
from tests.promises.promised import WRITING, statements
from tests.slips import SECRETS
from tests.test_cli import SECRET
from tests.test_cli_people import run

DESK = "/staff/projects/flood-sirens/languages"


@pytest.fixture
async def sirens(session: Session, cast: Cast, tmp_path: Path) -> Project:
    project = await publish(session, cast, await complete(session, cast), tmp_path)
    await session.commit()
    return project


@pytest.fixture
async def omar(visitor: Browser, app: Any, cast: Cast, sirens: Project) -> Browser:
    await sign_in_as(visitor, app, cast.omar)
    return visitor


async def downloaded(omar: Browser, language: str, source: str = "") -> polib.POFile:
    page = await omar.get(f"{DESK}/{language}.po" + (f"?from={source}" if source else ""))
    assert page.status_code == 200
    assert page.headers["content-disposition"] == f'attachment; filename="flood-sirens.{language}.po"'
    return polib.pofile(page.content.decode())


def entry(file: polib.POFile, key: str) -> polib.POEntry:
    return next(one for one in file if one.msgctxt == key)


async def uploaded(omar: Browser, language: str, content: bytes | None, **fields: str) -> Any:
    """As a browser sends the form with a file."""
    await omar.get(f"{DESK}/{language}/file")
    data = dict(forms(omar.page.text)[-1].fields) | fields
    data.pop("file", None)
    files = {"file": ("" if content is None else "texts.po", io.BytesIO(content or b""))}
    omar.page = await omar.client.post(f"{DESK}/{language}/file", data=data, files=files)
    return omar.page


async def test_a_translator_gets_the_texts_and_their_work_comes_back(
    omar: Browser, session: Session, sirens: Project
) -> None:
    file = await downloaded(omar, "ar", "en")
    assert entry(file, "project.summary").msgid == WORDS["summary"]
    assert "At most 150 words." in entry(file, "project.summary").comment
    assert "nplurals=6" in file.metadata["Plural-Forms"]
    entry(file, "project.title").msgstr = "صفارات الفيضان"
    entry(file, "project.payer").msgstr = "المدينة، من ميزانيتها."
    page = await uploaded(omar, "ar", str(file).encode())
    assert page.status_code == 200
    assert "2 texts were taken." in page.text
    assert await text(session, sirens, "ar", "title") == "صفارات الفيضان"
    assert await standing(session, sirens, "project.title", "ar") is Standing.WHOLE
    marks = await session.scalar(sa.select(ProjectText.marks).where(ProjectText.language == "ar"))
    assert marks["title"]["how"] == "import"
    assert "from a translator&#39;s file" in (await omar.get(f"{DESK}/ar?show=all")).text
    kinds = (await session.scalars(sa.select(RecordEntry.kind))).all()
    assert kinds[-1] == "project_edited", "one edit, whatever the number of texts"
    page = await uploaded(omar, "ar", str(file).encode())
    assert "0 texts were taken. 2 were there already." in page.text


async def test_what_is_out_of_date_is_fuzzy_and_comes_back_right(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    await edit(session, cast, sirens, "en", payer="The bank pays.")
    file = await downloaded(omar, "sw")
    assert [one.msgctxt for one in file if one.fuzzy] == ["project.payer"]
    page = await uploaded(omar, "sw", str(file).encode())
    assert await standing(session, sirens, "project.payer", "sw") is Standing.STALE
    late = entry(file, "project.payer")
    late.msgstr = "Benki inalipa."
    page = await uploaded(omar, "sw", str(file).encode())
    assert "they do not count yet" in page.text
    assert await text(session, sirens, "sw", "payer") == "Benki inalipa."
    assert await standing(session, sirens, "project.payer", "sw") is Standing.STALE
    late.flags.remove("fuzzy")
    await uploaded(omar, "sw", str(file).encode())
    assert await standing(session, sirens, "project.payer", "sw") is Standing.WHOLE


async def test_what_was_translated_from_older_words_is_taken_as_out_of_date(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    file = await downloaded(omar, "ar", "en")
    entry(file, "project.payer").msgstr = "المدينة"
    await edit(session, cast, sirens, "en", payer="The bank pays.")
    page = await uploaded(omar, "ar", str(file).encode())
    assert "Taken, but out of date" in page.text
    assert await standing(session, sirens, "project.payer", "ar") is Standing.STALE


async def test_what_somebody_has_written_meanwhile_is_not_overwritten_unless_asked_for(
    omar: Browser, session: Session, cast: Cast, sirens: Project
) -> None:
    file = await downloaded(omar, "sw")
    entry(file, "project.payer").msgstr = "Mtafsiri anasema."
    await edit(session, cast, sirens, "sw", payer="Afisa anasema.")
    page = await uploaded(omar, "sw", str(file).encode())
    assert "Not taken: somebody has changed them" in page.text
    assert await text(session, sirens, "sw", "payer") == "Afisa anasema."
    await uploaded(omar, "sw", str(file).encode(), replace="1")
    assert await text(session, sirens, "sw", "payer") == "Mtafsiri anasema."


async def test_what_this_project_does_not_say_is_listed(omar: Browser, sirens: Project) -> None:
    file = await downloaded(omar, "ar", "en")
    file.append(polib.POEntry(msgctxt="project.colour", msgid="Blue", msgstr="أزرق"))
    file.append(polib.POEntry(msgid="No context", msgstr="بلا"))
    page = await uploaded(omar, "ar", str(file).encode())
    assert "this project has no such text" in page.text
    assert "project.colour" in page.text
    assert "No context" in page.text


async def test_a_line_that_breaks_a_limit_is_named_and_nothing_is_taken(
    omar: Browser, session: Session, sirens: Project
) -> None:
    file = await downloaded(omar, "sw")
    entry(file, "project.title").msgstr = "Ving'ora"
    entry(file, "project.summary").msgstr = "neno " * 151
    entry(file, "project.contact").msgstr = "j" * 1_001
    raw = str(file)
    page = await uploaded(omar, "sw", raw.encode())
    assert page.status_code == 422
    line = raw[: raw.index('msgctxt "project.summary"')].count("\n") + 1
    assert f"Line {line}: This has 151 words" in page.text
    assert "This is too long: 1,001 characters" in page.text
    assert await text(session, sirens, "sw", "title") == IN_SWAHILI["title"]


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        (None, 422, "Please choose a file."),
        (b"", 422, "This is no translators&#39; file"),
        (b"hello", 422, "Line 1: This line is neither a comment"),
        (b'msgid ""\nmsgstr ""\n"Language: sw\\n"\n\nmsgctxt "a"\nmsgid "x\n', 422, "Line 6:"),
        (b'msgid ""\nmsgstr ""\n"X: y\\n"\n', 422, "The head of the file does not say"),
        (b'msgid ""\nmsgstr ""\n"Language: ar\\n"\n', 422, "This file is for another language"),
        (b"#" * (1024 * 1024 + 1), 422, "The file is larger than 1 MB."),
        (b"\xff\xfa\n", 422, "This is not written in UTF-8."),
    ],
)
async def test_a_file_that_cannot_be_read_changes_nothing(
    omar: Browser, session: Session, sirens: Project, content: bytes | None, status: int, said: str
) -> None:
    before = (await session.scalars(sa.select(RecordEntry.id))).all()
    page = await uploaded(omar, "sw", content)
    assert page.status_code == status
    assert said in page.text
    assert (await session.scalars(sa.select(RecordEntry.id))).all() == before


@pytest.mark.parametrize("path", ["/xx.po", "/sw.po?from=sw", "/sw.po?from=xx", "/sw.po/x"])
async def test_there_is_no_such_file(omar: Browser, path: str) -> None:
    assert (await omar.get(DESK + path)).status_code == 404


@pytest.mark.parametrize("path", ["/sw.po", "/sw/file"])
async def test_only_officials_of_the_place_may(
    visitor: Browser, app: Any, cast: Cast, sirens: Project, path: str
) -> None:
    assert "sign-in" in str((await visitor.get(DESK + path)).url)
    for actor in (cast.amina, cast.mariam, cast.ada):
        await sign_in_as(visitor, app, actor)
        assert (await visitor.get(DESK + path)).status_code == 403


async def test_a_file_of_a_projects_own_words_takes_at_most_twelve_statements(
    omar: Browser, database: Database, session: Session, sirens: Project
) -> None:
    file = await downloaded(omar, "ar", "en")
    for one in file:
        one.msgstr = f"نص {one.msgctxt}" if one.msgctxt.startswith("project.") else ""
    await omar.get(f"{DESK}/ar/file")
    data = dict(forms(omar.page.text)[-1].fields)
    with statements(database) as asked:
        page = await omar.client.post(
            f"{DESK}/ar/file", data=data, files={"file": ("texts.po", io.BytesIO(str(file).encode()))}
        )
    assert "8 texts were taken." in page.text
    assert len(asked) <= WRITING, asked


async def test_an_operator_exports_and_imports(real_database: Database, real_database_url: str, tmp_path: Path) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        await publish(session, cast, await complete(session, cast), tmp_path)
        now = system_clock.now()
        person, _secret = await add_staff(
            session, city=cast.city, login="omar", password="four calm green boats", roles=[], secrets=SECRETS, at=now
        )
        over: dict[str, Any] = {"granted_at": now, "ends_at": now + 30 * DAY, "place_id": cast.city.root.id}
        session.add(RoleGrant(city_id=cast.city.id, person_id=person, role=Role.OFFICIAL, **over))
    environ = {
        "PARTICIPATION_DATABASE_URL": real_database_url,
        "PARTICIPATION_SECRET": SECRET,
        "PARTICIPATION_KEYS": str(tmp_path / "keys"),
        "PATH": "/usr/bin:/bin",
    }
    path = tmp_path / "sirens.ar.po"
    done = run(environ, "export", "texts", "flood-sirens", "--language", "ar", "--from", "en", "--out", str(path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"10 texts in" in done.stdout
    file = polib.pofile(path.read_text())
    entry(file, "project.title").msgstr = "صفارات"
    file.save(str(path))
    done = run(environ, "import", "texts", "flood-sirens", str(path), "--by", "omar")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"1 texts are taken" in done.stdout
    async with real_database.reading() as session:
        wanted = sa.select(ProjectText.title).where(ProjectText.language == "ar")
        assert await session.scalar(wanted) == "صفارات"
    path.write_text(path.read_text() + "\nbroken\n")
    done = run(environ, "import", "texts", "flood-sirens", str(path), "--by", "omar")
    assert done.returncode == 2
    assert done.stderr.startswith(b"participation: Line ")
    assert done.stderr.count(b"\n") == 1
    for wrong in (
        ("export", "texts", "flood-sirens", "--language", "xx", "--out", str(path)),
        ("export", "texts", "nothing", "--language", "ar", "--out", str(path)),
        ("import", "texts", "flood-sirens", str(tmp_path / "none.po"), "--by", "omar"),
        ("import", "texts", "flood-sirens", str(path), "--by", "nobody"),
    ):
        done = run(environ, *wrong)
        assert done.returncode == 2, wrong
        assert done.stderr.count(b"\n") == 1, wrong
