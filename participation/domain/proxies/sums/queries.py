"""Reads what delegates brought for a project, added up, and what was said at the meetings where they wrote it down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.codes.rules import SMALLEST_CELL, shown
from participation.domain.proxies.forms import Age
from participation.domain.proxies.models import Entry, EntryKind, EntryState, Meeting
from participation.domain.proxies.sums import rules
from participation.kit.database import Session

HANDS = ("for", "against", "abstain")


@dataclass(frozen=True)
class Sums:
    """Each rounded down to tens, and None for fewer than ten, so that none tells of somebody, alone or less another."""

    visits: int | None
    """Entries that count and were no meetings."""
    assisted: int | None
    described: int | None
    """Of people without an access code."""
    not_free: int | None
    """The delegate noted that the person could not speak freely; see `rules.part`."""
    disputed: int | None
    """Somebody says that it is wrong, and nobody has decided yet, or it was taken back or refused since."""
    ages: Mapping[Age, int | None]
    """Of those without an access code."""
    meetings: int | None
    attended: int | None
    hands: Mapping[str, int | None]
    """`for`, `against`, `abstain` -> hands, of all meetings together."""


async def summed(session: Session, project_id: int, *, until: datetime) -> Sums:
    """Of what had arrived by then; one statement."""
    counts = Entry.state == EntryState.ACCEPTED
    visit = sa.and_(counts, Entry.kind != EntryKind.MEETING)
    met = sa.and_(counts, Meeting.entry_id.is_not(None))
    gone = (EntryState.DISPUTED, EntryState.WITHDRAWN, EntryState.REFUSED)

    def many(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(*where)

    def added(what: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
        return sa.func.coalesce(sa.func.sum(what).filter(met), 0)

    wanted = (
        sa.select(
            *(many(visit).label("visits"), many(visit, Entry.kind == EntryKind.ASSISTED).label("assisted")),
            many(visit, Entry.place_id.is_not(None)).label("described"),
            many(visit, ~Entry.free).label("not_free"),
            many(Entry.state.in_(gone)).label("disputed"),
            *(many(visit, Entry.age == age).label(age) for age in Age),
            *(many(met).label("meetings"), added(Meeting.attended).label("attended")),
            *(added(Meeting.hands[side].as_integer()).label(side) for side in HANDS),
        )
        .select_from(Entry)
        .outerjoin(Meeting, Meeting.entry_id == Entry.id)
        .where(Entry.project_id == project_id, Entry.received_at < until)
    )
    row = (await session.execute(wanted)).one()._mapping
    told = {name: shown(row[name]) for name in ("visits", "assisted", "described", "disputed", "meetings", "attended")}
    return Sums(
        **told,
        not_free=rules.part(row["not_free"], row["visits"]),
        ages={age: shown(row[age]) for age in Age},
        hands={side: shown(row[side]) for side in HANDS},
    )


@dataclass(frozen=True)
class Met:
    """What was said where ten or more people met, of nobody in particular."""

    entry_id: int
    number: int
    """Of the delegate who wrote it down."""
    finished_at: datetime
    language: str
    attended: int
    """Rounded down to tens."""
    points: list[str]
    dissent: str

    @property
    def length(self) -> int:
        return sum(map(len, (*self.points, self.dissent)))


MOST = 20


async def meetings(session: Session, project_id: int, *, before: int | None) -> tuple[list[Met], int | None]:
    """The newest first, as many as a page has room for, and where the next one begins; one statement.

    What names a city worker waits until a moderator has admitted it, and never comes here before (`rules.Held.NAMES`).
    """
    rows = await session.execute(
        sa.select(
            *(Entry.id, Entry.number, Entry.finished_at, Entry.language),
            *(Meeting.attended, Meeting.points, Meeting.dissent),
        )
        .join(Meeting, Meeting.entry_id == Entry.id)
        .where(
            Entry.project_id == project_id,
            Entry.state == EntryState.ACCEPTED,
            Meeting.attended >= SMALLEST_CELL,
            sa.true() if before is None else Entry.id < before,
        )
        .order_by(Entry.id.desc())
        .limit(MOST + 1)
    )
    found = [
        Met(entry, number, at, language, shown(count) or 0, points, dissent)
        for entry, number, at, language, count, points, dissent in rows
    ]
    fitting = list(rules.fitted(found[:MOST]))
    return fitting, fitting[-1].entry_id if len(fitting) < len(found) else None
