"""Browsers that Playwright does not drive, spoken to in their own languages: DevTools over a pipe, and Firefox's Marionette."""

import asyncio
import itertools
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Protocol

from participation.kit.processes import dies_with_parent

LONGEST = 2**26
"""Bytes of one answer."""


class Engine(Protocol):
    """One window."""

    async def goto(self, address: str) -> None: ...
    async def evaluate(self, expression: str) -> Any: ...
    async def offline(self, whether: bool) -> None: ...


class Failed(Exception):
    """The browser says that something went wrong."""


class OldChromium:
    """Chromium of before 2020: it lacks what newer clients of DevTools ask it first."""

    def __init__(self, reader: asyncio.StreamReader, pipe: int) -> None:
        self._reader, self._pipe, self._numbers, self._session = reader, pipe, itertools.count(1), ""

    async def _ask(self, method: str, **given: Any) -> Any:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._pipe, json.dumps(message).encode() + b"\0")
        while True:
            said = json.loads((await self._reader.readuntil(b"\0"))[:-1])
            if said.get("id") == number:
                if "error" in said:
                    raise Failed(said["error"])
                return said["result"]

    async def begin(self) -> None:
        target = await self._ask("Target.createTarget", url="about:blank")
        attached = await self._ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self._ask("Network.enable")

    async def goto(self, address: str) -> None:
        await self._ask("Page.navigate", url=address)

    async def evaluate(self, expression: str) -> Any:
        answer = await self._ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Failed(answer["exceptionDetails"])
        return answer["result"].get("value")

    async def offline(self, whether: bool) -> None:
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        await self._ask("Network.emulateNetworkConditions", offline=whether, **speed)


@asynccontextmanager
async def old_chromium(program: Path, profile: Path) -> AsyncIterator[OldChromium]:
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}', str(program), *flags),
        pass_fds=(theirs_in, theirs_out),
        stderr=asyncio.subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    )
    os.close(theirs_in)
    os.close(theirs_out)
    reader = asyncio.StreamReader(LONGEST)
    loop = asyncio.get_running_loop()
    pipe, _protocol = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours_in, "rb", 0)
    )
    try:
        found = OldChromium(reader, ours_out)
        await found.begin()
        yield found
    finally:
        process.kill()
        await process.wait()
        pipe.close()
        os.close(ours_out)


class Firefox:
    """By Marionette, which every Firefox has had for ten years."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._numbers = reader, writer, itertools.count(1)

    async def read(self) -> Any:
        length = (await self._reader.readuntil(b":"))[:-1]
        return json.loads(await self._reader.readexactly(int(length)))

    async def _ask(self, command: str, **given: Any) -> Any:
        message = json.dumps([0, next(self._numbers), command, given]).encode()
        self._writer.write(str(len(message)).encode() + b":" + message)
        _kind, _number, error, answer = await self.read()
        if error:
            raise Failed(error)
        return answer

    async def begin(self) -> None:
        await self.read()
        await self._ask("WebDriver:NewSession")
        await self._ask("WebDriver:SetTimeouts", script=120_000)

    async def goto(self, address: str) -> None:
        await self._ask("WebDriver:Navigate", url=address)

    async def evaluate(self, expression: str) -> Any:
        script = f"const done = arguments[0]; Promise.resolve({expression}).then(done);"
        return (await self._ask("WebDriver:ExecuteAsyncScript", script=script, args=[]))["value"]

    async def offline(self, whether: bool) -> None:
        script = f"Services.io.manageOfflineStatus = false; Services.io.offline = {json.dumps(whether)};"
        await self._ask("Marionette:SetContext", value="chrome")
        await self._ask("WebDriver:ExecuteScript", script=script, args=[])
        await self._ask("Marionette:SetContext", value="content")


@asynccontextmanager
async def firefox(program: str, profile: Path, port: int) -> AsyncIterator[Firefox]:
    _prepare(profile, port)
    process = await asyncio.create_subprocess_exec(
        *(program, "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(profile)),
        env=os.environ | {"HOME": str(profile)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGKILL),
        start_new_session=True,
    )
    try:
        reader, writer = await _connected(port)
        with closing(writer):
            found = Firefox(reader, writer)
            await found.begin()
            yield found
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _prepare(profile: Path, port: int) -> None:
    profile.mkdir()
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n')


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _turn in range(600):
        try:
            return await asyncio.open_connection("127.0.0.1", port, limit=LONGEST)
        except ConnectionError:
            await asyncio.sleep(0.1)
    raise AssertionError("the browser does not answer")
