"""Behind a proxy that speaks TLS, the site is the one that the browser sees: its scheme, its hosts, its address."""

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
import sqlalchemy as sa

from participation.app import build
from participation.channels.http.proxies import client_of
from participation.kit.database import Database, Session
from participation.kit.hashing import with_check_digit
from participation.settings import Settings
from tests.browsing import Browser, browser
from tests.cast import Cast, found
from tests.slips import handed_out
from tests.stage import Clock

PROXY = "10.0.0.7"
TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


class Proxy:
    """Takes TLS off, and says for whom it asks; what the visitor has said about that stays in front."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        said = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        headers = [header for header in scope["headers"] if header[0] != b"x-forwarded-for"]
        headers.append((b"x-forwarded-for", b", ".join([*said, b"198.51.100.4"])))
        await self.app(scope | {"scheme": "http", "client": (PROXY, 4711), "headers": headers}, receive, send)


@pytest.fixture
async def proxied(settings: Settings, database: Database, session: Session, clock: Clock, cast: Cast) -> Any:
    """Two cities, of which one has the host of the base URL."""
    await found(session, "elsewhere", "elsewhere.example")
    await session.execute(sa.text("update city set host = 'tamarani.example' where slug = 'tamarani'"))
    await session.commit()
    front = build(replace(settings, base_url="https://tamarani.example", trusted_proxies=TRUSTED), database, clock)
    await front.site.load()  # type: ignore[attr-defined]
    return Proxy(front)


@pytest.fixture
async def resident(proxied: Any) -> AsyncIterator[Browser]:
    someone = browser(proxied, "https://tamarani.example")
    yield someone
    await someone.client.aclose()


@pytest.mark.parametrize("host", ["tamarani.example", "elsewhere.example"])
async def test_no_redirect_leads_out_of_tls_or_to_another_host(proxied: Any, host: str) -> None:
    someone = browser(proxied, f"https://{host}")
    for path in ("/", "/en", "/en/projects/", "/en/me"):
        answer = await someone.client.get(path)
        assert answer.status_code in (302, 303, 307), path
        assert answer.headers["location"].startswith(f"https://{host}/"), path
    await someone.client.aclose()


async def test_a_resident_signs_in_and_stays_signed_in(resident: Browser, session: Session, cast: Cast) -> None:
    code = (await handed_out(session, cast))[0].code
    await session.commit()
    await resident.get("/en/sign-in")
    page = await resident.send({"code": code}, headers={"Origin": "https://tamarani.example"})
    assert (page.status_code, str(page.url)) == (200, "https://tamarani.example/en/me")
    assert "__Host-session" in resident.client.cookies


async def test_a_country_behind_one_address_is_not_locked_out_by_those_who_guess(
    proxied: Any, resident: Browser, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opera Mini asks from its own machines: everybody who uses it has the same address, and each a cookie."""
    waits: list[float] = []

    async def at_once(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("participation.channels.http.recognising.sleep", at_once)
    code = (await handed_out(session, cast))[0].code
    await session.commit()
    resident.client.headers["User-Agent"] = "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80/191.308; U; sw) Presto/2.12.423"
    guesser = browser(proxied, "https://tamarani.example")
    for number in range(12):
        await guesser.get("/en/sign-in")
        await guesser.send({"code": with_check_digit(f"{number + 10:015}")})
    assert waits == [0.5, 1, 2, 4, 8, 8, 8]
    await resident.get("/sw/sign-in")
    page = await resident.send({"code": code})
    assert str(page.url).endswith("/sw/me")
    assert len(waits) == 7
    await guesser.client.aclose()


async def test_a_form_is_taken_from_the_host_that_showed_it_and_from_no_other_site(proxied: Any) -> None:
    there = browser(proxied, "https://elsewhere.example")
    for origin, refused in (
        ("https://elsewhere.example", False),
        ("http://elsewhere.example", True),
        ("https://evil.example", True),
    ):
        await there.get("/en/sign-in")
        page = await there.send({"code": "1234"}, headers={"Origin": origin})
        assert page.status_code == 422
        assert ("sent from another site" in page.text) is refused, origin
    await there.client.aclose()


async def test_the_visitors_address_comes_from_the_proxy_and_not_from_the_visitor(
    proxied: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    inner = proxied.app.app

    async def watching(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])
        await inner(scope, receive, send)

    monkeypatch.setattr(proxied.app, "app", watching)
    someone = browser(proxied, "https://tamarani.example")
    await someone.client.get("/en/sign-in", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen == ["198.51.100.4"]
    await someone.client.aclose()


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),  # not a proxy of ours: its word counts for nothing
        (PROXY, [], PROXY),
        (PROXY, ["203.0.113.9, 198.51.100.4"], "198.51.100.4"),
        (PROXY, ["203.0.113.9, 198.51.100.4, 10.1.1.1"], "198.51.100.4"),
        (PROXY, ["203.0.113.9", "198.51.100.4", " fd00::1 "], "198.51.100.4"),
        (f"::ffff:{PROXY}", ["2001:db8::5"], "2001:db8::5"),
        (PROXY, ["10.9.9.9, 10.1.1.1"], "10.9.9.9"),
        (PROXY, ["203.0.113.9, unknown, 10.1.1.1"], "10.1.1.1"),
        (PROXY, [",,"], PROXY),
        (PROXY, ["2001:db8::1, 2001:db8::5, fd00::2, fd00::1"], "2001:db8::5"),
        (PROXY, ["[2001:db8::5]:4711, [fd00::1]"], "2001:db8::5"),
        (PROXY, ["203.0.113.9, 198.51.100.4:4711, 10.1.1.1:80"], "198.51.100.4"),
        (PROXY, ["198.51.100.4, []:80, 10.1.1.1"], "10.1.1.1"),
        ("2001:db8::9", ["203.0.113.9"], "2001:db8::9"),
    ],
)
def test_the_rightmost_address_that_is_no_trusted_proxy_is_the_visitors(
    peer: str, forwarded: list[str], client: str
) -> None:
    assert client_of(peer, forwarded, TRUSTED) == client
