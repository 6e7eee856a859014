"""Reads across all steps: what has become of a project beyond its own words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.consultations.models import CommentCount
from participation.domain.ladder.gates.queries import Assessed, File, columns, file
from participation.domain.ladder.urgent.queries import UrgentLine, lines_json, read_lines
from participation.domain.outcomes.models import Commitment, Outcome, OutcomeState
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Assessment
from participation.domain.projects.documents import queries as documents
from participation.domain.projects.easy import queries as easy
from participation.domain.projects.filings.queries import filed
from participation.domain.projects.meetings import queries as meetings
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.queries import Whole
from participation.domain.projects.sounds import queries as sounds
from participation.domain.projects.sounds.clips import queries as clips
from participation.domain.projects.sounds.clips.queries import ClipView
from participation.domain.projects.sounds.queries import SoundView
from participation.domain.record.actors import BY_DELEGATES
from participation.kit.database import Session
from participation.kit.marks import Texts


@dataclass(frozen=True)
class BallotLine:
    id: int
    state: str
    questions: dict[str, str]
    passed: str | None
    """How it ended, once it is counted."""
    marks: dict[str, Any]
    binding: bool

    @property
    def asked(self) -> Texts:
        return Texts(self.questions, self.marks)


@dataclass(frozen=True)
class BallotRule(BallotLine):
    """With the rule by which it will be counted, for the officials who write it."""

    threshold: int
    quorum: int
    districts: list[int]
    grace_hours: int


@dataclass(frozen=True)
class OutcomeLine:
    decision: str
    decided: dict[str, str]
    reasons: dict[str, str]


@dataclass(frozen=True)
class Life:
    """What residents and the city did about a project."""

    comments: int
    brought: int
    """Of these comments those that delegates brought."""
    ballot: BallotLine | None
    outcome: OutcomeLine | None
    late: int
    """Commitments whose day has passed without them."""
    file: File
    """What is published beside its own words."""
    meetings: meetings.Line
    documents: int
    """How many are public."""
    urgent: tuple[UrgentLine, ...]
    """Steps that opened on the urgent path."""
    filed: int
    """What organisations have filed and everybody can read."""
    sounds: tuple[SoundView, ...]
    """Of all its parts, those too that say an older text."""
    clips: tuple[ClipView, ...]
    easy: tuple[str, ...]
    """The languages in which it is told in sentences that are easy to read."""

    @property
    def assessed(self) -> Assessed:
        return self.file.assessed


async def life(session: Session, project: Whole, *, today: date, at: datetime) -> Life:
    """One statement."""
    row = (
        await session.execute(
            sa.select(
                _comments(project.id).label("comments"),
                _comments(project.id, CommentCount.via.in_(BY_DELEGATES)).label("brought"),
                _ballot(project.id).label("ballot"),
                _outcome(project.id).label("outcome"),
                _late(project.id, today).label("late"),
                *columns(project.id, today),
                meetings.line(project.id, at).label("meetings"),
                documents.count(project.id).label("documents"),
                lines_json(project.id).label("urgent"),
                filed(project.id).label("filed"),
                sounds.lines(project.id).label("sounds"),
                clips.lines(project.id).label("clips"),
                easy.languages(project.id).label("easy"),
            )
        )
    ).one()
    return Life(
        comments=row.comments,
        brought=row.brought,
        ballot=None if row.ballot is None else BallotLine(**row.ballot),
        outcome=None if row.outcome is None else OutcomeLine(**row.outcome),
        late=row.late,
        file=file(row),
        meetings=meetings.seen_line(row.meetings),
        documents=row.documents,
        urgent=read_lines(row.urgent),
        filed=row.filed,
        sounds=sounds.read_lines(row.sounds),
        clips=clips.read_lines(row.clips),
        easy=tuple(row.easy),
    )


async def ballots_of(session: Session, project_ids: Sequence[int]) -> dict[int, BallotLine]:
    """The ballot that runs or will run in each project, drafts included."""
    rows = await session.execute(
        sa.select(Ballot.project_id, Ballot.id, Ballot.state, Ballot.questions, Ballot.marks, Ballot.binding)
        .where(Ballot.project_id.in_(project_ids), Ballot.state != BallotState.CANCELLED)
        .order_by(Ballot.id)
    )
    return {row.project_id: BallotLine(row.id, row.state, row.questions, None, row.marks, row.binding) for row in rows}


async def ballot_rule(session: Session, project_id: int) -> BallotRule | None:
    """The ballot that runs or will run in a project, a draft included."""
    row = (
        await session.execute(
            sa.select(
                *(Ballot.id, Ballot.state, Ballot.questions, Ballot.marks),
                *(Ballot.threshold, Ballot.quorum, Ballot.binding, Ballot.districts, Ballot.grace_hours),
            ).where(Ballot.project_id == project_id, Ballot.state != BallotState.CANCELLED)
        )
    ).first()
    return None if row is None else BallotRule(**row._mapping, passed=None)


def _comments(project_id: int, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    counted = sa.select(sa.func.coalesce(sa.func.sum(CommentCount.count), 0))
    return counted.where(CommentCount.project_id == project_id, *where).scalar_subquery()


def _ballot(project_id: int) -> sa.ColumnElement[Any]:
    line = sa.func.json_build_object(
        *("id", Ballot.id, "state", Ballot.state, "questions", Ballot.questions),
        *("passed", Ballot.result["result"].astext, "marks", Ballot.marks, "binding", Ballot.binding),
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
    """What the city decided last on a project, if it has, how many of its commitments are late, and how many reviews are overdue."""

    decision: str | None
    late: int
    reviews: int = 0


async def answers(session: Session, city: CityView, *, today: date) -> dict[int, Answer]:
    """By project; one statement."""
    late = sa.func.count(Commitment.id).filter(Commitment.done_on.is_(None), Commitment.due < today)
    decided = (
        sa.select(Outcome.project_id, Outcome.decision, late, Outcome.published_at.label("at"), Outcome.id.label("id"))
        .outerjoin(Commitment, Outcome.id == Commitment.outcome_id)
        .where(Outcome.city_id == city.id, Outcome.state == OutcomeState.PUBLISHED)
        .group_by(Outcome.id)
    )
    unreviewed = (
        sa.select(Assessment.project_id, sa.null(), sa.func.count(), sa.null(), sa.null())
        .join(Project, Project.id == Assessment.project_id)
        .where(Project.state != ProjectState.WITHDRAWN)
        .where(Assessment.city_id == city.id, Assessment.published > 0, Assessment.review_on < today)
        .group_by(Assessment.project_id)
    )
    rows: Sequence[Any] = (await session.execute(sa.union_all(decided, unreviewed).order_by("at", "id"))).all()
    found: dict[int, Answer] = {}
    for project_id, decision, count, at, _id in rows:
        before = found.get(project_id, Answer(None, 0))
        decided_now = Answer(decision, count + before.late, before.reviews)
        found[project_id] = replace(before, reviews=count) if at is None else decided_now
    return found
