"""A client that costs little: plain sockets that send prepared requests one after the other and count the answers."""

import asyncio
import gzip
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

import uvloop

Requests = Callable[[int], Iterator[bytes]]
"""Number of a client -> what it sends, one after the other, for as long as it is asked."""


@dataclass
class Load:
    """What came back within a round."""

    seconds: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    cpu: float = 0.0
    """Seconds of processor that the server used."""

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def rate(self) -> float:
        return self.count / self.seconds


class _Connection(asyncio.Protocol):
    """One client: the next request is sent when the whole answer to the last one is there."""

    def __init__(self, requests: Iterator[bytes], load: Load, until: float) -> None:
        self._requests, self._load, self._until = requests, load, until
        self._received = b""
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        request = next(self._requests, None) if time.perf_counter() < self._until else None
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        body = received.find(b"\r\n\r\n") + 4
        if body < 4 or len(received) < body + _length(received[:body]):
            self._received = received
            return
        self._received = b""
        self._load.statuses[received[9:12].decode()] += 1
        self._load.bytes += len(received)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)


def _length(head: bytes) -> int:
    low = head.lower()
    start = low.find(b"content-length:")
    return int(low[start + 15 : low.find(b"\r", start)]) if start >= 0 else 0


async def _round(port: int, requests: Requests, clients: int, seconds: float) -> Load:
    load = Load()
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    connections = [
        (
            await loop.create_connection(
                lambda number=number: _Connection(requests(number), load, began + seconds),  # type: ignore[misc]
                "127.0.0.1",
                port,
            )
        )[1]
        for number in range(clients)
    ]
    await asyncio.gather(*(connection.over for connection in connections))
    load.seconds = time.perf_counter() - began
    return load


class Serves(Protocol):
    port: int

    def cpu(self) -> float: ...


def run(server: Serves, requests: Requests, *, clients: int = 16, seconds: float = 2.0) -> Load:
    """So many clients for so long, or until each has sent all that it has."""
    before = server.cpu()
    load = uvloop.run(_round(server.port, requests, clients, seconds))
    load.cpu = server.cpu() - before
    return load


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    wire: int
    """Bytes that came over the wire: status line, headers and compressed body."""
    text: str
    cookies: Mapping[str, str]


def fetch(port: int, path: str, **headers: str) -> Answer:
    """One answer, read as a browser reads it; redirects are not followed."""
    return send(port, get(port, path, Connection="close", **headers))


def send(port: int, request: bytes) -> Answer:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        received = b""
        while not (end := received.find(b"\r\n\r\n") + 4) > 3 or len(received) < end + _length(received[:end]):
            more = connection.recv(65536)
            if not more:
                break
            received += more
    status, *lines = received[: end - 4].decode("latin-1").split("\r\n")
    fields = [line.partition(": ")[::2] for line in lines]
    headers = {name.lower(): value for name, value in fields}
    body = received[end:]
    plain = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
    set_cookies = [value.partition(";")[0].partition("=") for name, value in fields if name.lower() == "set-cookie"]
    cookies = {name: value for name, _equals, value in set_cookies}
    return Answer(int(status.split()[1]), headers, len(received), plain.decode(errors="replace"), cookies)


def get(port: int, path: str, **headers: str) -> bytes:
    """A GET as a browser sends it."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Encoding: gzip"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(port: int, path: str, body: str, **headers: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Accept-Encoding: gzip",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def interleaved(contenders: dict[str, Callable[[], Load]], rounds: int) -> dict[str, float]:
    """Requests a second of each, in turns (A B A B …), so that whatever else the machine does meets them alike: the median."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for _turn in range(rounds):
        for name, contender in contenders.items():
            load = contender()
            wrong = {status for status in load.statuses if status[0] not in "23"}
            if wrong or not load.count:
                raise RuntimeError(f"{name}: {dict(load.statuses)}")
            rates[name].append(load.rate)
            if load.cpu:
                print(f"  {name}: {load.rate:,.0f}/s, {load.cpu / load.count * 1e6:,.0f} µs of processor each")
    return {name: median(rate) for name, rate in rates.items()}
