"""Reads a body of several parts as it comes: forms that bring a file, and what OpenRosa's clients submit."""

from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

LONGEST_NAME = 200


class WrongParts(Exception):
    """What arrived cannot be read as parts, or is more than anybody reads."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__()
        self.too_large = too_large


class Parts:
    """What the parser of the library calls. Whoever knows what the parts are overrides `begun`, `on_part_data` and what else it needs."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._ended = False
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._disposition = b""

    def begun(self, name: str, file: bytes | None) -> None:
        """A part has come as far as its content; `file`: what its sender calls it, where it is one."""
        raise NotImplementedError

    async def waited_for(self) -> None:
        """What has to wait for the disk is done here, between two calls of the parser."""

    def on_part_begin(self) -> None:
        self._disposition = b""
        self._left -= 1
        if self._left < 0:
            raise WrongParts

    def on_header_begin(self) -> None:
        self._header = (bytearray(), bytearray())

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        if bytes(self._header[0]).lower() == b"content-disposition":
            self._disposition = bytes(self._header[1])

    def on_headers_finished(self) -> None:
        _kind, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if not name or len(name) > LONGEST_NAME:
            raise WrongParts
        self.begun(name, options.get(b"filename"))

    def on_end(self) -> None:
        self._ended = True

    async def read(self, request: Request, largest: int) -> None:
        """To the end, of at most so many bytes."""
        kind, options = parse_options_header(request.headers.get("content-type"))
        boundary = options.get(b"boundary", b"")
        plain = options.get(b"charset", b"utf-8").lower() in (b"utf-8", b"utf8")
        if kind != b"multipart/form-data" or not boundary or not plain:
            raise WrongParts
        callbacks: Any = {name: getattr(self, name) for name in dir(self) if name.startswith("on_")}
        size = 0
        try:
            parser = MultipartParser(boundary, callbacks)
            async for chunk in request.stream():
                size += len(chunk)
                if size > largest:
                    raise WrongParts(too_large=True)
                parser.write(chunk)
                await self.waited_for()
            parser.finalize()
        except (ClientDisconnect, FormParserError, ValueError):
            raise WrongParts from None
        if not self._ended:
            raise WrongParts
