"""Examines a PDF: whole, not encrypted, with pages, and without anything that acts by itself when it is opened.

Refused are scripts, programs that it starts, forms that send, sound and film, files inside it, and what another program would take
for an archive. Links to pages on the web stay: nobody follows them by opening the file.
"""

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from participation.kit.examiners.refusing import Wrong

MOST_PAGES = 5_000
MOST_OBJECTS = 400_000
TAIL = 2_048
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie", "/Sound"}
"""Kinds of actions (`/S`) that a reader would not expect of a document."""
ACTIVE = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
ENCLOSING = {"/EmbeddedFiles", "/EF"}


def examine_pdf(file: BinaryIO, size: int) -> dict[str, Any]:
    file.seek(max(0, size - TAIL))
    tail = file.read()
    if b"%%EOF" not in tail:
        raise Wrong("cut_off")
    file.seek(max(0, size - 66_000))
    if b"PK\x05\x06" in file.read():
        raise Wrong("two_in_one")
    file.seek(0, os.SEEK_SET)
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            raise Wrong("encrypted")
        pages = len(reader.pages)
        _quiet(reader)
    except PyPdfError:
        raise Wrong("breaks") from None
    if not pages:
        raise Wrong("no_pages")
    if pages > MOST_PAGES:
        raise Wrong("too_much")
    return {"pages": pages}


def _quiet(reader: Any) -> None:
    """Nothing in any of its objects acts."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    numbers = [(number, generation) for generation, found in reader.xref.items() for number in found]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise Wrong("too_much")

    def inside(value: Any, depth: int) -> Iterator[DictionaryObject]:
        if isinstance(value, DictionaryObject):
            yield value
        if depth < 40 and isinstance(value, DictionaryObject | ArrayObject):
            for one in value.values() if isinstance(value, DictionaryObject) else value:
                if not isinstance(one, IndirectObject):
                    yield from inside(one, depth + 1)

    for number, generation in numbers:
        for found in inside(reader.get_object(IndirectObject(number, generation, reader)), 0):
            _harmless(found)
    for found in inside(reader.trailer, 0):
        _harmless(found)


def _harmless(found: Any) -> None:
    keys = set(found)
    if keys & ACTIVE or str(found.raw_get("/S") if "/S" in found else "") in ACTIONS:
        raise Wrong("active")
    if keys & ENCLOSING:
        raise Wrong("files_inside")
