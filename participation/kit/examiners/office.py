"""Examines ODT, DOCX and XLSX: a sound archive of a size that its parts have, well-formed XML without entities, no macros, no programs,
nothing that is fetched from elsewhere when it is opened."""

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from participation.kit.examiners.refusing import Wrong

MOST_PARTS = 3_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_TIMES = 200
"""How much larger than in the archive a part of more than 1 MB may be; text and tables stay far below."""
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = re.compile(r"(^|/)vba(Project|Data)|^(Basic|Scripts)/|macro(enabled)?", re.IGNORECASE)
PROGRAMS = re.compile(r"\.(bin|exe|dll|js|vbs|jar|bat|cmd|ps1|scr|hta|class|docm|dotm|xlsm|ocx)$", re.IGNORECASE)
HARMLESS_PARTS = re.compile(r"printerSettings\d*\.bin$")
FETCHED = re.compile(r"^\s*(https?:|ftp:|file:|smb:|\\\\|//)", re.IGNORECASE)
XML = (".xml", ".rels")
SHOWN_AT_ONCE = {
    "image",
    "object",
    "object-ole",
    "section-source",
    "plugin",
    "applet",
    "floating-frame",
    "event-listener",
}
"""Elements of OpenDocument whose address is opened with the document; links that a reader has to follow are not among them."""


def examine_office(file: BinaryIO, size: int) -> str:
    """`odt` or `docx`."""
    with _opened(file, size) as archive:
        if _is_odt(archive):
            return _odt(archive)
        _open_xml(archive, DOCX, "word/document.xml")
        return "docx"


def examine_workbook(file: BinaryIO, size: int) -> None:
    with _opened(file, size) as archive:
        _open_xml(archive, XLSX, "xl/workbook.xml")


@contextmanager
def _opened(file: BinaryIO, size: int) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            _ends_here(archive, file, size)
            _sound(archive)
            yield archive
    except (BadZipFile, struct.error, EOFError, NotImplementedError):
        raise Wrong("cut_off" if _is_cut_off(file, size) else "breaks") from None


def _is_cut_off(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - 66_000))
    return b"PK\x05\x06" not in file.read()


def _ends_here(archive: ZipFile, file: BinaryIO, size: int) -> None:
    """Nothing stands before, between or after its parts that another program would read as something else."""
    file.seek(max(0, size - 22))
    end = file.read()
    if archive.comment or not end.startswith(b"PK\x05\x06"):
        raise Wrong("two_in_one")
    if min((part.header_offset for part in archive.infolist()), default=1) != 0:
        raise Wrong("two_in_one")


def _sound(archive: ZipFile) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Wrong("too_much")
    if len(names) != len(set(names)):
        raise Wrong("breaks")
    for part in parts:
        if part.flag_bits & 1:
            raise Wrong("encrypted")
        if part.filename.startswith("/") or ".." in part.filename.split("/") or "\\" in part.filename:
            raise Wrong("breaks")
        if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Wrong("breaks")
        if part.file_size > max(1024 * 1024, MOST_TIMES * part.compress_size):
            raise Wrong("too_much")
        if MACROS.search(part.filename):
            raise Wrong("macros")
        if PROGRAMS.search(part.filename) and not HARMLESS_PARTS.search(part.filename):
            raise Wrong("active")
        _read(archive, part)


def _read(archive: ZipFile, part: ZipInfo) -> None:
    """As long as it says, with the checksum that it says; XML is well-formed and declares no entities."""
    parser = _parser() if part.filename.lower().endswith(XML) else None
    with archive.open(part) as content:
        left = part.file_size
        while chunk := content.read(65_536):
            left -= len(chunk)
            if left < 0:
                raise Wrong("too_much")
            if parser is not None:
                _parse(parser, chunk, False)
    if parser is not None:
        _parse(parser, b"", True)


def _parser(started: Callable[[str, dict[str, str]], None] | None = None) -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")

    def declared(*_said: Any) -> Any:
        raise Wrong("entities")

    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    parser.ExternalEntityRefHandler = declared
    parser.StartElementHandler = started
    return parser


def _parse(parser: Any, chunk: bytes, last: bool) -> None:
    try:
        parser.Parse(chunk, last)
    except expat.ExpatError:
        raise Wrong("breaks") from None


def _elements(archive: ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """All elements of an XML part, by their local names, with their attributes by local names."""
    found: list[tuple[str, dict[str, str]]] = []

    def started(element: str, attributes: dict[str, str]) -> None:
        found.append((_local(element), {_local(key): value for key, value in attributes.items()}))

    parser = _parser(started)
    _parse(parser, archive.read(name), True)
    return found


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


# OpenDocument


def _is_odt(archive: ZipFile) -> bool:
    return "mimetype" in archive.namelist()


def _odt(archive: ZipFile) -> str:
    names = set(archive.namelist())
    first = archive.infolist()[0]
    if archive.read("mimetype").decode("ascii", "replace").strip() != ODT or first.filename != "mimetype":
        raise Wrong("other_office")
    if not {"content.xml", "META-INF/manifest.xml"} <= names:
        raise Wrong("breaks")
    for element, _attributes in _elements(archive, "META-INF/manifest.xml"):
        if element in ("encryption-data", "encrypted-key"):
            raise Wrong("encrypted")
    for name in names:
        if name.rpartition("/")[2] in ("content.xml", "styles.xml"):
            _fetches_nothing(archive, name)
    return "odt"


def _fetches_nothing(archive: ZipFile, name: str) -> None:
    for element, attributes in _elements(archive, name):
        if element == "event-listener" or "script" in (element, attributes.get("href", "")[:6]):
            raise Wrong("macros")
        if element in SHOWN_AT_ONCE and FETCHED.match(attributes.get("href", "")):
            raise Wrong("fetches", attributes["href"])


# Office Open XML


def _open_xml(archive: ZipFile, kind: str, main: str) -> None:
    names = archive.namelist()
    if "[Content_Types].xml" not in names:
        raise Wrong("archive")
    types = [attributes.get("ContentType", "") for _element, attributes in _elements(archive, "[Content_Types].xml")]
    if any("macroenabled" in one.lower() or "vbaproject" in one.lower() for one in types):
        raise Wrong("macros")
    if kind not in types or main not in names:
        raise Wrong("other_office")
    for name in names:
        if name.endswith(".rels"):
            _brings_all(archive, name)


def _brings_all(archive: ZipFile, name: str) -> None:
    """What it shows it carries; only links that a reader follows may lead elsewhere."""
    for element, said in _elements(archive, name):
        kind = said.get("Type", "").rpartition("/")[2]
        if element == "Relationship" and said.get("TargetMode") == "External" and kind != "hyperlink":
            raise Wrong("fetches", said.get("Target", ""))
