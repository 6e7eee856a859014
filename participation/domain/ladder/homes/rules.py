"""Which meetings count where homes or livelihoods are touched."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from participation.domain.projects.assessments.rules import UNKNOWN

NOT_EVERYWHERE = frozenset({"some", "none", UNKNOWN})
"""Answers of the assessment of homes and livelihoods by which some settlement that is touched has no meeting."""


def met_in_time(
    meetings: Iterable[tuple[int, datetime]], *, told_at: datetime, closes: date | None, zone: ZoneInfo
) -> frozenset[int]:
    """Places with a meeting to which people come informed, and after which they can still be heard.

    It begins once assessment and plan can be read, and before a planned consultation closes.
    """
    return frozenset(
        place
        for place, starts in meetings
        if starts >= told_at and (closes is None or starts.astimezone(zone).date() <= closes)
    )
