"""Kannel, a real gateway, on free ports of this machine; and a handset on the other side of it."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_plus, unquote_to_bytes

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = bar
admin-interface = 127.0.0.1
admin-allow-ip = "127.0.0.1"
smsbox-port = {box}
smsbox-interface = 127.0.0.1
log-file = "{folder}/bearerbox.log"
log-level = 0
box-allow-ip = "127.0.0.1"
store-type = file
store-location = "{folder}/kannel.store"

group = smsc
smsc = fake
smsc-id = FAKE
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-file = "{folder}/smsbox.log"
log-level = 0
http-request-retry = 3
http-queue-delay = 2
mo-recode = true

group = sms-service
keyword = default
catch-all = true
max-messages = 4
concatenation = true
omit-empty = true
accept-x-kannel-headers = true
{service}
"""


@dataclass
class Handset:
    """On Kannel's fake centre of a phone network; one message at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, number: str, text: str) -> str:
        """What comes back."""
        told = f"text {text}" if text.isascii() else f"ucs2 {quote(text.encode('utf-16-be'))}"
        self.writer.write(f"{number} 5050 {told}\n".encode())
        await self.writer.drain()
        line = (await asyncio.wait_for(self.reader.readline(), 15)).decode().rstrip("\n")
        _from, _to, kind, said = line.split(" ", 3)
        if kind.startswith("ucs"):
            return unquote_to_bytes(said.replace("+", " ")).decode("utf-16-be")
        return unquote_plus(said) if kind == "data" else said


def _free(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _n in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def _reached(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _attempt in range(100):
        with suppress(OSError):
            return await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.1)
    raise RuntimeError("Kannel does not listen")


@asynccontextmanager
async def kannel(folder: Path, service: str) -> AsyncIterator[Handset]:
    """`service`: the line that says where it asks, such as `get-url = "…"`."""
    programs = [shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin") for name in ("bearerbox", "smsbox")]
    admin, box, centre, send = _free(4)
    ports = {"admin": admin, "box": box, "centre": centre, "send": send}
    configuration = folder / "kannel.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, service=service, **ports))
    started, opened = [], []
    try:
        for program, port in zip(programs, (centre, send), strict=True):
            running = await asyncio.create_subprocess_exec(
                program or "",
                "-v",
                "4",
                str(configuration),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            started.append(running)
            reader, writer = await _reached(port)
            opened.append(writer)
            if port == centre:
                handset = Handset(reader, writer)
        yield handset
    finally:
        for writer in opened:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        for running in reversed(started):
            with suppress(ProcessLookupError):
                running.terminate()
            try:
                await asyncio.wait_for(running.wait(), 5)
            except TimeoutError:
                running.kill()
                await running.wait()
