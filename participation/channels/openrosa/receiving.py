"""Reads what a client posts: one part with the XML, and files, of which nobody asked for any and none is kept."""

from starlette.requests import Request

from participation.channels.http.parts import Parts, WrongParts
from participation.channels.http.routing import TooLarge
from participation.channels.openrosa.answering import LARGEST
from participation.domain.proxies.odk import rules

XML_PART = "xml_submission_file"
MOST_PARTS = 50


class _Reading(Parts):
    """The XML, and nothing of the rest."""

    def __init__(self) -> None:
        super().__init__(MOST_PARTS)
        self.xml: bytearray | None = None
        self._here = False

    def begun(self, name: str, file: bytes | None) -> None:
        self._here = name == XML_PART
        if self._here:
            if self.xml is not None:
                raise WrongParts
            self.xml = bytearray()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._here and self.xml is not None:
            self.xml += data[start:end]
            if len(self.xml) > rules.LARGEST_XML:
                raise WrongParts(too_large=True)


async def received(request: Request) -> bytes:
    """The XML. Raises the refusal of what is no multipart form with exactly one, and of what is too large."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST:
        raise TooLarge()
    reading = _Reading()
    try:
        await reading.read(request, LARGEST)
    except WrongParts as wrong:
        raise (TooLarge() if wrong.too_large else rules.no_multipart()) from None
    if not reading.xml:
        raise rules.no_multipart()
    return bytes(reading.xml)
