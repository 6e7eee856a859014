"""Reads every use of the urgent path in a city with what is still owed, and the election periods."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ladder import queries as ladder
from participation.domain.ladder.gates import queries as gates
from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.ladder.urgent.queries import COLUMNS, UseView
from participation.domain.ladder.urgent.rules import owed_for
from participation.domain.places.queries import CityView
from participation.domain.projects.elections.queries import declared_json, read_json, today
from participation.domain.projects.elections.rules import Period
from participation.domain.projects.models import Project, StepKind
from participation.domain.projects.queries import WHOLE, Whole, select_cards, texts_of, whole
from participation.domain.projects.rules import TEXTS
from participation.kit import paging
from participation.kit.database import Session

SIZE = 5
"""Uses on a page: each says all that there is to say of it."""


@dataclass(frozen=True)
class Use:
    said: UseView
    project: Whole
    still: tuple[str, ...]
    """Codes of what was owed and is owed still."""


@dataclass(frozen=True)
class Uses:
    items: list[Use]
    next: str | None
    count: int
    """Of all uses in the city."""
    periods: tuple[Period, ...]
    """Election periods that run or are to come."""


async def uses(session: Session, city: CityView, *, at: datetime, after: str | None = None) -> Uses:
    """A page of them, the newest first: at most five statements."""
    opened = sa.and_(UrgentUse.city_id == city.id, UrgentUse.opened_at.is_not(None))
    wanted = sa.select(*COLUMNS).where(opened)
    key = paging.decode(after, (int,), most=paging.INT4) if after else None
    if key:
        wanted = wanted.where(UrgentUse.id < key[0])
    page = wanted.order_by(UrgentUse.id.desc()).limit(SIZE + 1).subquery()
    count = sa.select(sa.func.count()).select_from(UrgentUse).where(opened).subquery()
    # Also where there is none: how many there are, and the periods.
    asked = sa.select(count.c[0], declared_json(city.id, today(city, at)), page)
    rows = (await session.execute(asked.select_from(count).outerjoin(page, sa.true()))).all()
    found = [UseView(*row[2:]) for row in rows if row[2] is not None]
    found.sort(key=lambda use: -use.id)
    shown = found[:SIZE]
    following = paging.encode([shown[-1].id]) if len(found) > SIZE else None
    items = await _with_projects(session, city, shown, at) if shown else []
    return Uses(items, following, rows[0][0], read_json(rows[0][1]))


async def _with_projects(session: Session, city: CityView, shown: list[UseView], at: datetime) -> list[Use]:
    ids = sorted({use.project_id for use in shown})
    rows: Any = (await session.execute(select_cards(*WHOLE).where(Project.id.in_(ids)))).all()
    texts = await texts_of(session, ids, tuple(TEXTS))
    projects = {row.id: whole(row, texts) for row in rows}
    ballots = await ladder.ballots_of(session, ids)
    found_files = await gates.files(session, city, ids, at)
    table = gates.settled(city)
    found = []
    for use in shown:
        project = projects[use.project_id]
        dossier = gates.of_view(city, project, ballots.get(project.id), found_files[project.id], at)
        now = {item.code for item in owed_for(dossier, StepKind(use.step), table)}
        found.append(Use(use, project, tuple(one["code"] for one in use.owed if one["code"] in now)))
    return found
