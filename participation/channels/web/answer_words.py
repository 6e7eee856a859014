"""Answers to questions of an assessment as they are read, whoever gave them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from participation.channels.http.visit import Visit
from participation.channels.web.project_cards import pick
from participation.domain.projects.assessments.rules import UNKNOWN, Question, QuestionKind
from participation.kit import i18n
from participation.kit.i18n import Message, Text, _
from participation.kit.marks import Texts


def lines(visit: Visit, question: Question, said: Mapping[str, Any]) -> list[Text | Message | str]:
    """The answer as it is read: words, the choices in words, a number or a day as the reader writes it."""
    if UNKNOWN in said["chosen"]:
        return [_("We cannot assess this")]
    if said["words"]:
        return [pick(visit, Texts(said["words"], said.get("marks", {})))]
    texts = {choice.id: choice.text for choice in question.choices}
    if texts:
        return [pick(visit, texts[choice]) for choice in said["chosen"] if choice in texts]
    if question.kind is QuestionKind.NUMBER:
        return [i18n.number(int(number), visit.language) for number in said["chosen"]]
    if question.kind is QuestionKind.DATE:
        return [i18n.day(date.fromisoformat(one), visit.language, visit.city.zone) for one in said["chosen"]]
    return list(said["chosen"])
