"""When a city is warned of what phones cost it, what stops then, and what is shown of messages about one project."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

WARNING = Decimal("0.8")
"""Share of the month's cap from which on the city is warned."""
SMALLEST = 10


class Spending(StrEnum):
    QUIET = "quiet"
    NEAR = "near"
    OVER = "over"


def spending(cost: Decimal, cap: Decimal | None) -> Spending:
    if cap is None or cost < cap * WARNING:
        return Spending.QUIET
    return Spending.OVER if cost >= cap else Spending.NEAR


def may_begin(cost: Decimal, cap: Decimal | None) -> bool:
    """Whether the city still pays for what it begins itself, such as calling back. Answers to residents are always sent: who took
    part is told that it arrived."""
    return spending(cost, cap) is not Spending.OVER


def month_of(at: datetime, zone: ZoneInfo) -> date:
    """The first day of the month to which a cost belongs, as the city counts months."""
    return at.astimezone(zone).date().replace(day=1)


def last_day(month: date) -> date:
    """Of the month that begins on this day."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def shown(messages: int) -> int | None:
    """Messages about one project: rounded down to tens, so that none of them is somebody's. None for fewer than ten."""
    return messages - messages % SMALLEST or None


def cost_shown(cost: Decimal, units: int) -> Decimal:
    """Of messages about one project: of so many units as tens of them are full, so that it tells no more than the rounded number does."""
    return cost * (units - units % SMALLEST) / units if units else Decimal(0)
