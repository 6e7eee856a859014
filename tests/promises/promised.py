"""What every page promises, as checks that say in words what is missing. Used by the walk over all routes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import sqlalchemy as sa

from participation.channels.http.routing import Policy
from participation.kit import i18n
from participation.kit.database import Database
from tests.markup import Page, problems

BUDGET = 12_000
"""Bytes of a page: headers, and body compressed by gzip."""
WITH_EVERYTHING = 32_000
READING, WRITING = 6, 12
"""Statements at most, for a page and for a form that was sent."""
ADDED_BY_THE_SERVER = len("date: Mon, 01 Mar 2027 09:00:00 GMT\r\n")
HEADERS = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "vary": "Accept-Encoding, Cookie, HX-Request, Save-Data",
}
POLICY = ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")


def size(response: httpx.Response) -> int:
    """Bytes on the wire of an answer that was asked for with gzip."""
    head = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
    return len("HTTP/1.1 200 OK\r\n") + head + 2 + ADDED_BY_THE_SERVER + response.num_bytes_downloaded


def whole(response: httpx.Response, page: Page, language: str) -> Iterator[str]:
    """The markup is sound, and in the reader's language and direction."""
    yield from problems(page, language=i18n.tag(language), direction=i18n.direction(language))
    if response.headers.get("content-language") != i18n.tag(language):
        yield f"Content-Language is {response.headers.get('content-language')}"


def safe(response: httpx.Response) -> Iterator[str]:
    for name, value in HEADERS.items():
        if response.headers.get(name) != value:
            yield f"{name} is {response.headers.get(name)!r}"
    policy = response.headers.get("content-security-policy", "")
    for part in POLICY:
        if part not in policy:
            yield f"the security policy lacks {part}"
    # Beside a hash it counts only where hashes are not known: Android 4.4 would show no style.
    if "unsafe" in policy.replace("style-src 'unsafe-inline' 'sha256-", "style-src 'sha256-"):
        yield f"the security policy is {policy}"
    for cookie in response.headers.get_list("set-cookie"):
        if not {"httponly", "samesite=lax", "path=/"} <= set(cookie.lower().split("; ")):
            yield f"cookie {cookie.partition('=')[0]} can be read or sent from elsewhere"


def kept(response: httpx.Response, page: Page, policy: Policy, who: str) -> Iterator[str]:
    """Nobody keeps a page with a form or of somebody's own; a page that may be kept sets no cookie."""
    form = any(node.get("method") == "post" for node in page.all("form"))
    says = response.headers.get("cache-control")
    if form or who != "anybody":
        if says != "no-store":
            yield f"it has a form, or is of somebody's own, and says Cache-Control: {says}"
    elif response.headers.get_list("set-cookie"):
        yield "it has no form, and sets a cookie"
    elif policy.cached and says != "no-cache":
        yield f"it may be kept, and says Cache-Control: {says}"


def small(response: httpx.Response) -> Iterator[str]:
    if (bytes_ := size(response)) > BUDGET:
        yield f"{bytes_:,} bytes"


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile; BEGIN, COMMIT and SET do not count, savepoints neither."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() not in ("SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT"):
            asked.append(statement)

    engine = database.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
