"""What differs between two published versions of an assessment: a pure decision over what each asked and answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from participation.domain.projects.assessments.rules import Question, Questionnaire

Said = Mapping[str, Any]
"""An answer as a version holds it."""


@dataclass(frozen=True)
class Side:
    """One question in one version; it may not have been asked there, or not have been answered."""

    question: Question | None
    said: Said | None

    @property
    def told(self) -> dict[str, Any] | None:
        """What can be compared: two hashes of the same words differ, since each has a salt of its own; how words were
        translated is not what they say."""
        return None if self.said is None else {n: value for n, value in self.said.items() if n not in ("hash", "marks")}


@dataclass(frozen=True)
class Pair:
    """A question in both."""

    id: str
    before: Side
    after: Side

    @property
    def question(self) -> Question:
        """As it was asked last."""
        found = self.after.question or self.before.question
        if found is None:
            raise ValueError("a question that nobody asked")
        return found

    @property
    def reworded(self) -> bool:
        before, after = self.before.question, self.after.question
        return before is not None and after is not None and before.text != after.text

    @property
    def differs(self) -> bool:
        return self.reworded or self.before.told != self.after.told


def compared(
    before: tuple[Questionnaire, Mapping[str, Said]], after: tuple[Questionnaire, Mapping[str, Said]]
) -> list[Pair]:
    """Every question that either of them answers, those that differ first, each in the order in which they are asked."""
    asked = {question.id: question for question in before[0].questions}
    asks = {question.id: question for question in after[0].questions}
    pairs = [
        Pair(id, Side(asked.get(id), before[1].get(id)), Side(asks.get(id), after[1].get(id)))
        for id in dict.fromkeys([*asks, *asked])
        if id in before[1] or id in after[1]
    ]
    return sorted(pairs, key=lambda pair: not pair.differs)
