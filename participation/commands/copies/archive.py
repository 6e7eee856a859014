"""Writes everything public of a city into one ZIP, row by row, and says so in the record."""

import json
import os
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

from participation.commands.copies import things
from participation.commands.copies.asking import Asker, asking
from participation.commands.copies.packing import Bundle, Pack, digest_of
from participation.domain.ladder.heard.queries import Part, sounds_in
from participation.domain.ladder.heard.rules import of_city, signed
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments.kept.forms import digest, written
from participation.domain.projects.documents import queries as documents
from participation.domain.projects.meetings.queries import of_projects
from participation.domain.projects.queries import find
from participation.domain.projects.sounds.clips import queries as clips
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.projects.sounds.rules import OF_PROJECTS
from participation.domain.record import queries as record
from participation.domain.record.archived.operations import note_archive
from participation.domain.record.copy import addresses
from participation.domain.record.tiles import WIDTH
from participation.kit.database import Database
from participation.kit.errors import Refusal
from participation.kit.files import Files
from participation.kit.languages import SOURCE
from participation.settings import Settings

Progress = Callable[[int, int], None]
API = "/api/v1"
ROOT = f"{API}/projects"
JSON, CSV = "application/json", "text/csv"
LICENCE = "CC-BY-4.0"
README = """{city}: everything public, as of {at}

A copy of {address}, made row by row while the site was running: what changed meanwhile may stand in one file and not yet in another.
Licence: Creative Commons Attribution 4.0 (https://creativecommons.org/licenses/by/4.0/), but for documents that say otherwise.

manifest.json        every file with its SHA-256 and its size in bytes
city.json            the city, its languages and its districts
projects.ndjson      every published project with its steps, one JSON object in a line; projects.csv for spreadsheets
ballots.ndjson       what was put to the residents, with results and turnout as published; ballots.csv without turnout by place and channel
outcomes.ndjson      what the city decided
comments/            of each project what was said, with counts of reactions, in the order of arrival; as NDJSON and CSV
assessments.ndjson   the newest public version of each impact assessment; questionnaires/ has what was asked
filings.ndjson       assessments, opinions and counter-assessments of organisations, with their answers; filings.csv without these
meetings.ndjson      meetings with their minutes
documents.ndjson     documents with what they say in words; files/ has the files themselves, named by their SHA-256
sounds.ndjson        what can be heard of a project, and of the city's menus; clips.ndjson what is signed; their files stand in files/ too
record.tar           the public record as it stood: unpack it, then: participation record verify --key VKEY record

The fields are described at {address}/api/v1/openapi.json. There is nothing here that anybody could not read on the site:
no draft, no person, no receipt, no hidden words, no internal answer before its day, no count of fewer than ten people.
"""


@dataclass(frozen=True)
class Made:
    path: Path
    digest: str
    size: int
    entries: int


class Archive:
    """One archive being written."""

    def __init__(self, pack: Pack, asker: Asker, database: Database, city: CityView, advance: Progress) -> None:
        self.pack, self.asker, self.database, self.city = pack, asker, database, city
        self.slugs: list[str] = []
        self._advance = advance
        self._rows = self._expected = 0

    def _count(self, rows: int) -> None:
        self._rows += rows
        self._advance(self._rows, max(self._rows, self._expected))

    async def projects(self) -> None:
        async for page in self.asker.pages(ROOT, JSON):
            for line in page.json()["items"]:
                self.slugs.append(line["slug"])
                self._expected += 1 + line["comments"]
        await self._each("projects", "")
        await self._sheet("projects.csv", ROOT)
        await self._each("outcomes", "/outcome")

    async def _each(self, name: str, below: str) -> None:
        """A thing of every project that has it."""
        with self.pack.member(f"{name}.ndjson") as member:
            for slug in self.slugs:
                if (found := await self.asker.one(f"{ROOT}/{slug}{below}")) is not None:
                    member.line(found)

    async def _sheet(self, name: str, address: str) -> None:
        first = True
        with self.pack.member(name) as member:
            async for page in self.asker.pages(address, CSV):
                member.write(page.content if first else page.content.partition(b"\r\n")[2])
                first = False

    async def comments(self) -> None:
        for slug in self.slugs:
            address = f"{ROOT}/{slug}/comments"
            with self.pack.member(f"comments/{slug}.ndjson") as member:
                async for page in self.asker.pages(address, JSON):
                    items = page.json()["items"]
                    for item in items:
                        member.line(item)
                    self._count(len(items))
            await self._sheet(f"comments/{slug}.csv", address)

    async def assessments(self, today: date) -> None:
        with self.pack.member("assessments.ndjson") as member:
            asked: dict[str, bytes] = {}
            for slug in self.slugs:
                async with self.database.reading() as session:
                    project = await find(session, self.city, slug)
                    if project is None:
                        continue
                    kinds = [one.kind for one in await assessments.published(session, project.id, today=today)]
                    for kind in kinds:
                        (one,) = await assessments.version(session, project.id, kind, today=today)
                        if one.asked is None:
                            continue
                        content = written(one.asked)
                        name = f"questionnaires/{kind}-{digest(content).hex()[:12]}.json"
                        asked[name] = json.dumps(content, ensure_ascii=False, indent=1).encode()
                        member.line(things.assessment(slug, one, name))
        for name, text in sorted(asked.items()):
            self.pack.add(name, text)

    async def documents(self, store: Files) -> None:
        files: things.Files = {}
        with self.pack.member("documents.ndjson") as member:
            for slug in self.slugs:
                async with self.database.reading() as session:
                    project = await find(session, self.city, slug)
                    for one in [] if project is None else await documents.shown(session, project.id):
                        editions = await documents.editions(session, one.id)
                        said, here = things.document(slug, one, editions)
                        member.line(said)
                        files |= here
        self._keep(store, files)

    async def heard(self, store: Files) -> None:
        """Sounds that say what is written now, and clips in sign languages."""
        files: things.Files = {}
        with self.pack.member("clips.ndjson") as member:
            for slug in self.slugs:
                async with self.database.reading() as session:
                    project = await find(session, self.city, slug)
                    found = [] if project is None else await clips.of_project(session, project.id)
                    right = None if project is None else signed(project.said("summary"), self.city)
                for said, here in (things.clip(slug, one) for one in found if one.said == right):
                    member.line(said)
                    files |= here
        with self.pack.member("sounds.ndjson") as member:
            for about in (None, *self.slugs):
                for said, here in (things.sound(about, one) for one in await self._sounds(about)):
                    member.line(said)
                    files |= here
        self._keep(store, files)

    async def _sounds(self, slug: str | None) -> Collection[SoundView]:
        """Of a project, or of the city's menus."""
        async with self.database.reading() as session:
            if slug is None:
                parts: list[Part] = [(None, part) for part in of_city([SOURCE])]
            elif (project := await find(session, self.city, slug)) is None:
                return ()
            else:
                parts = [(project.id, part) for part in OF_PROJECTS]
            return (await sounds_in(session, self.city, parts, self.city.heard_languages)).values()

    def _keep(self, store: Files, files: things.Files) -> None:
        for digest_, name in sorted(files.items()):
            if (path := store.path(digest_)).is_file():
                self.pack.copy(name, path)

    async def ballots(self) -> None:
        address = f"{API}/ballots"
        with self.pack.member("ballots.ndjson") as member:
            async for page in self.asker.pages(address, JSON):
                for line in page.json()["items"]:
                    member.line(line)
        await self._sheet("ballots.csv", address)

    async def filings(self) -> None:
        """Each with all of its answers."""
        address = f"{API}/filings"
        with self.pack.member("filings.ndjson") as member:
            async for page in self.asker.pages(address, JSON):
                for line in page.json()["items"]:
                    said = await self.asker.one(f"{ROOT}/{line['project']}/filings/{line['id']}")
                    member.line(line | {"answers": [] if said is None else said["items"]})
        await self._sheet("filings.csv", address)

    async def meetings(self) -> None:
        seen: set[int] = set()
        with self.pack.member("meetings.ndjson") as member:
            for slug in self.slugs:
                async with self.database.reading() as session:
                    project = await find(session, self.city, slug)
                    for one in [] if project is None else await of_projects(session, [project.id]):
                        if one.id not in seen:
                            seen.add(one.id)
                            member.line(things.meeting(self.city, one))

    async def record(self) -> int:
        """The record as of its newest checkpoint, which goes in last; how many entries that covers."""
        async with self.database.reading() as session:
            log = await record.log(session, self.city.id)
            signed = await record.checkpoint(session, self.city.id)
        if log is None or signed is None:
            return 0
        with self.pack.member("record.tar") as member:
            bundle = Bundle(member)
            bundle.add("record/key", f"{log.key}\n".encode())
            for address in addresses(signed.size):
                async with self.database.reading() as session:
                    bundle.add(f"record/{address.path}", await record.tile_file(session, self.city.id, address))
            for first in range(0, signed.size, WIDTH):
                async with self.database.reading() as session:
                    for number in range(first, min(first + WIDTH, signed.size)):
                        with suppress(Refusal):  # erased: the site has no such file either
                            content = await record.entry_file(session, self.city.id, number)
                            bundle.add(f"record/entry/{number}.json", content)
            bundle.add("record/checkpoint", signed.note.encode())
            bundle.close()
        return signed.size


async def make(
    settings: Settings, database: Database, city: CityView, path: Path, *, at: datetime, advance: Progress
) -> Made:
    """The archive is at its place, whole and on the disk, and stands in the record; or neither."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with half.open("xb") as file:
            with ZipFile(file, "w") as archive:
                entries = await _written(Pack(archive), settings, database, city, at, advance)
            file.flush()
            os.fsync(file.fileno())
        made = Made(path, digest_of(half), half.stat().st_size, entries)
        async with database.transaction() as session:
            await note_archive(session, city_id=city.id, digest=made.digest, size=made.size, entries=entries, at=at)
            os.replace(half, path)
            _on_disk(path.parent)
        return made
    finally:
        half.unlink(missing_ok=True)


async def _written(
    pack: Pack, settings: Settings, database: Database, city: CityView, at: datetime, advance: Progress
) -> int:
    address = city.address(settings.base_url)
    day = at.astimezone(city.zone)
    pack.add("README.txt", README.format(city=city.slug, at=f"{day:%Y-%m-%d %H:%M}", address=address).encode())
    with pack.member("city.json") as member:
        member.line(things.city(city))
    async with asking(settings, database, city) as asker:
        archive = Archive(pack, asker, database, city, advance)
        await archive.projects()
        await archive.ballots()
        await archive.comments()
        await archive.assessments(day.date())
        await archive.filings()
        await archive.meetings()
        await archive.documents(Files(settings.store))
        await archive.heard(Files(settings.store))
        entries = await archive.record()
    pack.end({"city": city.slug, "made_at": at.isoformat(), "of": address, "licence": LICENCE, "entries": entries})
    return entries


def _on_disk(folder: Path) -> None:
    """The new name too, should the power fail now."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
