"""Brings a questionnaire into a city, under the next version of its kind; the same again changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Questionnaires
from participation.domain.projects.assessments.queries import shipped
from participation.domain.projects.assessments.rules import AtLeast, Condition, Question, Questionnaire
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.database import Session
from participation.kit.errors import Conflict
from participation.kit.i18n import _


async def bring_in(session: Session, *, city: CityView, asked: Questionnaire, actor: Actor, at: datetime) -> int:
    """The version that it has here. A shipped kind cannot be replaced: nobody may make what a step owes weaker."""
    if asked.kind in shipped():
        raise Conflict(
            "shipped_kind",
            _("This kind of assessment comes with the platform and cannot be replaced."),
            _("Give the questionnaire another name."),
        )
    newest = (
        sa.select(Questionnaires)
        .where(Questionnaires.city_id == city.id, Questionnaires.kind == asked.kind)
        .order_by(Questionnaires.version.desc())
        .limit(1)
    )
    found = (await session.execute(newest)).scalar_one_or_none()
    version = 1 if found is None else found.version + 1
    content = written(asked, version)
    if found is not None and {**found.content, "version": version} == content:
        return found.version
    session.add(Questionnaires(city_id=city.id, kind=asked.kind, version=version, content=content, at=at))
    facts = {"kind": asked.kind, "version": version, "questions": len(asked.questions)}
    await append(session, city_id=city.id, kind="questionnaire_imported", actor=actor, at=at, facts=facts)
    return version


def written(asked: Questionnaire, version: int) -> dict[str, Any]:
    """In our own format, as `forms.read_questionnaire` reads it."""
    whole: dict[str, Any] = {
        "kind": asked.kind,
        "version": version,
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
    if asked.relief is not None:
        relief = asked.relief
        whole["relief"] = {"share": relief.share, "factor": relief.factor, "parts": relief.parts}
    return whole


def _said(name: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {name: dict(words)} if words else {}


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": str(question.kind),
        "text": dict(question.text),
        "required": question.required,
        **_said("help", question.help),
        **({"counts": str(question.counts)} if question.counts else {}),
        **({"visible_if": _condition(question.visible_if)} if question.visible_if else {}),
        **(
            {
                "choices": [
                    {"id": choice.id, "text": dict(choice.text), "score": choice.score} for choice in question.choices
                ]
            }
            if question.choices
            else {}
        ),
    }


def _condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, AtLeast):
        return {"at_least": condition.number, "of": [_condition(each) for each in condition.of]}
    return {"question": condition.question, "is": condition.choice}
