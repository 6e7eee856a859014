"""Assessments as officials answer and publish them, for tests: through the operations that pages call."""

from datetime import date, datetime
from typing import Any

from participation.domain.people.models import Role
from participation.domain.projects.assessments import operations
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.answers.operations import save
from participation.domain.projects.assessments.models import AssessmentVersion, Ground, Source
from participation.domain.projects.assessments.queries import answers as stored
from participation.domain.projects.assessments.queries import given, shipped_one
from participation.domain.projects.assessments.rules import Question, QuestionKind, Questionnaire, visible
from participation.domain.projects.models import Project
from participation.kit.database import Session
from tests.cast import NOW, Cast, staff

REVIEW = date(2027, 9, 1)
LATEST = 10**6


async def published(
    session: Session,
    cast: Cast,
    project: Project,
    kind: str | Questionnaire,
    at: datetime = NOW,
    review_on: date = REVIEW,
    **chosen: Any,
) -> AssessmentVersion:
    """Answered by Omar, with the first choice where nothing else is said, and published by another official."""
    asked = shipped_one(kind) if isinstance(kind, str) else kind
    common: dict[str, Any] = {"city": cast.city, "project": project}
    found = await operations.begin(session, asked=asked, actor=cast.omar, at=at, **common)
    for _round in range(4):
        known = given(asked, await stored(session, project.id))
        for language in cast.city.required_languages:
            said = [_said(one, chosen, language) for one in visible(asked, known)]
            await save(session, assessment=found, said=said, language=language, actor=cast.omar, at=at, **common)
    await operations.hand_in(session, assessment=found, asked=asked, actor=cast.omar, at=at, **common)
    second = await staff(session, cast.city, [Role.OFFICIAL])
    return await operations.publish(
        session, assessment=found, asked=asked, review_on=review_on, actor=second, at=at, **common
    )


def _said(question: Question, chosen: dict[str, Any], language: str) -> AnswerSaid:
    given_ = chosen.get(question.id)
    if isinstance(given_, AnswerSaid):
        return given_
    if given_ == "unknown":
        return AnswerSaid(question, ("unknown",), source=Source.NOBODY, version=LATEST)
    if question.kind in (QuestionKind.TEXT, QuestionKind.LINE):
        return AnswerSaid(question, (), given_ or f"Words on {question.id} in {language}.", version=LATEST)
    first = {QuestionKind.NUMBER: "3000000", QuestionKind.DATE: "2027-05-01"}.get(question.kind)
    return AnswerSaid(question, (first or given_ or question.choices[0].id,), source=Source.SUPPLIER, version=LATEST)


def internal(question: Question, words: str, until: date | None) -> AnswerSaid:
    """One that an office keeps to itself."""
    return AnswerSaid(question, (), words, Source.CITY, Ground.SECURITY, "Water Office", until, LATEST)
