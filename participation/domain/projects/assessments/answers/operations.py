"""Saves the answers of a section: each by itself, so that nobody's is lost when two officials write at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.answers.forms import AnswerSaid
from participation.domain.projects.assessments.models import Answer, Assessment, AssessmentState, Source
from participation.domain.projects.assessments.queries import key
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session, alike
from participation.kit.errors import NotFound
from participation.kit.marks import Made, marked


async def save(
    session: Session,
    *,
    city: CityView,
    project: Project,
    assessment: Assessment,
    said: Sequence[AnswerSaid],
    language: str,
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Store what differs; what somebody else has changed meanwhile stays as it is, and its questions come back.

    The project is locked by whoever calls. A handed-in assessment that is written on is a draft again.
    """
    acting(actor, Role.OFFICIAL, city, places_of(project))
    names = [key(assessment.kind, one.question) for one in said]
    rows = await session.scalars(
        sa.select(Answer).where(Answer.project_id == project.id, Answer.about.in_(names)).with_for_update()
    )
    stored = {row.about: row for row in rows}
    conflicts, changed = [], False
    for name, one in zip(names, said, strict=True):
        row = stored.get(name)
        if one.untouched:
            continue
        if row is None:
            if _empty(one):
                continue
            row = Answer(project_id=project.id, about=name, city_id=city.id, version=0, words={}, chosen=[])
            session.add(row)
        elif not _differs(row, one, language):
            continue
        elif row.version > one.version:
            conflicts.append(one.question.id)
            continue
        _write(row, one, language, city)
        changed = True
    if changed and assessment.state == AssessmentState.REVIEW:
        assessment.state, assessment.submitted_by = AssessmentState.DRAFT, None
    await session.flush()
    return conflicts


def _empty(said: AnswerSaid) -> bool:
    return not said.chosen and not said.text


def _differs(row: Answer, said: AnswerSaid, language: str) -> bool:
    if said.text is not None and row.words.get(language, "") != said.text:
        return True
    told = (said.source, said.ground, said.office, said.until)
    return tuple(row.chosen) != said.chosen or told != (row.source, row.ground, row.office, row.internal_until)


async def translate(
    session: Session,
    *,
    city: CityView,
    project: Project,
    texts: Mapping[str, tuple[str, Made]],
    language: str,
    actor: Actor,
) -> None:
    """The words of answers, by `queries.key`, in one language more or in other words; never of one that is kept internal.

    The project is locked by whoever calls. An assessment that was handed in is a draft again.
    """
    acting(actor, Role.OFFICIAL, city, places_of(project))
    mine = sa.select(Answer).where(Answer.project_id == project.id, Answer.about.in_(texts), Answer.ground.is_(None))
    rows = (await session.scalars(mine.with_for_update().execution_options(populate_existing=True))).all()
    if len(rows) < len(texts):
        raise NotFound()
    kinds = set()
    for row in rows:
        text, made = texts[row.about]
        words = row.words | {language: text}
        row.marks = marked(row.words, words, row.marks, city.languages, {language: made})
        if words != row.words:
            if row.words.get(language):
                row.organisation_id = None  # it does not say any more what the organisation said
            row.words = words
            row.version += 1
            kinds.add(row.about.partition("/")[0])
    alike(rows, "words", "marks", "version", "organisation_id")
    if kinds:
        await begin_again(session, project, kinds)


async def begin_again(session: Session, project: Project, kinds: set[str]) -> None:
    """Whoever was to read an assessment has not read this; a fact may stand in several."""
    mine = [Assessment.project_id == project.id, Assessment.state == AssessmentState.REVIEW]
    if "fact" not in kinds:
        mine.append(Assessment.kind.in_(kinds))
    await session.execute(sa.update(Assessment).where(*mine).values(state=AssessmentState.DRAFT, submitted_by=None))


def _write(row: Answer, said: AnswerSaid, language: str, city: CityView) -> None:
    if not _still_theirs(row, said, language):
        row.organisation_id = None
    row.chosen = list(said.chosen)
    if said.text is not None:
        words = {**row.words, language: said.text}
        words = {tongue: text for tongue, text in words.items() if text}
        row.marks = marked(row.words, words, row.marks or {}, city.languages)
        row.words = words
    row.source, row.ground, row.office, row.internal_until = said.source, said.ground, said.office, said.until
    row.version += 1


def _still_theirs(row: Answer, said: AnswerSaid, language: str) -> bool:
    """What was taken over from an organisation says what it said; a translation beside it changes nothing of that."""
    before = row.words.get(language, "")
    translated = said.text is None or said.text == before or (bool(row.words) and not before)
    return tuple(row.chosen) == said.chosen and translated and said.source == Source.SUPPLIER
