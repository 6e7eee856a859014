"""The documented proxy with telephones that know TLS 1.2 alone, proxies of HTTP/1.0, and visitors who lie about their address."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from participation.app import build
from tests.drills.conftest import Tell
from tests.drills.standing import free_port
from tests.drills.tls import nginx, tls
from tests.served import serve
from tests.world import World

__all__ = ["nginx"]

pytestmark = pytest.mark.drill


@pytest.fixture
async def clients() -> list[str]:
    """Whom the application took for whoever asked."""
    return []


@pytest.fixture
async def address(nginx: str, own_world: World, tmp_path: Path, clients: list[str]) -> AsyncIterator[str]:
    port = await free_port()
    trusted = (ip_network("127.0.0.1/32"),)
    settings = replace(own_world.settings, base_url=f"https://127.0.0.1:{port}", trusted_proxies=trusted)
    front: Any = build(settings, own_world.database, own_world.clock)
    inner = front.app

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            clients.append(scope["client"][0])
        await inner(scope, receive, send)

    front.app = noting
    own_world.app = front
    async with (
        serve(own_world) as served,
        tls(tmp_path / "tls", nginx, served.address, host="127.0.0.1", port=port) as it,
    ):
        yield it


async def ask(
    address: str, request: str, *, at_most: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, of: str = "127.0.0.1"
) -> tuple[str, str, bytes]:
    """From that address of this machine, until the line is closed: the version that was spoken, head and body of the answer."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = at_most
    host, port = address.removeprefix("https://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context, local_addr=(of, 0))
    version = str(writer.get_extra_info("ssl_object").version())
    writer.write(request.replace("\n", "\r\n").encode())
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return version, head.decode().lower(), body


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
async def test_a_telephone_of_that_version_reads_the_first_page(
    address: str, version: ssl.TLSVersion, tell: Tell
) -> None:
    request = "GET /sw/ HTTP/1.1\nHost: city.example\nConnection: close\nAccept-Encoding: gzip\n\n"
    spoken, head, body = await ask(address, request, at_most=version)
    assert spoken == version.name.replace("_", ".")
    assert head.startswith("http/1.1 200")
    assert "content-encoding: gzip" in head
    assert len(body) > 1000
    tell(f"TLS: {spoken}, the first page in {len(head) + len(body):,} bytes")


async def test_http_1_0_without_a_host_is_answered_whole_and_closed(address: str) -> None:
    _spoken, head, body = await ask(address, "GET /en/ HTTP/1.0\nVia: 1.0 proxy.example\n\n")
    assert "chunked" not in head
    assert f"content-length: {len(body)}" in head
    _spoken, head, _body = await ask(address, "GET /en/me HTTP/1.0\n\n")
    assert f"location: {address}/en/sign-in" in head


async def test_a_visitor_cannot_choose_their_address(address: str, clients: list[str]) -> None:
    visitor = "127.0.0.2"
    for said in ("203.0.113.9", "203.0.113.9, 127.0.0.1", "2001:db8::1", ""):
        request = f"GET /en/receipts HTTP/1.1\nHost: x\nConnection: close\nX-Forwarded-For: {said}\n\n"
        await ask(address, request, of=visitor)
    assert clients == [visitor] * 4
