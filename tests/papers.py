"""Files for tests, made here: sound ones, and those that a city must not take."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from fpdf import FPDF
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

ODT = "application/vnd.oasis.opendocument.text"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(words: str = "Nine sirens along the river", pages: int = 1) -> bytes:
    made = FPDF()
    for _page in range(pages):
        made.add_page()
        made.set_font("helvetica", size=12)
        made.multi_cell(0, 6, words)
    return bytes(made.output())


def _written(change: Callable[[PdfWriter], Any]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def encrypted_pdf(user: str = "secret") -> bytes:
    return _written(lambda writer: writer.encrypt(user, "owner", algorithm="RC4-128"))


def scripted_pdf() -> bytes:
    """Runs a script as soon as it is opened."""
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    return _written(lambda writer: writer.root_object.__setitem__(NameObject("/OpenAction"), DictionaryObject(action)))


def launching_pdf() -> bytes:
    """Starts a program; the action lies in a dictionary inside another."""

    def change(writer: PdfWriter) -> None:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
        )
        writer.root_object[NameObject("/AA")] = DictionaryObject({NameObject("/WC"): action})

    return _written(change)


def carrying_pdf() -> bytes:
    return _written(lambda writer: writer.add_attachment("list.txt", b"names"))


def bomb_pdf() -> bytes:
    """A stream of objects that unpacks to a gigabyte."""
    packer, blank = zlib.compressobj(9), b" " * 1_000_000
    packed = b"".join(packer.compress(blank) for _piece in range(1_000)) + packer.flush()
    head = b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
    first = head + str(len(packed)).encode() + b">>stream\n" + packed + b"\nendstream endobj\n"
    table = b"".join(struct.pack(">BHB", kind, where, 0) for kind, where in ((0, 0), (1, 9), (2, 1)))
    second = len(first)
    first += b"3 0 obj\n<</Type/XRef/Size 4/W[1 2 1]/Index[0 3]/Root 2 0 R/Length 12>>stream\n" + table
    return first + b"\nendstream endobj\nstartxref\n" + str(second).encode() + b"\n%%EOF\n"


# Office files


def zipped(parts: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else compression
            archive.writestr(zipfile.ZipInfo(name), content, stored)
    return out.getvalue()


def docx_parts(**more: str) -> dict[str, bytes | str]:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>Sirens</w:t></w:r></w:p></w:body></w:document>',
        **more,
    }


def related(kind: str, target: str) -> dict[str, bytes | str]:
    """A DOCX that leads elsewhere, by a link or by something that it shows."""
    parts = docx_parts()
    parts["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r9" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return parts


def odt_parts(content: str = "<text:p>Sirens</text:p>", manifest: str = "") -> dict[str, bytes | str]:
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    return {
        "mimetype": ODT,
        "content.xml": f"<office:document-content {names}><office:body><office:text>{content}</office:text></office:body></office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}</manifest:manifest>',
    }


def docx() -> bytes:
    return zipped(docx_parts())


def odt() -> bytes:
    return zipped(odt_parts())


def encrypted_docx() -> bytes:
    """As Office writes it: an OLE container with a stream of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


# Pictures


def noise(width: int = 1200, height: int = 900, form: str = "JPEG") -> bytes:
    """Which no encoder can make small."""
    image = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    return saved(image, form)


def saved(image: Image.Image, form: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def photo(width: int = 1600, height: int = 1000, turned: int = 6) -> bytes:
    """As a telephone takes it: lying on its side, with the place, the time and the camera; red above, blue below once it is upright."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "Camera of Amina"
    exif[0x8825] = {
        1: "S",
        2: (IFDRational(3), IFDRational(4), IFDRational(5)),
        3: "E",
        4: (IFDRational(47), IFDRational(6), IFDRational(7)),
    }
    return saved(image, "JPEG", exif=exif, quality=90)


def drawing() -> bytes:
    image = Image.new("RGB", (1000, 700), "white")
    image.paste("black", (100, 100, 900, 120))
    image.paste("black", (100, 300, 900, 320))
    return saved(image, "PNG")


def moving() -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


def bomb_png() -> bytes:
    """A few kilobytes that say that they are 30,000 by 30,000 pixels."""
    image = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    image[16:24] = struct.pack(">II", 30_000, 30_000)
    image[29:33] = struct.pack(">I", zlib.crc32(bytes(image[12:29])))
    return bytes(image)
