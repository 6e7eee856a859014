"""What the form of one section says of each of its questions; none has to be answered before the others are saved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from participation.domain.projects.assessments.answers.rules import fingerprint
from participation.domain.projects.assessments.models import Ground, Source
from participation.domain.projects.assessments.rules import CHOSEN, UNKNOWN, Question, QuestionKind
from participation.kit.errors import Invalid
from participation.kit.forms import Fields, Reader
from participation.kit.i18n import _, digits

LONGEST = {QuestionKind.TEXT: 4_000, QuestionKind.LINE: 200}


@dataclass(frozen=True)
class AnswerSaid:
    """An answer as it was typed; `version` and `seen` are those of the answer which its writer had before them."""

    question: Question
    chosen: tuple[str, ...] = ()
    text: str | None = None
    """In the language of the form; None where the question takes no words."""
    source: Source = Source.CITY
    ground: Ground | None = None
    office: str | None = None
    until: date | None = None
    version: int = 0
    seen: str = ""

    @property
    def fingerprint(self) -> str:
        day = self.until.isoformat() if self.until else ""
        return fingerprint(
            list(self.chosen), self.text or "", str(self.source), self.ground or "", self.office or "", day
        )

    @property
    def untouched(self) -> bool:
        """Its writer has left it as it was."""
        return self.seen == self.fingerprint


def read_section(fields: Fields, questions: Sequence[Question]) -> list[AnswerSaid]:
    """An answer to each question that was on the page; those that depend on others may not have been."""
    form = Reader(fields)
    said = [_answer(form, question) for question in questions if fields.getlist(f"v.{question.id}")]
    form.finish()
    return said


def _answer(form: Reader, question: Question) -> AnswerSaid:
    name = f"q.{question.id}"
    chosen, text = _chosen(form, question, name), None
    if question.kind in LONGEST:
        lines = question.kind is QuestionKind.TEXT
        text = form.text(name, at_most=LONGEST[question.kind], required=False, lines=lines)
    if _marked(form, f"x.{question.id}"):
        chosen, text = (UNKNOWN,), None
    source = form.text(f"s.{question.id}", at_most=20, required=False) or Source.CITY
    if source not in set(Source):
        form.wrong(f"s.{question.id}", _("Please choose one of the answers."))
        source = Source.CITY
    version, seen = _before(form, question)
    ground, office, until = _internal(form, question)
    return AnswerSaid(question, chosen, text, Source(source), ground, office, until, version, seen)


def _marked(form: Reader, name: str) -> bool:
    """That nobody can assess it."""
    value = form.text(name, at_most=5, required=False)
    if value not in ("", "1"):
        form.wrong(name, _("Please choose one of the answers."))
    return value == "1"


def _before(form: Reader, question: Question) -> tuple[int, str]:
    """Version and fingerprint of what stood there when the page was opened, as the page itself says them."""
    version, _dot, seen = form.text(f"v.{question.id}", at_most=20, required=False).partition(".")
    return (int(version), seen) if version.isascii() and version.isdigit() and len(version) < 10 else (0, seen)


def _chosen(form: Reader, question: Question, name: str) -> tuple[str, ...]:
    if question.kind in CHOSEN:
        taken = (
            form.several(name)
            if question.kind is QuestionKind.SEVERAL
            else [form.text(name, at_most=60, required=False)]
        )
        found = tuple(dict.fromkeys(choice for choice in taken if choice))
        if not set(found) <= {choice.id for choice in question.choices}:
            form.wrong(name, _("Please choose one of the answers."))
        return found
    if question.kind is QuestionKind.NUMBER:
        number = form.integer(name, least=0, most=10**15, required=False)
        return () if number is None else (str(number),)
    if question.kind is QuestionKind.DATE:
        day = _day(form, name)
        return () if day is None else (day.isoformat(),)
    return ()


def _internal(form: Reader, question: Question) -> tuple[Ground | None, str | None, date | None]:
    """An internal answer names its ground, its office, and its end; only where the question allows it."""
    wanted = form.text(f"g.{question.id}", at_most=20, required=False) if question.internal else ""
    if not wanted:
        return None, None, None
    if wanted not in set(Ground):
        form.wrong(f"g.{question.id}", _("Please choose one of the answers."))
        return None, None, None
    office = form.text(f"o.{question.id}", at_most=80, missing=_("Please name the office that keeps it."))
    until = _day(form, f"u.{question.id}")
    if until is None:
        form.wrong(f"u.{question.id}", _("Please say until which day it is kept internal."))
    return Ground(wanted), office, until


def _day(form: Reader, name: str) -> date | None:
    typed = digits(form.text(name, at_most=20, required=False))
    if not typed:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
            return date.fromisoformat(typed)
    except ValueError:
        pass
    form.wrong(name, _("Please type the date as year-month-day, for example 2027-03-31."))
    return None


def read_review(fields: Fields) -> date:
    """When the city looks at an assessment again."""
    form = Reader(fields)
    day = _day(form, "review_on")
    if day is None:
        form.wrong("review_on", _("Please say when it is looked at again."))
        raise Invalid(form.errors)
    form.finish()
    return day
