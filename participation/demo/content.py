"""Reads the demonstration's content; days in it are counted from today, so that it never goes stale."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from participation.domain.places.queries import CityView

FOLDER = Path(__file__).parent / "content"
MORNING = 9
"""The hour, in the city, at which things of a day happen."""


class Calendar:
    """Turns days counted from today into moments of the city."""

    def __init__(self, now: datetime, city: CityView) -> None:
        self._now = now
        self._city = city

    def day(self, offset: int) -> date:
        return self._now.astimezone(self._city.zone).date() + timedelta(days=offset)

    def moment(self, offset: int, hour: int = MORNING, minute: int = 0) -> datetime:
        """That day at that hour; never later than now for a day that is past or today's."""
        moment = self.planned(offset, hour, minute)
        return min(moment, self._now) if offset <= 0 else moment

    def planned(self, offset: int, hour: int, minute: int = 0) -> datetime:
        """That day at that hour, also when that is later today."""
        day = self.day(offset)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._city.zone).astimezone(UTC)


class Content:
    @cached_property
    def city(self) -> dict[str, Any]:
        return _read("city")

    @property
    def boundaries(self) -> str:
        """Of the districts, as GeoJSON; the city lies where there is only sea."""
        return (FOLDER / "boundaries.geojson").read_text()

    @property
    def offices(self) -> dict[str, dict[str, str]]:
        """An office's English name -> its name in each language."""
        return {office["names"]["en"]: office["names"] for office in self.city["offices"]}

    @cached_property
    def projects(self) -> list[dict[str, Any]]:
        """Programmes first, so that projects can hang under them; then in the order of their publication."""
        found = [
            _read(path.stem) | {"promises": _promises(path.stem)}
            for path in FOLDER.glob("*.toml")
            if path.stem != "city"
        ]
        return sorted(found, key=lambda one: (one["kind"] != "programme", one["published"], one["number"]))


def _promises(slug: str) -> dict[str, Any]:
    """Influence, indicators and preconditions of a project; a programme has none."""
    path = FOLDER / "promises" / f"{slug}.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text())
