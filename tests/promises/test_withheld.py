"""What an office keeps internal leaves by no door before its day: not as open data, by search, in a feed, a letter or an archive."""

import re
import tarfile
from collections.abc import AsyncIterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from participation.channels.opendata.addresses import ADDRESSES
from participation.commands.copies.archive import make
from participation.domain.projects.assessments.queries import shipped_one
from participation.domain.projects.assessments.withheld.operations import open_due
from participation.domain.projects.models import Project
from participation.domain.projects.operations import loaded
from participation.kit.database import Database
from participation.kit.i18n import LANGUAGES
from participation.settings import Settings
from tests.asking import organisation, published_opinion
from tests.assessing import internal, published
from tests.browsing import Browser
from tests.cast import DAY, NOW, Cast
from tests.channels.test_follow import Post
from tests.consulting import SLUG, consulted
from tests.mailing import mail_server, text_of
from tests.stage import Clock

KIND = "risk"
WORD = "hippopotamus"
ASKED = shipped_one(KIND)
QUESTION = next(one for one in ASKED.questions if one.internal)
DAY_OF_IT = date(2027, 4, 1)
EVENING_BEFORE = NOW.replace(month=3, day=31, hour=20, minute=59)
"""23:59 in Nairobi."""
KINDS = ("", "projects", "assessments", "opinions", "documents", "comments")


@pytest.fixture
async def post(settings: Settings, database: Database, clock: Clock, cast: Cast) -> AsyncIterator[Post]:
    async with mail_server() as server:
        yield Post(settings, database, clock, cast, server)


@pytest.fixture
async def filing(post: Post) -> int:
    """A follower waits; then the risks are published, one answer withheld, and an organisation says something about them."""
    async with post.database.transaction() as session:
        made = await consulted(session, post.cast)
    await post.sealed()
    await post.confirmed(slug=SLUG)
    async with post.database.transaction() as session:
        project = await loaded(session, Project.id == made.id, city_id=post.cast.city.id)
        kept = internal(QUESTION, f"The vault is guarded by a {WORD}.", DAY_OF_IT)
        await published(session, post.cast, project, KIND, **{QUESTION.id: kept})
        keepers = await organisation(session, post.cast)
        return (await published_opinion(session, post.cast, project, keepers, KIND)).filing_id


async def leaks(visitor: Browser, filing: int) -> list[str]:
    """Addresses whose answers hold the word."""
    names = {"slug": SLUG, "kind": KIND, "number": str(filing), "id": "1", "step": "consultation"}
    data = [re.sub(r"{(\w+)}", lambda found: names[found[1]], one.path) for one in ADDRESSES]
    tables = [f"{path}.csv" for path, one in zip(data, ADDRESSES, strict=True) if one.table]
    feeds = [
        f"/{language}{place}/{name}"
        for language in LANGUAGES
        for place in ("", f"/projects/{SLUG}")
        for name in ("feed.atom", "calendar.ics")
    ]
    holding = []
    for path in (*data, *tables, *feeds, "/api/v1/openapi.json", "/sitemap.xml"):
        answer = await visitor.get(path)
        none = path.removesuffix(".csv").endswith(("ballot", "outcome", "/documents/1"))
        assert answer.status_code in ((200, 404) if none else (200,)), path
        holding += [path] if WORD in answer.text else []
    for kind in KINDS:
        # The page gives the word back in its form, and marks it only where it was found.
        page = await visitor.get(f"/en/search?word={WORD}&in={kind}")
        holding += [f"search {kind}"] if f"<mark>{WORD}" in page.text else []
    return holding


async def archived(post: Post, folder: Path, at: datetime) -> list[str]:
    """Files of an archive that hold the word."""
    path = folder / f"{at:%m%d}.zip"
    await make(post.settings, post.database, post.cast.city, path, at=at, advance=lambda done, total: None)
    with ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    if "record.tar" in found:
        with tarfile.open(fileobj=BytesIO(found["record.tar"])) as record:
            found |= {one.name: file.read() for one in record if (file := record.extractfile(one)) is not None}
    assert {"projects.ndjson", "assessments.ndjson", "filings.ndjson", "manifest.json"} <= set(found)
    return [name for name, content in found.items() if WORD.encode() in content]


async def test_before_its_day_an_internal_answer_leaves_by_no_door(post: Post, filing: int, tmp_path: Path) -> None:
    visitor = await post.visitor()
    post.clock.now = EVENING_BEFORE
    assert await leaks(visitor, filing) == []
    assert await archived(post, tmp_path, EVENING_BEFORE) == []
    await post.sealed()
    assert await post.gathered() == 1
    await post.deliver()
    told = [text_of(letter) for letter in post.server.letters]
    assert len(told) == 1
    assert WORD not in told[0]


async def test_from_its_day_on_the_doors_that_show_answers_show_it(post: Post, filing: int, tmp_path: Path) -> None:
    """Or the test above would find nothing whatever leaks."""
    post.clock.now = EVENING_BEFORE + DAY
    base = f"/api/v1/projects/{SLUG}/assessments/{KIND}"
    async with post.database.transaction() as session:
        assert await open_due(session, city=post.cast.city, at=post.clock.now) == 1
    found = set(await leaks(await post.visitor(), filing))
    assert found == {base, f"{base}.csv", "search ", "search assessments"}
    assert "assessments.ndjson" in await archived(post, tmp_path, post.clock.now)
