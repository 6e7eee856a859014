"""What open data is made of: kinds of values, fields that have a meaning, and shapes made of fields.

The JSON, the columns of the CSV and the description for machines all come from these, so that none of them can be wrong alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from participation.kit.i18n import LANGUAGES

Schema = dict[str, Any]


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """How a value is described and shown."""

    schema: Schema
    say: Callable[[Any], Any] = _same

    def show(self, value: Any, language: str | None) -> Any:
        """The value as JSON; of a text in several languages only one, when that was asked for."""
        return self.say(value)

    def cells(self, name: str, shown: Any, languages: Iterable[str]) -> dict[str, Any]:
        """The columns that it has in a table, with what stands in them. What is shown is already JSON, or None."""
        return {name: shown}

    def shapes(self) -> Iterable["Shape"]:
        return ()


TEXT = Kind({"type": "string"})


@dataclass(frozen=True)
class Words(Kind):
    """A text in as many languages as it was written in; in a table each has a column of its own."""

    schema: Schema = field(
        default_factory=lambda: {
            "type": "object",
            "properties": {language: {"type": "string"} for language in LANGUAGES},
            "additionalProperties": False,
        }
    )

    def show(self, value: Mapping[str, str], language: str | None) -> dict[str, str]:
        return {code: text for code, text in value.items() if text and language in (None, code) and code in LANGUAGES}

    def cells(self, name: str, shown: Any, languages: Iterable[str]) -> dict[str, Any]:
        return {f"{name}_{code}": (shown or {}).get(code) for code in languages}


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    """In what it is measured, where it is."""

    @property
    def schema(self) -> Schema:
        return self.kind.schema | {"description": self.meaning} | ({"x-unit": self.unit} if self.unit else {})


@dataclass(frozen=True)
class Shape:
    """A thing, as its fields in their order."""

    name: str
    meaning: str
    fields: Sequence[Field]

    def show(self, values: Mapping[str, Any], language: str | None = None) -> dict[str, Any]:
        return {field.name: field.kind.show(values[field.name], language) for field in self.fields}

    def cells(self, shown: Mapping[str, Any] | None, languages: Iterable[str], prefix: str = "") -> dict[str, Any]:
        row: dict[str, Any] = {}
        for part in self.fields:
            row |= part.kind.cells(prefix + part.name, (shown or {}).get(part.name), languages)
        return row

    @property
    def schema(self) -> Schema:
        return {
            "type": "object",
            "description": self.meaning,
            "properties": {field.name: field.schema for field in self.fields},
            "required": [field.name for field in self.fields],
            "additionalProperties": False,
        }

    @property
    def reference(self) -> Schema:
        return {"$ref": f"#/components/schemas/{self.name}"}


@dataclass(frozen=True)
class Foreign(Shape):
    """A thing as a standard of others describes it."""

    standard: str = ""

    @property
    def schema(self) -> Schema:
        return {"type": "object", "description": self.meaning, "externalDocs": {"url": self.standard}}


@dataclass(frozen=True)
class Part(Kind):
    """A thing inside a thing; in a table its columns carry its name."""

    schema: Schema = field(default_factory=dict)
    shape: Shape = field(default_factory=lambda: Shape("", "", ()))

    def show(self, value: Mapping[str, Any], language: str | None) -> Any:
        return self.shape.show(value, language)

    def cells(self, name: str, shown: Any, languages: Iterable[str]) -> dict[str, Any]:
        return self.shape.cells(shown, languages, f"{name}_")

    def shapes(self) -> Iterable[Shape]:
        return (self.shape,)


@dataclass(frozen=True)
class Many(Kind):
    """A list; in a table one cell, with spaces between the values. Things with parts are in no table."""

    schema: Schema = field(default_factory=dict)
    of: Kind = TEXT

    def show(self, value: Iterable[Any], language: str | None) -> list[Any]:
        return [self.of.show(each, language) for each in value]

    def cells(self, name: str, shown: Any, languages: Iterable[str]) -> dict[str, Any]:
        return {} if isinstance(self.of, Part) else {name: " ".join(shown or ())}

    def shapes(self) -> Iterable[Shape]:
        return self.of.shapes()


@dataclass(frozen=True)
class Perhaps(Kind):
    """A value that may be missing: null."""

    schema: Schema = field(default_factory=dict)
    of: Kind = TEXT

    def show(self, value: Any, language: str | None) -> Any:
        return None if value is None else self.of.show(value, language)

    def cells(self, name: str, shown: Any, languages: Iterable[str]) -> dict[str, Any]:
        return self.of.cells(name, shown, languages)

    def shapes(self) -> Iterable[Shape]:
        return self.of.shapes()


def stamp(moment: datetime) -> str:
    """ISO 8601 in universal time, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _day(value: date) -> str:
    return value.isoformat()


ADDRESS = Kind({"type": "string", "format": "uri"})
NAME = Kind({"type": "string", "pattern": "^[a-zA-Z0-9_.-]{1,60}$"})
"""Of a questionnaire, its sections and questions."""
NUMBER = Kind({"type": "integer", "minimum": 1, "maximum": 999_999_999})
SLUG = Kind({"type": "string", "pattern": "^[a-z0-9-]{1,60}$"})
COUNT = Kind({"type": "integer", "minimum": 0})
FIGURE = Kind({"type": "number"}, float)
FLAG = Kind({"type": "boolean"})
MOMENT = Kind({"type": "string", "format": "date-time"}, stamp)
DAY = Kind({"type": "string", "format": "date"}, _day)
WORDS = Words()


def one_of(values: Iterable[str] | type[StrEnum]) -> Kind:
    return Kind({"type": "string", "enum": [str(value) for value in values]}, str)


def many(kind: Kind) -> Many:
    return Many({"type": "array", "items": kind.schema}, of=kind)


def perhaps(kind: Kind) -> Perhaps:
    return Perhaps({"anyOf": [kind.schema, {"type": "null"}]}, of=kind)


def part(shape: Shape) -> Part:
    return Part(shape.reference, shape=shape)
