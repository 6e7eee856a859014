"""Bytes on the wire: every page that a resident can reach, in every language, and the way from home to receipt."""

import asyncio
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

from benchmarks import client
from benchmarks.people import residents
from benchmarks.stage import Stage, served
from benchmarks.table import Row, at_most
from participation.demo import cast
from participation.kit.hashing import Secrets
from participation.kit.i18n import LANGUAGES
from tests.browsing import forms

_LINK = re.compile(r'href="([^"#]+)')
# Of what is filled in for the other rows a few projects are enough: they are all alike.
_ALIKE = re.compile(r"/projects/bulk-(?!1\b|60\b)|/record/(?!1\b|2\b)\d+|/comments/\d+\?|after=|\.(ics|atom|csv|json)$")
MOST = 400
"""Pages of one language at most, should the city grow."""


@dataclass(frozen=True)
class Page:
    path: str
    bytes: int
    comments: int


def rows(stage: Stage) -> Iterator[Row]:
    (someone,) = asyncio.run(residents(stage, 1))
    with served(stage.environment()) as server:
        pages = [
            page
            for language in LANGUAGES
            for cookie in ("", someone.cookie)
            for page in reached(server.port, language, cookie)
        ]
        if not any(page.comments >= 20 for page in pages):
            raise RuntimeError("no page shows twenty comments")
        worst = max(pages, key=lambda page: page.bytes)
        note = f"{worst.path}, the largest of {len(pages):,} pages"
        yield at_most("a page, cold: HTML and CSS, headers, gzip", 12_000, worst.bytes, "bytes", note)
        script = _script(server.port)
        yield at_most("the same with htmx and icons", 32_000, worst.bytes + script, "bytes", f"htmx {script:,}")
        ways = {language: _home_to_receipt(stage, server.port, language) for language in LANGUAGES}
        longest = max(ways, key=lambda language: ways[language])
        yield at_most("home to receipt, four pages, no JavaScript", 40_000, ways[longest], "bytes", longest)


def reached(port: int, language: str, cookie: str) -> Iterator[Page]:
    """Follows every link within one language, from its first page on."""
    waiting, seen = deque([f"/{language}/"]), {f"/{language}/"}
    while waiting and len(seen) < MOST:
        path = waiting.popleft()
        answer = client.fetch(port, path, **({"Cookie": cookie} if cookie else {}))
        if answer.status == 303 or "html" not in answer.headers.get("content-type", ""):
            continue
        if answer.status != 200:
            raise RuntimeError(f"{path}: status {answer.status}")
        yield Page(path, answer.wire, answer.text.count('<article class="say"'))
        fresh = [to for to in links(answer.text, language) if to not in seen]
        seen.update(fresh)
        waiting += fresh


def links(html: str, language: str) -> list[str]:
    """Addresses of pages in the same language to which a page leads, each once."""
    found = (unescape(link) for link in _LINK.findall(html))
    return list(dict.fromkeys(to for to in found if to.startswith(f"/{language}/") and not _ALIKE.search(to)))


def _script(port: int) -> int:
    """What the starting script of a page loads later, once."""
    found = re.search(r"/static/htmx-[0-9a-f]+\.js", client.fetch(port, "/en/").text)
    if found is None:
        raise RuntimeError("the first page loads no htmx")
    return client.fetch(port, found.group()).wire


def _home_to_receipt(stage: Stage, port: int, language: str) -> int:
    """As somebody with a slip goes, without JavaScript; redirects are paid for too."""
    code = cast.code(Secrets(stage.settings().secret), "viwandani", 1)
    project = f"/{language}/projects/water-meters"
    cost, cookies = 0, {"language": language}
    for path in ("/", f"/{language}/", project, f"{project}/ballot"):
        answer = client.fetch(port, path, Cookie=_header(cookies))
        cookies |= answer.cookies
        cost += answer.wire
    form = next(form for form in forms(answer.text) if "code" in dict(form.fields))
    body = urlencode({**dict(form.fields), "code": code, "choice": "1"})
    answer = client.send(port, client.post(port, form.action or path, body, Cookie=_header(cookies)))
    if answer.status != 303:
        raise RuntimeError(f"a vote by code was answered with {answer.status}")
    cookies |= answer.cookies
    receipt = client.fetch(port, urlsplit(answer.headers["location"]).path, Cookie=_header(cookies))
    if receipt.status != 200:
        raise RuntimeError(f"the receipt was answered with {receipt.status}")
    return cost + answer.wire + receipt.wire


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
