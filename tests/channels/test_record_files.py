"""What the city serves below `/record` is what the standard says, and a copy made from it verifies."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from participation.domain.record import notes, operations, tree
from participation.domain.record.copy import copy
from participation.domain.record.notes import Signer
from participation.domain.record.sources import Folder, Web
from participation.domain.record.verify import verify
from participation.kit.database import Session
from participation.settings import Settings
from tests.browsing import Browser
from tests.cast import NOW, Cast


@pytest.fixture
async def signer(session: Session, cast: Cast, settings: Settings) -> Signer:
    """Three hundred entries, of which number 7 was erased."""
    city = cast.city.id
    signer = await operations.start(session, city_id=city, host="testserver", folder=settings.keys, at=NOW)
    for n in range(298):
        await operations.append(session, city_id=city, kind="edited", actor=cast.omar, at=NOW, facts={"n": n})
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    await operations.erase_entry(session, city_id=city, number=7, actor=cast.omar, at=NOW, reason="privacy")
    await operations.seal(session, city_id=city, signer=signer, at=NOW)
    await session.commit()
    return signer


class Through(httpx.BaseTransport):
    """Lets a program that waits use the application of a test, which runs on a loop."""

    def __init__(self, app: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")
        self.loop = loop
        self.turn = asyncio.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def ask() -> httpx.Response:
            # The sessions of a test share one connection, so one request at a time.
            async with self.turn:
                return await self.client.get(request.url.path)

        answer = asyncio.run_coroutine_threadsafe(ask(), self.loop).result(30)
        return httpx.Response(answer.status_code, content=answer.content)


async def test_a_copy_made_from_the_city_is_whole(app: Any, signer: Signer, tmp_path: Path) -> None:
    web = Web("http://testserver", Through(app, asyncio.get_running_loop()))
    assert await asyncio.to_thread(copy, web, tmp_path / "copy") == 300
    report = verify(Folder(tmp_path / "copy"), key=signer.verifier)
    assert report.whole, report.findings
    assert (report.size, report.erased, report.origin) == (300, [7], "testserver/record")
    report = await asyncio.to_thread(verify, web)
    assert report.whole, report.findings


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("key", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", "immutable"),
        ("tile/0/001.p/43", "application/octet-stream", "immutable"),
        ("tile/1/000.p/1", "application/octet-stream", "immutable"),
        ("tile/entries/001.p/44", "application/octet-stream", "immutable"),
        ("entry/3.json", "application/json", "no-cache"),
        ("entry/7.tlog-proof", "text/plain; charset=utf-8", "no-cache"),
    ],
)
async def test_files_say_what_they_are_and_how_long_they_hold(
    visitor: Browser, signer: Signer, path: str, kind: str, cache: str
) -> None:
    answer = await visitor.get(f"/record/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert cache in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "entry/300.json",
        "entry/-1.json",
        "entry/abc.json",
        "entry/01.json",
        f"entry/{'9' * 30}.json",
        "entry/300.tlog-proof",
        "tile/0/001",
        "tile/0/001.p/45",
        "tile/2/000.p/1",
        "tile/0/000.p/0",
        "tile/9/x",
        "tile/entries/x001/000",
        "tile/",
        "",
    ],
)
async def test_what_is_not_there_is_a_page_that_says_so(visitor: Browser, signer: Signer, path: str) -> None:
    answer = await visitor.get(f"/record/{path}")
    assert answer.status_code == 404


async def test_an_erased_entry_is_gone(visitor: Browser, signer: Signer) -> None:
    answer = await visitor.get("/record/entry/7.json")
    assert answer.status_code == 410


async def test_a_record_that_has_not_begun_is_not_found(visitor: Browser) -> None:
    for path in ("checkpoint", "key", "entry/0.json", "entry/0.tlog-proof", "tile/0/000.p/1"):
        assert (await visitor.get(f"/record/{path}")).status_code == 404


async def test_a_proof_shows_by_itself_that_an_entry_is_in_the_record(visitor: Browser, signer: Signer) -> None:
    text = (await visitor.get("/record/entry/42.tlog-proof")).text
    head, _, note = text.partition("\n\n")
    first, index, *hashes = head.split("\n")
    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 42")
    opened = notes.open_note(note.encode())
    assert opened.signed_by(signer.verifier)
    claim = notes.checkpoint(opened)
    tile = (await visitor.get("/record/tile/0/000")).content
    leaf = tile[42 * 32 : 43 * 32]
    path = [base64.b64decode(line) for line in hashes]
    assert tree.verify_inclusion(leaf, 42, claim.size, path, claim.root)
