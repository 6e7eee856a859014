"""Writes a questionnaire in our own format, as `assessments.forms.read_questionnaire` reads it, and hashes what it says."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from participation.domain.projects.assessments.rules import (
    Asks,
    AtLeast,
    Choice,
    Condition,
    Owes,
    Question,
    Questionnaire,
)


def digest(content: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(rfc8785.dumps(content)).digest()


def written(asked: Questionnaire, version: int | None = None) -> dict[str, Any]:
    """All that it says; `version`: under another number than its own."""
    whole: dict[str, Any] = {
        "kind": asked.kind,
        "version": asked.version if version is None else version,
        "title": dict(asked.title),
        "about": dict(asked.about) or dict(asked.title),
        "source": asked.source,
        "sections": [
            {
                "id": section.id,
                "title": dict(section.title),
                **_said("about", section.about),
                "questions": [_question(question) for question in section.questions],
            }
            for section in asked.sections
        ],
    }
    if asked.outside is not None:
        whole["outside"] = str(asked.outside)
    if asked.relief is not None:
        relief = asked.relief
        whole["relief"] = {"share": relief.share, "factor": relief.factor, "parts": relief.parts}
    if asked.owes:
        whole["owes"] = [_owes(owes) for owes in asked.owes]
    return whole


def _said(name: str, value: Any) -> dict[str, Any]:
    """Nothing, where there is nothing to say."""
    return {name: dict(value) if isinstance(value, Mapping) else value} if value else {}


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": str(question.kind),
        "text": dict(question.text),
        "required": question.required,
        **_said("help", question.help),
        **_said("counts", question.counts and str(question.counts)),
        **_said("asks", "" if question.asks is Asks.CITY else str(question.asks)),
        **_said("visible_if", question.visible_if and _condition(question.visible_if)),
        **_said("choices", [_choice(choice) for choice in question.choices]),
        **_said("internal", question.internal),
        **_said("fact", question.fact),
        **_said("point", question.point),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {"id": choice.id, "text": dict(choice.text), "score": choice.score}


def _owes(owes: Owes) -> dict[str, Any]:
    return {"kind": owes.kind, "why": dict(owes.why), **_said("when", owes.when and _condition(owes.when))}


def _condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, AtLeast):
        return {"at_least": condition.number, "of": [_condition(each) for each in condition.of]}
    return {"question": condition.question, "is": condition.choice}
