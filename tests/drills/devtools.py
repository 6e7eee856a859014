"""DevTools over a WebSocket, for a Chromium that is too old to be spoken to through a pipe: as much of RFC 6455 as that takes."""

import asyncio
import os
import struct
from base64 import b64encode

TEXT, CLOSED = 0x1, 0x8


class Socket:
    """To one page of a browser on this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def opened(cls, port: int, path: str) -> "Socket":
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**26)
        key = b64encode(os.urandom(16)).decode()
        lines = ("Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13")
        writer.write("\r\n".join([f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode())
        assert b" 101 " in (await reader.readuntil(b"\r\n\r\n"))
        return cls(reader, writer)

    def send(self, text: str) -> None:
        """In one frame; a mask of zeros changes nothing, but one there has to be."""
        data = text.encode()
        long = struct.pack("!BQ", 0xFF, len(data)) if len(data) > 125 else struct.pack("!B", 0x80 | len(data))
        self._writer.write(bytes([0x80 | TEXT]) + long + bytes(4) + data)

    async def receive(self) -> str:
        message = b""
        while True:
            first, second = await self._reader.readexactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", await self._reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
            part = await self._reader.readexactly(length)
            if first & 0xF == CLOSED:
                raise ConnectionError("the browser has closed the page")
            if first & 0xF <= 0x2:
                message += part
                if first & 0x80:
                    return message.decode()

    def close(self) -> None:
        self._writer.close()
