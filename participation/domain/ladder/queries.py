"""Reads across all steps: what is missing for each, and what has become of a project beyond its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.consultations.models import CommentCount
from participation.domain.ladder.rules import Dossier, Missing, Owing, missing
from participation.domain.outcomes.models import Commitment, Outcome, OutcomeState
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import SCREENING, newest, still_owed
from participation.domain.projects.documents import queries as documents
from participation.domain.projects.meetings import queries as meetings
from participation.domain.projects.models import Project, ProjectKind, ProjectState, StepKind
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import Kinded, StepState, by_kind, step_state
from participation.domain.projects.texts.queries import texts_in, words_that_count
from participation.kit.database import Session
from participation.kit.marks import Texts, counted


@dataclass(frozen=True)
class BallotLine:
    id: int
    state: str
    questions: dict[str, str]
    passed: str | None
    """How it ended, once it is counted."""
    marks: dict[str, Any]

    @property
    def asked(self) -> Texts:
        return Texts(self.questions, self.marks)


@dataclass(frozen=True)
class BallotRule(BallotLine):
    """With the rule by which it will be counted, for the officials who write it."""

    threshold: int
    quorum: int
    binding: bool
    districts: list[int]


@dataclass(frozen=True)
class OutcomeLine:
    decision: str
    decided: dict[str, str]
    reasons: dict[str, str]


@dataclass(frozen=True)
class Assessed:
    """What the published impact assessments of a project come to."""

    count: int
    levels: list[str]
    """Of those that have one."""
    unresolved: int
    overdue: int
    """Those whose day of review has passed."""
    kinds: list[str]
    screening: dict[str, Any] | None
    """What the published screening answers."""

    @property
    def still_owed(self) -> tuple[str, ...]:
        return still_owed(self.kinds, self.screening)


@dataclass(frozen=True)
class Life:
    """What residents and the city did about a project."""

    comments: int
    ballot: BallotLine | None
    outcome: OutcomeLine | None
    late: int
    """Commitments whose day has passed without them."""
    assessed: Assessed
    meetings: meetings.Line
    documents: int
    """How many are public."""


def dossier(
    city: CityView,
    *,
    state: str,
    texts: Mapping[str, Mapping[str, str]],
    cost_amount: int | None,
    agreements_stated: bool,
    steps: Sequence[Kinded],
    ballot: BallotLine | Ballot | None,
    unassessed: Sequence[str],
    at: datetime,
) -> Dossier:
    """While the project is a draft, a drafted ballot will do: it is announced together with the project."""
    consultation = by_kind(steps, StepKind.CONSULTATION)
    held = consultation is not None and consultation.opened_at is not None
    declared = ballot is not None and (ballot.state != BallotState.DRAFT or state == ProjectState.DRAFT)
    return Dossier(
        required=city.required_languages,
        texts=texts,
        cost_known=cost_amount is not None,
        agreements_stated=agreements_stated,
        questions=counted(ballot.asked) if ballot is not None and declared else None,
        asked=held and consultation is not None and step_state(consultation, at) is StepState.CLOSED,
        unassessed=tuple(unassessed),
    )


def of_view(
    city: CityView, project: Whole, ballot: BallotLine | Ballot | None, unassessed: Sequence[str], at: datetime
) -> Dossier:
    return dossier(
        city,
        state=project.state,
        texts=words_that_count(project.said),
        cost_amount=project.cost_amount,
        agreements_stated=project.agreements_stated,
        steps=project.steps,
        ballot=ballot,
        unassessed=() if project.kind == ProjectKind.PROGRAMME else unassessed,
        at=at,
    )


def of_project(
    city: CityView, project: Project, ballot: Ballot | None, unassessed: Sequence[str], at: datetime
) -> Dossier:
    return dossier(
        city,
        state=project.state,
        texts=words_that_count(partial(texts_in, project)),
        cost_amount=project.cost_amount,
        agreements_stated=project.agreements_stated,
        steps=project.steps,
        ballot=ballot,
        unassessed=() if project.kind == ProjectKind.PROGRAMME else unassessed,
        at=at,
    )


def missing_ahead(
    city: CityView, project: Whole, ballot: BallotLine | Ballot | None, unassessed: Sequence[str], at: datetime
) -> list[Missing]:
    """What is missing for publishing, and for each planned step that has not opened."""
    said = of_view(city, project, ballot, unassessed, at)
    ahead = [Owing.INFORMATION] if project.state == ProjectState.DRAFT else []
    for step in project.steps:
        if step_state(step, at) in (StepState.PLANNED, StepState.OVERDUE):
            ahead.append(Owing(step.kind))
    return [item for step in ahead for item in missing(said, step)]


async def life(session: Session, project: Whole, *, today: date, at: datetime) -> Life:
    """One statement."""
    row = (
        await session.execute(
            sa.select(
                _comments(project.id).label("comments"),
                _ballot(project.id).label("ballot"),
                _outcome(project.id).label("outcome"),
                _late(project.id, today).label("late"),
                _assessed(project.id, today).label("assessed"),
                meetings.line(project.id, at).label("meetings"),
                documents.count(project.id).label("documents"),
            )
        )
    ).one()
    return Life(
        comments=row.comments,
        ballot=None if row.ballot is None else BallotLine(**row.ballot),
        outcome=None if row.outcome is None else OutcomeLine(**row.outcome),
        late=row.late,
        assessed=Assessed(**row.assessed),
        meetings=meetings.seen_line(row.meetings),
        documents=row.documents,
    )


async def ballots_of(session: Session, project_ids: Sequence[int]) -> dict[int, BallotLine]:
    """The ballot that runs or will run in each project, drafts included."""
    rows = await session.execute(
        sa.select(Ballot.project_id, Ballot.id, Ballot.state, Ballot.questions, Ballot.marks)
        .where(Ballot.project_id.in_(project_ids), Ballot.state != BallotState.CANCELLED)
        .order_by(Ballot.id)
    )
    return {row.project_id: BallotLine(row.id, row.state, row.questions, None, row.marks) for row in rows}


async def ballot_rule(session: Session, project_id: int) -> BallotRule | None:
    """The ballot that runs or will run in a project, a draft included."""
    row = (
        await session.execute(
            sa.select(
                *(Ballot.id, Ballot.state, Ballot.questions, Ballot.marks),
                *(Ballot.threshold, Ballot.quorum, Ballot.binding, Ballot.districts),
            ).where(Ballot.project_id == project_id, Ballot.state != BallotState.CANCELLED)
        )
    ).first()
    return None if row is None else BallotRule(**row._mapping, passed=None)


def _comments(project_id: int) -> sa.ColumnElement[int]:
    counted = sa.select(sa.func.coalesce(sa.func.sum(CommentCount.count), 0))
    return counted.where(CommentCount.project_id == project_id).scalar_subquery()


def _ballot(project_id: int) -> sa.ColumnElement[Any]:
    line = sa.func.json_build_object(
        *("id", Ballot.id, "state", Ballot.state, "questions", Ballot.questions),
        *("passed", Ballot.result["result"].astext, "marks", Ballot.marks),
    )
    return (
        sa.select(sa.type_coerce(line, sa.JSON))
        .where(Ballot.project_id == project_id)
        .order_by(Ballot.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _outcome(project_id: int) -> sa.ColumnElement[Any]:
    line = sa.func.json_build_object(
        *("decision", Outcome.decision, "decided", Outcome.decided, "reasons", Outcome.reasons)
    )
    return (
        sa.select(sa.type_coerce(line, sa.JSON))
        .where(Outcome.project_id == project_id, Outcome.state == OutcomeState.PUBLISHED)
        .order_by(Outcome.published_at.desc(), Outcome.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _assessed(project_id: int, today: date) -> sa.ColumnElement[Any]:
    score = AssessmentVersion.score
    screened = Assessment.kind == SCREENING
    answers: Any = sa.type_coerce(sa.func.array_agg(AssessmentVersion.answers).filter(screened), sa.ARRAY(JSONB))
    levels = sa.func.json_agg(score["level"].astext).filter(score["most"].astext.cast(sa.Integer) > 0)
    counted = sa.func.json_build_object(
        *("count", sa.func.count()),
        *("levels", sa.func.coalesce(levels, sa.text("'[]'::json"))),
        *("unresolved", sa.func.coalesce(sa.func.sum(score["unresolved"].astext.cast(sa.Integer)), 0)),
        *("overdue", sa.func.count().filter(Assessment.review_on < today)),
        *("kinds", sa.func.coalesce(sa.func.json_agg(Assessment.kind), sa.text("'[]'::json"))),
        *("screening", answers[1]),
    )
    return (
        sa.select(sa.type_coerce(counted, sa.JSON))
        .select_from(Assessment)
        .join(AssessmentVersion, newest())
        .where(Assessment.project_id == project_id)
        .scalar_subquery()
    )


def _late(project_id: int, today: date) -> sa.ColumnElement[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Commitment)
        .join(Outcome, Outcome.id == Commitment.outcome_id)
        .where(
            Outcome.project_id == project_id,
            Outcome.state == OutcomeState.PUBLISHED,
            Commitment.done_on.is_(None),
            Commitment.due < today,
        )
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Answer:
    """What the city decided last on a project, and how many of its commitments are late."""

    decision: str
    late: int


async def answers(session: Session, city: CityView, *, today: date) -> dict[int, Answer]:
    """By project; one statement."""
    late = sa.func.count(Commitment.id).filter(Commitment.done_on.is_(None), Commitment.due < today)
    rows = await session.execute(
        sa.select(Outcome.project_id, Outcome.decision, late)
        .outerjoin(Commitment, Outcome.id == Commitment.outcome_id)
        .where(Outcome.city_id == city.id, Outcome.state == OutcomeState.PUBLISHED)
        .group_by(Outcome.id)
        .order_by(Outcome.published_at, Outcome.id)
    )
    found: dict[int, Answer] = {}
    for project_id, decision, count in rows.all():
        before = found.get(project_id)
        found[project_id] = Answer(decision, count + (before.late if before else 0))
    return found
