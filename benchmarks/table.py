"""One row for each budget, and the table that `make bench` prints."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    budget: str
    limit: str
    measured: str
    ratio: float | None = None
    """Measured by limit, or the other way round for speeds; as the limit says."""
    ok: bool | None = None
    """None for what is only told."""


def at_most(budget: str, limit: float, measured: float, unit: str, note: str = "") -> Row:
    """A row whose measured value must not exceed its limit."""
    said = f"{measured:,.{0 if measured >= 100 else 1}f} {unit}{note and f' ({note})'}"
    return Row(budget, f"≤ {limit:,.0f} {unit}", said, measured / limit, measured <= limit)


def ratio_of_at_least(budget: str, least: float, measured: float, limit: float, unit: str) -> Row:
    """A speed as a share of a limit that was measured in the same run."""
    share = measured / limit
    return Row(budget, f"≥ {least} × {limit:,.0f} {unit}", f"{measured:,.0f} {unit}", share, share >= least)


def lines(rows: Sequence[Row]) -> list[str]:
    """Markdown that is also legible on a terminal."""
    told = [("budget", "limit", "measured", "ratio", "ok")]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        told.append((row.budget, row.limit, row.measured, ratio, {True: "yes", False: "NO", None: ""}[row.ok]))
    widths = [max(len(line[column]) for line in told) for column in range(5)]
    rule = tuple("-" * width for width in widths)
    return [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (told[0], rule, *told[1:])
    ]
