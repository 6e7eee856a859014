"""Reads what is there of a project and what is missing for each of its steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from participation.domain.ballots.models import Ballot, BallotState
from participation.domain.ladder.gates.rules import HOMES, Table, table
from participation.domain.ladder.homes.queries import met, told_at
from participation.domain.ladder.homes.rules import NOT_EVERYWHERE, met_in_time
from participation.domain.ladder.rules import Dossier, Missing, Owing, Settlement, Span, missing
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.compared.queries import outline
from participation.domain.projects.assessments.models import Assessment, AssessmentVersion
from participation.domain.projects.assessments.queries import (
    Chosen,
    decisive,
    newest,
    opinion_owed,
    required,
    still_owed,
)
from participation.domain.projects.documents.queries import kinds, whole_in
from participation.domain.projects.indicators.rules import Measured, incomplete
from participation.domain.projects.models import Project, ProjectState, StepKind
from participation.domain.projects.preconditions.models import Precondition
from participation.domain.projects.preconditions.rules import unsigned
from participation.domain.projects.queries import Whole
from participation.domain.projects.rules import StepState, by_kind, step_state
from participation.domain.projects.texts.queries import texts_in, words_that_count
from participation.kit.database import Session
from participation.kit.marks import Texts, counted


@dataclass(frozen=True)
class Assessed:
    """What the published impact assessments of a project come to."""

    count: int
    levels: list[str]
    """Of those that have one."""
    unresolved: int
    overdue: int
    """Those whose day of review has passed."""
    reviewed_at: datetime | None
    """When one of them was published last."""
    review_on: date | None
    """The first day on which one of them is looked at again."""
    published: dict[str, Chosen]
    """Each kind that is public, with what it chose where a screening decides by that."""
    unlooked: list[str]
    """Kinds on which an opinion from outside is owed."""
    meeting: list[str]
    """What the published assessment of homes and livelihoods says of meetings in the settlements that are touched."""

    @property
    def still_owed(self) -> tuple[str, ...]:
        return still_owed(self.published)

    @property
    def homes(self) -> bool:
        """What is public says that homes or livelihoods are touched."""
        return HOMES in (one.kind for one in required(self.published))


@dataclass(frozen=True)
class File:
    """What is published about a project beside its own words."""

    assessed: Assessed
    signed: Mapping[str, list[str]] = field(default_factory=dict)
    """Preconditions, each with the languages in which it was signed."""
    documents: Sequence[str] = ()
    """Kinds that are public."""
    met: Sequence[tuple[int, datetime]] = ()
    """Meetings that were announced and not cancelled: for the people of which place, and when they begin."""
    told_at: datetime | None = None
    """Since when both the assessment of homes and livelihoods and a resettlement plan can be read."""
    whole_in: Sequence[Sequence[str]] = ()
    """Of each public document and each meeting that was not cancelled: the languages in which all of it counts."""


class Voted(Protocol):
    """The ballot of a project, as a row or as an object."""

    @property
    def state(self) -> str: ...
    @property
    def asked(self) -> Texts: ...
    @property
    def binding(self) -> bool: ...


def settled(city: CityView) -> Table:
    """What each step owes in this city."""
    return table(city.gates, city.holidays)


def _dossier(
    city: CityView,
    project: Whole | Project,
    texts: Mapping[str, Mapping[str, str]],
    indicators: Sequence[Measured],
    ballot: Voted | None,
    file: File,
    at: datetime,
) -> Dossier:
    """While the project is a draft, a drafted ballot will do: it is announced together with the project."""
    draft = project.state == ProjectState.DRAFT
    consultation = by_kind(project.steps, StepKind.CONSULTATION)
    held = consultation is not None and consultation.opened_at is not None
    declared = ballot is not None and (ballot.state != BallotState.DRAFT or draft)
    return Dossier(
        required=city.required_languages,
        texts=texts,
        cost_known=project.cost_amount is not None,
        agreements_stated=project.agreements_stated,
        questions=counted(ballot.asked) if ballot is not None and declared else None,
        binding=ballot is not None and declared and ballot.binding,
        asked=held and consultation is not None and step_state(consultation, at) is StepState.CLOSED,
        unassessed=file.assessed.still_owed,
        titles=outline().titles,
        unlooked=tuple(file.assessed.unlooked),
        influence=project.influence,
        unsigned=tuple(unsigned(file.signed, city.required_languages)),
        indicators=len(indicators),
        unmeasured=incomplete(indicators, city.required_languages),
        homes=file.assessed.homes,
        settlements=_settlements(city, project),
        met=_met_in_time(city, file, consultation, at),
        unmet=bool(NOT_EVERYWHERE & set(file.assessed.meeting)),
        documents=frozenset(file.documents),
        attached=bool(file.whole_in),
        unspoken=tuple(one for one in city.required_languages if any(one not in said for said in file.whole_in)),
        spans={Owing(step.kind): span(city, step, at) for step in project.steps if _ahead(step, at)},
    )


def _settlements(city: CityView, project: Whole | Project) -> tuple[Settlement, ...]:
    named = project.places if isinstance(project, Whole) else [one.place_id for one in project.districts]
    places = [city.places[id] for id in named if id in city.places]
    return tuple(
        Settlement(place.names, frozenset(id for id in city.places if place.id in city.above(id))) for place in places
    )


def _met_in_time(city: CityView, file: File, consultation: Any, at: datetime) -> frozenset[int]:
    """While the plan cannot be read, only a meeting counts that is still to come."""
    ahead = consultation is not None and _ahead(consultation, at)
    closes = span(city, consultation, at).closes if ahead else None
    return met_in_time(file.met, told_at=file.told_at or at, closes=closes, zone=city.zone)


def _ahead(step: Any, at: datetime) -> bool:
    return step_state(step, at) in (StepState.PLANNED, StepState.OVERDUE)


def span(city: CityView, step: Any, at: datetime) -> Span:
    """Of a step that has not opened: its dates in days of the city."""
    opens, closes = (moment.astimezone(city.zone).date() for moment in (step.opens_at, step.closes_at))
    today = at.astimezone(city.zone).date()
    announced = today if step.announced_at is None else step.announced_at.astimezone(city.zone).date()
    first = max(opens, today)
    return Span(announced, first, first + (closes - opens))


def of_view(city: CityView, project: Whole, ballot: Voted | None, file: File, at: datetime) -> Dossier:
    return _dossier(city, project, words_that_count(project.said), project.indicators, ballot, file, at)


def of_project(city: CityView, project: Project, ballot: Ballot | None, file: File, at: datetime) -> Dossier:
    return _dossier(city, project, words_that_count(partial(texts_in, project)), project.indicators, ballot, file, at)


def missing_ahead(
    city: CityView, project: Whole, ballot: Voted | None, file: File, at: datetime, *, undated: bool = False
) -> list[Missing]:
    """What is missing for publishing, and for each planned step that has not opened; `undated`: for a first consultation too."""
    said, owed = of_view(city, project, ballot, file, at), settled(city)
    ahead = [Owing.INFORMATION] if project.state == ProjectState.DRAFT else []
    alive = project.asks and project.state in (ProjectState.DRAFT, ProjectState.PUBLISHED)
    if undated and alive and project.step(StepKind.CONSULTATION) is None:
        ahead.append(Owing.CONSULTATION)
    ahead += [Owing(step.kind) for step in project.steps if _ahead(step, at)]
    found: list[Missing] = []
    for step in ahead:
        # What a consultation lacks that is still ahead is not told once more of the vote that comes after it.
        told = {one.code for one in found} if step is Owing.DECISION else set()
        found += [item for item in missing(said, step, owed) if item.code not in told]
    return found


# What is on file


async def files(session: Session, city: CityView, project_ids: Sequence[int], at: datetime) -> dict[int, File]:
    """For each project; one statement."""
    today = at.astimezone(city.zone).date()
    wanted = sa.select(Project.id, *columns(Project.id, today)).where(Project.id.in_(project_ids))
    return {row.id: file(row) for row in await session.execute(wanted)}


def columns(project_id: Any, today: date) -> tuple[sa.ColumnElement[Any], ...]:
    """What `file` reads out of a row."""
    return (
        _assessed(project_id, today).label("assessed"),
        _signed(project_id).label("signed"),
        kinds(project_id).label("document_kinds"),
        whole_in(project_id).label("document_languages"),
        met(project_id).label("met"),
        told_at(project_id).label("told_at"),
    )


def file(row: Any) -> File:
    return File(
        assessed=_read(row.assessed),
        signed=row.signed,
        documents=row.document_kinds,
        met=[(place, datetime.fromisoformat(starts)) for place, starts in row.met["places"]],
        told_at=row.told_at,
        whole_in=[*row.document_languages, *row.met["languages"]],
    )


def _read(said: Mapping[str, Any]) -> Assessed:
    at, on = said["reviewed_at"], said["review_on"]
    dates = {
        "reviewed_at": None if at is None else datetime.fromisoformat(at),
        "review_on": None if on is None else date.fromisoformat(on),
    }
    return Assessed(**{**said, **dates})


def _assessed(project_id: Any, today: date) -> sa.ScalarSelect[Any]:
    score = AssessmentVersion.score
    chosen = sa.func.coalesce(sa.func.json_object_agg(Assessment.kind, decisive()), sa.text("'{}'::json"))
    levels = sa.func.json_agg(score["level"].astext).filter(score["most"].astext.cast(sa.Integer) > 0)
    unlooked = sa.func.json_agg(Assessment.kind).filter(opinion_owed())
    chosen_of_homes = AssessmentVersion.answers["meeting"]["chosen"]
    meeting: Any = sa.type_coerce(sa.func.array_agg(chosen_of_homes).filter(Assessment.kind == HOMES), sa.ARRAY(JSONB))
    counted = sa.func.json_build_object(
        *("count", sa.func.count()),
        *("levels", sa.func.coalesce(levels, sa.text("'[]'::json"))),
        *("unresolved", sa.func.coalesce(sa.func.sum(score["unresolved"].astext.cast(sa.Integer)), 0)),
        *("overdue", sa.func.count().filter(Assessment.review_on < today)),
        *("reviewed_at", sa.func.max(AssessmentVersion.at), "review_on", sa.func.min(Assessment.review_on)),
        *("published", chosen),
        *("unlooked", sa.func.coalesce(unlooked, sa.text("'[]'::json"))),
        *("meeting", sa.func.coalesce(sa.type_coerce(meeting[1], JSONB), sa.text("'[]'::jsonb"))),
    )
    return (
        sa.select(sa.type_coerce(counted, sa.JSON))
        .select_from(Assessment)
        .join(AssessmentVersion, newest())
        .where(Assessment.project_id == project_id)
        .scalar_subquery()
    )


def _signed(project_id: Any) -> sa.ScalarSelect[Any]:
    """Which preconditions, and in which languages; the newest signature counts."""
    latest, signed = aliased(Precondition), aliased(Precondition)
    newest_ones = sa.select(sa.func.max(latest.id)).where(latest.project_id == project_id).group_by(latest.condition)
    languages = sa.func.jsonb_path_query_array(signed.words, sa.text("'$.keyvalue().key'"))
    gathered = sa.func.json_object_agg(signed.condition, languages)
    said = sa.func.coalesce(gathered, sa.text("'{}'::json"), type_=sa.JSON)
    return sa.select(said).where(signed.id.in_(newest_ones.correlate(Project))).scalar_subquery()
