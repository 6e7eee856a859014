"""Closes internal answers when a version is published, and takes note in the record when their day has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785
import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.finding.operations import enter
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion, WithheldAnswer
from participation.domain.projects.assessments.queries import AnswerView, version
from participation.domain.projects.models import Project
from participation.domain.projects.operations import note
from participation.domain.record.actors import system
from participation.domain.record.operations import hash_words
from participation.domain.record.queries import words_salts
from participation.kit.database import Session

AT_ONCE = 100


@dataclass(frozen=True)
class Held:
    """An internal answer, and what will be read of it on its day."""

    said: AnswerView
    body: dict[str, Any]

    @property
    def until(self) -> date:
        if self.said.internal_until is None:
            raise ValueError("an internal answer without an end")
        return self.said.internal_until


def _words_of(assessment_id: int, number: int, question: str) -> tuple[str, str]:
    return "assessment_answer", f"{assessment_id}/{number}/{question}"


async def close(session: Session, *, assessment: Assessment, held: Mapping[str, Held]) -> dict[str, dict[str, Any]]:
    """What everybody reads of them until then: ground, office, end, and a salted hash that binds the city to the words."""
    found = {}
    for question, one in held.items():
        about = _words_of(assessment.id, assessment.published, question)
        text = rfc8785.dumps(one.body).decode()
        hashed = await hash_words(session, city_id=assessment.city_id, about=about, text=text)
        told = {"ground": one.said.ground, "office": one.said.office, "until": one.until.isoformat(), "hash": hashed}
        found[question] = told
    return found


async def withhold(session: Session, *, version: AssessmentVersion, held: Mapping[str, Held], today: date) -> None:
    """Keep their words apart. Where the end is later than an earlier version said, and that day has not come, it moves there too."""
    for question, one in held.items():
        row = WithheldAnswer(
            assessment_id=version.assessment_id,
            number=version.number,
            question=question,
            city_id=version.city_id,
            until=one.until,
            body=one.body,
        )
        session.add(row)
        earlier = sa.update(WithheldAnswer).where(
            WithheldAnswer.assessment_id == version.assessment_id,
            WithheldAnswer.number < version.number,
            WithheldAnswer.question == question,
            WithheldAnswer.until > today,
            WithheldAnswer.until < one.until,
        )
        await session.execute(earlier.values(until=one.until).execution_options(synchronize_session=False))
    await session.flush()


async def open_due(session: Session, *, city: CityView, at: datetime) -> int:
    """Put into the record what became public by itself, with the salt by which anybody checks the words against their hash;
    from then on it is found by its words.

    Readers do not wait for this: pages go by the clock.
    """
    today = at.astimezone(city.zone).date()
    due = (
        sa.select(WithheldAnswer, Assessment, Project)
        .join(Assessment, Assessment.id == WithheldAnswer.assessment_id)
        .join(Project, Project.id == Assessment.project_id)
        .where(
            WithheldAnswer.city_id == city.id,
            WithheldAnswer.opened_at.is_(None),
            WithheldAnswer.until <= today,
        )
        .order_by(WithheldAnswer.assessment_id, WithheldAnswer.number, WithheldAnswer.question)
        .limit(AT_ONCE)
        .with_for_update(of=(WithheldAnswer, Assessment), skip_locked=True)
    )
    rows = (await session.execute(due)).all()
    for row, assessment, project in rows:
        salts = await words_salts(session, city.id, _words_of(row.assessment_id, row.number, row.question))
        facts = {"kind": assessment.kind, "number": row.number, "question": row.question, "salts": salts}
        row.opened_at = at
        await note(session, project, "assessment_answer_opened", system(city.id), at, facts)
    for assessment in {one.id: one for row, one, _project in rows if row.number == one.published}.values():
        for newest in await version(session, assessment.project_id, assessment.kind, today=today):
            if newest.asked is not None:
                await enter(session, assessment, newest.asked, newest.answers)
    return len(rows)
