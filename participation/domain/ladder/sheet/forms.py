"""What a row of a spreadsheet says of a project: each cell is read by the form in which an official would type it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from participation.domain.places.queries import CityView
from participation.domain.projects import forms
from participation.domain.projects.forms import LONGEST, Dates, Facts
from participation.domain.projects.models import ProjectKind, StepKind
from participation.kit.errors import Invalid
from participation.kit.forms import Said
from participation.kit.i18n import AUTONYMS, Message, digits
from participation.kit.sheets import EMPTY, Cell, letter, moment

T = TypeVar("T")
YES, NO = ("yes", "true", "1"), ("no", "false", "0")
_GROUPED = re.compile(r"\d{1,3}(?:([ .,'_])\d{3})(?:\1\d{3})*")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u066c": ",", "\u2019": "'"})
_ABOUT = {
    "slug": "The project's address: a to z, digits, hyphens. By it the same project is known when the file comes again.",
    "kind": "project or programme; empty: project.",
    "programme": "The address of the programme under which it hangs. Write programmes above their projects.",
    "places": "Districts and neighbourhoods, by address or name, separated by commas; empty: the whole city.",
    "cost": "A whole number in the city's currency.",
    "open_comments": "yes or no: may people comment without signing in?",
    "consultation.opens": "2027-03-31, or 2027-03-31 09:00, in the city's time; empty: as early as may be.",
    "consultation.closes": "The same. Without it no consultation is planned.",
    "decision.opens": "The same, for the vote.",
    "decision.closes": "The same. Without it no vote is planned.",
}
_FORMS = {"cost_amount": "cost", "districts": "places"}
"""Fields of forms that have another name here."""


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: row, letter and name of the column; a row as a whole has no column."""

    row: int
    column: str
    message: Message | str
    letter: str = ""

    def __str__(self) -> str:
        where = f"row {self.row}"
        if self.column:
            where += f", column {self.letter} ({self.column})" if self.letter else f", column {self.column}"
        return f"{where}: {self.message}"


@dataclass(frozen=True)
class Header:
    """Which column stands where."""

    places: Mapping[str, int]

    def problem(self, row: int, column: str, message: Message | str) -> Problem:
        place = self.places.get(column)
        return Problem(row, column, message, "" if place is None else letter(place))


@dataclass
class Planned:
    """A project as a row has it, and all that is wrong with the row; what it leaves empty, or has wrong, is left as it is."""

    row: int
    slug: str
    """Empty where it cannot be used."""
    kind: ProjectKind
    texts: dict[str, dict[str, str]]
    """Language -> field -> words, of what is filled in."""
    facts: Facts
    filled: frozenset[str]
    """The columns in which something stands."""
    steps: dict[StepKind, Dates] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def first(self, otherwise: str) -> tuple[str, str]:
        """The language in which it is begun, and its title there."""
        titled = ((language, words["title"]) for language, words in self.texts.items() if words.get("title"))
        return next(titled, (otherwise, f"Row {self.row}"))


def columns(city: CityView) -> dict[str, str]:
    """Every column that a sheet may have, in order, and what stands in it."""
    found = {name: _ABOUT[name] for name in ("slug", "kind", "programme", "places", "cost", "open_comments")}
    for language in dict.fromkeys([*city.required_languages, *city.languages]):
        for name, most in LONGEST.items():
            found[f"{name}.{language}"] = f"{name} in {AUTONYMS[language]}, at most {most:,} characters."
    return found | {name: about for name, about in _ABOUT.items() if "." in name}


def read_header(number: int, cells: Sequence[Cell], city: CityView) -> tuple[Header, list[Problem]]:
    """The names of the columns, and all that is wrong with them."""
    known = columns(city)
    places: dict[str, int] = {}
    problems = []
    for place, cell in enumerate(cells):
        name = cell.text.strip().lower()
        if not name:
            continue
        if name not in known:
            problems.append(
                Problem(number, cell.text[:40], "There is no such column. --template shows all.", letter(place))
            )
        elif name in places:
            problems.append(Problem(number, name, "This column is there twice.", letter(place)))
        places.setdefault(name, place)
    problems += [
        Problem(number, "", f"The column {name} is missing.")
        for name in ("slug", f"title.{city.required_languages[0]}")
        if name not in places and not (name != "slug" and any(other.startswith("title.") for other in places))
    ]
    return Header(places), problems


def read_row(number: int, cells: Sequence[Cell], header: Header, city: CityView) -> Planned:
    """The project, with everything that is wrong with the row."""
    row = _Row(number, cells, header)
    texts = row.texts(city)
    row.unnamed()
    first = next((language for language in texts if texts[language].get("title")), city.required_languages[0])
    said = {
        "slug": row.text("slug"),
        "kind": row.text("kind").lower() or "project",
        "title": row.text(f"title.{first}"),
        "language": first,
    }
    new = row.read(lambda: forms.read_new(Said(said), city), {"title": f"title.{first}", "language": f"title.{first}"})
    if not row.text("slug"):
        row.wrong("slug", "Please fill this in.")
    facts = row.facts(city)
    steps = row.steps(city)
    slug, kind = (new.slug or "", new.kind) if new else ("", ProjectKind.PROJECT)
    return Planned(number, slug, kind, texts, facts, row.filled, steps, row.problems)


class _Row:
    def __init__(self, number: int, cells: Sequence[Cell], header: Header) -> None:
        self.number, self.cells, self.header = number, cells, header
        self.problems: list[Problem] = []
        self.filled = frozenset(
            name for name, place in header.places.items() if place < len(cells) and cells[place].text
        )
        for name, place in header.places.items():
            if place < len(cells) and (why := cells[place].wrong) is not None:
                self.wrong(name, why)

    def text(self, name: str) -> str:
        place = self.header.places.get(name)
        return (EMPTY if place is None or place >= len(self.cells) else self.cells[place]).text

    def wrong(self, name: str, message: Message | str) -> None:
        """The first reason for each cell is enough."""
        if not any(problem.column == name for problem in self.problems):
            self.problems.append(self.header.problem(self.number, name, message))

    def unnamed(self) -> None:
        """What stands under no name would be lost in silence."""
        named = set(self.header.places.values())
        for place, cell in enumerate(self.cells):
            if cell.text and place not in named:
                self.problems.append(Problem(self.number, "", f"Column {letter(place)} has no name in the first row."))

    def wholly(self, form: Callable[[], T], names: Mapping[str, str], said: dict[str, str | list[str]]) -> T:
        """As far as it can be read: without what is wrong."""
        for _part in tuple(said):
            try:
                return form()
            except Invalid as invalid:
                for name, message in invalid.errors.items():
                    self.wrong(names.get(name, name), message)
                    said.pop(name, None)
        return form()

    def read(self, form: Callable[[], T], names: Mapping[str, str]) -> T | None:
        try:
            return form()
        except Invalid as invalid:
            for name, message in invalid.errors.items():
                self.wrong(names.get(name, name), message)
            return None

    def texts(self, city: CityView) -> dict[str, dict[str, str]]:
        found = {}
        for language in dict.fromkeys([*city.required_languages, *city.languages]):
            said = {name: self.text(f"{name}.{language}") for name in LONGEST if self.text(f"{name}.{language}")}
            if said:
                names = {name: f"{name}.{language}" for name in LONGEST}
                read = self.read(lambda said=said: forms.read_texts(Said(said)), names)  # type: ignore[misc]
                found[language] = {name: words for name, words in (read or {}).items() if words}
        return found

    def facts(self, city: CityView) -> Facts:
        yes = self.text("open_comments").lower()
        if yes and yes not in (*YES, *NO):
            self.wrong("open_comments", "Please write yes or no.")
        said: dict[str, str | list[str]] = {
            "cost_amount": _number(self.text("cost")),
            "programme": self.text("programme").lower(),
            "districts": _places(self.text("places"), city),
            "open_comments": "1" if yes in YES else "",
        }
        return self.wholly(lambda: forms.read_facts(Said(said), city), _FORMS, said)

    def steps(self, city: CityView) -> dict[StepKind, Dates]:
        """Those before the first one that is wrong: whether another follows it soon enough nobody can say."""
        found = {}
        for kind in StepKind:
            dates = self.dates(city, kind)
            if dates is not None:
                found[kind] = dates
        wrong = [kind for kind in StepKind if any(one.column.startswith(f"{kind}.") for one in self.problems)]
        return {kind: dates for kind, dates in found.items() if not wrong or kind < wrong[0]}

    def dates(self, city: CityView, kind: StepKind) -> Dates | None:
        opens, closes = self.text(f"{kind}.opens"), self.text(f"{kind}.closes")
        if not opens and not closes:
            return None
        if not closes:
            self.wrong(f"{kind}.closes", "Please fill this in: the opening is there.")
            return None
        said: dict[str, str | list[str]] = {
            "opens_at": moment(opens),
            "closes_at": moment(closes),
            "allows": [str(feature) for feature in forms.USUAL[kind]],
        }
        names = {"opens_at": f"{kind}.opens", "closes_at": f"{kind}.closes"}
        return self.read(lambda: forms.read_dates(Said(said), city, kind), names)


def _number(text: str) -> str:
    """Without the marks that group its digits; what could be a fraction is left for the form to refuse."""
    said = digits(text.translate(_SPACES)).strip()
    said = re.sub(r"(?<=\d)[.,]0{1,2}$", "", said)
    match = _GROUPED.fullmatch(said)
    if match and (match[1] != "." or said.count(".") > 1):
        return said.replace(match[1], "")
    # A comma, which the form would pass over, could stand before cents.
    return said if said.isdigit() else said and f"{said}?"


def _places(text: str, city: CityView) -> list[str]:
    """Addresses of places that are given by address or by name; what is neither stays, to be refused."""
    names = {name.casefold(): place.slug for place in city.places.values() for name in place.names.values()}
    said = [" ".join(part.split()) for part in re.split(r"[,;،、\n]", text)]
    return [names.get(part.casefold(), part.lower()) for part in said if part]
