"""Reads of projects: one whole, lists of cards by place, step and word, what is open now, versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from participation.domain.places.queries import CityView
from participation.domain.projects import rules
from participation.domain.projects.elections.queries import held_until
from participation.domain.projects.models import (
    Agreement,
    Project,
    ProjectDistrict,
    ProjectKind,
    ProjectState,
    ProjectText,
    Step,
    StepKind,
)
from participation.domain.projects.parts.queries import (
    AgreementView,
    ExtensionView,
    IndicatorView,
    agreement_views,
    agreements,
    extension_views,
    extensions,
    indicator_views,
    indicators,
)
from participation.kit.database import Session
from participation.kit.i18n import SOURCE
from participation.kit.marks import Mark, Texts


@dataclass(frozen=True)
class StepView:
    id: int
    kind: str
    announced_at: datetime | None
    opens_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    allows: list[str]
    held_until: datetime | None = None
    """The end of the election period in which its date lies; until then it cannot open."""


@dataclass(frozen=True)
class Card:
    """A project in a list."""

    id: int
    number: int
    slug: str
    kind: str
    state: str
    published_at: datetime | None
    decided_at: datetime | None
    programme_id: int | None
    successor_id: int | None
    steps: tuple[StepView, ...]
    places: tuple[int, ...]
    first_signed: date | None
    texts: Mapping[str, Mapping[str, str]]
    """Language, field, text; a card has titles and summaries."""
    marks: Mapping[str, Mapping[str, Mark]]
    """Language, field, how its text came about; of a whole project."""

    def said(self, field: str) -> Texts:
        """One field in every language that has it."""
        texts = {language: texts[field] for language, texts in self.texts.items() if texts.get(field)}
        return Texts(texts, {language: marks[field] for language, marks in self.marks.items() if field in marks})

    def step(self, kind: StepKind) -> StepView | None:
        return rules.by_kind(self.steps, kind)

    @property
    def asks(self) -> bool:
        """A programme that only groups projects asks nobody anything, and owes nothing of what comes before that."""
        return self.kind != ProjectKind.PROGRAMME or bool(self.steps)

    def signed_before_asking(self, zone: ZoneInfo) -> bool:
        return self.first_signed is not None and rules.signed_before_asking(self.first_signed, self.steps, zone)


@dataclass(frozen=True)
class Whole(Card):
    """A project with everything that it says."""

    cost_amount: int | None
    influence: str | None
    agreements_stated: bool
    open_comments: bool
    version: int
    agreements: tuple[AgreementView, ...]
    extensions: tuple[ExtensionView, ...]
    indicators: tuple[IndicatorView, ...]


consultation = aliased(Step)
decision = aliased(Step)
STEPS = (consultation, decision)
_STEP = ("id", "kind", "announced_at", "opens_at", "closes_at", "opened_at", "ended_at", "allows")
_CARD = (
    Project.id,
    Project.number,
    Project.slug,
    Project.kind,
    Project.state,
    Project.published_at,
    Project.decided_at,
    Project.programme_id,
    Project.successor_id,
    *(getattr(consultation, name).label(f"c_{name}") for name in _STEP),
    *(getattr(decision, name).label(f"d_{name}") for name in _STEP),
    held_until(consultation.city_id, consultation.opens_at).label("c_held_until"),
    held_until(decision.city_id, decision.opens_at).label("d_held_until"),
    sa.select(sa.func.array_agg(ProjectDistrict.place_id))
    .where(ProjectDistrict.project_id == Project.id)
    .scalar_subquery()
    .label("places"),
    sa.select(sa.func.min(Agreement.signed_on))
    .where(Agreement.project_id == Project.id)
    .scalar_subquery()
    .label("first_signed"),
)
ALL_WORDS = (*rules.WORDS, "marks")
PUBLIC = Project.state != ProjectState.DRAFT


def select_cards(*columns: Any) -> Any:
    return joined(sa.select(*_CARD, *columns))


def joined(select: Any) -> Any:
    """With both of its steps beside each project."""
    select = select.select_from(Project)
    for step, kind in zip(STEPS, (StepKind.CONSULTATION, StepKind.DECISION), strict=True):
        select = select.outerjoin(step, sa.and_(step.project_id == Project.id, step.kind == kind))
    return select


def stands(at: datetime) -> sa.ColumnElement[str]:
    """`rules.stands_at`, for the database."""
    return sa.case(
        (Project.state.in_([ProjectState.DECIDED, ProjectState.WITHDRAWN]), "decided"),
        (decision.opened_at <= at, "decision"),
        (consultation.opened_at <= at, "consultation"),
        else_="information",
    )


def _values(row: Any) -> dict[str, Any]:
    given = row._mapping
    steps = tuple(
        StepView(**{name: given[f"{short}_{name}"] for name in (*_STEP, "held_until")})
        for short in ("c", "d")
        if given[f"{short}_id"] is not None
    )
    values = {column.key: given[column.key] for column in _CARD[:9]}
    return values | {"steps": steps, "places": tuple(row.places or ()), "first_signed": row.first_signed}


async def texts_of(
    session: Session, ids: Iterable[int], fields: Sequence[str], languages: Iterable[str] | None = None
) -> dict[int, dict[str, dict[str, Any]]]:
    columns = [getattr(ProjectText, field) for field in fields]
    wanted = sa.select(ProjectText.project_id, ProjectText.language, *columns).where(ProjectText.project_id.in_(ids))
    if languages is not None:
        wanted = wanted.where(ProjectText.language.in_(languages))
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for row in await session.execute(wanted):
        found.setdefault(row.project_id, {})[row.language] = {field: getattr(row, field) for field in fields}
    return found


async def cards_of(session: Session, rows: Sequence[Any], city: CityView, language: str) -> list[Card]:
    if not rows:
        return []
    languages = {language, SOURCE, *city.required_languages}
    texts = await texts_of(session, [row.id for row in rows], ("title", "summary"), languages)
    return [Card(**_values(row), texts=texts.get(row.id, {}), marks={}) for row in rows]


# One project


async def find(session: Session, city: CityView, slug: str) -> Whole | None:
    """Two statements, whatever it says; drafts too: who may read them, the caller asks."""
    wanted = select_cards(*WHOLE).where(Project.city_id == city.id, Project.slug == slug)
    row = (await session.execute(wanted)).first()
    if row is None:
        return None
    return whole(row, await texts_of(session, [row.id], ALL_WORDS))


def whole(row: Any, all_texts: Mapping[int, Mapping[str, Mapping[str, Any]]]) -> Whole:
    texts = all_texts.get(row.id, {})
    return Whole(
        **_values(row),
        texts={one: {field: said[field] for field in said if field != "marks"} for one, said in texts.items()},
        marks={one: said["marks"] for one, said in texts.items() if "marks" in said},
        cost_amount=row.cost_amount,
        influence=row.influence,
        agreements_stated=row.agreements_stated,
        open_comments=row.open_comments,
        version=row.version,
        agreements=agreement_views(row.agreements),
        extensions=extension_views(row.extensions),
        indicators=indicator_views(row.indicators),
    )


WHOLE = (
    Project.cost_amount,
    Project.influence,
    Project.agreements_stated,
    Project.open_comments,
    Project.version,
    agreements(),
    extensions(),
    indicators(),
)


async def linked(session: Session, city: CityView, project: Card, language: str) -> list[Card]:
    """Its programme, its successor and what hangs under it; nothing is asked where nothing can be."""
    ids = [id for id in (project.programme_id, project.successor_id) if id is not None]
    if not ids and project.kind != ProjectKind.PROGRAMME:
        return []
    rows = await session.execute(
        select_cards()
        .where(PUBLIC, Project.city_id == city.id, sa.or_(Project.id.in_(ids), Project.programme_id == project.id))
        .order_by(Project.published_at.desc(), Project.id.desc())
        .limit(100)
    )
    return await cards_of(session, rows.all(), city, language)


async def programmes(session: Session, city: CityView, language: str) -> list[Card]:
    """What a project can hang under; drafts too."""
    wanted = (
        select_cards().where(Project.city_id == city.id, Project.kind == ProjectKind.PROGRAMME).order_by(Project.number)
    )
    return await cards_of(session, (await session.execute(wanted)).all(), city, language)


def titles_of(project_id: Any) -> sa.ScalarSelect[Any]:
    """Of the project with this number, in every language that has one."""
    said = sa.func.json_object_agg(ProjectText.language, ProjectText.title, type_=sa.JSON)
    return sa.select(said).where(ProjectText.project_id == project_id, ProjectText.title != "").scalar_subquery()


def titles() -> Any:
    """The same of the project that a statement is about."""
    return titles_of(Project.id).correlate(Project).label("titles")
