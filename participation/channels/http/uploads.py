"""Reads a form that brings a file: its fields into memory, the file to the disk as it comes, each no more than is taken.

A file that is too large, or that nobody may send, is let go while it comes; the fields are still read, so that nothing that was typed
is lost. Browsers send the fields in the order of the page: the file stands last in its form.
"""

from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request

from participation.kit.files import Arriving, Files, TooLarge

LARGEST_FILE = 20 * 1000 * 1000
LARGEST_FIELDS = 1024 * 1024
LARGEST_BODY = 3 * LARGEST_FILE
"""Beyond that, nobody reads on to find fields after a file that is far too large."""
MOST_PARTS = 500
LONGEST_NAME = 200


class WrongUpload(Exception):
    """What arrived cannot be read as a form, or is more than anybody reads."""

    def __init__(self, *, too_large: bool = False) -> None:
        super().__init__()
        self.too_large = too_large


@dataclass
class Upload:
    """A file that came with a form. Its name is the sender's: never a path, and kept nowhere."""

    file: Arriving | None
    """None where it was not written: it was too large."""
    name: str
    size: int = 0
    too_large: bool = False

    @property
    def digest(self) -> str:
        return self.file.digest if self.file is not None else ""

    def drop(self) -> None:
        if self.file is not None:
            self.file.drop()


@dataclass
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    upload: Upload | None = None
    value: bytearray = field(default_factory=bytearray)


class _Reading:
    """What the parser of the library calls; what has to wait for the disk is done between its calls."""

    def __init__(self, files: Files | None) -> None:
        self._files = files
        self._part = _Part()
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._parts = 0
        self._fields = 0
        self.fields: list[tuple[str, str]] = []
        self.uploads: dict[str, Upload] = {}
        self.waiting: list[tuple[Upload, bytes]] = []

    def on_part_begin(self) -> None:
        self._part = _Part()
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise WrongUpload

    def on_header_begin(self) -> None:
        self._header = (bytearray(), bytearray())

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        self._part.headers[self._header[0].decode("latin-1").lower()] = bytes(self._header[1])

    def on_headers_finished(self) -> None:
        _kind, options = parse_options_header(self._part.headers.get("content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if not name or len(name) > LONGEST_NAME:
            raise WrongUpload
        self._part.name = name
        if b"filename" in options:
            self._part.upload = self._begun(name, options[b"filename"].decode("utf-8", "replace")[:LONGEST_NAME])

    def _begun(self, field_: str, name: str) -> Upload:
        """The first file of a form; a second one is not written."""
        first = self._files is not None and not self.uploads
        upload = Upload(self._files.arriving(LARGEST_FILE) if first and self._files else None, name)
        if first:
            self.uploads[field_] = upload
        return upload

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        chunk = data[start:end]
        if self._part.upload is not None:
            self.waiting.append((self._part.upload, chunk))
            return
        self._fields += len(chunk)
        if self._fields > LARGEST_FIELDS:
            raise WrongUpload(too_large=True)
        self._part.value += chunk

    def on_part_end(self) -> None:
        if self._part.upload is None:
            # What is no text is shown as such where it is read: `kit.text.clean` refuses it.
            self.fields.append((self._part.name, self._part.value.decode("utf-8", "replace")))

    async def to_disk(self) -> None:
        for upload, chunk in self.waiting:
            upload.size += len(chunk)
            if upload.file is not None:
                try:
                    await upload.file.write(chunk)
                except TooLarge:
                    upload.file, upload.too_large = None, True
        self.waiting.clear()


async def received(request: Request, files: Files | None) -> tuple[FormData, dict[str, Upload]]:
    """The fields, with the hash of each file under its field's name; and the files. Without `files` none is written."""
    _kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if not boundary or options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise WrongUpload
    reading = _Reading(files)
    try:
        await _read(request, boundary, reading)
    except BaseException:
        for upload in reading.uploads.values():
            upload.drop()
        raise
    for name, upload in list(reading.uploads.items()):
        if not upload.name and not upload.size:
            # What a browser sends where no file was chosen.
            reading.uploads.pop(name).drop()
    fields: list[tuple[str, str | UploadFile]] = [
        *reading.fields,
        *((name, upload.digest) for name, upload in reading.uploads.items()),
    ]
    return FormData(fields), reading.uploads


async def _read(request: Request, boundary: bytes, reading: _Reading) -> None:
    callbacks: Any = {name: getattr(reading, name) for name in dir(reading) if name.startswith("on_")}
    size, ended = 0, False

    def on_end() -> None:
        nonlocal ended
        ended = True

    try:
        callbacks["on_end"] = on_end
        parser = MultipartParser(boundary, callbacks)
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST_BODY:
                raise WrongUpload(too_large=True)
            parser.write(chunk)
            await reading.to_disk()
        parser.finalize()
    except (ClientDisconnect, FormParserError, ValueError):
        raise WrongUpload from None
    if not ended:
        raise WrongUpload
    for upload in reading.uploads.values():
        if upload.file is not None:
            await upload.file.end()
