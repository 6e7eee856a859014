"""What an indicator needs, and when one can be changed or taken away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from participation.domain.projects.models import StepKind
from participation.domain.projects.rules import Kinded, by_kind
from participation.kit.errors import Conflict, Refusal
from participation.kit.i18n import _
from participation.kit.marks import Mark, said, whole_in

MOST = 5


class Measured(Protocol):
    """An indicator, as a row or as an object."""

    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def units(self) -> Mapping[str, str]: ...
    @property
    def marks(self) -> Mapping[str, Mapping[str, Mark]]: ...


def incomplete(indicators: Iterable[Measured], required: Sequence[str]) -> tuple[str, ...]:
    """Languages in which one of them does not say what is measured, and in what, so that it counts."""
    whole = [whole_in((said(row, "names"), said(row, "units"))) for row in indicators]
    return tuple(language for language in required if any(language not in one for one in whole))


def may_add(count: int) -> Refusal | None:
    if count < MOST:
        return None
    return Conflict(
        "indicators_full",
        _("A project has at most %(most)s indicators.", most=MOST),
        _("Take one off the list first."),
    )


def may_remove(steps: Iterable[Kinded]) -> Refusal | None:
    """What a project is measured by stands once residents have been asked; its words can still be made clearer."""
    if not _asked(steps):
        return None
    return Conflict(
        "indicators_stand",
        _("The consultation has opened: what the project is measured by stands."),
        _("You can still make its words clearer."),
    )


def may_move(before: Sequence[Any], after: Sequence[Any], steps: Iterable[Kinded]) -> Refusal | None:
    """Figures and days stand once residents have been asked; the same as before is no change."""
    return None if list(before) == list(after) else may_remove(steps)


def _asked(steps: Iterable[Kinded]) -> bool:
    consultation = by_kind(steps, StepKind.CONSULTATION)
    return consultation is not None and consultation.opened_at is not None


def figures(one: Any) -> tuple[Decimal, date, Decimal, date]:
    return (one.baseline, one.baseline_on, one.target, one.target_on)
