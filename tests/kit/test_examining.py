"""Files from outside are examined elsewhere: what is sound is told, and everything else is refused with its own reason."""

import asyncio
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from PIL import Image

from participation.kit import examining
from participation.kit.elsewhere import made
from participation.kit.examining import Examined, Refused, examined, sheet
from tests import papers

AREA = {"type": "Polygon", "coordinates": [[[47, -3], [47.1, -3], [47.1, -3.1], [47, -3]]]}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


async def told(folder: Path, content: bytes | str) -> Examined:
    path = folder / "a file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return await examined(path)


async def why_not(folder: Path, content: bytes | str) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        await told(folder, content)
    return refused.value.code, refused.value.where


async def test_what_is_sound_is_told_by_what_it_holds(tmp_path: Path) -> None:
    assert (await told(tmp_path, papers.pdf(pages=3))).facts == {"pages": 3}
    assert (await told(tmp_path, papers.docx())).format == "docx"
    assert (await told(tmp_path, papers.odt())).format == "odt"
    table = await told(tmp_path, '﻿district;homes\r\nHarbour;"38; of them 4 empty"\r\nMarket;212\r\n')
    assert (table.format, table.facts) == ("csv", {"rows": 2, "columns": 2})
    found = await told(tmp_path, json.dumps(feature(AREA, name="Under the Bridge")))
    assert (found.format, found.facts["areas"], found.facts["names"]) == ("geojson", 1, ["Under the Bridge"])


UNSOUND: list[tuple[Callable[[], bytes], str]] = [
    (lambda: b"", "empty"),
    (lambda: b" \n\t\n", "empty"),
    (lambda: papers.pdf()[:-300], "cut_off"),
    (lambda: papers.encrypted_pdf(), "encrypted"),
    (lambda: papers.encrypted_pdf(user=""), "encrypted"),
    (lambda: papers.scripted_pdf(), "active"),
    (lambda: papers.launching_pdf(), "active"),
    (lambda: papers.carrying_pdf(), "files_inside"),
    (lambda: papers.pdf() + papers.docx(), "two_in_one"),
    (lambda: papers.pdf() + papers.docx() + b"%%EOF", "two_in_one"),
    (lambda: b"%PDF-1.7\nnothing at all\n%%EOF\n", "breaks"),
    (lambda: papers.encrypted_docx(), "encrypted"),
    (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "old_office"),
    (lambda: papers.docx()[:-40], "cut_off"),
    (lambda: papers.docx() + b"<script>", "two_in_one"),
    (lambda: papers.zipped({"names.txt": "a"}), "archive"),
    (lambda: b"MZ" + bytes(3000), "program"),
    (lambda: b"\x7fELF" + bytes(3000), "program"),
    (lambda: b"#!/bin/sh\necho\n", "program"),
    (lambda: b"\x1f\x8b\x08" + bytes(100), "archive"),
    (lambda: b"<!doctype html><script>alert(1)</script>", "markup"),
    (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "markup"),
    (lambda: bytes(range(256)) * 20, "unknown"),
    (lambda: b"just a few words\nand some more", "not_a_table"),
    (lambda: "a,b\nć,d\n".encode("cp1250"), "not_utf8"),
    (lambda: b"a,b\n1,2\n1,2,3\n", "uneven"),
    (lambda: b'a,b\n1,"2\n', "uneven"),
    (lambda: b"a,b\n1,=cmd|' /C calc'!A0\n", "formula"),
    (lambda: papers.moving(), "moves"),
    (lambda: papers.bomb_png(), "too_many_pixels"),
    (lambda: papers.noise(300, 200)[:9000], "breaks_image"),
    (lambda: papers.saved(Image.new("RGB", (3000, 20)), "PNG"), "too_long"),
    (lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "breaks_image"),
]


@pytest.mark.parametrize(
    ("made", "code"), UNSOUND, ids=[f"{place}-{code}" for place, (_made, code) in enumerate(UNSOUND)]
)
async def test_what_is_not_sound_is_refused_with_its_reason(
    tmp_path: Path, made: Callable[[], bytes], code: str
) -> None:
    assert (await why_not(tmp_path, made()))[0] == code


async def test_office_files_carry_no_macros_no_programs_and_fetch_nothing(tmp_path: Path) -> None:
    parts = papers.docx_parts()
    macro_types = str(parts["[Content_Types].xml"]).replace(
        papers.MAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    tries: list[tuple[dict[str, bytes | str], str]] = [
        (parts | {"word/vbaProject.bin": b"x"}, "macros"),
        (parts | {"[Content_Types].xml": macro_types}, "macros"),
        (parts | {"word/embeddings/oleObject1.bin": b"x"}, "active"),
        (parts | {"../../etc/passwd": b"x"}, "breaks"),
        (parts | {"word/document.xml": "<w:document"}, "breaks"),
        (parts | {"word/document.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}, "entities"),
        (papers.related("attachedTemplate", "http://elsewhere.example/t.dotm"), "fetches"),
        (papers.related("image", "http://elsewhere.example/pixel.png"), "fetches"),
        (papers.odt_parts('<draw:image xlink:href="http://elsewhere.example/pixel.png"/>'), "fetches"),
        (papers.odt_parts() | {"Basic/Standard/Module1.xml": "<a/>"}, "macros"),
        (papers.odt_parts(manifest="<manifest:encryption-data/>"), "encrypted"),
        (papers.odt_parts() | {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "other_office"),
        ({name: part for name, part in parts.items() if name != "word/document.xml"}, "other_office"),
    ]
    for given, code in tries:
        assert (await why_not(tmp_path, papers.zipped(given)))[0] == code, code
    link = await told(tmp_path, papers.zipped(papers.related("hyperlink", "https://elsewhere.example/")))
    assert link.format == "docx"
    link = await told(
        tmp_path, papers.zipped(papers.odt_parts('<text:a xlink:href="https://elsewhere.example/">x</text:a>'))
    )
    assert link.format == "odt"


async def test_an_archive_that_unpacks_to_far_more_is_not_opened(tmp_path: Path) -> None:
    parts = papers.docx_parts() | {"word/media/a.xml": b"<a>" + b" " * 60_000_000 + b"</a>"}
    assert (await why_not(tmp_path, papers.zipped(parts)))[0] == "too_much"
    lying = bytearray(papers.zipped(papers.docx_parts() | {"word/b.txt": b"b" * 5_000_000}))
    for place in range(len(lying) - 4):
        if lying[place : place + 4] == (5_000_000).to_bytes(4, "little"):
            lying[place : place + 4] = (500).to_bytes(4, "little")
    assert (await why_not(tmp_path, bytes(lying)))[0] in ("breaks", "too_much")


async def test_a_file_with_a_password_on_one_part_is_refused(tmp_path: Path) -> None:
    content = bytearray(papers.docx())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        offset = archive.infolist()[2].header_offset
    content[offset + 6] |= 1
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    assert (await why_not(tmp_path, bytes(content)))[0] == "encrypted"


# Pictures


async def test_a_picture_is_made_anew_upright_and_without_its_place(tmp_path: Path) -> None:
    taken = papers.photo()
    assert b"Camera of Amina" in taken
    found = await told(tmp_path, taken)
    assert [(one.width, one.height, one.media_type) for one in found.pictures] == [
        (240, 384, "image/jpeg"),
        (480, 768, "image/jpeg"),
        (960, 1536, "image/jpeg"),
    ]
    for one in found.pictures:
        made = Image.open(io.BytesIO(one.content))
        assert made.size == (one.width, one.height)
        assert dict(made.getexif()) == {}
        assert b"Exif" not in one.content
        assert b"Amina" not in one.content
        above, below = made.getpixel((100, 20)), made.getpixel((100, one.height - 20))
        assert isinstance(above, tuple)
        assert isinstance(below, tuple)
        assert above[0] > 200 > 60 > above[2]
        assert below[2] > 200 > 60 > below[0]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
async def test_even_noise_fits_into_20_kb(tmp_path: Path, form: str) -> None:
    found = await told(tmp_path, papers.noise(1000, 1400, form))
    assert [one.width for one in found.pictures] == [240, 480, 960]
    assert len(found.pictures[0].content) <= 20_000
    assert len(found.pictures[1].content) <= 60_000
    assert len(found.pictures[2].content) <= 200_000


async def test_a_small_picture_is_not_made_larger_and_a_drawing_stays_sharp(tmp_path: Path) -> None:
    small = await told(tmp_path, papers.noise(100, 80))
    assert [(one.width, one.height) for one in small.pictures] == [(100, 80)]
    middle = await told(tmp_path, papers.noise(300, 200))
    assert [one.width for one in middle.pictures] == [240, 300]
    drawn = await told(tmp_path, papers.drawing())
    assert [one.media_type for one in drawn.pictures] == ["image/png"] * 3
    clear = await told(tmp_path, papers.saved(Image.new("RGBA", (500, 300), (0, 0, 0, 0)), "PNG"))
    assert Image.open(io.BytesIO(clear.pictures[0].content)).convert("RGB").getpixel((9, 9)) == (255, 255, 255)
    tall = await told(tmp_path, papers.noise(240, 9000))
    assert len(tall.pictures[0].content) <= 20_000


# Maps


@pytest.mark.parametrize(
    ("said", "code", "where"),
    [
        ("[1, 2]", "map_object", ""),
        ('{"type": "Feature",', "not_json", "1:20"),
        ('{"type": "Point", "coordinates": [NaN, 1]}', "map_number", "NaN"),
        ('{"type": "Point", "coordinates": [1e999, 1]}', "map_number", "coordinates"),
        ('{"type": "Point", "coordinates": ["1", 1]}', "map_number", "coordinates"),
        ('{"type": "Point", "coordinates": [true, 1]}', "map_number", "coordinates"),
        ('{"type": "Point", "coordinates": [1]}', "map_position", "coordinates"),
        ('{"type": "Point", "coordinates": [471, 3]}', "map_range", "coordinates"),
        ('{"type": "Point", "coordinates": ' + "[" * 200_000 + "]" * 200_000 + "}", "map_deep", ""),
        ('{"type": "Topology"}', "map_type", "type"),
        ('{"type": "FeatureCollection", "features": {}}', "map_list", "features"),
        ('{"type": "FeatureCollection", "features": []}', "map_empty", "features"),
        ('{"type": "FeatureCollection", "features": [null]}', "map_object", "features[0]"),
        ('{"type": "LineString", "coordinates": [[1, 2]]}', "map_short", "coordinates"),
        (
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [feature(AREA), feature({**AREA, "coordinates": [[[1, 2], [2, 3], [3, 4], [1, 1]]]})],
                }
            ),
            "map_ring",
            "features[1].geometry.coordinates[0]",
        ),
        (
            json.dumps(feature({"type": "Polygon", "coordinates": [[[1, 2], [1, 2], [1, 2], [1, 2]]]})),
            "map_ring",
            "geometry.coordinates[0]",
        ),
        (
            json.dumps({"type": "MultiPoint", "coordinates": [[1, 2], [3, 99]]}),
            "map_range",
            "coordinates[1]",
        ),
    ],
)
async def test_a_map_that_is_wrong_is_refused_with_the_place(tmp_path: Path, said: str, code: str, where: str) -> None:
    assert await why_not(tmp_path, said) == (code, where)


async def test_a_large_map_is_kept_in_few_positions(tmp_path: Path) -> None:
    line = [[47 + step / 500_000, -3 - (step % 7) / 90_000] for step in range(200_000)]
    found = await told(tmp_path, json.dumps(feature({"type": "LineString", "coordinates": line}, name="River")))
    kept = found.facts["shapes"][0]["parts"][0]
    assert 2 <= len(kept) <= 2_000
    assert (kept[0], kept[-1]) == ([47.0, -3.0], [round(line[-1][0], 6), round(line[-1][1], 6)])


# The process


async def test_whoever_examines_has_limits_writes_nothing_and_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "from participation.kit.examiners.__main__ import limit\nlimit()\n"
        "try:\n    import os; os.write(os.open('there', os.O_CREAT | os.O_WRONLY), b'x')\n"
        "except OSError:\n    print('no file')\n"
        "try:\n    bytearray(2_000_000_000)\nexcept MemoryError:\n    print('no memory')\n"
    )
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        stdout=asyncio.subprocess.PIPE,
        cwd=tmp_path,
        env={"PYTHONPATH": str(examining.ROOT)},
    )
    out, _errors = await done.communicate()
    assert out.split() == [b"no", b"file", b"no", b"memory"]
    monkeypatch.setattr(examining, "PATIENCE", 0.001)
    assert (await why_not(tmp_path, papers.pdf()))[0] == "breaks"


async def test_a_pdf_that_unpacks_to_a_gigabyte_is_refused(tmp_path: Path) -> None:
    assert (await why_not(tmp_path, papers.bomb_pdf()))[0] in ("breaks", "too_much", "no_pages")


# Sheets that were filled in

BLANK = {
    "title": "entries",
    "rows": [["receipt", "stance"], ["# the number", "# for or against"], ["0012-3456-7890", ""], ["=1+1", "+255"]],
    "explained": 1,
    "lists": {"1": ["for", "against"]},
}


async def read(folder: Path, content: bytes) -> list[tuple[int, list[str]]]:
    path = folder / "a sheet"
    path.write_bytes(content)
    return await sheet(path)


async def unread(folder: Path, content: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        await read(folder, content)
    return refused.value.code, refused.value.where


async def blank() -> bytes:
    content = await made("participation.kit.blank_sheets", json.dumps(BLANK).encode(), 60)
    assert content is not None
    return content


async def test_a_blank_workbook_keeps_zeros_and_runs_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(await blank()))
    assert [[(cell.value, cell.data_type) for cell in row] for row in book["entries"].iter_rows(min_row=3)] == [
        [("0012-3456-7890", "s"), (None, "n")],
        [("=1+1", "s"), ("+255", "s")],
    ]
    [rule] = book["entries"].data_validations.dataValidation
    assert str(rule.sqref) == "B3:B4"
    assert book["lists"].sheet_state == "hidden"


async def test_a_filled_sheet_is_read_row_by_row(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(await blank()))
    book["entries"]["A4"], book["entries"]["B3"] = 7.0, "\u0664"
    out = io.BytesIO()
    book.save(out)
    assert (await read(tmp_path, out.getvalue()))[2:] == [(3, ["0012-3456-7890", "\u0664"]), (4, ["7", "+255"])]
    assert await read(tmp_path, "\ufeffa;b\r\n1;2\r\n\r\n;4\r\n".encode()) == [
        (1, ["a", "b"]),
        (2, ["1", "2"]),
        (4, ["", "4"]),
    ]


def reckoned() -> bytes:
    book = openpyxl.Workbook()
    book.active["C7"] = "=A1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rezipped(content: bytes, **parts: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    return papers.zipped(before | {name.replace("__", "/").replace("_", "."): part for name, part in parts.items()})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: b"", ("empty", "")),
        (papers.encrypted_docx, ("encrypted", "")),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), ("old_office", "")),
        (papers.docx, ("other_office", "")),
        (papers.odt, ("archive", "")),
        (reckoned, ("formula", "7 C")),
        (lambda: b"a,b\r\n1,=A1\r\n", ("formula", "2 B")),
        (lambda: rezipped(reckoned(), xl__vbaProject_bin=b"x"), ("macros", "")),
        (lambda: rezipped(reckoned(), xl__more_xml=bytes(40_000_000)), ("too_much", "")),
        (lambda: "a,b\né,1\n".encode("latin-1"), ("not_utf8", "2 A")),
        (lambda: b'a,b\n1,"2\n', ("uneven", "2")),
        (lambda: b"a\n" * 1_001, ("too_much", "1001")),
    ],
)
async def test_what_is_no_filled_sheet_is_refused_with_the_place(
    tmp_path: Path, content: Callable[[], bytes], why: tuple[str, str]
) -> None:
    assert await unread(tmp_path, content()) == why
