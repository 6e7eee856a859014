"""Translators' files: written for their tools, and read to the line."""

import codecs
import gettext
import io
from contextlib import suppress

import polib
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.kit import i18n
from participation.kit.i18n import LANGUAGES
from participation.kit.po import LARGEST, Broken, Entry, plural_forms, read, written
from tests.promises.test_catalogues import update

HARD = 'Two lines,\n"quoted" \\ with a tab\tand % signs, 20 %(d)s\n\nمرحبا 你好'
FILE = [
    Entry("project.title", "River", "Mto", comments=("Title", "At most 160 characters."), stored="0" * 16),
    Entry("project.description", HARD, HARD, fuzzy=True),
    Entry("answer.risk.worst", "The worst", ""),
]


def test_what_is_written_is_read_again() -> None:
    header, entries = read(written(FILE, language="sw", source="en", project="sirens"))
    assert header["language"] == "sw"
    assert header["x-source-language"] == "en_GB"
    assert [(one.key, one.source, one.text, one.fuzzy, one.stored) for one in entries] == [
        (one.key, one.source, one.text, one.fuzzy, one.stored) for one in FILE
    ]


def test_translators_tools_read_it_as_it_was_meant() -> None:
    raw = written(FILE, language="ar", source="en", project="sirens")
    with_polib = polib.pofile(raw.decode())
    assert [(one.msgctxt, one.msgid, one.msgstr, one.fuzzy) for one in with_polib] == [
        (one.key, one.source, one.text, one.fuzzy) for one in FILE
    ]
    assert with_polib[0].comment.split("\n")[:2] == ["Title", "At most 160 characters."]
    assert with_polib.metadata["Plural-Forms"] == plural_forms("ar")
    with_babel = read_po(io.BytesIO(raw), abort_invalid=True)
    assert [(one.context, one.id, one.string) for one in with_babel if one.id] == [
        (one.key, one.source, one.text) for one in FILE
    ]
    compiled = io.BytesIO()
    write_mo(compiled, with_babel)
    compiled.seek(0)
    assert gettext.GNUTranslations(compiled).pgettext("project.title", "River") == "Mto"


def test_a_file_that_a_tool_has_saved_is_read() -> None:
    saved = polib.pofile(written(FILE, language="sw", source="en", project="sirens").decode(), wrapwidth=40)
    saved[2].msgstr = "Mbaya zaidi"
    saved[1].flags.remove("fuzzy")
    _header, entries = read(str(saved).encode())
    assert [(one.key, one.text, one.fuzzy) for one in entries] == [
        ("project.title", "Mto", False),
        ("project.description", HARD, False),
        ("answer.risk.worst", "Mbaya zaidi", False),
    ]
    assert entries[0].stored == "0" * 16


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_rule_is_the_one_of_the_interface(language: str) -> None:
    raw = written([], language=language, source="en", project="x").decode()
    assert f'"Plural-Forms: {update.plural_header(language)}\\n"' in raw
    assert read(raw.encode())[0]["language"].startswith(i18n.CLDR.get(language, language)[:2])


def _lines(raw: bytes) -> list[tuple[str, str]]:
    return [(one.key, one.text) for one in read(raw)[1]]


@pytest.mark.parametrize(
    "turned",
    [
        lambda raw: codecs.BOM_UTF8 + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b"\n", b"\r"),
        lambda raw: codecs.BOM_UTF16_LE + raw.decode().encode("utf-16-le"),
        lambda raw: raw + b'\n#~ msgctxt "old"\n#~ msgid "old"\n#~ msgstr "gone"\n',
        lambda raw: raw.replace(b"#, fuzzy", b'#, fuzzy, no-wrap\n#| msgid "before"\n# by Asha\n#: page:1'),
        lambda raw: raw.rstrip(b"\n"),
    ],
)
def test_what_other_systems_make_of_it_is_read_all_the_same(turned: object) -> None:
    raw = written(FILE, language="sw", source="en", project="sirens")
    assert _lines(turned(raw)) == _lines(raw)  # type: ignore[operator]


HEAD = 'msgid ""\nmsgstr ""\n"Language: sw\\n"\n\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgctxt "a"\nmsgid "x\nmsgstr "y"\n', 6),
        ('msgctxt "a"\nmsgid "x"\n\nmsgctxt "b"\nmsgid "y"\nmsgstr "z"\n', 5),
        ('msgctxt "a"\nmsgid "x"\nmsgstr "y\\q"\n', 7),
        ('msgctxt "a"\nmsgid "x"\nmsgstr "y"z"\n', 7),
        ('msgctxt "a"\nmsgid "x"\nmsgstr "1" junk\n', 7),
        ('msgctxt "a"\nmsgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\n', 5),
        ('msgctxt "a"\nmsgstr "y"\n', 6),
        ('msgctxt "a"\nmsgid "x"\nmsgstr "1"\nmsgstr "2"\n', 8),
        ("hello world\n", 5),
        ('msgctxt "a"\n', 5),
    ],
)
def test_a_broken_file_names_its_line(text: str, line: int) -> None:
    with pytest.raises(Broken) as broken:
        read((HEAD + text).encode())
    assert broken.value.line == line


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n# nothing\n",
        b'"text"\n',
        b"\x00\x01",
        b"\xff\xfe\x00",
        HEAD.encode() + b"# \xe9\n",
        b"x" * (LARGEST + 1),
    ],
)
def test_what_is_no_such_file_is_refused(raw: bytes) -> None:
    with pytest.raises(Broken):
        read(raw)


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with suppress(Broken):
        read(raw)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('\n\t"\\'), min_size=1, max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    raw = written([Entry("a", text, text)], language="sw", source="en", project="x")
    assert [(one.source, one.text) for one in read(raw)[1]] == [(text, text)]
    assert [(one.msgid, one.msgstr) for one in polib.pofile(raw.decode())] == [(text, text)]
