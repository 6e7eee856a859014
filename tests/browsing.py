"""A browser without JavaScript, for tests: follows links, fills forms, sends what a page's own form would send."""

from collections.abc import Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

from participation.domain.people.models import SignIn
from participation.domain.record.actors import Actor
from participation.kit.hashing import keyed


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(a.get("action", ""), a.get("method", "get").lower()))
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and "name" in a:
            kind = a.get("type", "text")
            if kind == "submit":
                form.buttons.append((a["name"], a.get("value", "")))
            elif kind not in ("checkbox", "radio") or "checked" in a:
                form.fields.append((a["name"], a.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "button" and "name" in a:
            form.buttons.append((a["name"], a.get("value", "")))
        elif tag == "select":
            self._select = a.get("name")
        elif tag == "option" and self._select and "selected" in a:
            form.fields.append((self._select, a.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = a.get("name"), ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area and self.forms:
            self.forms[-1].fields.append((self._area, self._text.removeprefix("\n")))
            self._area = None
        elif tag == "select":
            self._select = None


def forms(html: str) -> list[Form]:
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class Browser:
    """`await browser.get('/en/')`, then `await browser.send({...})` fills the page's form that has these fields and sends it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page: httpx.Response

    async def get(self, path: str, **headers: str) -> httpx.Response:
        self.page = await self.client.get(path, headers=headers, follow_redirects=True)
        return self.page

    async def send(
        self,
        values: dict[str, str] | Iterable[tuple[str, str]],
        *,
        form: int | None = None,
        headers: dict[str, str] | None = None,
        follow: bool = True,
    ) -> httpx.Response:
        """Fill and send the form of the page shown that knows the given fields (or the one of that number)."""
        given = list(values.items()) if isinstance(values, dict) else list(values)
        names = {name for name, _ in given}
        candidates = [f for f in forms(self.page.text) if f.method == "post"]
        if form is not None:
            chosen = candidates[form]
        else:
            chosen = max(candidates, key=lambda f: len(names & {n for n, _ in (*f.fields, *f.buttons)}))
        data = [(name, value) for name, value in chosen.fields if name not in names] + given
        return await self.post(urljoin(str(self.page.url), chosen.action), data, headers=headers, follow=follow)

    async def post(
        self,
        path: str,
        data: list[tuple[str, str]],
        *,
        headers: dict[str, str] | None = None,
        follow: bool = True,
    ) -> httpx.Response:
        content = urlencode(data)
        self.page = await self.client.post(
            path,
            content=content,
            headers={"Content-Type": "application/x-www-form-urlencoded", **(headers or {})},
            follow_redirects=follow,
        )
        return self.page


@asynccontextmanager
async def serving(app: Any) -> Any:
    """The application's lifespan, run around the requests of a test."""
    async with app.app.router.lifespan_context(app.app):
        yield app


def browser(app: Any, address: str = "http://testserver") -> Browser:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return Browser(httpx.AsyncClient(transport=transport, base_url=address))


async def sign_in_as(browser: Browser, app: Any, actor: Actor, *, staff: bool = False) -> None:
    """A session for this actor, without the sign-in page (which has tests of its own)."""
    site = app.site
    value = f"session-of-{actor.person_id}"
    digest = keyed(site.secrets.key("session"), value)
    async with site.database.transaction() as session:
        if await session.get(SignIn, digest) is None:
            session.add(
                SignIn(
                    digest=digest,
                    city_id=actor.city_id,
                    person_id=actor.person_id,
                    staff=staff or bool(actor.grants),
                    via=str(actor.via),
                    started_at=site.clock(),
                    ends_at=site.clock().replace(year=site.clock().year + 1),
                )
            )
    browser.client.cookies.set("session", value)
