"""Reads what a city settles about its steps: from an administrator's form, or from the description of a city (TOML)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from participation.domain.ladder.gates.rules import (
    MAY_ADD,
    MOST,
    NUMBERS,
    WITH_DOCUMENTS,
    Holiday,
    Owing,
    too_loose,
    wrong_holiday,
)
from participation.domain.places.forms import WrongDescription
from participation.domain.places.queries import CityView
from participation.domain.projects.documents.models import DocumentKind
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import LANGUAGES, SOURCE, _

LONGEST_NAME = 120


@dataclass(frozen=True)
class GatesSaid:
    """What a city asks for; whatever is not beyond the default is left out."""

    owed: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)

    @property
    def stored(self) -> dict[str, Any]:
        return {"owed": self.owed, "numbers": self.numbers, "documents": self.documents}


def read_gates(fields: Fields) -> tuple[GatesSaid, int]:
    """The whole table, and the version of it that the administrator had before them."""
    form = Reader(fields)
    numbers = {}
    for name, least in NUMBERS.items():
        value = form.integer(name, least=0, most=MOST[name])
        if name not in form.errors and value < least:
            form.wrong(name, too_loose(name, least))
        elif value > least:
            numbers[name] = value
    owed = {}
    for step, known in MAY_ADD.items():
        chosen = form.several(f"owed.{step}")
        if not set(chosen) <= set(known):
            form.wrong(f"owed.{step}", _("Please choose from the list."))
        elif chosen:
            owed[str(step)] = [code for code in known if code in chosen]
    documents = {}
    for step in WITH_DOCUMENTS:
        wanted = form.several(f"documents.{step}")
        if not set(wanted) <= set(DocumentKind):
            form.wrong(f"documents.{step}", _("Please choose from the list."))
        elif wanted:
            documents[str(step)] = [str(kind) for kind in DocumentKind if kind in wanted]
    version = form.integer("version", least=0, most=2**31 - 1)
    form.finish()
    return GatesSaid(owed, numbers, documents), version


def read_holiday(fields: Fields, city: CityView, others: tuple[Holiday, ...]) -> Holiday:
    """A range of days with its name, in every required language."""
    form = Reader(fields)
    first, last = _day(form, "first", city), _day(form, "last", city)
    names = form.texts("names", city.languages, city.required_languages, at_most=LONGEST_NAME, lines=False)
    said = Holiday(first, last, names)
    if not form.errors:
        for name, message in wrong_holiday(said, others).items():
            form.wrong(name, message)
    form.finish()
    return said


def _day(form: Reader, name: str, city: CityView) -> date:
    moment = form.moment(name, city.zone)
    return date.max if moment is None else moment.astimezone(city.zone).date()


# The description of a city


def described_gates(said: Mapping[str, Any]) -> GatesSaid:
    """`[gates]` of a city's file: numbers by their names, `owed` by step. Raises `WrongDescription`."""
    given = said.get("gates", {})
    if not isinstance(given, dict):
        raise WrongDescription("gates: a table, as in [gates]")
    known = (*NUMBERS, "owed", "documents")
    unknown = set(given) - set(known)
    if unknown:
        raise WrongDescription(f"gates: {min(unknown)!r} is none of {' '.join(known)}")
    numbers = {name: _number(name, value) for name, value in given.items() if name in NUMBERS}
    owed = {step: _codes(f"owed.{step}", codes, MAY_ADD[step]) for step, codes in _by_step(given, "owed", tuple(Owing))}
    documents = {
        step: _codes(f"documents.{step}", codes, tuple(DocumentKind))
        for step, codes in _by_step(given, "documents", WITH_DOCUMENTS)
    }
    return GatesSaid(
        {str(step): codes for step, codes in owed.items()},
        {name: value for name, value in numbers.items() if value > NUMBERS[name]},
        {str(step): codes for step, codes in documents.items()},
    )


def _by_step(given: Mapping[str, Any], name: str, steps: tuple[Owing, ...]) -> list[tuple[Owing, Any]]:
    asked = given.get(name, {})
    if not isinstance(asked, dict):
        raise WrongDescription(f"gates.{name}: a table, as in [gates.{name}]")
    for step in asked:
        if step not in steps:
            raise WrongDescription(f"gates.{name}: {step!r} is none of {' '.join(steps)}")
    return [(Owing(step), codes) for step, codes in asked.items()]


def _number(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value > MOST[name]:
        raise WrongDescription(f"gates: {name} has to be a whole number up to {MOST[name]}, not {value!r}")
    if value < NUMBERS[name]:
        raise WrongDescription(
            f"gates: {name} is {value}, less than the default of {NUMBERS[name]}; only more can be asked for"
        )
    return value


def _codes(where: str, codes: object, known: tuple[str, ...]) -> list[str]:
    if not isinstance(codes, list) or not set(map(str, codes)) <= set(known):
        raise WrongDescription(f"gates.{where} can ask for {' '.join(known)}, not {codes!r}")
    return [str(code) for code in known if code in codes]


def described_holidays(said: Mapping[str, Any]) -> list[Holiday]:
    """`[[holidays]]` of a city's file: `first`, `last`, `names`. Raises `WrongDescription`."""
    given = said.get("holidays", [])
    if not isinstance(given, list):
        raise WrongDescription("holidays: a list of tables, as in [[holidays]]")
    found: list[Holiday] = []
    for one in given:
        found.append(_holiday(one, tuple(found)))
    return found


def _holiday(said: Any, others: tuple[Holiday, ...]) -> Holiday:
    if not isinstance(said, dict):
        raise WrongDescription("holidays: a list of tables, as in [[holidays]]")
    days, names = (said.get("first"), said.get("last")), said.get("names")
    if not all(type(one) is date for one in days):
        raise WrongDescription(f"holidays: first and last have to be days, as in 2027-12-25, not {days!r}")
    if not isinstance(names, dict) or not names.get(SOURCE) or not set(names) <= set(LANGUAGES):
        raise WrongDescription(f"holidays: {days[0]} needs names by language, English among them")
    new = Holiday(days[0], days[1], {str(code): str(name) for code, name in names.items()})  # type: ignore[arg-type]
    for message in wrong_holiday(new, others).values():
        raise WrongDescription(f"holidays: {new.first}: {message}")
    return new
