"""Enters what an organisation wrote under its words, when the city publishes it."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from participation.domain.projects.assessments.queries import key
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.filings.models import Filing
from participation.kit.database import Session
from participation.kit.searching import terms


async def enter(session: Session, filing: Filing, asked: Sequence[Questionnaire]) -> None:
    """Once: what was published is never changed. `asked`: the questionnaires that it answers."""
    entries = [
        {
            **{"filing_id": filing.id, "city_id": filing.city_id, "project_id": filing.project_id, "place": place},
            **{"about": about, "kind": kind, "question": question, "language": language, "found": terms(words)},
        }
        for place, (about, kind, question, texts) in enumerate(_said(filing.content or {}, asked))
        for language, words in texts.items()
        if words
    ]
    if entries:
        await session.execute(_ENTER, entries)


def _said(
    content: dict[str, Any], asked: Sequence[Questionnaire]
) -> Iterator[tuple[str, str | None, str | None, dict[str, str]]]:
    """The opinion, and each answer once, with the question to which it was given first."""
    yield "", None, None, content.get("words", {})
    seen = set[str]()
    for questionnaire in asked:
        for question in questionnaire.questions:
            about = key(questionnaire.kind, question)
            if about in content.get("answers", {}) and about not in seen:
                seen.add(about)
                yield about, questionnaire.kind, question.id, content["answers"][about]["words"]


_ENTER = sa.text(
    "insert into filing_words (filing_id, about, language, city_id, project_id, kind, question, place, words) "
    "values (:filing_id, :about, :language, :city_id, :project_id, :kind, :question, :place, array_to_tsvector(:found))"
).bindparams(sa.bindparam("found", type_=sa.ARRAY(sa.Text)))
