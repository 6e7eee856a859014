"""What a questionnaire is, which of its questions are asked, and what its answers score: pure decisions over its file."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from participation.kit.i18n import _

UNKNOWN = "unknown"
"""The choice that stands under every question: we cannot assess this. It stays unresolved."""

Answers = Mapping[str, Sequence[str]]
"""Question -> the choices taken, or the words as the only item; a question that is not answered is not there."""
Words = Mapping[str, str]
"""Language -> text."""


class QuestionKind(StrEnum):
    CHOICE = "choice"
    SEVERAL = "several"
    TEXT = "text"
    LINE = "line"
    NUMBER = "number"
    DATE = "date"


CHOSEN = (QuestionKind.CHOICE, QuestionKind.SEVERAL)
"""Kinds whose answers come from a list, and can score."""


class Counts(StrEnum):
    """What the score of an answer adds to."""

    RISK = "risk"
    MITIGATION = "mitigation"


class Asks(StrEnum):
    """Whose part a question is to begin with; the city answers for all of them in the end."""

    CITY = "city"
    SUPPLIER = "supplier"


@dataclass(frozen=True)
class Is:
    """A question has been answered with this choice, alone or among others."""

    question: str
    choice: str

    def holds(self, answers: Answers) -> bool:
        return self.choice in answers.get(self.question, ())

    def asks(self) -> Iterator["Is"]:
        yield self


@dataclass(frozen=True)
class AtLeast:
    """So many of these hold: one is `any`, all of them is `all`, two is the rule of WP 248."""

    number: int
    of: tuple["Condition", ...]

    def holds(self, answers: Answers) -> bool:
        return sum(condition.holds(answers) for condition in self.of) >= self.number

    def asks(self) -> Iterator[Is]:
        for condition in self.of:
            yield from condition.asks()


Condition = Is | AtLeast


@dataclass(frozen=True)
class Choice:
    id: str
    text: Words
    score: int = 0


@dataclass(frozen=True)
class Question:
    id: str
    kind: QuestionKind
    text: Words
    help: Words
    choices: tuple[Choice, ...] = ()
    counts: Counts | None = None
    visible_if: Condition | None = None
    required: bool = True
    internal: bool = False
    """An office may keep the answer to itself for a while, with its ground, and never the question."""
    fact: str | None = None
    """The name under which other questionnaires ask the same; whoever answers one has answered all."""
    point: str | None = None
    """Which of the nine points of `POINTS` it asks about."""
    asks: Asks = Asks.CITY

    @property
    def most(self) -> int:
        """The highest score that it can be answered with."""
        scores = [choice.score for choice in self.choices]
        if self.kind is QuestionKind.SEVERAL:
            return sum(scores)
        return max([0, *scores])

    def score(self, answers: Answers) -> int:
        """What nobody can assess counts as the worst that it could be."""
        taken = answers.get(self.id, ())
        if UNKNOWN in taken:
            return self.most if self.counts is Counts.RISK else 0
        return sum(choice.score for choice in self.choices if choice.id in taken)


@dataclass(frozen=True)
class Section:
    id: str
    title: Words
    about: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Relief:
    """Mitigation lowers the risk once enough of it is there."""

    share: float
    """Of the highest mitigation, from which on it counts."""
    factor: float
    """What is left of the risk then."""
    parts: int = 1
    """Into so many alternatives the questions on mitigation are split, of which each project answers one."""


@dataclass(frozen=True)
class Owes:
    """What an answered screening requires, and when."""

    kind: str
    when: Condition | None
    """None: every project owes it."""
    why: Words
    unsure: bool = False
    """Nobody could assess whether it applies: so it is owed."""


@dataclass(frozen=True)
class Questionnaire:
    kind: str
    version: int
    title: Words
    about: Words
    source: str
    """The standard that it follows, as it is cited."""
    sections: tuple[Section, ...]
    relief: Relief | None = None
    owes: tuple[Owes, ...] = ()
    """Only of a screening."""
    outside: "Level | None" = None
    """From this level on, whatever nobody can assess owes an opinion from outside; None: never."""

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)


POINT_WORDS = {
    "must_be_digital": _("Must it be digital?"),
    "basic_needs": _("Basic needs without it"),
    "outside_control": _("Control from outside"),
    "maintenance": _("Upkeep"),
    "data_access": _("Access to the data"),
    "consent": _("Consent and opting out"),
    "transparency": _("Transparency"),
    "bias": _("Bias and inclusion"),
    "heritage": _("Sites and neighbourhoods"),
}
POINTS = tuple(POINT_WORDS)
"""Nine questions that no smart-city project may leave open, each with a place of its own in the shipped questionnaires."""


class Level(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    VERY_HIGH = "very_high"


LEVEL_WORDS = {
    Level.LOW: _("Low risk"),
    Level.MODERATE: _("Moderate risk"),
    Level.HIGH: _("High risk"),
    Level.VERY_HIGH: _("Very high risk"),
}
LEVELS = tuple(Level)
"""They end at a quarter, a half and three quarters of the highest risk that the questionnaire knows."""


@dataclass(frozen=True)
class Score:
    risk: int
    mitigation: int
    total: int
    """The risk, after what mitigation takes off it."""
    most: int
    """The highest risk that the questionnaire knows."""
    level: Level


def visible(questionnaire: Questionnaire, answers: Answers) -> list[Question]:
    """The questions that are asked, in their order. What was answered to one that is not asked any more does not count."""
    asked: list[Question] = []
    counted: dict[str, Sequence[str]] = {}
    for question in questionnaire.questions:
        if question.visible_if is None or question.visible_if.holds(counted):
            asked.append(question)
            if question.id in answers:
                counted[question.id] = answers[question.id]
    return asked


def score(questionnaire: Questionnaire, answers: Answers) -> Score:
    """Risk and mitigation added up, and the level: the scheme of the Canadian Algorithmic Impact Assessment.

    The maxima are those of all questions, asked or not.
    """
    asked = visible(questionnaire, answers)
    risk, mitigation = (_sum(asked, counts, answers) for counts in (Counts.RISK, Counts.MITIGATION))
    most, most_mitigation = (
        sum(question.most for question in questionnaire.questions if question.counts is counts)
        for counts in (Counts.RISK, Counts.MITIGATION)
    )
    total = risk
    relief = questionnaire.relief
    if relief is not None and mitigation >= relief.share * (most_mitigation / relief.parts):
        total = math.floor(relief.factor * risk + 0.5)
    reached = sum(total > most * (place + 1) / len(LEVELS) for place in range(len(LEVELS) - 1))
    return Score(risk, mitigation, total, most, LEVELS[reached])


def _sum(asked: Sequence[Question], counts: Counts, answers: Answers) -> int:
    return sum(question.score(answers) for question in asked if question.counts is counts)


def unanswered(questionnaire: Questionnaire, answers: Answers) -> list[Question]:
    """What is asked, has to be answered, and is not."""
    return [
        question for question in visible(questionnaire, answers) if question.required and not answers.get(question.id)
    ]


def unresolved(questionnaire: Questionnaire, answers: Answers) -> list[Question]:
    """What nobody could assess."""
    return [question for question in visible(questionnaire, answers) if UNKNOWN in answers.get(question.id, ())]


def owed(screening: Questionnaire, answers: Answers) -> list[Owes]:
    """Which assessments a project owes, from the answers to its screening; what nobody can assess counts as the worst that it could be."""
    sure, worst = _counted(screening, answers), _worst(screening, answers)
    return [
        replace(owes, unsure=owes.when is not None and not owes.when.holds(sure))
        for owes in screening.owes
        if owes.when is None or owes.when.holds(worst)
    ]


def _counted(questionnaire: Questionnaire, answers: Answers) -> dict[str, Sequence[str]]:
    return {one.id: answers[one.id] for one in visible(questionnaire, answers) if one.id in answers}


def _worst(questionnaire: Questionnaire, answers: Answers) -> dict[str, Sequence[str]]:
    """With every choice taken of a question that nobody can assess, and of those that are not asked because of it."""
    sure = _counted(questionnaire, answers)
    worst: dict[str, Sequence[str]] = {}
    for question in questionnaire.questions:
        hidden = question.visible_if is not None and not question.visible_if.holds(sure)
        if UNKNOWN in sure.get(question.id, ()) or (
            hidden and question.visible_if and question.visible_if.holds(worst)
        ):
            worst[question.id] = [choice.id for choice in question.choices]
        elif question.id in sure:
            worst[question.id] = sure[question.id]
    return worst


def owes_opinion(asked: Questionnaire, scored: Score, unresolved: int) -> bool:
    """Somebody independent has to look at it: it is at the level from which its questionnaire says so, and something is unresolved."""
    if asked.outside is None or not scored.most or not unresolved:
        return False
    return LEVELS.index(scored.level) >= LEVELS.index(asked.outside)
