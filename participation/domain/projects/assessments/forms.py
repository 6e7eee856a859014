"""What a questionnaire's file has to say, and what is wrong with one that does not."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from participation.domain.projects.assessments.rules import (
    CHOSEN,
    POINTS,
    UNKNOWN,
    Asks,
    AtLeast,
    Choice,
    Condition,
    Counts,
    Is,
    Level,
    Owes,
    Question,
    QuestionKind,
    Questionnaire,
    Relief,
    Section,
    Words,
)
from participation.kit.errors import Refusal
from participation.kit.i18n import LANGUAGES, Message, _

NAME = re.compile(r"[a-zA-Z0-9_.-]{1,60}")
TAKEN = frozenset({"versions"})
"""No section can have these names: other pages of an assessment have them in their addresses."""


class Broken(Refusal):
    """A file that is no questionnaire: where in it, and what is wrong there."""

    def __init__(self, where: str, what: Message) -> None:
        super().__init__(
            "broken_questionnaire",
            _("%(where)s: %(what)s", where=where or "/", what=what),
            _("Correct the file and read it again; nothing was changed."),
        )


@dataclass
class _Part:
    """A mapping of the file, and the way to it."""

    values: Mapping[str, Any]
    where: str = ""
    seen: set[str] = field(default_factory=set)

    def below(self, name: str | int) -> str:
        return f"{self.where}/{name}"

    def take(self, name: str, kind: type[Any], default: Any = None, *, required: bool = False) -> Any:
        self.seen.add(name)
        value = self.values.get(name)
        if value is None:
            if required:
                raise Broken(self.below(name), _("This is missing."))
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Broken(self.below(name), _("This is not of the kind that has to stand here."))
        return value

    def name(self, name: str) -> str:
        value = self.take(name, str, required=True)
        if not NAME.fullmatch(value):
            raise Broken(
                self.below(name),
                _("A name has up to 60 Latin letters, digits, points and dashes."),
            )
        return str(value)

    def words(self, name: str, *, required: bool = True) -> Words:
        """Text per language; English has to be among them, since it is what everything falls back to."""
        said = self.take(name, dict, {}, required=required)
        for language, text in said.items():
            if language not in LANGUAGES or not isinstance(text, str) or not text.strip():
                raise Broken(
                    f"{self.below(name)}/{language}",
                    _("Here a language of the platform and its text have to stand."),
                )
        if said and "en" not in said:
            raise Broken(self.below(name), _("The English text is missing."))
        return dict(said)

    def parts(self, name: str, *, required: bool = True) -> list["_Part"]:
        found = self.take(name, list, [], required=required)
        if required and not found:
            raise Broken(self.below(name), _("This is missing."))
        return [_part(value, f"{self.below(name)}/{place}") for place, value in enumerate(found)]

    def finish(self) -> None:
        unknown = sorted(set(self.values) - self.seen)
        if unknown:
            raise Broken(self.below(unknown[0]), _("Nothing of this name can stand here."))


def _part(value: Any, where: str) -> _Part:
    if not isinstance(value, dict):
        raise Broken(where, _("This is not of the kind that has to stand here."))
    return _Part(value, where)


def read_kind(text: str) -> str:
    """The name of a kind, as it stands in addresses."""
    if not re.fullmatch(r"[a-z0-9-]{1,60}", text):
        raise Broken("kind", _("A name has up to 60 small Latin letters, digits and dashes."))
    return text


def read_questionnaire(text: str | bytes, *, foreign: bool = False) -> Questionnaire:
    """A questionnaire of our own format, checked as a whole: names once, conditions about what is asked before.

    `foreign`: one that was brought in from elsewhere may have conditions that never hold.
    """
    try:
        whole = _part(json.loads(text), "")
    except (ValueError, RecursionError):
        raise Broken("", _("This is not JSON.")) from None
    relief = whole.take("relief", dict)
    found = Questionnaire(
        kind=whole.name("kind"),
        version=whole.take("version", int, required=True),
        title=whole.words("title"),
        about=whole.words("about"),
        source=whole.take("source", str, ""),
        sections=tuple(_section(part) for part in whole.parts("sections")),
        relief=None if relief is None else _relief(_part(relief, "/relief")),
        owes=tuple(_owes(part) for part in whole.parts("owes", required=False)),
        outside=_perhaps(whole, "outside", Level),
    )
    whole.finish()
    if found.outside is not None and not any(question.counts for question in found.questions):
        raise Broken(whole.below("outside"), _("Only a questionnaire whose answers score comes to a level."))
    if not foreign:
        _consistent(found)
    return found


def _section(part: _Part) -> Section:
    """What a section asks of somebody else than the city goes for all of its questions that do not say otherwise."""
    asks = _perhaps(part, "asks", Asks) or Asks.CITY
    found = Section(
        part.name("id"),
        part.words("title"),
        part.words("about", required=False),
        tuple(_question(question, asks) for question in part.parts("questions")),
    )
    part.finish()
    if found.id in TAKEN:
        raise Broken(part.below("id"), _("No section can have this name."))
    return found


def _question(part: _Part, asks: Asks) -> Question:
    kind = _one_of(part, "kind", QuestionKind)
    found = Question(
        id=part.name("id"),
        kind=kind,
        text=part.words("text"),
        help=part.words("help", required=False),
        choices=tuple(_choice(choice) for choice in part.parts("choices", required=kind in CHOSEN)),
        counts=_perhaps(part, "counts", Counts),
        visible_if=_condition(part, "visible_if"),
        required=part.take("required", bool, True),
        internal=part.take("internal", bool, False),
        fact=part.take("fact", str),
        point=part.take("point", str),
        asks=_perhaps(part, "asks", Asks) or asks,
    )
    part.finish()
    if found.choices and kind not in CHOSEN:
        raise Broken(
            part.below("choices"),
            _("Only a question with a list of answers has choices."),
        )
    if found.point is not None and found.point not in POINTS:
        raise Broken(part.below("point"), _("This is none of the nine points."))
    if len({choice.id for choice in found.choices}) < len(found.choices):
        raise Broken(part.below("choices"), _("A name stands here twice."))
    if found.internal and (found.fact or found.point):
        raise Broken(
            part.below("internal"),
            _("A fact that several assessments ask, or one of the nine points, is always public."),
        )
    return found


def _perhaps(part: _Part, name: str, kind: type[Any]) -> Any:
    part.seen.add(name)
    return None if part.values.get(name) is None else _one_of(part, name, kind)


def _choice(part: _Part) -> Choice:
    found = Choice(part.name("id"), part.words("text"), part.take("score", int, 0))
    part.finish()
    if found.id == UNKNOWN:
        raise Broken(
            part.below("id"),
            _("That nobody can assess it stands under every question by itself."),
        )
    return found


def _one_of(part: _Part, name: str, kind: type[Any]) -> Any:
    try:
        return kind(part.take(name, str, required=True))
    except ValueError:
        raise Broken(part.below(name), _("This is none of the words that can stand here.")) from None


def _relief(part: _Part) -> Relief:
    found = Relief(
        float(part.take("share", (int, float), required=True)),  # type: ignore[arg-type]
        float(part.take("factor", (int, float), required=True)),  # type: ignore[arg-type]
        part.take("parts", int, 1),
    )
    part.finish()
    return found


def _owes(part: _Part) -> Owes:
    found = Owes(part.name("kind"), _condition(part, "when"), part.words("why"))
    part.finish()
    return found


def _condition(part: _Part, name: str) -> Condition | None:
    value = part.values.get(name)
    part.seen.add(name)
    return None if value is None else _read_condition(value, part.below(name))


def _read_condition(value: Any, where: str) -> Condition:
    """`{"question": "a", "is": "b"}`, `{"any": […]}`, `{"all": […]}` or `{"at_least": 2, "of": […]}`."""
    part = _part(value, where)
    if "question" in part.values:
        found: Condition = Is(part.name("question"), part.name("is"))
    else:
        word = next((word for word in ("any", "all", "of") if word in part.values), "any")
        within = [
            _read_condition(each, f"{where}/{word}/{place}")
            for place, each in enumerate(part.take(word, list, required=True))
        ]
        number = {"any": 1, "all": len(within)}.get(word) or part.take("at_least", int, required=True)
        found = AtLeast(number, tuple(within))
    part.finish()
    return found


def _consistent(found: Questionnaire) -> None:
    known: dict[str, Sequence[str]] = {}
    for section in found.sections:
        for question in section.questions:
            where = f"{section.id}/{question.id}"
            if question.id in known:
                raise Broken(where, _("A name stands here twice."))
            if question.visible_if is not None:
                _known(question.visible_if, known, where)
            known[question.id] = [*(choice.id for choice in question.choices), UNKNOWN]
    for owes in found.owes:
        if owes.when is not None:
            _known(owes.when, known, f"owes/{owes.kind}")


def _known(condition: Condition, known: Mapping[str, Sequence[str]], where: str) -> None:
    for asks in condition.asks():
        if asks.choice not in known.get(asks.question, ()):
            raise Broken(
                where,
                _("Its condition names an answer that is not asked for before it."),
            )
