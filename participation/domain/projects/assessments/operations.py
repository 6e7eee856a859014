"""Begins assessments, hands them in, and publishes them once a second person has read them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

import rfc8785
import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments import queries, rules
from participation.domain.projects.assessments.answers import rules as completeness
from participation.domain.projects.assessments.finding.operations import enter
from participation.domain.projects.assessments.kept.operations import keep
from participation.domain.projects.assessments.models import Assessment, AssessmentState, AssessmentVersion
from participation.domain.projects.assessments.queries import AnswerView
from participation.domain.projects.assessments.rules import Questionnaire
from participation.domain.projects.assessments.withheld.operations import Held, close, withhold
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import note, places_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.marks import counting


async def begin(
    session: Session, *, city: CityView, project: Project, asked: Questionnaire, actor: Actor, at: datetime
) -> Assessment:
    """The draft of one kind of assessment; the same again finds what is there. The project is locked by whoever calls."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    found = await session.scalar(
        sa.select(Assessment).where(Assessment.project_id == project.id, Assessment.kind == asked.kind)
    )
    if found is None:
        found = Assessment(
            city_id=city.id, project_id=project.id, kind=asked.kind, questionnaire=asked.version, created_at=at
        )
        session.add(found)
        await session.flush()
    return found


async def hand_in(
    session: Session,
    *,
    city: CityView,
    project: Project,
    assessment: Assessment,
    asked: Questionnaire,
    actor: Actor,
    at: datetime,
) -> None:
    """Everything that is asked is answered, in every required language; now a second person reads it."""
    acting(actor, Role.OFFICIAL, city, places_of(project))
    known = await queries.answers(session, project.id)
    if refusal := completeness.may_hand_in(asked, queries.given(asked, known), _lacking(city, asked, known)):
        raise refusal
    assessment.state, assessment.submitted_by, assessment.submitted_at = AssessmentState.REVIEW, actor.person_id, at
    await session.flush()


async def publish(
    session: Session,
    *,
    city: CityView,
    project: Project,
    assessment: Assessment,
    asked: Questionnaire,
    review_on: date,
    actor: Actor,
    at: datetime,
) -> AssessmentVersion:
    """Public from now on, under a number of its own, and in the record; whoever handed it in cannot be who publishes it."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    known = await queries.answers(session, project.id)
    given = queries.given(asked, known)
    today = at.astimezone(city.zone).date()
    refusal = completeness.may_publish(
        project_public=project.state != ProjectState.DRAFT,
        handed_in=assessment.state == AssessmentState.REVIEW,
        same_person=assessment.submitted_by == actor.person_id,
        review_on=review_on,
        ends=[said.internal_until for _, said in _answered(asked, given, known) if said.ground is not None],
        today=today,
    ) or completeness.may_hand_in(asked, given, _lacking(city, asked, known))
    if refusal:
        raise refusal
    assessment.state = AssessmentState.PUBLISHED
    assessment.published, assessment.published_at, assessment.review_on = assessment.published + 1, at, review_on
    assessment.questionnaire = asked.version
    version = await _version(session, assessment, asked, known, at=at, today=today)
    await enter(session, assessment, asked, version.answers)
    facts = {
        "kind": assessment.kind,
        "number": version.number,
        "level": version.score["level"],
        "unresolved": version.score["unresolved"],
        "review": review_on.isoformat(),
        "content": hashlib.sha256(rfc8785.dumps(version.answers)).hexdigest(),
    }
    await note(session, project, "assessment_published", who, at, facts)
    return version


async def _version(
    session: Session,
    assessment: Assessment,
    asked: Questionnaire,
    known: dict[str, AnswerView],
    *,
    at: datetime,
    today: date,
) -> AssessmentVersion:
    """The assessment as it stands now, under its number, with the questionnaire that it answers."""
    given = queries.given(asked, known)
    score = rules.score(asked, given)
    unresolved = len(rules.unresolved(asked, given))
    outside = rules.owes_opinion(asked, score, unresolved)
    said = dict(_answered(asked, given, known))
    content = {one: _told(it) for one, it in said.items()}
    held = {one: Held(it, content[one]) for one, it in said.items() if it.ground is not None}
    version = AssessmentVersion(
        assessment_id=assessment.id,
        number=assessment.published,
        city_id=assessment.city_id,
        questionnaire=asked.version,
        asked=await keep(session, city_id=assessment.city_id, asked=asked),
        answers=content | await close(session, assessment=assessment, held=held),
        score={**asdict(score), "level": str(score.level), "unresolved": unresolved, "outside": outside},
        at=at,
    )
    session.add(version)
    await session.flush()
    await withhold(session, version=version, held=held, today=today)
    return version


def _lacking(city: CityView, asked: Questionnaire, known: dict[str, AnswerView]) -> dict[str, list[str]]:
    """Question -> required languages in which its words are missing, out of date, or a machine's alone."""
    found = {}
    for question in rules.visible(asked, queries.given(asked, known)):
        answer = known.get(queries.key(asked.kind, question))
        if answer is not None and answer.words:
            counted = counting(answer.words, answer.marks)
            missing = [language for language in city.required_languages if language not in counted]
            if missing:
                found[question.id] = missing
    return found


def _told(said: AnswerView) -> dict[str, Any]:
    """What everybody reads of an answer."""
    told = {"chosen": list(said.chosen), "words": dict(said.words), "source": said.source}
    told |= {"by": dict(said.by)} if said.by else {}
    return told | ({"marks": dict(said.marks)} if said.words else {})


def _answered(
    asked: Questionnaire, given: rules.Answers, known: Mapping[str, AnswerView]
) -> Iterator[tuple[str, AnswerView]]:
    """What is asked and answered. A ground counts only where the question allows one."""
    for question in rules.visible(asked, given):
        said = known.get(queries.key(asked.kind, question))
        if said is not None and said.given:
            yield question.id, said if question.internal else replace(said, ground=None)
