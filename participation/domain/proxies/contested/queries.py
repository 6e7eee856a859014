"""Reads which entries brought votes for the same person. They are named to be settled, to administrators alone: never kept, never logged."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from participation.domain.ballots.carried.queries import contested, names, running_in
from participation.domain.ballots.queries import BallotView
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.queries import titles_of
from participation.domain.proxies.models import Entry
from participation.kit.database import Session


@dataclass(frozen=True)
class Rival:
    """One of several entries that brought a vote for the same person; never what was chosen, nor who it is."""

    handle: str
    """What stands for the entry in the ballot's own table: without the ballot's key it leads nowhere."""
    row: Any
    number: int
    """Of the delegate."""
    finished_at: datetime
    received_at: datetime
    has_number: bool


@dataclass(frozen=True)
class Group:
    ballot: BallotView
    project: dict[str, Any]
    """As the record names it."""
    titles: dict[str, str]
    rivals: Sequence[Rival]
    """What was finished first comes first."""


async def count(session: Session, *, city: CityView) -> int:
    """For how many people; two statements."""
    running = await running_in(session, city_id=city.id)
    return len(await contested(session, ballots=running.values()))


async def waiting(session: Session, *, city: CityView, folder: Path) -> list[Group]:
    """Those of all ballots whose votes have not been counted, those that have waited longest first; three statements."""
    running = await running_in(session, city_id=city.id)
    contests = await contested(session, ballots=running.values())
    ballots = {ballot.id: ballot for ballot in running.values()}
    projects = {ballots[one.ballot_id].project_id for one in contests}
    entries = await _with_code(session, city, projects) if contests else {}
    groups: list[Group] = []
    named: dict[int, dict[bytes, Any]] = {}
    for one in contests:
        ballot = ballots[one.ballot_id]
        rows = entries[ballot.project_id]
        if ballot.id not in named:
            named[ballot.id] = {hashed: rows[entry] for hashed, entry in names(ballot, rows, folder).items()}
        rivals = [_rival(hashed, named[ballot.id][hashed]) for hashed in one.entries if hashed in named[ballot.id]]
        if rivals:
            first = rivals[0].row
            project = {"number": first.project_number, "slug": first.slug}
            ordered = sorted(rivals, key=lambda rival: rival.finished_at)
            groups.append(Group(ballot, project, first.titles or {}, ordered))
    return sorted(groups, key=lambda group: max(rival.received_at for rival in group.rivals))


def _rival(hashed: bytes, row: Any) -> Rival:
    return Rival(hashed.hex(), row, row.number, row.finished_at, row.received_at, row.contact is not None)


async def _with_code(session: Session, city: CityView, projects: set[int]) -> dict[int, dict[Any, Any]]:
    """Of these projects the entries of people who gave their code: nobody else votes."""
    wanted = (
        sa.select(
            *(Entry.client_id, Entry.project_id, Entry.number, Entry.finished_at, Entry.received_at, Entry.contact),
            *(Project.slug, Project.number.label("project_number"), titles_of(Project.id).label("titles")),
        )
        .join(Project, Project.id == Entry.project_id)
        .where(Entry.city_id == city.id, Entry.project_id.in_(projects), Entry.place_id.is_(None))
    )
    found: defaultdict[int, dict[Any, Any]] = defaultdict(dict)
    for row in await session.execute(wanted):
        found[row.project_id][row.client_id] = row
    return found
