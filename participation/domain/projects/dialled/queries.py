"""Reads a project by its number, and a few of them: what residents can act on now comes first."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState, ProjectText, Step, StepKind
from participation.domain.projects.rules import step_state
from participation.kit.database import Database
from participation.kit.marks import Texts

_project, _text, _step = (model.__table__.c for model in (Project, ProjectText, Step))


@dataclass(frozen=True)
class DialledStep:
    kind: str
    allows: list[str]
    opens_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Dialled:
    """A published project: its words, and its steps in the order in which they come."""

    id: int
    number: int
    slug: str
    state: str
    open_comments: bool
    titles: dict[str, str]
    summaries: dict[str, str]
    steps: tuple[DialledStep, ...]

    def open_step(self, kind: StepKind, at: datetime) -> DialledStep | None:
        """The step of this kind, where it is open now."""
        return next((step for step in self.steps if step.kind == kind and step_state(step, at) == "open"), None)


def _rows(model: type[Any], *columns: str) -> sa.ScalarSelect[Any]:
    pairs: list[Any] = []
    for name in columns:
        pairs += [sa.literal_column(f"'{name}'"), model.__table__.c[name]]
    rows = sa.func.json_agg(sa.func.json_build_object(*pairs), type_=sa.JSON)
    return sa.select(rows).where(model.__table__.c.project_id == _project.id).scalar_subquery()


_MOMENTS = ("opens_at", "closes_at", "opened_at", "ended_at")
_ONE = sa.select(
    *(_project.id, _project.number, _project.slug, _project.state, _project.open_comments),
    _rows(ProjectText, "language", "title", "summary", "marks").label("texts"),
    _rows(Step, "kind", "allows", *_MOMENTS).label("steps"),
).where(
    _project.city_id == sa.bindparam("city_id"),
    _project.number == sa.bindparam("number"),
    _project.state != ProjectState.DRAFT,
)


async def numbered(database: Database, *, city_id: int, number: int) -> Dialled | None:
    """One statement."""
    rows = await database.ask(_ONE, {"city_id": city_id, "number": number})
    if not rows:
        return None
    row = rows[0]
    texts = {text["language"]: text for text in row["texts"] or ()}
    said = {
        field: Texts(
            {language: text[field] for language, text in texts.items() if text[field]},
            {language: text["marks"][field] for language, text in texts.items() if field in (text["marks"] or {})},
        )
        for field in ("title", "summary")
    }
    steps = sorted((_step_of(step) for step in row["steps"] or ()), key=lambda step: step.opens_at)
    known = {name: row[name] for name in ("id", "number", "slug", "state", "open_comments")}
    return Dialled(**known, titles=said["title"], summaries=said["summary"], steps=tuple(steps))


def _step_of(said: dict[str, Any]) -> DialledStep:
    moments = {
        name: None if said[name] is None else datetime.fromisoformat(said[name]).astimezone(UTC) for name in _MOMENTS
    }
    return DialledStep(said["kind"], said["allows"], **moments)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Listed:
    number: int
    titles: dict[str, str]
    running: bool


def _list() -> sa.Select[*tuple[Any, ...]]:
    at = sa.bindparam("at", type_=sa.TIMESTAMP(timezone=True))
    open_now = sa.and_(_step.opened_at <= at, _step.closes_at > at, _step.ended_at.is_(None))
    running = sa.exists(sa.select(_step.id).where(_step.project_id == _project.id, open_now)).label("running")
    titles = sa.func.json_object_agg(_text.language, _text.title, type_=sa.JSON)
    named = sa.select(titles).where(_text.project_id == _project.id, _text.title != "").scalar_subquery()
    each = (
        sa.select(_project.number, named.label("titles"), running)
        .where(_project.city_id == sa.bindparam("city_id"), _project.state != ProjectState.DRAFT)
        .subquery()
    )
    first, last = sa.bindparam("running", type_=sa.Boolean), sa.bindparam("after", type_=sa.Integer)
    after = sa.or_(
        last == 0,
        sa.and_(each.c.running == first, each.c.number < last),
        sa.and_(first, ~each.c.running),
    )
    order = (each.c.running.desc(), each.c.number.desc())
    return sa.select(each).where(after).order_by(*order).limit(sa.bindparam("size", type_=sa.Integer))


_LIST = _list()


async def a_few(
    database: Database, city: CityView, *, at: datetime, after: tuple[bool, int] | None, size: int
) -> tuple[list[Listed], bool]:
    """What is open now first, then the newest; and whether there are more. `after`: the last that was shown."""
    running, number = after or (True, 0)
    values = {"city_id": city.id, "at": at, "running": running, "after": number, "size": size + 1}
    rows = [Listed(row["number"], row["titles"] or {}, row["running"]) for row in await database.ask(_LIST, values)]
    return rows[:size], len(rows) > size
