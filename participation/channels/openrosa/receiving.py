"""Reads what a client posts: one part with the XML, and files, of which nobody asked for any and none is kept."""

from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from participation.channels.http.routing import TooLarge
from participation.channels.openrosa.answering import LARGEST
from participation.domain.proxies.odk import rules

XML_PART = "xml_submission_file"
MOST_PARTS = 50


@dataclass
class _Part:
    name: str = ""
    disposition: bytes = b""


class _Reading:
    """What the parser of the library calls."""

    def __init__(self) -> None:
        self.xml: bytearray | None = None
        self.ended = False
        self._parts = 0
        self._part = _Part()
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())

    def on_part_begin(self) -> None:
        self._part = _Part()
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise rules.no_multipart()

    def on_header_begin(self) -> None:
        self._header = (bytearray(), bytearray())

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        if bytes(self._header[0]).lower() == b"content-disposition":
            self._part.disposition = bytes(self._header[1])

    def on_headers_finished(self) -> None:
        _kind, options = parse_options_header(self._part.disposition)
        self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
        if not self._part.name:
            raise rules.no_multipart()
        if self._part.name == XML_PART:
            if self.xml is not None:
                raise rules.no_multipart()
            self.xml = bytearray()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._part.name == XML_PART and self.xml is not None:
            self.xml += data[start:end]
            if len(self.xml) > rules.LARGEST_XML:
                raise TooLarge()

    def on_end(self) -> None:
        self.ended = True


async def received(request: Request) -> bytes:
    """The XML. Raises the refusal of what is no multipart form with exactly one, and of what is too large."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST:
        raise TooLarge()
    if kind != b"multipart/form-data" or not boundary:
        raise rules.no_multipart()
    reading, size = _Reading(), 0
    callbacks: Any = {name: getattr(reading, name) for name in dir(reading) if name.startswith("on_")}
    try:
        parser = MultipartParser(boundary, callbacks)
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                raise TooLarge()
            parser.write(chunk)
        parser.finalize()
    except (ClientDisconnect, FormParserError, ValueError):
        raise rules.no_multipart() from None
    if not reading.ended or not reading.xml:
        raise rules.no_multipart()
    return bytes(reading.xml)
