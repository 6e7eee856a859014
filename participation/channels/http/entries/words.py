"""The words in which entries of the record are said: places, roles, days, fields, and whole sentences of a few shapes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from babel.lists import format_list

from participation.domain.people.models import Role
from participation.domain.places.queries import CityView
from participation.domain.projects.rules import WORDS
from participation.kit import i18n
from participation.kit.i18n import Message, _


class Reader(Protocol):
    """Whoever reads: of which city, in which language; on a page or in a letter."""

    @property
    def city(self) -> CityView: ...
    @property
    def language(self) -> str: ...


Facts = Mapping[str, Any]
Sentence = Callable[["Reader", Facts], Message]

ROLE_NAMES = {
    Role.RESIDENT: _("resident"),
    Role.DELEGATE: _("district delegate"),
    Role.MODERATOR: _("moderator"),
    Role.OFFICIAL: _("official"),
    Role.AUDITOR: _("auditor"),
    Role.ADMINISTRATOR: _("administrator"),
    "system": _("the platform itself"),
    "organisation": _("an organisation, by its link"),
}


def place(reader: Reader, slug: object) -> i18n.Text | str:
    """The name of a place that an entry names by its slug."""
    found = reader.city.place(str(slug))
    return i18n.pick(found.names, reader.language, reader.city.languages) if found else str(slug)


def role(name: object) -> Message | str:
    return ROLE_NAMES.get(str(name), str(name))


def day(reader: Reader, value: object) -> str:
    try:
        return i18n.day(date.fromisoformat(str(value)[:10]), reader.language, reader.city.zone)
    except ValueError:
        return str(value)


def moment(reader: Reader, value: object) -> str:
    try:
        return i18n.moment(datetime.fromisoformat(str(value)), reader.language, reader.city.zone)
    except ValueError:
        return str(value)


def listed(reader: Reader, words: Iterable[str]) -> str:
    return str(format_list(list(words), locale=i18n.locale_of(reader.language)))


FIELDS: Mapping[str, Message] = {
    **WORDS,
    "cost_amount": _("What it costs"),
    "districts": _("Places"),
    "programme": _("Programme"),
    "open_comments": _("Who may comment"),
    "agreements_stated": _("Whether the list of agreements is complete"),
    "agreements": _("Agreements"),
    "influence": _("Level of influence"),
    "indicators": _("Indicators"),
}
"""What can change on a project's page, by the last part of the field's name."""


def autonym(reader: Reader, language: object) -> str:
    """A language by the name that it calls itself."""
    name = i18n.AUTONYMS[str(language)]
    return name if language == reader.language else i18n.isolated(name)


def fields(reader: Reader, names: Sequence[str]) -> str:
    """Fields that changed, in words and each once, with their languages."""
    said: dict[Message, list[str]] = {}
    for name in names:
        parts = name.split(".")
        languages = said.setdefault(FIELDS[parts[-1]], [])
        if parts[0] == "texts" and parts[1] in i18n.AUTONYMS:
            languages.append(autonym(reader, parts[1]))
    shown = [
        f"{label.into(reader.language)} ({listed(reader, languages)})" if languages else label.into(reader.language)
        for label, languages in said.items()
    ]
    return " · ".join(shown)


def of_project(sentence: Message) -> Sentence:
    return lambda reader, facts: Message(sentence.text, values=(("project", int(facts["project"]["number"])),))


def of_step(consultation: Message, decision: Message) -> Sentence:
    """A sentence about a step, with the dates that it names; one for each step, since grammar differs."""

    def say(reader: Reader, facts: Facts) -> Message:
        chosen = consultation if facts["step"] == "consultation" else decision
        dates = {name: moment(reader, facts[name]) for name in ("opens", "closes", "from", "to") if name in facts}
        return Message(chosen.text, values=(("project", int(facts["project"]["number"])), *dates.items()))

    return say


def of_batch(sentence: Message) -> Sentence:
    return lambda reader, facts: Message(
        sentence.text,
        values=(("number", int(facts["batch"])), ("district", place(reader, facts["district"]))),
    )


def of_kiosk(sentence: Message) -> Sentence:
    return lambda reader, facts: Message(
        sentence.text, values=(("number", int(facts["kiosk"])), ("district", place(reader, facts["place"])))
    )


def in_district(sentence: Message) -> Sentence:
    """For what the record tells of a district alone."""
    return lambda reader, facts: Message(sentence.text, values=(("district", place(reader, facts["place"])),))
