"""What a link asks for: the questions of one assessment, or those of all that are the supplier's part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments import queries as assessments
from participation.domain.projects.assessments import rules
from participation.domain.projects.assessments.queries import SCREENING, AnswerView, key
from participation.domain.projects.assessments.rules import Asks, Question, Questionnaire, Section
from participation.domain.projects.filings.models import Purpose
from participation.domain.projects.filings.queries import FilingView, Written, written
from participation.kit.database import Session


@dataclass(frozen=True)
class Part:
    """A questionnaire, with the answers on which it depends what is asked, and what was written under it."""

    asked: Questionnaire
    base: Mapping[str, Sequence[str]]
    """What the city says, question by question, as far as it goes for who answers here; their own answers go before."""
    own: Mapping[str, Written]
    """By question."""
    supplier: bool = False

    @property
    def given(self) -> dict[str, Sequence[str]]:
        return {**self.base, **{name: said.given for name, said in self.own.items() if said.given}}

    @property
    def questions(self) -> list[Question]:
        """What is asked here and now."""
        found = rules.visible(self.asked, self.given)
        return [question for question in found if not self.supplier or question.asks is Asks.SUPPLIER]

    @property
    def sections(self) -> list[tuple[Section, list[Question]]]:
        """Those with something in them."""
        here = {question.id for question in self.questions}
        pairs = [(one, [question for question in one.questions if question.id in here]) for one in self.asked.sections]
        return [(one, questions) for one, questions in pairs if questions]

    @property
    def answered(self) -> list[Question]:
        return [question for question in self.questions if question.id in self.own and self.own[question.id].given]


async def parts(session: Session, filing: FilingView, *, city: CityView, at: datetime) -> list[Part]:
    """Of an opinion none. Two statements at most."""
    if filing.purpose == Purpose.OPINION:
        return []
    said = await written(session, filing.id)
    if filing.purpose == Purpose.SUPPLIER:
        known = await assessments.answers(session, filing.project_id)
        return [_part(asked, assessments.given(asked, known), said, supplier=True) for asked in _of_supplier(known)]
    kind = filing.kind or ""
    if filing.purpose == Purpose.COUNTER:
        today = at.astimezone(city.zone).date()
        found = await assessments.version(session, filing.project_id, kind, today=today)
        return [_part(one.asked, as_given(one.answers), said) for one in found if one.asked is not None]
    asked = await assessments.questionnaire(session, city_id=city.id, kind=kind)
    return [] if asked is None else [_part(asked, {}, said)]


def as_given(answers: Mapping[str, Mapping[str, object]]) -> dict[str, Sequence[str]]:
    """A published version as the rules take it: choices, or the words as the only item."""
    found: dict[str, Sequence[str]] = {}
    for name, said in answers.items():
        chosen, words = said.get("chosen"), said.get("words")
        if isinstance(chosen, list) and chosen:
            found[name] = chosen
        elif isinstance(words, dict) and words:
            found[name] = [next(iter(words.values()))]
    return found


def _part(
    asked: Questionnaire,
    base: Mapping[str, Sequence[str]],
    said: Mapping[str, Written],
    *,
    supplier: bool = False,
) -> Part:
    names = {question.id: key(asked.kind, question) for question in asked.questions}
    own = {id: said[name] for id, name in names.items() if name in said}
    return Part(asked, base, own, supplier)


def _of_supplier(known: Mapping[str, AnswerView]) -> list[Questionnaire]:
    """Of the assessments that the project owes so far, those that ask the supplier something; a fact once."""
    screening = assessments.shipped_one(SCREENING)
    owed = rules.owed(screening, assessments.given(screening, known))
    found, seen = [], set[str]()
    for asked in (assessments.shipped_one(one.kind) for one in owed if one.kind in assessments.shipped()):
        names = {key(asked.kind, question) for question in asked.questions if question.asks is Asks.SUPPLIER}
        if names - seen:
            found.append(asked)
            seen |= names
    return found
