"""A consultation as an XLSForm: the questions of the delegate's page, without a vote, in every language of the city."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participation.domain.consultations.rules import LONGEST
from participation.domain.places.models import PlaceKind
from participation.domain.places.queries import CityView
from participation.domain.proxies.odk.questions import rules
from participation.domain.proxies.rules import consent_text
from participation.kit.i18n import AUTONYMS, LANGUAGES, Message, _, full_day, pick, tag
from participation.kit.prompts import Prompts

Row = dict[str, str]
Said = Callable[[str], str]
"""Language -> text."""


@dataclass(frozen=True)
class Quoted:
    id: int
    body: str


@dataclass(frozen=True)
class Source:
    """All that a form says of one project."""

    slug: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    closes_at: datetime
    comments: bool
    statements: tuple[Quoted, ...]
    """None where nobody can react."""
    prompts: Prompts
    """(language, question) -> the recording that reads it out."""


def fixed_part(city: CityView, source: Source) -> bytes:
    """A hash of what the city says in it, whatever residents say meanwhile."""
    return _hash(source, workbook(city, source, 0, quoted=False))


def whole(city: CityView, source: Source) -> bytes:
    return _hash(source, workbook(city, source, 0))


def _hash(source: Source, book: Any) -> bytes:
    spoken = sorted(prompt.md5 for prompt in source.prompts.values())
    return hashlib.sha256(json.dumps([book, spoken], ensure_ascii=False, sort_keys=True).encode()).digest()


def workbook(city: CityView, source: Source, version: int, *, quoted: bool = True) -> dict[str, list[Row]]:
    """What pyxform takes: a sheet of questions, one of answers, one of settings."""
    book = _Book(city, source)
    book.about()
    book.agreeing()
    book.whose()
    if source.comments:
        book.comment()
    if source.statements and quoted:
        book.reactions()
    book.ending()
    settings = {
        "form_title": plain(pick(source.titles, city.languages[0], city.languages).value),
        "form_id": source.slug,
        "version": str(version),
        "default_language": column(city.languages[0]),
    }
    return {"survey": book.survey, "choices": book.choices, "settings": [settings]}


def column(language: str) -> str:
    return f"{AUTONYMS[language]} ({tag(language)})"


def plain(text: str) -> str:
    """As it stands there: Collect reads Markdown, HTML and references to answers out of labels, and nobody wrote any."""
    return text.replace("${", "$ {").replace("<", "<\u200b").replace("](", "]\u200b(").replace("\n#", "\n\u200b#")


class _Book:
    """The sheets as they grow."""

    def __init__(self, city: CityView, source: Source) -> None:
        self._city, self._source = city, source
        self.survey: list[Row] = [{"type": "start", "name": "timeStart"}, {"type": "end", "name": "timeEnd"}]
        self.choices: list[Row] = []
        self._list("languages", {one: AUTONYMS[one] for one in LANGUAGES})
        for name, words in (
            ("kinds", rules.KINDS),
            ("how", rules.HOW),
            ("ages", rules.AGES),
            ("yes_no", rules.ANSWERS),
        ):
            self._list(name, words)

    # the parts

    def about(self) -> None:
        self._ask("note", "project", self._project)
        self._ask("select_one languages", "language", _("In which language?"), required=True)

    def _project(self, language: str) -> str:
        source, order = self._source, self._city.languages
        parts = [pick(texts, language, order).value for texts in (source.titles, source.summaries)]
        until = _(
            "You can say what you think until %(when)s.",
            when=full_day(source.closes_at, language, self._city.zone),
        )
        return "\n\n".join([*(plain(part) for part in parts if part), until.into(language)])

    def agreeing(self) -> None:
        def read_out(language: str) -> str:
            sentences = [message.into(language) for message in consent_text()]
            return "\n\n".join([_("Please read this out").into(language), *sentences])

        self._ask("note", "consent_text", read_out)
        self._ask(
            "select_one how",
            "consent",
            _("How did they agree?"),
            hint=_("If they do not agree, throw this form away."),
            required=True,
        )
        self._ask("select_one yes_no", "witnessed", _("Did somebody else hear it?"), required=True)
        self._ask("select_one kinds", "kind", _("Who speaks?"), required=True)

    def whose(self) -> None:
        """No PIN is asked: it would stand on the device in clear, and with the code it votes."""
        coded, described = "${has_code} = 'yes'", "${has_code} = 'no'"
        self._ask(
            "select_one yes_no",
            "has_code",
            _("Do they give their access code?"),
            hint=_("Not where they have set a PIN: that is typed on the city's own pages alone."),
            required=True,
        )
        self._ask(
            "text",
            "code",
            _("Access code"),
            hint=_("The person types the 16 digits on their slip."),
            wrong=_("An access code has 16 digits."),
            required=True,
            constraint=f"regex(., '{rules.CODE}')",
            appearance="numbers",
            relevant=coded,
        )
        self._list("places", {place.slug: self._named(place.id) for place in self._places()})
        self._ask(
            "select_one places",
            "place",
            _("Where do they live?"),
            required=True,
            appearance="minimal autocomplete",
            relevant=described,
        )
        self._ask("select_one ages", "age", _("How old are they?"), required=True, relevant=described)

    def _places(self) -> Sequence[Any]:
        """Districts, each before its neighbourhoods."""
        city = self._city
        return [one for district in city.districts for one in (district, *city.neighbourhoods(district.id))]

    def _named(self, place_id: int) -> Said:
        place = self._city.places[place_id]
        order = self._city.languages

        def name(language: str) -> str:
            own = plain(pick(place.names, language, order).value)
            if place.kind is PlaceKind.DISTRICT or place.parent_id is None:
                return own
            return f"{plain(pick(self._city.places[place.parent_id].names, language, order).value)} · {own}"

        return name

    def comment(self) -> None:
        self._list("stances", rules.STANCES)
        self._ask("select_one stances", "stance", _("What do they think of the project?"), required=True)
        limit = _("In their own words, at most 1,000 characters. Please write no names.")
        said = f"${{stance}} != '' and ${{stance}} != '{rules.NOTHING}'"
        self._ask(
            "text",
            "body",
            _("What do they say?"),
            hint=limit,
            wrong=limit,
            required=True,
            constraint=f"string-length(.) <= {LONGEST}",
            appearance="multiline",
            relevant=said,
        )

        def read_out(language: str) -> str:
            return f"{_('Please read it out, word for word.').into(language)}\n\n${{body}}"

        self._ask("note", "read_out", read_out, relevant=said)

    def reactions(self) -> None:
        """Each as it was said, in whatever language that was: people's words are translated by nobody here."""
        self._list("reactions", rules.REACTIONS)
        statements = self._source.statements
        for number, one in enumerate(statements, 1):
            asked = _("Somebody said this. Do they agree? (%(number)s of %(all)s)", number=number, all=len(statements))
            self._ask("select_one reactions", f"{rules.STATEMENT}{one.id}", plain(one.body), hint=asked)

    def ending(self) -> None:
        self._ask("select_one yes_no", "read_back", _("I have read this back, and they agree"), required=True)
        self._ask(
            "text",
            "phone",
            _("May somebody call back?"),
            hint=_(
                "Somebody else asks a few people whether this is what they said. Then the number is erased. Leave it empty if they do not want that."
            ),
        )
        self._ask(
            "note",
            "receipt",
            _("When this is sent, the city answers with a receipt of 12 digits. Write them down for the person."),
        )

    # rows

    def _ask(
        self,
        kind: str,
        name: str,
        label: Message | Said | str,
        *,
        hint: Message | None = None,
        wrong: Message | None = None,
        required: bool = False,
        **more: str,
    ) -> None:
        row: Row = {"type": kind, "name": name, **more}
        if required:
            row["required"] = "yes"
        for language in self._city.languages:
            where = column(language)
            row[f"label::{where}"] = _into(label, language)
            if hint is not None:
                row[f"hint::{where}"] = hint.into(language)
            if wrong is not None:
                row[f"constraint_message::{where}"] = wrong.into(language)
            if required:
                row[f"required_message::{where}"] = _("Please fill this in.").into(language)
            if (prompt := self._source.prompts.get((language, name))) is not None:
                row[f"media::audio::{where}"] = prompt.name
        self.survey.append(row)

    def _list(self, name: str, words: Mapping[Any, Message | Said | str]) -> None:
        for value, said in words.items():
            row = {"list_name": name, "name": str(value)}
            for language in self._city.languages:
                row[f"label::{column(language)}"] = _into(said, language)
            self.choices.append(row)


def _into(said: Message | Said | str, language: str) -> str:
    if isinstance(said, str):
        return said
    return said.into(language) if isinstance(said, Message) else said(language)
