"""The one place that asks what time it is; rules and operations are told."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
