"""Tells what a file is by what it holds, and hands it to whoever knows that kind."""

import os
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from participation.kit.examiners.refusing import Wrong

START = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
EXECUTABLE = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


@dataclass(frozen=True)
class Found:
    format: str
    facts: dict[str, Any] = field(default_factory=dict)
    pictures: list[tuple[int, int, str, bytes]] = field(default_factory=list)
    """Width, height, media type and content."""


def told(file: BinaryIO) -> Found:
    """What it is, once it has been found sound; raises `Wrong`."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size == 0:
        raise Wrong("empty")
    start = file.read(START)
    file.seek(0)
    if start.startswith(b"%PDF-"):
        from participation.kit.examiners.pdf import examine_pdf

        return Found("pdf", examine_pdf(file, size))
    if start.startswith(b"PK\x03\x04"):
        from participation.kit.examiners.office import examine_office

        return Found(examine_office(file, size))
    if start.startswith(PICTURES) or (start.startswith(b"RIFF") and start[8:12] == b"WEBP"):
        from participation.kit.examiners.images import examine_image

        facts, pictures = examine_image(file)
        return Found("image", facts, pictures)
    if start.startswith(OLE):
        raise Wrong("encrypted" if ENCRYPTED in file.read() else "old_office")
    if start.startswith(EXECUTABLE):
        raise Wrong("program")
    if start.startswith(ARCHIVES):
        raise Wrong("archive")
    return _text(file)


def _text(file: BinaryIO) -> Found:
    """JSON or a table; anything else that is text is none of what is taken."""
    raw = file.read()
    if not raw.strip():
        raise Wrong("empty")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _is_nearly_text(raw):
            raise Wrong("not_utf8", str(raw.count(b"\n", 0, error.start) + 1)) from None
        raise Wrong("unknown") from None
    if any(character < " " and character not in "\t\n\r" for character in set(text)):
        raise Wrong("unknown")
    first = text.lstrip()[:1]
    if first in "{[":
        from participation.kit.examiners.geojson import examine_geojson

        return Found("geojson", examine_geojson(text))
    if first == "<":
        raise Wrong("markup")
    from participation.kit.examiners.tables import examine_table

    return Found("csv", examine_table(text))


def _is_nearly_text(raw: bytes) -> bool:
    """Text in another encoding, not something else: it has lines and no control characters but those of text."""
    return b"\x00" not in raw and not any(byte < 32 and byte not in b"\t\n\r" for byte in set(raw))
