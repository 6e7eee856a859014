"""The columns of a sheet, and what a row of one says: each cell as whoever types it would write it, in any of the languages."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from participation.domain.places.queries import CityView
from participation.domain.proxies import rules as entries
from participation.domain.proxies.forms import EntrySaid, read_entry
from participation.domain.proxies.odk.questions import rules as questions
from participation.domain.proxies.spreadsheets import rules
from participation.kit.errors import Invalid
from participation.kit.forms import Reader, Said
from participation.kit.hashing import Secrets, grouped, keyed, typed_number
from participation.kit.i18n import AUTONYMS, LANGUAGES, Message, _, digits, pick
from participation.kit.sheets import harmless, letter, moment, unharmed
from participation.kit.text import folded

COMMENTED = "#"
"""A row that begins so is for people: what belongs into the columns, and why a row was not taken."""
RECEIPT = 12
SHORT = 80
"""Characters of a statement that stand above its column."""


@dataclass(frozen=True)
class Column:
    label: Message
    words: Mapping[Any, Message | str] = field(default_factory=dict)
    """What can be chosen, and how it is said."""
    needed: bool = True


COLUMNS: dict[str, Column] = {
    "receipt": Column(_("Receipt")),
    "project": Column(_("Project")),
    "place": Column(_("Where do they live?")),
    "age": Column(_("How old are they?"), questions.AGES),
    "code": Column(_("Access code, instead of place and age"), needed=False),
    "language": Column(_("In which language?"), AUTONYMS),
    "kind": Column(_("Who speaks?"), questions.KINDS),
    "consent": Column(_("How did they agree?"), questions.HOW),
    "witnessed": Column(_("Did somebody else hear it?"), questions.ANSWERS),
    "consent_version": Column(_("Version of the text that was read out")),
    "consent_language": Column(_("Its language, if it was another one"), AUTONYMS, needed=False),
    "read_back": Column(_("Was it read back, and did they agree?"), questions.ANSWERS),
    "stance": Column(
        _("What do they think of the project?"),
        {name: said for name, said in questions.STANCES.items() if name != questions.NOTHING},
    ),
    "comment": Column(_("What do they say?")),
    "phone": Column(_("Telephone, if somebody may call back"), needed=False),
    "when": Column(_("Day on which it was said: 2027-03-31"), needed=False),
}
LAST = ("phone", "when")
"""They stand behind the statements."""
FIELDS = {"how": "consent", "version": "consent_version", "body": "comment"}
"""Fields of an entry that have another name here."""


@dataclass(frozen=True)
class Statement:
    id: int
    body: str


# An empty sheet


def names(statements: Sequence[Statement]) -> list[str]:
    first = [name for name in COLUMNS if name not in LAST]
    return [*first, *(f"{questions.STATEMENT}{one.id}" for one in statements), *LAST]


def blank(slug: str, statements: Sequence[Statement], receipts: Sequence[str], language: str) -> list[list[str]]:
    """Header, what belongs into each column, and a row for each receipt."""
    header = names(statements)
    bodies = {f"{questions.STATEMENT}{one.id}": one.body for one in statements}
    explained = [_explained(name, bodies, language) for name in header]
    explained[0] = f"{COMMENTED} {explained[0]}"
    # With hyphens a receipt is no number to any program, and keeps all its digits.
    given = {"project": slug, "consent_version": str(entries.CONSENT)}
    rows = [[grouped(receipt).replace(" ", "-"), *(given.get(name, "") for name in header[1:])] for receipt in receipts]
    return [header, [harmless(text) for text in explained], *rows]


def _explained(name: str, bodies: Mapping[str, str], language: str) -> str:
    if name in bodies:
        body = bodies[name]
        return f"{_answers(questions.REACTIONS, language)} (1, 2, 3): {body if len(body) <= SHORT else body[: SHORT - 1] + '…'}"
    column = COLUMNS[name]
    label = column.label.into(language)
    return f"{label} ({_answers(column.words, language)})" if column.words else label


def _answers(words: Mapping[Any, Message | str], language: str) -> str:
    return " / ".join(_into(said, language) for said in words.values())


def _into(said: Message | str, language: str) -> str:
    return said.into(language) if isinstance(said, Message) else said


def offered(city: CityView, header: Sequence[str], place_id: int, language: str) -> dict[str, list[str]]:
    """For drop-down lists: column -> what can be chosen there, in the reader's language."""
    here = [city.places[place_id], *city.neighbourhoods(place_id)]
    found: dict[str, list[str]] = {}
    for at, name in enumerate(header):
        if name == "place":
            found[str(at)] = [pick(place.names, language, city.languages).value for place in here]
        elif words := (questions.REACTIONS if rules.STATEMENT.fullmatch(name) else COLUMNS[name].words):
            found[str(at)] = [_into(said, language) for said in words.values()]
    return found


# A sheet that was filled in


@dataclass(frozen=True)
class Typed:
    """One row that says something."""

    line: int
    cells: Mapping[str, str]
    """As they were typed, by column."""
    receipt: str
    content: Mapping[str, Any]
    """As the delegate's page would have sent it."""
    said: EntrySaid | None
    when: tuple[datetime | None, bool]
    """When it was said, and whether that is a day alone."""
    wrong: Mapping[str, Message]
    """By column; none where there is something that was `said`."""

    def digests(self, secrets: Secrets) -> list[bytes]:
        """Of what it says, under the current master secret first; keyed, since an access code in it could be guessed from a plain one."""
        when = "" if self.when[0] is None else self.when[0].isoformat()
        text = json.dumps([self.content, when], ensure_ascii=False, sort_keys=True)
        return [keyed(key, text) for key in secrets.keys("row of a sheet")]


@dataclass(frozen=True)
class Filled:
    header: Mapping[str, int]
    """Column -> where it stands."""
    rows: Sequence[Typed]

    def letter(self, name: str) -> str:
        return letter(self.header[name]) if name in self.header else ""


def read_sheet(rows: Sequence[tuple[int, Sequence[str]]], city: CityView) -> Filled:
    """Raises `Invalid` where it is none of ours, with the line and the column."""
    found = ((line, [unharmed(cell.strip()) for cell in cells]) for line, cells in rows)
    said = [(line, cells) for line, cells in found if not next(filter(None, cells), "").startswith(COMMENTED)]
    if not said:
        raise rules.refused("empty", "")
    header = _header(*said[0])
    reading = _Reading(city)
    typed = [one for line, cells in said[1:] if (one := _row(line, cells, header, reading)) is not None]
    if len(typed) > rules.MOST:
        raise rules.too_many()
    return Filled(header, typed)


def _header(line: int, cells: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, text in enumerate(cells):
        name = text.lower()
        if not name:
            continue
        if name not in COLUMNS and not rules.STATEMENT.fullmatch(name):
            raise rules.wrong(rules.no_column(name[:40]), line, letter(at))
        if name in places:
            raise rules.wrong(_("This column is there twice."), line, letter(at))
        places[name] = at
    missing = [name for name, column in COLUMNS.items() if column.needed and name not in places]
    if missing:
        raise rules.wrong(_("These columns are missing: %(names)s", names=", ".join(missing)), line)
    return places


class _Reading:
    """Every word by which an answer is known, in all languages, made once for a sheet."""

    def __init__(self, city: CityView) -> None:
        self.city = city
        self._known = {name: _known(column.words) for name, column in COLUMNS.items() if column.words}
        self._known["place"] = _places(city)
        self._reactions = _known(questions.REACTIONS)
        self._reactions |= {str(number): str(kind) for number, kind in enumerate(questions.REACTIONS, 1)}

    def answer(self, name: str, text: str) -> str | None:
        """Which answer this is; None where it is none. What is no question of choice stands for itself."""
        known = self._reactions if rules.STATEMENT.fullmatch(name) else self._known.get(name)
        return text if known is None or not text else known.get(_key(text))


def _key(text: str) -> str:
    return digits(folded(" ".join(text.split())))


def _known(words: Mapping[Any, Message | str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, said in words.items():
        spoken = {_into(said, language) for language in LANGUAGES} if isinstance(said, Message) else {said}
        found |= {_key(word): str(value) for word in (str(value), *spoken)}
    return found


def _places(city: CityView) -> dict[str, str]:
    """By address, or by a name that no other place has."""
    named: dict[str, set[str]] = {}
    for place in city.places.values():
        for word in (place.slug, *place.names.values()):
            named.setdefault(_key(word), set()).add(place.slug)
    return {word: slugs.pop() for word, slugs in named.items() if len(slugs) == 1}


def _row(line: int, cells: Sequence[str], header: Mapping[str, int], reading: _Reading) -> Typed | None:
    """None where nothing was said: a receipt that was not needed."""
    typed = {name: cells[at] for name, at in header.items() if at < len(cells) and cells[at]}
    unnamed = [at for at, cell in enumerate(cells) if cell and at not in set(header.values())]
    if not any(name in ("stance", "comment") or rules.STATEMENT.fullmatch(name) for name in typed) and not unnamed:
        return None
    answers = {name: reading.answer(name, text) for name, text in typed.items()}
    wrong = {name: _("Please choose one of the answers.") for name, answer in answers.items() if answer is None}
    if unnamed:
        wrong[letter(unnamed[0])] = _("This column has no name in the first line.")
    content = _content({name: answer for name, answer in answers.items() if answer})
    when, said = _when(typed.get("when", ""), reading.city, wrong), None
    try:
        said = read_entry(content, reading.city)
    except Invalid as invalid:
        for name, message in invalid.errors.items():
            # That a row says nothing is said of one of which nothing could be read, and that is told already.
            if name != "comment":
                wrong.setdefault(FIELDS.get(name, name), message)
    return Typed(line, typed, content["receipt"], content, None if wrong else said, when, wrong)


def _content(said: Mapping[str, str]) -> dict[str, Any]:
    """As `proxies.forms.read_entry` takes it; what is missing or wrong in it, that says."""
    receipt = typed_number(said.get("receipt", ""))
    language = said.get("language", "")
    commented = said.keys() & {"stance", "comment"}
    return {
        "v": 1,
        "project": said.get("project", ""),
        # A program that took it for a number has dropped its zeros.
        "receipt": receipt.zfill(RECEIPT) if receipt else "",
        "kind": said.get("kind", ""),
        "language": language,
        "subject": {"code": said["code"]}
        if "code" in said
        else {name: said[name] for name in ("place", "age") if name in said},
        "consent": {
            "how": said.get("consent", ""),
            "version": said.get("consent_version", ""),
            "language": said.get("consent_language", language),
            "witnessed": said.get("witnessed") == questions.YES,
        },
        "read_back": said.get("read_back") == questions.YES,
        "free": True,
        "seconds": 0,
        "phone": said.get("phone") or None,
        "comment": {"body": said.get("comment", ""), "stance": said.get("stance", "")} if commented else None,
        "reactions": {
            match[1]: kind for name, kind in sorted(said.items()) if (match := rules.STATEMENT.fullmatch(name))
        },
        "vote": None,
        "meeting": None,
    }


def _when(text: str, city: CityView, wrong: dict[str, Message]) -> tuple[datetime | None, bool]:
    written = moment(text)
    form = Reader(Said({"when": written}))
    found = form.moment("when", city.zone, required=False)
    for name, message in form.errors.items():
        wrong.setdefault(name, message)
    return found, ":" not in written


# What was not taken, to be put right


def to_put_right(filled: Filled, refused: Iterable[tuple[Typed, str]]) -> Iterator[list[str]]:
    """The header, and each row below the reason why it was not taken; without access codes, which are typed anew."""
    header = sorted(filled.header, key=lambda name: filled.header[name])
    yield header
    for typed, why in refused:
        yield [f"{COMMENTED} {why}"]
        yield [harmless(typed.cells.get(name, "")) if name != "code" else "" for name in header]
