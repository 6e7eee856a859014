"""What hangs on a project, gathered into its row: so that a page asks one statement, whatever hangs there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from participation.domain.projects.models import Agreement, Indicator, Project, Step, StepExtension
from participation.kit.marks import Texts


@dataclass(frozen=True)
class AgreementView:
    id: int
    signed_on: date
    binding: bool
    names: Texts


@dataclass(frozen=True)
class ExtensionView:
    kind: str
    closed_before: datetime
    closes_now: datetime
    reasons: Texts
    at: datetime


@dataclass(frozen=True)
class IndicatorView:
    id: int
    names: Texts
    units: Texts
    marks: dict[str, Any]
    baseline: Decimal
    baseline_on: date
    target: Decimal
    target_on: date


def _gathered(value: sa.ColumnElement[Any], *order: Any) -> sa.Function[Any]:
    rows = sa.func.json_agg(aggregate_order_by(value, *order))
    return sa.func.coalesce(rows, sa.text("'[]'::json"), type_=sa.JSON)


def agreements() -> sa.ColumnElement[Any]:
    """The earliest first."""
    said = sa.func.json_build_object(
        *("id", Agreement.id, "signed_on", Agreement.signed_on, "binding", Agreement.binding, "names", Agreement.names),
        *("marks", Agreement.marks),
    )
    rows = sa.select(_gathered(said, Agreement.signed_on, Agreement.id)).where(Agreement.project_id == Project.id)
    return rows.scalar_subquery().label("agreements")


def extensions() -> sa.ColumnElement[Any]:
    """In the order in which they were made."""
    step, extension = aliased(Step), StepExtension
    said = sa.func.json_build_object(
        *("kind", step.kind, "closed_before", extension.closed_before),
        *("closes_now", extension.closes_now, "reasons", extension.reasons, "at", extension.at),
        *("marks", extension.marks),
    )
    rows = (
        sa.select(_gathered(said, extension.id))
        .join(step, step.id == extension.step_id)
        .where(step.project_id == Project.id)
    )
    return rows.scalar_subquery().label("extensions")


def indicators() -> sa.ColumnElement[Any]:
    """In the order in which they were written; figures as text, so that none is rounded on its way."""
    one = Indicator
    said = sa.func.json_build_object(
        *("id", one.id, "names", one.names, "units", one.units, "marks", one.marks),
        *("baseline", sa.cast(one.baseline, sa.Text), "baseline_on", one.baseline_on),
        *("target", sa.cast(one.target, sa.Text), "target_on", one.target_on),
    )
    rows = sa.select(_gathered(said, one.id)).where(one.project_id == Project.id)
    return rows.scalar_subquery().label("indicators")


def agreement_views(rows: Sequence[dict[str, Any]]) -> tuple[AgreementView, ...]:
    return tuple(
        AgreementView(
            said["id"], date.fromisoformat(said["signed_on"]), said["binding"], Texts(said["names"], said["marks"])
        )
        for said in rows
    )


def extension_views(rows: Sequence[dict[str, Any]]) -> tuple[ExtensionView, ...]:
    return tuple(
        ExtensionView(
            said["kind"],
            _moment(said["closed_before"]),
            _moment(said["closes_now"]),
            Texts(said["reasons"], said["marks"]),
            _moment(said["at"]),
        )
        for said in rows
    )


def indicator_views(rows: Sequence[dict[str, Any]]) -> tuple[IndicatorView, ...]:
    return tuple(
        IndicatorView(
            said["id"],
            Texts(said["names"], said["marks"].get("names", {})),
            Texts(said["units"], said["marks"].get("units", {})),
            said["marks"],
            Decimal(said["baseline"]),
            date.fromisoformat(said["baseline_on"]),
            Decimal(said["target"]),
            date.fromisoformat(said["target_on"]),
        )
        for said in rows
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
