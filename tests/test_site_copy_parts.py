"""What a copy of the site is made of: names of files, links, pages, and files that go straight to the disk."""

import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.responses import FileResponse

from participation.commands.copies.asking import Asker
from participation.commands.copies.site.names import LONGEST, Names
from participation.commands.copies.site.page import Living, Maker

LIVING = "http://testserver"


def test_no_two_addresses_get_one_file() -> None:
    addresses = (
        *("/en/", "/en/projects", "/en/projects?after=1", "/en/projects?AFTER=1", "/en/projects?after=A"),
        *("/en/projects?after=a", "/en/projects?a-b=c", "/en/projects?a=b-c", "/en/projects/after-1.html"),
        *("/en/projects?about=risk/a", "/en/projects?about=risk-a", "/en/projects/aux", "/en/projects/" + "x" * 150),
        *("/documents/1/Plan.pdf", "/documents/1/plan.pdf", "/documents/1/plan.pdf/more", "/record/key", "/en/%D8%A7"),
        *("/documents/1/%2e%2e", "/documents/1/..%2F..%2Fplan.pdf", "/documents/1/."),
    )
    names = Names()
    given = [names.give(address, "text/html") for address in addresses]
    assert len(set(given)) == len(addresses)
    assert all(name == name.lower() and name.isascii() and len(name) <= LONGEST for name in given)
    assert not any(f"{name}/" in other for name in given for other in given)
    assert not any(part.strip(".") == "" for name in given for part in name.split("/"))
    assert given[:3] == ["en/index.html", "en/projects/index.html", "en/projects/after-1.html"]


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("?after=2#c7", "/en/projects?after=2#c7"),
        ("//testserver/ar/", "/ar/"),
        ("http://testserver/en/où", "/en/o%C3%B9"),
        ("http://elsewhere.example/en/", None),
        ("https://testserver/en/", None),
        ("mailto:water@example.org", None),
        ("http://[no", None),
    ],
)
def test_a_link_leads_into_the_site_or_stays_as_it_is(link: str, leads: str | None) -> None:
    assert Living(LIVING, True).within("/en/projects", link) == leads


def test_whatever_is_said_in_a_page_is_said_in_its_copy() -> None:
    html = (
        '<!doctype html><html lang="en"><head><title>R&amp;D</title></head><body><!-- x --><p title=\'a"b\' hidden>1 &lt; 2 &#39;&copy;'
        '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><br><a class=k href="http://[no">there</a></p></body></html>'
    )
    made = Maker("/en/", Living(LIVING, True), lambda block, address: "").parts(html)
    assert made == [html]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=LIVING) as made:
        yield made


async def test_a_file_goes_to_the_disk_piece_by_piece(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(20 * 1024 * 1024))
    asker = Asker(client, FileResponse(tmp_path / "large", media_type="application/pdf"))
    tracemalloc.start()
    with (tmp_path / "copy").open("xb") as file:
        head = await asker.into("/documents/1/large.pdf", lambda head: file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (head.status, head.media_type, head.size) == (200, "application/pdf", 20 * 1024 * 1024)
    assert (tmp_path / "copy").stat().st_size == head.size
    assert peak < 5 * 1024 * 1024
