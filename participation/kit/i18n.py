"""Ten languages: lazy messages, catalogues, texts of the city, digits; with how each writes numbers and dates (`cldr`)."""

import unicodedata
from array import array
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from itertools import accumulate
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from participation.kit.cldr import clock as clock
from participation.kit.cldr import day as day
from participation.kit.cldr import full_day as full_day
from participation.kit.cldr import hour as hour
from participation.kit.cldr import locale_of as locale_of
from participation.kit.cldr import moment as moment
from participation.kit.cldr import number as number
from participation.kit.cldr import percent as percent
from participation.kit.cldr import short_day as short_day
from participation.kit.languages import AUTONYMS as AUTONYMS
from participation.kit.languages import CLDR as CLDR
from participation.kit.languages import LANGUAGES as LANGUAGES
from participation.kit.languages import RIGHT_TO_LEFT as RIGHT_TO_LEFT
from participation.kit.languages import SOURCE as SOURCE
from participation.kit.languages import TAGS as TAGS
from participation.kit.languages import direction as direction
from participation.kit.languages import tag as tag
from participation.kit.marks import Texts, machine, outdated

catalogues = Path(__file__).resolve().parents[2] / "locales"
current: ContextVar[str] = ContextVar("language", default=SOURCE)


@dataclass(frozen=True)
class Message:
    """A sentence to be said in whatever language its reader has."""

    text: str
    plural: str | None = None
    count: int = 0
    values: tuple[tuple[str, Any], ...] = ()

    def into(self, language: str) -> str:
        """The sentence in that language; values that are messages, numbers or days are rendered in it too."""
        catalogue = catalogue_of(language)
        if self.plural is None:
            sentence = catalogue.gettext(self.text)
        else:
            sentence = catalogue.ngettext(self.text, self.plural, self.count)
        if not self.values and self.plural is None:
            return sentence
        return sentence % {name: _shown(value, language) for name, value in self.values}

    def __str__(self) -> str:
        return self.into(current.get())

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def _(text: str, **values: Any) -> Message:
    return Message(text, values=tuple(values.items()))


def _n(singular: str, plural: str, count: int, **values: Any) -> Message:
    return Message(singular, plural, count, (("count", count), *values.items()))


@dataclass(frozen=True)
class When:
    """A moment inside a sentence, said in the city's time zone."""

    at: datetime
    zone: ZoneInfo

    def into(self, language: str) -> str:
        return moment(self.at, language, self.zone)


@dataclass(frozen=True)
class Day:
    """A day inside a sentence."""

    on: date

    def into(self, language: str) -> str:
        return short_day(self.on, language)


@dataclass(frozen=True)
class Listed:
    """Several things inside a sentence: messages, or names by language, of which the reader's is taken where it is there."""

    values: tuple[Any, ...]

    def into(self, language: str) -> str:
        shown = (
            pick(one, language).within if isinstance(one, Mapping) else _shown(one, language) for one in self.values
        )
        return " · ".join(shown)


def _shown(value: Any, language: str) -> str:
    if isinstance(value, Message | When | Day | Listed):
        return value.into(language)
    if isinstance(value, date) and not isinstance(value, datetime):
        return short_day(value, language)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, language)
    return value.within if isinstance(value, Text) else str(value)


def isolated(text: str) -> str:
    """For words of another language inside a sentence: their direction does not turn over what stands around them."""
    return f"\u2068{text}\u2069"


class _Sentences:
    """What a catalogue says, packed: a text is made of it when it is asked for. Ten languages as texts would take twice as much."""

    _places: ClassVar[dict[Any, int]] = {}
    """Of the English sentences, which all languages share."""

    def __init__(self, catalogue: Mapping[Any, str]) -> None:
        places = {self._places.setdefault(key, len(self._places)): text.encode() for key, text in catalogue.items()}
        in_order = [places.get(place, b"") for place in range(len(self._places))]
        self._packed = b"".join(in_order)
        self._ends = array("I", accumulate(map(len, in_order)))

    def get(self, key: Any, default: Any = None) -> Any:
        place = self._places.get(key, len(self._ends))
        if place >= len(self._ends):
            return default
        packed = self._packed[self._ends[place - 1] if place else 0 : self._ends[place]]
        return packed.decode() or default

    def __getitem__(self, key: Any) -> str:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return str(found)


class _Catalogue(GNUTranslations):
    _catalog: Any

    def _parse(self, fp: Any) -> None:
        super()._parse(fp)
        self._catalog = _Sentences(self._catalog)


@lru_cache(maxsize=len(LANGUAGES) + 2)
def catalogue_of(language: str) -> NullTranslations:
    """The compiled catalogue; the source language has none of its own for singular sentences."""
    path = catalogues / language / "LC_MESSAGES" / "messages.mo"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        return _Catalogue(file)


def digits(text: str) -> str:
    """The same text with every decimal digit of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def best_language(accept: str, offered: tuple[str, ...] = LANGUAGES) -> str | None:
    """RFC 9110 `Accept-Language`: the offered language of highest weight, by primary subtag; None where none fits."""
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept[:1000].split(",")):
        name, *parameters = part.strip().lower().split(";")
        weight = 1.0
        for parameter in parameters:
            key, _equals, value = parameter.strip().partition("=")
            if key == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        primary = name.strip().split("-")[0]
        if primary in offered and 0 < weight <= 1:
            weighed.append((-weight, place, primary))
    return min(weighed)[2] if weighed else None


@dataclass(frozen=True)
class Text:
    """A text as it is shown: in the reader's language, or in another one, which is then said."""

    value: str
    language: str
    other: bool
    older: str | None = None
    """The language from which it was translated, where that says something else now."""
    machine: str | None = None
    """The machine that translated it, where no person has checked it."""

    @property
    def told(self) -> bool:
        """Whether its reader has to be told something about it."""
        return self.other or self.older is not None or self.machine is not None

    @property
    def source(self) -> str:
        return AUTONYMS.get(self.older or "", "")

    @property
    def lang(self) -> str:
        return tag(self.language)

    @property
    def dir(self) -> str:
        return direction(self.language)

    @property
    def autonym(self) -> str:
        return AUTONYMS[self.language]

    @property
    def within(self) -> str:
        """As it stands in a sentence that holds no markup."""
        return isolated(self.value) if self.other else self.value

    def __str__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return bool(self.value)


def pick(texts: Mapping[str, str], language: str, order: tuple[str, ...] = ()) -> Text:
    """The text in the reader's language; else in the first of `order` (the city's), English, or any that has it."""
    for candidate in (language, *order, SOURCE, *texts):
        if texts.get(candidate):
            return _text(texts, candidate, language)
    return Text("", language, False)


def _text(texts: Mapping[str, str], chosen: str, language: str) -> Text:
    if not isinstance(texts, Texts):
        return Text(texts[chosen], chosen, chosen != language)
    older, by = outdated(chosen, texts, texts.marks), machine(chosen, texts, texts.marks)
    return Text(texts[chosen], chosen, chosen != language, older, by)
