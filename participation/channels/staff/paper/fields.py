"""The fields of a sheet as they are typed in, in the order of the paper, and what stands in them as words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from participation.channels.http.visit import Visit
from participation.domain.consultations.rules import LONGEST
from participation.domain.proxies.odk.questions.rules import AGES, HOW, KINDS, REACTIONS, STANCES
from participation.domain.proxies.paper.readings.forms import STATEMENT, TICKS, Asked, names
from participation.domain.proxies.paper.readings.rules import BODY, VOID
from participation.kit import i18n
from participation.kit.i18n import AUTONYMS, Message, _

NOTHING = _("Nothing is ticked")
BEGINNING = 80
LABELS = {
    "how": _("How did they agree?"),
    "witnessed": _("Somebody else heard it"),
    "read_back": _("It was read back, or they wrote it themselves, and they agree"),
    "kind": _("Who speaks?"),
    "language": _("In which language?"),
    "place": _("Where do they live?"),
    "age": _("How old are they?"),
    "stance": _("What do they think of the project?"),
    BODY: _("What do they say?"),
    "code": _("Access code"),
    "phone": _("Telephone for a call-back"),
    VOID: _("Nothing is to be taken from this sheet"),
}
HINTS = {
    "place": _("Where nothing is written and there is no access code: the district."),
    "stance": _("Where nothing is ticked, choose what the words say."),
    BODY: _("Word for word, mistakes too. What cannot be read: …"),
    "code": _("Where a digit cannot be right, leave it empty."),
}


@dataclass(frozen=True)
class Field:
    name: str
    label: Message | str
    kind: str
    """`choose`, `tick`, `text` or `area`."""
    options: Sequence[tuple[str, Message | str]] = ()
    hint: Message | None = None
    most: int = 100
    required: bool = False
    language: str | None = None
    """Of the label, where it is what somebody said."""

    def said(self, fields: Mapping[str, str]) -> Message | str:
        """What was read, as words."""
        value = fields.get(self.name, "")
        if self.kind == "tick":
            return _("Ticked") if value else NOTHING
        if self.kind == "choose":
            return dict(self.options).get(value, NOTHING)
        return value or _("Nothing is written")


def fields_of(visit: Visit, asked: Asked, quoted: Mapping[int, Any]) -> list[Field]:
    """`quoted`: statements that everybody can still read; the others are known by their number alone."""
    city = visit.city
    places = [city.place(slug) for slug in asked.places]
    named = [
        (str(number), f"{number} {i18n.pick(place.names, visit.language, city.languages).value}")
        for number, place in enumerate(places, 1)
        if place is not None
    ]
    options: dict[str, list[tuple[str, Message | str]]] = {
        "how": [(str(value), words) for value, words in HOW.items()],
        "kind": [(str(value), words) for value, words in KINDS.items()],
        "language": [(one, AUTONYMS[one]) for one in city.languages],
        "place": [*named],
        "age": [(str(value), words) for value, words in AGES.items()],
        "stance": [(str(value), words) for value, words in STANCES.items()],
    }
    reactions: list[tuple[str, Message | str]] = [(str(value), words) for value, words in REACTIONS.items()]
    found = []
    for name in names(asked):
        if name.startswith(STATEMENT) and name[1:].isdecimal():
            one = quoted.get(asked.statements[int(name[1:]) - 1])
            label = f"{name[1:]}. {_short(one.body)}" if one is not None else name[1:]
            found.append(Field(name, label, "choose", reactions, language=one and one.language))
        elif name in TICKS:
            found.append(Field(name, LABELS[name], "tick"))
        elif name in options:
            required = name in ("how", "kind", "language")
            found.append(Field(name, LABELS[name], "choose", options[name], HINTS.get(name), required=required))
        else:
            kind, most = ("area", LONGEST) if name == BODY else ("text", 100)
            found.append(Field(name, LABELS[name], kind, (), HINTS.get(name), most))
    return found


def _short(text: str) -> str:
    """Enough to see that it is the one on the paper."""
    return text if len(text) <= BEGINNING else text[: BEGINNING - 1].rstrip() + "…"


def void() -> Field:
    return Field(VOID, LABELS[VOID], "tick")
