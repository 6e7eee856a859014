"""Reads a form that brings a file: its fields into memory, the file to the disk as it comes, each no more than is taken.

A file that is too large, or that nobody may send, is let go while it comes; the fields are still read, so that nothing that was typed
is lost. Browsers send the fields in the order of the page: the file stands last in its form.
"""

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from participation.channels.http.parts import LONGEST_NAME, Parts, WrongParts
from participation.kit.files import Arriving, Files, TooLarge

LARGEST_FILE = 20 * 1000 * 1000
LARGEST_FIELDS = 1024 * 1024
LARGEST_BODY = 3 * LARGEST_FILE
"""Beyond that, nobody reads on to find fields after a file that is far too large."""
MOST_PARTS = 500


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


class _Reading(Parts):
    """Fields into memory, the first file to the disk."""

    def __init__(self, files: Files | None) -> None:
        super().__init__(MOST_PARTS)
        self._files = files
        self._name = ""
        self._upload: Upload | None = None
        self._value = bytearray()
        self._size = 0
        self._waiting: list[tuple[Upload, bytes]] = []
        self.fields: list[tuple[str, str]] = []
        self.uploads: dict[str, Upload] = {}

    def begun(self, name: str, file: bytes | None) -> None:
        self._name, self._value = name, bytearray()
        self._upload = None if file is None else self._arriving(name, file.decode("utf-8", "replace")[:LONGEST_NAME])

    def _arriving(self, field_: str, name: str) -> Upload:
        """The first file of a form; a second one is not written."""
        first = self._files is not None and not self.uploads
        upload = Upload(self._files.arriving(LARGEST_FILE) if first and self._files else None, name)
        if first:
            self.uploads[field_] = upload
        return upload

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        chunk = data[start:end]
        if self._upload is not None:
            self._waiting.append((self._upload, chunk))
            return
        self._size += len(chunk)
        if self._size > LARGEST_FIELDS:
            raise WrongParts(too_large=True)
        self._value += chunk

    def on_part_end(self) -> None:
        if self._upload is None:
            # What is no text is shown as such where it is read: `kit.text.clean` refuses it.
            self.fields.append((self._name, self._value.decode("utf-8", "replace")))

    async def waited_for(self) -> None:
        for upload, chunk in self._waiting:
            upload.size += len(chunk)
            if upload.file is not None:
                try:
                    await upload.file.write(chunk)
                except TooLarge:
                    upload.file, upload.too_large = None, True
        self._waiting.clear()


async def received(request: Request, files: Files | None) -> tuple[FormData, dict[str, Upload]]:
    """The fields, with the hash of each file under its field's name; and the files. Without `files` none is written."""
    reading = _Reading(files)
    try:
        await reading.read(request, LARGEST_BODY)
        for upload in reading.uploads.values():
            if upload.file is not None:
                await upload.file.end()
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
