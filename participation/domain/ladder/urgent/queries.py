"""Reads the uses of the urgent path of one project."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.ladder.gates.queries import File
from participation.domain.ladder.urgent.models import UrgentUse
from participation.domain.ladder.urgent.rules import Screened
from participation.domain.projects.assessments.queries import SCREENING
from participation.kit.database import Session


@dataclass(frozen=True)
class UrgentLine:
    """A use of it, on the project's page."""

    id: int
    step: str
    ground: str
    review_due: date
    reviewed: bool


def lines_json(project_id: int) -> sa.ColumnElement[Any]:
    """The uses of a project as one value, for a statement that asks for other things too."""
    line = sa.func.json_build_object(
        *("id", UrgentUse.id, "step", UrgentUse.step, "ground", UrgentUse.ground),
        *("review_due", UrgentUse.review_due, "reviewed", UrgentUse.reviewed_at.is_not(None)),
    )
    found = sa.select(sa.func.json_agg(sa.type_coerce(line, sa.JSON)))
    found = found.where(UrgentUse.project_id == project_id, UrgentUse.opened_at.is_not(None))
    return sa.type_coerce(found.scalar_subquery(), sa.JSON)


def read_lines(found: Sequence[dict[str, Any]] | None) -> tuple[UrgentLine, ...]:
    lines = [UrgentLine(**{**one, "review_due": date.fromisoformat(one["review_due"])}) for one in found or ()]
    return tuple(sorted(lines, key=lambda line: line.id))


@dataclass(frozen=True)
class UseView:
    """A use of it with all that was said."""

    id: int
    project_id: int
    step: str
    ground: str
    law: str
    reasons: dict[str, str]
    proposed_by: int
    opened_at: datetime | None
    """None: it waits for a second official."""
    owed: list[dict[str, Any]]
    review_due: date | None
    needed: dict[str, str]
    given: dict[str, str]
    reviewed_at: datetime | None


COLUMNS = (
    *(UrgentUse.id, UrgentUse.project_id, UrgentUse.step, UrgentUse.ground, UrgentUse.law, UrgentUse.reasons),
    *(UrgentUse.proposed_by, UrgentUse.opened_at, UrgentUse.owed, UrgentUse.review_due),
    *(UrgentUse.needed, UrgentUse.given, UrgentUse.reviewed_at),
)


async def of_project(session: Session, project_id: int) -> list[UseView]:
    """What waits and what was opened, the oldest first."""
    rows = await session.execute(sa.select(*COLUMNS).where(UrgentUse.project_id == project_id).order_by(UrgentUse.id))
    return [UseView(**row._mapping) for row in rows]


def screened(file: File) -> Screened:
    """What the published screening of a project says that it owes, and what of it is not public."""
    found = file.assessed
    return Screened(public=SCREENING in found.published, homes=found.homes, unassessed=found.still_owed)


async def one(session: Session, *, project_id: int, use_id: int) -> UrgentUse | None:
    """Held until the end of the transaction, so that only one opens or reviews it."""
    wanted = sa.select(UrgentUse).where(UrgentUse.project_id == project_id, UrgentUse.id == use_id)
    return (await session.execute(wanted.with_for_update())).scalar_one_or_none()
