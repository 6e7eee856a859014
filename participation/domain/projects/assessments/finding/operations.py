"""Enters the public answers of an assessment under their words, with the version that is published."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.models import Assessment, AssessmentWords
from participation.domain.projects.assessments.rules import Questionnaire
from participation.kit.database import Session
from participation.kit.searching import terms


async def enter(session: Session, assessment: Assessment, asked: Questionnaire, answers: Mapping[str, Any]) -> None:
    """In place of what was entered before. What is kept internal has no words among the answers until its day."""
    await session.execute(sa.delete(AssessmentWords).where(AssessmentWords.assessment_id == assessment.id))
    asked_in = [(question, section.id) for section in asked.sections for question in section.questions]
    entries = [
        {
            "assessment_id": assessment.id,
            "question": question.id,
            "language": language,
            "city_id": assessment.city_id,
            "project_id": assessment.project_id,
            "section": section,
            "place": place,
            "fact": question.fact == question.id,
            "found": terms(words),
        }
        for place, (question, section) in enumerate(asked_in)
        for language, words in answers.get(question.id, {}).get("words", {}).items()
        if words
    ]
    if entries:
        await session.execute(_ENTER, entries)


_ENTER = sa.text(
    "insert into assessment_words (assessment_id, question, language, city_id, project_id, section, place, fact, words) "
    "values (:assessment_id, :question, :language, :city_id, :project_id, :section, :place, :fact, array_to_tsvector(:found))"
).bindparams(sa.bindparam("found", type_=sa.ARRAY(sa.Text)))
