"""What can be asked for in an address, declared once: read, refused with a reason, and described for machines."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from participation.domain.places.queries import CityView
from participation.kit.i18n import LANGUAGES, Message, _
from participation.kit.paging import SIZE

OVERDUE = "overdue"
LARGEST = 100
"""Things in one answer."""
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Wrong(Exception):
    """What was asked cannot be answered: a reason for each parameter."""

    def __init__(self, errors: Mapping[str, Message]) -> None:
        super().__init__()
        self.errors = errors


@dataclass(frozen=True)
class Parameter:
    """One of a list of values, or a whole number between two others."""

    name: str
    meaning: str
    values: Callable[[CityView], Sequence[str]] | None = None
    least: int = 0
    most: int = 0
    usual: int | None = None

    def schema(self, city: CityView) -> dict[str, Any]:
        if self.values is not None:
            return {"type": "string", "enum": list(self.values(city))}
        described: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return described if self.usual is None else described | {"default": self.usual}

    def read(self, text: str, city: CityView) -> str | int:
        if self.values is not None:
            if text not in self.values(city):
                raise ValueError
            return text
        if not NUMBER.fullmatch(text) or not self.least <= int(text) <= self.most:
            raise ValueError
        return int(text)

    def reason(self, city: CityView) -> Message:
        if self.values is not None:
            return _("Please use one of these: %(values)s.", values=", ".join(self.values(city)))
        return _("Please use a whole number from %(least)s to %(most)s.", least=self.least, most=self.most)


def asked(query: QueryParams, known: Sequence[Parameter], city: CityView) -> dict[str, Any]:
    """A value for each parameter that is known here. Nothing is ignored in silence: what is not known is refused."""
    values: dict[str, Any] = {parameter.name: parameter.usual for parameter in known}
    by_name = {parameter.name: parameter for parameter in known}
    errors: dict[str, Message] = {}
    for name in dict.fromkeys(query.keys()):
        parameter = by_name.get(name)
        given = query.getlist(name)
        if parameter is None:
            errors[name] = _("There is no parameter with this name.")
        elif len(given) > 1:
            errors[name] = _("Please give this parameter only once.")
        else:
            try:
                values[name] = parameter.read(given[0], city)
            except ValueError:
                errors[name] = parameter.reason(city)
    if errors:
        raise Wrong(errors)
    return values


def _places(city: CityView) -> list[str]:
    return [place.slug for place in city.places.values()]


def after(meaning: str, most: int) -> Parameter:
    return Parameter("after", meaning, most=most, usual=0)


LIMIT = Parameter("limit", "How many at most.", least=1, most=LARGEST, usual=SIZE)
LANGUAGE = Parameter("language", "Leave only this language of the texts.", values=lambda city: LANGUAGES)
PLACE = Parameter(
    "place", "What concerns this place: it, one inside it or around it, or the whole city.", values=_places
)
STEP = Parameter(
    "step",
    "Where a project stands; overdue: a step could not open in time, or a promise is late.",
    values=lambda city: ("information", "consultation", "decision", "decided", OVERDUE),
)
BOM = Parameter(
    "bom",
    "CSV only: 1 begins with a byte order mark, by which some spreadsheets recognise UTF-8.",
    values=lambda city: ("0", "1"),
)
