"""`participation export site`: the public site as plain files, whose links lead from file to file, and nothing else."""

import gzip
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from participation.commands.copies.asking import NotAnswered
from participation.commands.copies.site.crawl import Limits
from participation.commands.copies.site.make import Copied, make
from participation.commands.copies.site.names import LONGEST
from participation.domain.consultations.models import Comment
from participation.domain.moderation.models import Status
from participation.domain.places.queries import one_city
from participation.domain.projects.documents.models import Document, DocumentState
from participation.domain.projects.models import Project, ProjectState
from participation.kit import i18n
from participation.kit.files import Files
from participation.kit.i18n import _
from tests.cast import NOW
from tests.markup import Page, problems
from tests.promises.promised import BUDGET, size
from tests.test_cli import run
from tests.world import World

EVERYTHING = Limits(100_000, 10**10)
SOME = Limits(900, 10**10)
LIVING = "http://testserver"


async def copied(
    world: World, folder: Path, *languages: str, limits: Limits = SOME, at: datetime = NOW, base_url: str = LIVING
) -> Copied:
    async with world.database.reading() as session:
        city = await one_city(session, None)
    return await make(
        replace(world.settings, base_url=base_url),
        world.database,
        city,
        folder,
        languages=languages or city.languages,
        at=at,
        limits=limits,
        advance=lambda done, total: None,
    )


@dataclass
class Walked:
    """Every page of a copy, read once."""

    folder: Path
    pages: dict[str, Page] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def broken(self) -> Iterator[str]:
        """Links and pictures that lead to no file, or to no part of one."""
        for name, page in self.pages.items():
            for node in page.all("a", "link", "img"):
                parts = urlsplit(node.get("href") or node.get("src"))
                if parts.scheme:
                    continue
                target = os.path.normpath(os.path.join(os.path.dirname(name), parts.path)) if parts.path else name
                if parts.path.startswith("/") or target.startswith("..") or not (self.folder / target).is_file():
                    yield f"{name}: {node} leads to no file"
                elif parts.fragment and parts.fragment not in self.pages[target].ids:
                    yield f"{name}: {node} leads to no such part"

    def left_over(self) -> Iterator[str]:
        """What needs a server or a script."""
        for name, page in self.pages.items():
            for node in page.all():
                if node.tag in ("form", "script", "button", "input", "select", "textarea", "fieldset", "label"):
                    yield f"{name} has {node}"
                yield from (f"{name}: {node} has {said}" for said in node.attributes if said.startswith(("hx-", "on")))

    def unsound(self) -> Iterator[str]:
        for name, page in self.pages.items():
            language = name[:2] if "/" in name else "en"
            said = problems(page, language=i18n.tag(language), direction=i18n.direction(language))
            yield from (f"{name}: {problem}" for problem in said)


def walked(folder: Path) -> Walked:
    found = Walked(folder)
    for path in sorted(folder.rglob("*.html")):
        raw = path.read_bytes()
        name = str(path.relative_to(folder))
        found.pages[name] = Page(raw.decode())
        found.sizes[name] = len(gzip.compress(raw, 6))
    return found


@pytest.fixture(scope="module")
async def copy(world: World, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """What is nearest to the first pages in English and Arabic; moved, as whoever puts it on a stick does."""
    folder = tmp_path_factory.mktemp("made") / "copy"
    await copied(world, folder, "en", "ar")
    elsewhere = tmp_path_factory.mktemp("stick") / "a folder" / "city"
    shutil.move(folder, elsewhere)
    return walked(elsewhere)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_link_and_picture_leads_to_a_file_of_the_copy(copy: Walked) -> None:
    assert len(copy.pages) > 300
    assert list(copy.broken()) == []


def test_nothing_needs_a_server_or_a_script(copy: Walked) -> None:
    assert list(copy.left_over()) == []


async def test_pages_are_as_sound_and_as_small_as_on_the_site(copy: Walked, world: World) -> None:
    assert list(copy.unsound()) == []
    assert [name async for name in _grown(copy, world)] == []


async def _grown(found: Walked, world: World) -> AsyncIterator[str]:
    """Pages beyond the budget that keep it on the site."""
    for name, bytes_ in found.sizes.items():
        if bytes_ > BUDGET and size(await world.visitor().client.get(f"/{name.removesuffix('/index.html')}")) <= BUDGET:
            yield f"{name} has {bytes_} bytes"


def test_what_needs_a_server_leads_to_the_site_and_is_marked(copy: Walked) -> None:
    page = copy.pages["ar/projects/water-meters/comments/index.html"]
    outside = [node for node in page.all("a") if node.get("href").startswith(LIVING)]
    paths = {urlsplit(node.get("href")).path for node in outside}
    assert {"/ar/sign-in", "/ar/receipts", "/ar/projects/water-meters/comments"} <= paths
    assert "/ar/projects/water-meters" not in paths
    assert all(node.text.endswith("↗") for node in outside)
    canonical = [node.get("href") for node in page.all("link") if node.get("rel") == "canonical"]
    assert canonical == [f"{LIVING}/ar/projects/water-meters/comments"]


def test_languages_outside_the_copy_lead_to_the_site(copy: Walked) -> None:
    links = {node.get("hreflang"): node.get("href") for node in copy.pages["en/index.html"].all("a")}
    assert links["ar"] == "../ar/index.html"
    assert links["sw"] == f"{LIVING}/sw/"


def test_a_ballot_can_be_read_and_is_filled_in_on_the_site(copy: Walked) -> None:
    page = copy.pages["en/projects/water-meters/ballot/index.html"]
    form = page.ids["form"]
    assert form.tag == "div"
    assert [node.text for node in form.all("span") if "option" in node.get("class")] == [
        "1 For",
        "2 Against",
        "3 I abstain",
    ]
    *sounds, link = form.all("a")
    assert link.get("href") == f"{LIVING}/en/projects/water-meters/ballot"
    # Each option is heard from the copy, in English and in a language without a catalogue.
    assert [one.get("href").partition("/sounds/")[0] for one in sounds] == ["../../../.."] * 6
    other = [node.get("href") for node in page.ids["languages"].all("a")]
    assert "../../../../ar/projects/water-meters/ballot/index.html" in other


async def test_a_page_says_what_it_says_on_the_site(copy: Walked, world: World) -> None:
    for name, address in (("en/projects/bus-corridor", "/en/projects/bus-corridor"), ("ar/record", "/ar/record")):
        page = copy.pages[f"{name}/index.html"]
        there = Page((await world.visitor().client.get(address)).text)
        (here, there_) = (next(tree.all("main")).text.replace(" ↗", "") for tree in (page, there))
        assert here == there_


async def test_every_page_says_in_its_language_that_it_is_a_copy(world: World, tmp_path: Path) -> None:
    await copied(world, tmp_path / "copy", limits=Limits(30, 10**10))
    found = walked(tmp_path / "copy")
    said = _("You can vote, comment and answer on the city's own site, not in this copy.")
    for language in i18n.LANGUAGES:
        banner = next(found.pages[f"{language}/index.html"].all("aside"))
        assert said.into(language) in banner.text
        assert "testserver" in banner.text
    first = found.pages["index.html"]
    assert [node.text for node in first.all("a")] == [i18n.AUTONYMS[code] for code in await _languages(world)]
    assert list(found.broken()) == []


async def _languages(world: World) -> tuple[str, ...]:
    async with world.database.reading() as session:
        return (await one_city(session, None)).languages


def test_documents_are_the_very_files(copy: Walked, world: World) -> None:
    files = [path for path in (copy.folder / "documents").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".pdf", ".geojson"}
    assert list(_changed(files, world)) == []


def _changed(files: list[Path], world: World) -> Iterator[Path]:
    """Files that are not in the store under the hash of what they hold."""
    store = Files(world.settings.store)
    yield from (path for path in files if not store.path(hashlib.sha256(path.read_bytes()).hexdigest()).is_file())


def test_the_record_stands_at_its_own_address(copy: Walked) -> None:
    assert "testserver/record" in (copy.folder / "record/checkpoint").read_text()
    assert (copy.folder / "record/key").read_text().startswith("testserver/record+")


def test_every_name_can_stand_on_a_stick(copy: Walked) -> None:
    names = list(digests(copy.folder))
    assert len({name.lower() for name in names}) == len(names)
    assert all(name == name.lower() and len(name) <= LONGEST and not set(name) & set('?*:|"<>\\ ') for name in names)


async def test_the_same_moment_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    for name in ("one", "two"):
        await copied(world, tmp_path / name, "en", limits=Limits(150, 10**10))
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


async def test_limits_are_kept_and_what_is_left_out_is_told(world: World, tmp_path: Path) -> None:
    few = await copied(world, tmp_path / "few", "en", limits=Limits(25, 10**10))
    assert (few.pages, few.left.count > 25, len(few.left.some)) == (25, True, 3)
    assert list(walked(tmp_path / "few").broken()) == []
    small = await copied(world, tmp_path / "small", "en", limits=Limits(10_000, 1_000_000))
    held = sum(path.stat().st_size for path in (tmp_path / "small").rglob("*") if path.is_file())
    assert small.left.count
    assert 500_000 < held == small.size < 1_010_000
    assert list(walked(tmp_path / "small").broken()) == []


async def test_without_an_address_that_others_can_reach_links_are_words(world: World, tmp_path: Path) -> None:
    await copied(world, tmp_path / "copy", "en", limits=Limits(100, 10**10), base_url="http://127.0.0.1:8000")
    found = walked(tmp_path / "copy")
    assert list(found.broken()) == []
    assert not [
        node for page in found.pages.values() for node in page.all("a", "link") if "127.0.0.1" in node.get("href")
    ]
    assert "Sign in" in next(found.pages["en/index.html"].all("header")).text
    assert [node for node in found.pages["404.html"].all("a")] == []


async def test_what_is_not_public_is_in_no_file(own_world: World, tmp_path: Path) -> None:
    words = b"what nobody is to read any more"
    async with own_world.database.transaction() as session:
        await session.execute(sa.update(Project).where(Project.slug == "water-meters").values(state=ProjectState.DRAFT))
        hidden = sa.select(sa.func.min(Comment.id)).where(Comment.body != "", Comment.status == Status.SHOWN)
        comment = await session.scalar(hidden)
        values = {"body": words.decode(), "status": Status.HIDDEN}
        await session.execute(sa.update(Comment).where(Comment.id == comment).values(**values))
        withdrawn = await session.scalar(
            sa.select(sa.func.min(Document.id)).where(Document.state == DocumentState.PUBLISHED)
        )
        gone = {"state": DocumentState.WITHDRAWN, "reasons": {"en": "It was the wrong one."}, "withdrawn_at": NOW}
        await session.execute(sa.update(Document).where(Document.id == withdrawn).values(**gone))
    await copied(own_world, tmp_path / "copy", "en", limits=Limits(1_000, 10**10))
    assert not (tmp_path / f"copy/documents/{withdrawn}").exists()
    assert not (tmp_path / "copy/en/projects/water-meters").exists()
    for path in (tmp_path / "copy").rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in (words, b"follower@example.org", b"csrf"))
    assert list(walked(tmp_path / "copy").broken()) == []


async def test_a_copy_that_is_broken_off_leaves_nothing(world: World, tmp_path: Path) -> None:
    async with world.database.reading() as session:
        city = await one_city(session, None)

    def broken_off(done: int, total: int) -> None:
        if done > 10:
            raise KeyboardInterrupt

    given = (world.settings, world.database, city, tmp_path / "copy")
    with pytest.raises(KeyboardInterrupt):
        await make(*given, languages=["en"], at=NOW, limits=SOME, advance=broken_off)
    assert not [name for name in os.listdir(tmp_path) if "copy" in name]


@pytest.mark.parametrize("name", ["full", "file", "nowhere/copy"])
def test_a_place_where_no_copy_can_be_made_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/letter.txt").write_text("somebody's")
    (tmp_path / "file").write_text("somebody's")
    done = run("export", "site", str(tmp_path / name))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "has to be" in done.stderr
    assert (tmp_path / "full/letter.txt").read_text() == "somebody's"


async def test_a_page_that_breaks_ends_the_copy_with_its_address(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("participation.channels.web.projects.Asked", broken)
    with pytest.raises(NotAnswered, match="/en/projects cannot be copied: status 500"):
        await copied(world, tmp_path / "copy", "en")
    assert not [name for name in os.listdir(tmp_path) if "copy" in name]


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_whole_site_holds_together_in_both_directions(world: World, tmp_path: Path) -> None:
    whole = await copied(world, tmp_path / "copy", "en", "ar", limits=EVERYTHING)
    assert whole.left.count == 0
    found = walked(tmp_path / "copy")
    assert [*found.broken(), *found.left_over(), *found.unsound()] == []
    assert [name async for name in _grown(found, world)] == []
    files = [path for path in (tmp_path / "copy/documents").rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".pdf", ".geojson", ".png"}
    assert list(_changed(files, world)) == []
