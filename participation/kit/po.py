"""Writes and reads translators' files (gettext `.po`): strict, with the line of whatever is wrong.

Small enough for a web server, which the tools that come with catalogues of an interface are not; and those read on over what is broken.
"""

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from babel.plural import to_gettext

from participation.kit import i18n
from participation.kit.i18n import Message, _

LARGEST = 1024 * 1024
ESCAPES = {"\\": "\\", '"': '"', "n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = {ord(letter): f"\\{name}" for name, letter in ESCAPES.items()}
_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+)?"((?:[^"\\]|\\.)*)"\s*')
_STORED = re.compile(r"stored: ([0-9a-f]{16})")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Entry:
    """One text: its key, what is translated, and into what."""

    key: str
    source: str
    text: str
    fuzzy: bool = False
    comments: tuple[str, ...] = ()
    stored: str | None = None
    """Fingerprint of what stood there when the file was made; it travels in a comment."""
    line: int = 0


class Broken(Exception):
    """The file cannot be read from this line on."""

    def __init__(self, line: int, reason: Message) -> None:
        super().__init__(f"line {line}")
        self.line = line
        self.reason = reason


# Writing


def written(entries: Iterable[Entry], *, language: str, source: str, project: str) -> bytes:
    """A file for one language, with the plural rule of CLDR in its header."""
    head = {
        "Project-Id-Version": project,
        "Language": i18n.CLDR.get(language, language),
        "X-Source-Language": i18n.CLDR.get(source, source),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(language),
    }
    lines = ['msgid ""', 'msgstr ""', *(_quoted(f"{name}: {value}\n") for name, value in head.items())]
    for entry in entries:
        stored = [f"stored: {entry.stored}"] if entry.stored else []
        lines += ["", *(f"#. {' '.join(said.split())}" for said in (*entry.comments, *stored))]
        lines += ["#, fuzzy"] if entry.fuzzy else []
        lines += [f"msgctxt {_quoted(entry.key)}", *_said("msgid", entry.source), *_said("msgstr", entry.text)]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def plural_forms(language: str) -> str:
    """CLDR's `e` (the exponent of a compact number) is always 0 for the whole numbers that anybody writes."""
    return re.sub(r"\be\b", "0", str(to_gettext(i18n.locale_of(language).plural_form)))


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPED)}"'


def _said(keyword: str, text: str) -> list[str]:
    """Each line of a text on a line of its own, as translators' tools show it."""
    parts = re.findall(r"[^\n]*\n|[^\n]+", text) or [""]
    return [f"{keyword} {_quoted(parts[0])}"] if len(parts) == 1 else [f'{keyword} ""', *map(_quoted, parts)]


# Reading


@dataclass
class _Block:
    """What has been read of one entry."""

    line: int = 0
    words: dict[str, str] = field(default_factory=dict)
    fuzzy: bool = False
    comments: list[str] = field(default_factory=list)


def read(raw: bytes) -> tuple[dict[str, str], list[Entry]]:
    """The fields of the header by their names, and the entries in their order. Raises `Broken`."""
    if len(raw) > LARGEST:
        raise Broken(1, _("The file is larger than 1 MB."))
    header: dict[str, str] = {}
    entries: list[Entry] = []
    for block in _blocks(_decoded(raw)):
        said = block.words
        if "msgstr" not in said:
            raise Broken(block.line, _("There is no msgstr for this msgid, or it has plural forms."))
        if not said["msgid"] and "msgctxt" not in said:
            header |= _header(said["msgstr"])
            continue
        stored = next((found[1] for one in block.comments if (found := _STORED.fullmatch(one))), None)
        entries.append(
            Entry(
                said.get("msgctxt", ""), said["msgid"], said["msgstr"], block.fuzzy, (), stored=stored, line=block.line
            )
        )
    if not header and not entries:
        raise Broken(1, _("This is no translators' file (.po)."))
    return header, entries


def _decoded(raw: bytes) -> list[str]:
    """Lines of UTF-8, or of UTF-16 that says so; as any system ends them."""
    encoding = "utf-16" if raw.startswith(_MARKS[1:]) else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Broken(line, _("This is not written in UTF-8.")) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _blocks(lines: list[str]) -> Iterable[_Block]:
    """Entries: comments, then msgctxt (if any), msgid and msgstr, each of them continued on the lines below it."""
    block, last = _Block(), ""
    for number, line in enumerate(lines, start=1):
        line = line.strip()
        if not line or line.startswith("#~"):
            continue
        if line.startswith("#"):
            if block.words:
                yield block
                block, last = _Block(), ""
            _comment(block, line)
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise Broken(number, _("This line is neither a comment nor a word of the format with a text in quotes."))
        keyword, text = found[1] or "", _unescaped(found[2], number)
        if not keyword and not last:
            raise Broken(number, _("This text belongs to nothing."))
        if keyword and _begins(block, keyword):
            yield block
            block = _Block()
        block.line = block.line or number
        last = keyword or last
        _add(block, last, text, number, first=bool(keyword))
    if block.words:
        yield block


def _begins(block: _Block, keyword: str) -> bool:
    """A new entry begins with its context, or with its source where it has none."""
    if keyword == "msgctxt":
        return bool(block.words)
    return keyword == "msgid" and "msgid" in block.words


def _add(block: _Block, keyword: str, text: str, number: int, *, first: bool) -> None:
    words = block.words
    if first and keyword in words:
        raise Broken(number, _("This is said twice for the same text."))
    if keyword.startswith(("msgstr", "msgid_plural")) and "msgid" not in words:
        raise Broken(number, _("A msgstr has to come after its msgid."))
    words[keyword] = words.get(keyword, "") + text


def _comment(block: _Block, line: str) -> None:
    if line.startswith("#,"):
        block.fuzzy = block.fuzzy or "fuzzy" in [flag.strip() for flag in line[2:].split(",")]
    elif line.startswith("#."):
        block.comments.append(line[2:].strip())


def _unescaped(text: str, number: int) -> str:
    def plain(found: re.Match[str]) -> str:
        if found[1] not in ESCAPES:
            raise Broken(number, _("After a backslash comes one of: n t r, a quote, or another backslash."))
        return ESCAPES[found[1]]

    return re.sub(r"\\(.)", plain, text)


def _header(text: str) -> Mapping[str, str]:
    fields = (line.partition(":") for line in text.split("\n") if ":" in line)
    return {name.strip().lower(): value.strip() for name, _colon, value in fields}
