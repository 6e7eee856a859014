"""Turns a SurveyJS questionnaire into one of ours.

A choice's value ends in its score (`item1-3` scores 3); a question, or the panel around it, whose name ends in `-RS` counts as risk,
`-MS` as mitigation, `-NS` not at all. With four fifths of what mitigation one path through it can reach, risk is multiplied by 0.85.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from participation.domain.projects.assessments.forms import Broken
from participation.domain.projects.assessments.rules import (
    AtLeast,
    Choice,
    Condition,
    Counts,
    Is,
    Question,
    QuestionKind,
    Questionnaire,
    Relief,
    Section,
    Words,
)
from participation.kit.i18n import LANGUAGES, _

KINDS = {
    "radiogroup": QuestionKind.CHOICE,
    "dropdown": QuestionKind.CHOICE,
    "checkbox": QuestionKind.SEVERAL,
    "comment": QuestionKind.TEXT,
    "text": QuestionKind.LINE,
}
COUNTS = {"RS": Counts.RISK, "MS": Counts.MITIGATION}
CANADIAN = Relief(share=0.8, factor=1 - 0.15, parts=2)
"""Design and implementation have each their own questions on mitigation."""
_TOKEN = re.compile(
    r"""\s*(?:\{(?P<question>[^}]+)\}|"(?P<text>[^"]*)"|'(?P<other>[^']*)'|(?P<sign>[()\[\],=])|(?P<word>\w+))"""
)


def is_surveyjs(text: str | bytes) -> bool:
    """It has pages where ours has sections."""
    try:
        return "pages" in json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return False


def read_surveyjs(text: str | bytes, *, kind: str, version: int = 1) -> Questionnaire:
    """Pages become sections; what only shows something (`html`) is left out."""
    try:
        survey = json.loads(text)
        pages = survey["pages"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Broken("", _("This is no SurveyJS questionnaire.")) from None
    sections = [_section(page, f"/pages/{place}") for place, page in enumerate(pages)]
    title = _words(survey.get("title") or {"default": kind}, "/title")
    return Questionnaire(
        kind,
        version,
        title,
        {},
        "SurveyJS",
        tuple(section for section in sections if section.questions),
        CANADIAN,
    )


def _section(page: Mapping[str, Any], where: str) -> Section:
    name = str(page.get("name") or where)
    shown = _condition(page.get("visibleIf"), where)
    questions = tuple(_questions(page.get("elements", []), where, None, shown))
    return Section(name, _words(page.get("title") or name, where), {}, questions)


def _questions(
    elements: list[Mapping[str, Any]],
    where: str,
    counts: Counts | None,
    shown: Condition | None,
) -> Iterator[Question]:
    for place, element in enumerate(elements):
        at = f"{where}/elements/{place}"
        if not isinstance(element, dict) or not isinstance(element.get("name"), str):
            raise Broken(at, _("This is not of the kind that has to stand here."))
        own = _both(shown, _condition(element.get("visibleIf"), at))
        suffix = element["name"].rpartition("-")[2]
        scored = COUNTS.get(suffix) if suffix in (*COUNTS, "NS") else counts
        if element.get("type") in ("panel", "page"):
            yield from _questions(element.get("elements", []), at, scored, own)
        elif element.get("type") in KINDS:
            yield _question(element, at, scored, own)
        elif element.get("type") != "html":
            raise Broken(f"{at}/type", _("This is none of the words that can stand here."))


def _question(element: Mapping[str, Any], at: str, counts: Counts | None, shown: Condition | None) -> Question:
    kind = KINDS[element["type"]]
    choices = tuple(_choice(item, f"{at}/choices/{n}") for n, item in enumerate(element.get("choices", [])))
    return Question(
        id=element["name"],
        kind=kind,
        text=_words(element.get("title") or element["name"], at),
        help=_words(element["description"], at) if element.get("description") else {},
        choices=choices,
        counts=counts if choices else None,
        visible_if=shown,
        required=bool(element.get("isRequired")),
    )


def _choice(item: Any, at: str) -> Choice:
    value = item.get("value") if isinstance(item, dict) else item
    if not isinstance(value, str | int):
        raise Broken(at, _("This is not of the kind that has to stand here."))
    text = item.get("text") if isinstance(item, dict) else None
    last = str(value).rpartition("-")
    return Choice(
        str(value),
        _words(text or str(value), at),
        int(last[2]) if last[1] and last[2].isdecimal() else 0,
    )


def _words(said: Any, where: str) -> Words:
    """SurveyJS calls the language that it falls back to `default`; here it is English."""
    if isinstance(said, str):
        return {"en": said}
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise Broken(where, _("This is not of the kind that has to stand here."))
    named = {"en" if language == "default" else language: text for language, text in said.items()}
    return {language: text for language, text in named.items() if language in LANGUAGES}


# Conditions: {a} = "x" and ({b} contains "y" or {b} contains ["z"])


def _both(outer: Condition | None, inner: Condition | None) -> Condition | None:
    if outer is None or inner is None:
        return outer or inner
    return AtLeast(2, (outer, inner))


def _condition(text: str | None, where: str) -> Condition | None:
    if not text:
        return None
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Broken(f"{where}/visibleIf", _("This condition cannot be read."))
        tokens.append(
            (
                found.lastgroup or "",
                found[found.lastgroup or 0].lower() if found.lastgroup == "word" else found[found.lastgroup or 0],
            )
        )
        at = found.end()
    reading = _Reading(tokens, f"{where}/visibleIf")
    condition = reading.either()
    if reading.tokens:
        raise reading.broken()
    return condition


class _Reading:
    """`or` binds looser than `and`; a comparison is the smallest part."""

    def __init__(self, tokens: list[tuple[str, str]], where: str) -> None:
        self.tokens = tokens
        self._where = where

    def broken(self) -> Broken:
        return Broken(self._where, _("This condition cannot be read."))

    def _next(self, *wanted: str) -> str | None:
        """Take the next token if it is one of these kinds or words."""
        if self.tokens and (
            self.tokens[0][0] in wanted or (self.tokens[0][0] in ("sign", "word") and self.tokens[0][1] in wanted)
        ):
            return self.tokens.pop(0)[1]
        return None

    def either(self) -> Condition:
        parts = [self.both()]
        while self._next("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else AtLeast(1, tuple(parts))

    def both(self) -> Condition:
        parts = [self.single()]
        while self._next("and"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else AtLeast(len(parts), tuple(parts))

    def single(self) -> Condition:
        if self._next("("):
            inner = self.either()
            if self._next(")") is None:
                raise self.broken()
            return inner
        question = self._next("question")
        if question is None or self._next("=", "contains") is None:
            raise self.broken()
        if self._next("[") is None:
            return self._is(question)
        parts: list[Condition] = [self._is(question)]
        while self._next(","):
            parts.append(self._is(question))
        if self._next("]") is None:
            raise self.broken()
        return parts[0] if len(parts) == 1 else AtLeast(len(parts), tuple(parts))

    def _is(self, question: str) -> Is:
        value = self._next("text", "other")
        if value is None:
            raise self.broken()
        return Is(question, value)
