"""Engines of old telephones behind the one interface of `engines.Engine`, at 240 by 320: Chromium 67, QtWebKit 602, PhantomJS (WebKit 538)."""

import asyncio
import itertools
import json
import os
import signal
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx

from participation.kit.processes import dies_with_parent
from tests.browser.windows import PHONE
from tests.drills.devtools import Socket
from tests.drills.engines import Failed
from tests.drills.standing import free_port

QTWEBKIT = Path(__file__).with_name("qtwebkit.py")
PHANTOM = Path(__file__).with_name("phantom.js")
PYTHON = "/usr/bin/python3"
"""The system's own, for which Debian packs QtWebKit."""
EXPECTED = ("frame-ancestors",)
"""What engines that are older than this directive say about it."""


class Old(Protocol):
    """One window, and what it complains about."""

    async def goto(self, address: str) -> None: ...
    async def evaluate(self, expression: str) -> Any: ...
    async def picture(self, file: Path) -> None: ...
    async def complaints(self) -> list[str]: ...


def unexpected(said: list[str]) -> list[str]:
    return [words for words in said if not any(known in words for known in EXPECTED)]


class Chromium67:
    """Of May 2018, by DevTools."""

    def __init__(self, socket: Socket) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self._said: list[str] = []

    async def _ask(self, method: str, **given: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": given}))
        while True:
            said = json.loads(await self._socket.receive())
            if said.get("id") == number:
                if "error" in said:
                    raise Failed(said["error"])
                return said["result"]
            if said.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self._said.append(json.dumps(said["params"]))

    async def begin(self, *, scripts: bool) -> None:
        for domain in ("Runtime", "Log", "Page"):
            await self._ask(f"{domain}.enable")
        await self._ask("Emulation.setScriptExecutionDisabled", value=not scripts)
        await self._sized(PHONE["height"])

    async def _sized(self, height: int) -> None:
        size = {"width": PHONE["width"], "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self._ask("Emulation.setDeviceMetricsOverride", **size)

    async def goto(self, address: str) -> None:
        await self._ask("Page.navigate", url=address)

    async def evaluate(self, expression: str) -> Any:
        answer = await self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Failed(answer["exceptionDetails"])
        return answer["result"].get("value")

    async def picture(self, file: Path) -> None:
        await self._sized(int(await self.evaluate("document.documentElement.scrollHeight")))
        taken = b64decode((await self._ask("Page.captureScreenshot"))["data"])
        await asyncio.to_thread(file.write_bytes, taken)
        await self._sized(PHONE["height"])

    async def complaints(self) -> list[str]:
        return unexpected(self._said)


@asynccontextmanager
async def chromium_67(
    program: Path, profile: Path, *, scripts: bool = True, images: bool = True
) -> AsyncIterator[Chromium67]:
    port = await free_port()
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--single-process",
        "--no-zygote",
        f"--user-data-dir={profile}",
    ]
    flags += [f"--remote-debugging-port={port}", *([] if images else ["--blink-settings=imagesEnabled=false"])]
    async with running(str(program), *flags), httpx.AsyncClient(trust_env=False) as client:
        target = (await answered(client, "GET", f"http://127.0.0.1:{port}/json/new?about:blank")).json()
        socket = await Socket.opened(port, f"/devtools/page/{target['id']}")
        found = Chromium67(socket)
        await found.begin(scripts=scripts)
        try:
            yield found
        finally:
            socket.close()


class QtWebKit:
    """Orders and answers are lines of JSON, see `qtwebkit.py`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def _ask(self, **order: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return json.loads(await self._process.stdout.readline())

    async def goto(self, address: str) -> None:
        await self._ask(do="goto", address=address)

    async def evaluate(self, expression: str) -> Any:
        return await self._ask(do="evaluate", expression=expression)

    async def picture(self, file: Path) -> None:
        await self._ask(do="picture", file=str(file))

    async def complaints(self) -> list[str]:
        return unexpected(await self._ask(do="errors"))


@asynccontextmanager
async def qtwebkit() -> AsyncIterator[QtWebKit]:
    async with running(PYTHON, str(QTWEBKIT), QT_QPA_PLATFORM="offscreen") as process:
        yield QtWebKit(process)


class PhantomJS:
    """It reads ES5 and nothing younger. Orders come by HTTP, see `phantom.js`."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def _ask(self, **order: str) -> Any:
        return (await answered(self._client, "POST", "/", content=json.dumps(order))).json()

    async def goto(self, address: str) -> None:
        await self._ask(do="goto", address=address)

    async def evaluate(self, expression: str) -> Any:
        return await self._ask(do="evaluate", expression=expression)

    async def picture(self, file: Path) -> None:
        await self._ask(do="picture", file=str(file))

    async def complaints(self) -> list[str]:
        return unexpected(await self._ask(do="errors"))


@asynccontextmanager
async def phantomjs(program: str) -> AsyncIterator[PhantomJS]:
    port = await free_port()
    base = f"http://127.0.0.1:{port}"
    async with (
        running(program, str(PHANTOM), str(port), OPENSSL_CONF="/dev/null"),
        httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as client,
    ):
        yield PhantomJS(client)


@asynccontextmanager
async def running(program: str, *arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Until nobody needs it any more."""
    process = await asyncio.create_subprocess_exec(
        *(program, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | environment,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def answered(client: httpx.AsyncClient, method: str, address: str, **more: Any) -> httpx.Response:
    """A browser needs a moment until it listens."""
    for _turn in range(200):
        try:
            return await client.request(method, address, **more)
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise AssertionError("the browser does not answer")
