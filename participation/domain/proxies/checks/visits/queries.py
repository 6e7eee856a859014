"""Reads what a delegate needs to find somebody whom another one had visited: neither what was said, nor whether they voted, nor who they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.queries import titles
from participation.domain.proxies.checks.models import CheckCase
from participation.domain.proxies.models import Entry
from participation.kit.database import Session

MOST, DIGITS = 50, 4
"""Visits that a device is told of at once; digits of the receipt, by which the person knows that they are meant."""


@dataclass(frozen=True)
class Visit:
    place: Mapping[str, str]
    """The neighbourhood that the person named; of somebody with a code the district is all that is known."""
    titles: Mapping[str, str]
    finished_at: datetime
    language: str
    ending: str
    """Of the receipt."""


async def to_make(session: Session, *, city: CityView, delegate_id: int) -> Sequence[Visit]:
    """One statement; never of an entry that they brought themselves."""
    wanted = (
        sa.select(
            sa.func.coalesce(Entry.place_id, CheckCase.place_id).label("place"),
            *(titles(), Entry.finished_at, Entry.language, sa.func.right(Entry.receipt, DIGITS).label("ending")),
        )
        .select_from(CheckCase)
        .join(Entry, Entry.id == CheckCase.entry_id)
        .join(Project, Project.id == Entry.project_id)
        .where(
            *(CheckCase.city_id == city.id, CheckCase.visitor_id == delegate_id),
            *(CheckCase.answered_at.is_(None), CheckCase.delegate_id != delegate_id),
        )
        .order_by(CheckCase.entry_id)
        .limit(MOST)
    )
    return [
        Visit(city.places[row.place].names, row.titles or {}, row.finished_at, row.language, row.ending)
        for row in await session.execute(wanted)
    ]
