"""Reads a Polis export, in either of its shapes, whole; and refuses it naming file, line and column.

`comments.csv` holds the statements; votes are rows (`votes.csv`) or a matrix (`participants-votes.csv`). Agree is 1, disagree -1, pass 0.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale, UnknownLocaleError

from participation.kit.errors import Refusal
from participation.kit.i18n import Message, _
from participation.kit.text import Unreadable, clean, says_something

STATEMENTS, ROWS, MATRIX, SUMMARY = "comments.csv", "votes.csv", "participants-votes.csv", "summary.csv"
LARGEST = 500 * 1024 * 1024
LONGEST = 10_000
CUT = _("The file seems to be cut off here.")


class Broken(Refusal):
    """A file that cannot be taken. Nothing was written."""

    status = 422

    def __init__(self, file: str, line: int, column: str, what: Message) -> None:
        where = {"file": file, "line": str(line), "column": column, "what": what}
        super().__init__(
            "broken_file",
            _("%(file)s, line %(line)s, column %(column)s: %(what)s", **where),
            _("Nothing was imported. Export it once more, or put the file right, and import it again."),
        )


@dataclass(frozen=True)
class Statement:
    id: int
    author: int
    at: datetime
    agrees: int
    disagrees: int
    """As the export itself counts them: changed votes count again there."""
    moderated: int
    body: str


@dataclass
class Export:
    """Everything that an export holds."""

    statements: dict[int, Statement] = field(default_factory=dict)
    votes: dict[tuple[int, int], tuple[int, datetime | None]] = field(default_factory=dict)
    """By statement and voter: the last vote, and when; the matrix does not say when."""
    rows: dict[int, list[int]] = field(default_factory=dict)
    """By statement: agreements and disagreements, every row counted."""
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 of each file that was read."""
    summary: dict[str, str] = field(default_factory=dict)
    """What the export says of itself, where it does: `topic`, `comments`, `voters`."""

    @property
    def participants(self) -> set[int]:
        return {statement.author for statement in self.statements.values()} | {voter for _id, voter in self.votes}

    def off(self) -> list[int]:
        """By how much each statement's current votes differ from the export's own counts, agreements or disagreements."""
        now = {number: [0, 0] for number in self.statements}
        for (number, _voter), (vote, _at) in self.votes.items():
            if vote:
                now[number][vote < 0] += 1
        return [
            max(abs(now[number][0] - said.agrees), abs(now[number][1] - said.disagrees))
            for number, said in self.statements.items()
        ]


def read_export(folder: Path) -> Export:
    """The export in a folder; `votes.csv` is taken where both shapes are there, since it says when."""
    export = Export()
    for row in _table(export, folder / STATEMENTS, _COLUMNS):
        statement = _statement(row)
        if statement.id in export.statements:
            raise row.broken("comment-id", _("This number stands in the file twice."))
        export.statements[statement.id] = statement
        export.rows[statement.id] = [0, 0]
    if (folder / ROWS).exists():
        _read_rows(export, folder / ROWS)
    elif (folder / MATRIX).exists():
        _read_matrix(export, folder / MATRIX)
    else:
        raise Broken(ROWS, 1, "1", _("There is neither this file nor %(other)s in the folder.", other=MATRIX))
    if (folder / SUMMARY).exists():
        export.summary = _summary(export, folder / SUMMARY)
    return export


def read_language(text: str) -> str:
    """A language tag, such as `en` or `zh-Hant`. The statements' words are shown as being in it."""
    try:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", text):
            raise ValueError(text)
        Locale.parse(text, sep="-")
    except (ValueError, UnknownLocaleError):
        raise Refusal(
            "language",
            _("%(typed)s is not a language tag such as en or zh-Hant.", typed=text),
            _("Say the language of the statements by its tag."),
        ) from None
    return text


@dataclass
class _Row:
    """One record of a file, and where it stands."""

    file: str
    line: int
    values: list[str]
    places: Mapping[str, int]

    def broken(self, name: str, what: Message) -> Broken:
        return Broken(self.file, self.line, f"{self.places[name] + 1} ({name})", what)

    def text(self, name: str) -> str:
        return self.values[self.places[name]]

    def integer(self, name: str, least: int = 0, most: int = 2**62) -> int:
        text = self.text(name)
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise self.broken(name, _("A whole number has to stand here, not “%(typed)s”.", typed=text[:40]))
        if not least <= int(text) <= most:
            raise self.broken(name, _("“%(typed)s” is not a number that can stand here.", typed=text))
        return int(text)

    def moment(self, name: str) -> datetime:
        """Milliseconds since 1970, as Polis writes them, up to the year 2200."""
        return datetime.fromtimestamp(self.integer(name, 0, 7_258_118_400_000) / 1000, UTC)


_COLUMNS = ("timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")


def _statement(row: _Row) -> Statement:
    try:
        body = clean(row.text("comment-body"))
    except Unreadable:
        raise row.broken("comment-body", _("The statement holds a character that cannot be read.")) from None
    if not says_something(body):
        raise row.broken("comment-body", _("The statement has no words."))
    if len(body) > LONGEST:
        raise row.broken("comment-body", _("The statement is longer than %(most)s characters.", most=LONGEST))
    return Statement(
        id=row.integer("comment-id"),
        author=row.integer("author-id"),
        at=row.moment("timestamp"),
        agrees=row.integer("agrees"),
        disagrees=row.integer("disagrees"),
        moderated=row.integer("moderated", -1, 1),
        body=body,
    )


def _read_rows(export: Export, path: Path) -> None:
    """A later row of the same voter on the same statement replaces the earlier one."""
    for row in _table(export, path, ("timestamp", "comment-id", "voter-id", "vote")):
        number = row.integer("comment-id")
        if number not in export.statements:
            raise row.broken("comment-id", _unknown(number))
        _count(export, number, row.integer("voter-id"), row.integer("vote", -1, 1), row.moment("timestamp"))


def _read_matrix(export: Export, path: Path) -> None:
    seen: set[int] = set()
    columns: list[tuple[int, int]] = []
    for row in _table(export, path, ("participant",)):
        if not seen:
            columns = [(place, int(name)) for name, place in row.places.items() if re.fullmatch(r"[0-9]{1,9}", name)]
        voter = row.integer("participant")
        if voter in seen:
            raise row.broken("participant", _("This number stands in the file twice."))
        seen.add(voter)
        for place, number in columns:
            if value := row.values[place]:
                if number not in export.statements:
                    raise Broken(path.name, 1, f"{place + 1} ({number})", _unknown(number))
                vote = {"1": 1, "0": 0, "-1": -1}.get(value)
                _count(export, number, voter, row.integer(str(number), -1, 1) if vote is None else vote, None)


def _count(export: Export, number: int, voter: int, vote: int, at: datetime | None) -> None:
    export.votes[number, voter] = (vote, at)
    if vote:
        export.rows[number][vote < 0] += 1


def _unknown(number: int) -> Message:
    return _("There is no statement %(number)s in %(file)s.", number=str(number), file=STATEMENTS)


def _summary(export: Export, path: Path) -> dict[str, str]:
    """An export without it is as good; what it holds is shown, never relied on."""
    try:
        return {row[0]: row[1] for row in csv.reader(io.StringIO(_text(export, path))) if len(row) == 2}
    except csv.Error:
        return {}


def _table(export: Export, path: Path, needed: tuple[str, ...]) -> Iterator[_Row]:
    """The records of a CSV file below its head."""
    reader = csv.reader(io.StringIO(_text(export, path), newline=""), strict=True)
    begun, names, places = 1, list[str](), dict[str, int]()
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise Broken(path.name, begun, "1", _unreadable(error)) from None
        if values is None:
            break
        if not names:
            names = [name.strip() for name in values]
            places = _head(path.name, names, needed)
        elif values:
            if len(values) != len(names):
                raise _uneven(path.name, begun, names, values)
            yield _Row(path.name, begun, values, places)
        begun = reader.line_num + 1
    if not names:
        raise Broken(path.name, 1, "1", _("The file is empty."))


def _head(file: str, names: list[str], needed: tuple[str, ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in places:
            raise Broken(file, 1, f"{place + 1} ({name})", _("This column stands in the file twice."))
        places[name] = place
    for name in needed:
        if name not in places:
            raise Broken(file, 1, name, _("This column is missing."))
    return places


def _uneven(file: str, line: int, names: list[str], values: list[str]) -> Broken:
    what = _(
        "This row has %(has)s fields, and the head of the file has %(wanted)s.", has=len(values), wanted=len(names)
    )
    return Broken(file, line, str(min(len(values), len(names)) + 1), what if len(values) > len(names) else _both(what))


def _both(what: Message) -> Message:
    return _("%(first)s %(second)s", first=what, second=CUT)


def _unreadable(error: csv.Error) -> Message:
    if "end of data" in str(error):
        return _both(_("A quotation mark is opened here and not closed."))
    return _("This is not CSV: %(error)s.", error=str(error))


def _text(export: Export, path: Path) -> str:
    """The whole file as text; where it is not text, says at which character."""
    if not path.is_file():
        raise Broken(path.name, 1, "1", _("This file is missing in the folder."))
    if path.stat().st_size > LARGEST:
        raise Broken(path.name, 1, "1", _("The file is too large."))
    raw = path.read_bytes()
    export.files[path.name] = hashlib.sha256(raw).hexdigest()
    bad, what = raw.find(b"\x00"), _("There is a NUL here, which is not text.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            raw.decode()
        except UnicodeDecodeError as error:
            bad, what = error.start, _("This is not UTF-8 text.")
    if bad >= 0:
        before = raw[:bad].decode("utf-8", "replace").removeprefix("\ufeff")
        raise Broken(path.name, before.count("\n") + 1, str(len(before) - before.rfind("\n")), what)
    return text
