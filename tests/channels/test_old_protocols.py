"""Requests as old telephones and the proxies of their networks send them: HTTP/1.0, no name of a host, nothing kept open."""

import asyncio

import pytest

from tests.promises.samples import addresses, open_data, pages
from tests.served import Served
from tests.world import World

OTHERS = ("/record/checkpoint", "/record/key", "/robots.txt", "/sitemap.xml", "/healthz", "/nowhere")


async def ask(served: Served, path: str, *headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request, until the server closes the line; that it does, is half of what is asked here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write("\r\n".join([f"GET {path} HTTP/1.0", *headers, "", ""]).encode())
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


async def everywhere(world: World) -> list[str]:
    """One address of each route, files included."""
    async with world.database.reading() as session:
        found = [(await addresses(route, session))[0].replace("{lang}", "sw") for route in [*pages(), *open_data()]]
    return [*found, *OTHERS]


async def test_no_answer_is_in_chunks_or_keeps_the_line_open(served_world: Served) -> None:
    wrong = []
    for path in await everywhere(served_world.world):
        status, headers, body = await ask(served_world, path, "Via: 1.0 proxy.example")
        if status >= 500 or "transfer-encoding" in headers or int(headers["content-length"]) != len(body):
            wrong.append(f"{path}: {status}, {headers}")
        if not headers.get("location", "http://testserver/").startswith("http://testserver/"):
            wrong.append(f"{path} leads to {headers['location']}")
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("host", ["Host: city.example", "host: 127.0.0.1:8000"])
async def test_a_host_that_was_named_is_where_redirects_lead(served_world: Served, host: str) -> None:
    _status, headers, _body = await ask(served_world, "/en/me", host)
    assert headers["location"].startswith(f"http://{host.partition(': ')[2]}/en/sign-in")


async def test_what_is_not_understood_is_sent_as_it_is(served_world: Served) -> None:
    _status, headers, body = await ask(served_world, "/en/")
    assert "content-encoding" not in headers
    assert body.startswith(b"<!doctype html>")
