"""What came in this hour of the clock, by name: in memory, and for this process alone, so that nothing of it is written beside a vote."""

from collections import Counter
from datetime import datetime


class Hourly:
    """Knows what comes again, and how much came under one key."""

    def __init__(self) -> None:
        self._hour: datetime | None = None
        self._names: set[bytes] = set()
        self._counts: Counter[bytes] = Counter()

    def count(self, key: bytes, name: bytes, *, at: datetime) -> tuple[bool, int]:
        """Whether this came for the first time, and how many different ones came under its key."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            self._hour, self._names, self._counts = hour, set(), Counter()
        first = name not in self._names
        if first:
            self._names.add(name)
            self._counts[key] += 1
        return first, self._counts[key]
