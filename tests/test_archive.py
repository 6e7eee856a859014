"""`participation export archive`: everything public in one file, nothing else, in little memory, and in the record."""

import asyncio
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from participation.commands.copies.archive import Made, make
from participation.domain.ballots.models import Ballot
from participation.domain.consultations.models import Comment
from participation.domain.ladder.heard import rules as heard
from participation.domain.moderation.models import Status
from participation.domain.places.queries import one_city
from participation.domain.projects.filings.models import Filing, FilingState
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.queries import find
from participation.domain.projects.sounds.clips.models import Clip
from participation.domain.record import sources, verify
from participation.domain.record.models import RecordEntry
from participation.kit.database import Session
from participation.kit.files import Files
from participation.settings import Settings
from tests.cast import NOW
from tests.test_cli import SECRET, run
from tests.world import World

MOST = 50 * 1024
"""Kilobytes by which 100,000 comments may raise the peak of the process."""
PEAK = """
import resource, sys
from participation.cli import main
sys.argv = ["participation", "export", "archive", sys.argv[1]]
try:
    main()
finally:
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


async def archived(world: World, path: Path, at: datetime = NOW) -> Made:
    async with world.database.reading() as session:
        city = await one_city(session, None)
    return await make(world.settings, world.database, city, path, at=at, advance=lambda done, total: None)


def lines(archive: ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


async def repeat(session: Session, times: int) -> int:
    """The first comment so many times more; the project that it is about."""
    names = [column.name for column in Comment.__table__.columns if column.name not in ("id", "source", "receipt")]
    taken = ", ".join(names)
    first = "(select * from comment where parent_id is null order by id limit 1) c"
    again = (
        f"insert into comment ({taken}) select {taken} from {first}, generate_series(1, {times}) returning project_id"
    )
    return int((await session.scalars(sa.text(again))).all()[0])


async def signed(session: Session, settings: Settings, slug: str) -> None:
    """A clip of a project, in a sign language."""
    city = await one_city(session, None)
    project = await find(session, city, slug)
    assert project is not None
    digest = await Files(settings.store).keep(b"a clip of the tests")
    right = {"said": heard.signed(project.said("summary"), city), "digest": digest, "size": 19, "at": NOW}
    of = {"city_id": city.id, "project_id": project.id, "format": "mp4", "seconds": 31}
    session.add_all([Clip(tongue="KSL", **of, **right), Clip(tongue="ASL", **of, **right | {"said": "an older text"})])


async def test_an_archive_is_what_its_manifest_says_and_stands_in_the_record(own_world: World, tmp_path: Path) -> None:
    async with own_world.database.transaction() as session:
        await signed(session, own_world.settings, "water-meters")
    made = await archived(own_world, tmp_path / "city.zip")
    raw = made.path.read_bytes()
    assert (made.digest, made.size) == (hashlib.sha256(raw).hexdigest(), len(raw))
    with ZipFile(made.path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        listed = {file["name"]: (file["sha256"], file["size"]) for file in manifest["files"]}
        found = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
        assert listed == {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in found.items()}
        files = [name for name in found if name.startswith("files/")]
        assert files
        assert all(Path(name).stem == listed[name][0] for name in files)
        assert all(lines(archive, name) for name in found if name.endswith(".ndjson") and "/" not in name)
        named = {
            name for document in lines(archive, "documents.ndjson") for e in document["editions"] for name in e["files"]
        }
        told = [*lines(archive, "sounds.ndjson"), *lines(archive, "clips.ndjson")]
        assert named | {name for one in told for name in one["files"]} == set(files)
        assert [one["tongue"] for one in lines(archive, "clips.ndjson")] == ["KSL"]
        assert {one["questionnaire"] for one in lines(archive, "assessments.ndjson")} <= set(found)
    async with own_world.database.reading() as session:
        body = await session.scalar(sa.select(RecordEntry.body).where(RecordEntry.kind == "archive_made"))
    facts = {"sha256": made.digest, "bytes": made.size, "entries": made.entries}
    assert json.loads(body or "{}")["facts"] == facts
    assert [name for name in os.listdir(tmp_path) if "city.zip" in name] == ["city.zip"]


async def test_the_record_in_an_archive_can_be_verified_without_the_site(own_world: World, tmp_path: Path) -> None:
    made = await archived(own_world, tmp_path / "city.zip")
    with ZipFile(made.path) as archive, tarfile.open(fileobj=io.BytesIO(archive.read("record.tar"))) as record:
        record.extractall(tmp_path / "out", filter="data")
    key = verify.trusted_key((tmp_path / "out/record/key").read_text())
    report = await asyncio.to_thread(verify.verify, sources.source(str(tmp_path / "out/record")), key=key)
    assert report.whole, list(verify.told(report))
    assert made.entries > 100


async def test_csv_and_ndjson_tell_of_the_same_comments_and_never_of_hidden_words(
    own_world: World, tmp_path: Path
) -> None:
    async with own_world.database.transaction() as session:
        project = await repeat(session, 150)
        mine = (Comment.project_id == project, Comment.body != "", Comment.status == Status.SHOWN)
        hidden = await session.scalar(sa.select(sa.func.min(Comment.id)).where(*mine))
        words = "what nobody is to read any more"
        await session.execute(sa.update(Comment).where(Comment.id == hidden).values(body=words, status=Status.HIDDEN))
        count = await session.scalar(sa.select(sa.func.count()).where(Comment.project_id == project))
        slug = await session.scalar(sa.select(Project.slug).where(Project.id == project))
    made = await archived(own_world, tmp_path / "city.zip")
    with ZipFile(made.path) as archive:
        said = lines(archive, f"comments/{slug}.ndjson")
        rows = list(csv.DictReader(io.StringIO(archive.read(f"comments/{slug}.csv").decode(), newline="")))
        assert not any(words.encode() in archive.read(name) for name in archive.namelist())
    assert count is not None
    assert count > 100, "more than one page, or the second is not tested"
    assert len(said) == count
    assert [row["id"] for row in rows] == [str(one["id"]) for one in said]
    assert [one["body"] for one in said if one["id"] == hidden] == [None]


async def test_what_organisations_filed_is_in_it_with_every_answer_and_what_they_gain(
    own_world: World, tmp_path: Path
) -> None:
    async with own_world.database.reading() as session:
        public = sa.select(Filing.id, Filing.content).where(Filing.state == FilingState.PUBLISHED).order_by(Filing.id)
        stored = {row.id: row.content for row in await session.execute(public)}
    made = await archived(own_world, tmp_path / "city.zip")
    with ZipFile(made.path) as archive:
        filed = lines(archive, "filings.ndjson")
        rows = list(csv.DictReader(io.StringIO(archive.read("filings.csv").decode(), newline="")))
    assert [one["id"] for one in filed] == list(stored) == [int(row["id"]) for row in rows]
    assert {one["purpose"] for one in filed} >= {"counter", "opinion"}
    for one in filed:
        content = stored[one["id"]]
        assert len(one["answers"]) == one["answered"] == len(content.get("answers", {}))
        assert one["organisation"]["gains"] == content["interests"]["gains"]
        said = [words for answer in content.get("answers", {}).values() for words in answer["words"].values()]
        assert set(said) <= {words for answer in one["answers"] for words in answer["answer"].values()}


async def test_ballots_are_in_it_as_they_were_published_and_no_single_vote_is(own_world: World, tmp_path: Path) -> None:
    """Of votes a city publishes the result and turnout in cells of ten people; there is no list of single votes to copy."""
    async with own_world.database.reading() as session:
        seen = sa.select(Ballot.id, Ballot.result, Ballot.key).where(Ballot.announced_at.is_not(None))
        stored = {row.id: row for row in await session.execute(seen.order_by(Ballot.id))}
    made = await archived(own_world, tmp_path / "city.zip")
    with ZipFile(made.path) as archive:
        told = {one["id"]: one for one in lines(archive, "ballots.ndjson")}
        rows = list(csv.DictReader(io.StringIO(archive.read("ballots.csv").decode(), newline="")))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert list(told) == list(stored) == [int(row["id"]) for row in rows]
    counted = {id: row.result for id, row in stored.items() if row.result is not None}
    assert counted
    for id, result in counted.items():
        shown = told[id]["result"]
        assert (shown["result"], shown["votes"], shown["for"]) == (
            *(result["result"], result.get("votes"), result.get("for")),
        )
        assert all(cell["votes"] >= 10 for cell in (*shown["by_place"], *shown["by_channel"]))
    assert not [row.key for row in stored.values() if str(row.key).encode() in everything]


async def test_drafts_and_whoever_made_them_are_in_no_file(own_world: World, tmp_path: Path) -> None:
    async with own_world.database.transaction() as session:
        slug = "water-meters"
        await session.execute(sa.update(Project).where(Project.slug == slug).values(state=ProjectState.DRAFT))
    made = await archived(own_world, tmp_path / "city.zip")
    with ZipFile(made.path) as archive:
        shown = {one["slug"] for one in lines(archive, "projects.ndjson")}
        text = b"".join(archive.read(name) for name in archive.namelist() if name.endswith((".ndjson", ".csv", ".tar")))
    assert shown
    assert slug not in shown
    assert f"comments/{slug}.ndjson" not in archive.namelist()
    for secret in (b"person_id", b"pseudonym_id", b'receipt":', b"follower@example.org"):
        assert secret not in text


async def test_an_archive_that_cannot_be_put_in_its_place_leaves_nothing(own_world: World, tmp_path: Path) -> None:
    (tmp_path / "city.zip").mkdir()
    with pytest.raises(OSError, match=r"city\.zip"):
        await archived(own_world, tmp_path / "city.zip")
    async with own_world.database.reading() as session:
        assert not await session.scalar(sa.select(RecordEntry.id).where(RecordEntry.kind == "archive_made"))
    assert [name for name in os.listdir(tmp_path) if "city.zip" in name] == ["city.zip"]


@pytest.mark.parametrize("name", ["", "nowhere/city.zip"])
def test_a_place_where_no_file_can_be_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    done = run("export", "archive", str(tmp_path / name))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "a file in a folder that is there" in done.stderr


@pytest.mark.slow
async def test_a_hundred_thousand_comments_take_no_more_memory(own_world: World, tmp_path: Path) -> None:
    settings = own_world.settings
    environ = {
        "PARTICIPATION_DATABASE_URL": settings.database_url or "",
        "PARTICIPATION_SECRET": SECRET,
        "PARTICIPATION_KEYS": str(settings.keys),
        "PARTICIPATION_STORE": str(settings.store),
        "PARTICIPATION_BASE_URL": settings.base_url,
    }

    async def peak() -> int:
        command = [sys.executable, "-c", PEAK, str(tmp_path / "city.zip")]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, env=environ)
        assert "entries of the record" in done.stdout, done.stderr
        return int(done.stdout.rpartition("peak ")[2])

    before = await peak()
    async with own_world.database.transaction() as session:
        await repeat(session, 100_000)
    after = await peak()
    with ZipFile(tmp_path / "city.zip") as archive:
        sizes = [archive.read(name).count(b"\n") for name in archive.namelist() if name.startswith("comments/")]
    assert max(sizes) >= 100_000
    assert after - before < MOST, f"{before} kB before, {after} kB after"
