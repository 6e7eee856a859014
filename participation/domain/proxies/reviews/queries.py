"""Reads an entry by its receipt for whoever holds that, and the entries that wait for somebody to look at them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.consultations.entries.queries import Reacted, Written, comment_of, reactions_of, reactions_to
from participation.domain.consultations.models import Pseudonym
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project
from participation.domain.projects.queries import titles_of
from participation.domain.proxies.models import Entry, EntryState, Meeting
from participation.domain.proxies.operations import KEPT
from participation.domain.proxies.reviews.rules import WAITING
from participation.kit import paging
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import opened


@dataclass(frozen=True)
class EntryFate:
    """What was recorded in somebody's name and what became of it; never a vote, nor that there was one."""

    id: int
    slug: str
    titles: dict[str, str]
    number: int
    """Of the delegate."""
    kind: str
    via: str
    state: EntryState
    reason: str | None
    finished_at: datetime
    language: str
    consent: str | None
    witnessed: bool
    place_id: int | None
    age: str | None
    by_code: bool
    described: bool
    """Without a code, by neighbourhood and age band; nothing else leads to the person."""
    has_number: bool
    """Whether a telephone number for a call-back is still kept with it."""
    comment: Written | None
    reactions: Sequence[Reacted]
    meeting: Mapping[str, Any] | None
    kept: Mapping[str, Any]
    """Until somebody has let it in: what it says."""


_COLUMNS = (
    *(Entry.id, Entry.number, Entry.kind, Entry.via, Entry.state, Entry.reason, Entry.finished_at, Entry.language),
    *(
        Entry.consent,
        Entry.witnessed,
        Entry.place_id,
        Entry.age,
        Entry.project_id,
        Entry.contact.is_not(None).label("has_number"),
    ),
    *(Entry.pseudonym_id, Entry.kept, Project.slug, titles_of(Project.id).label("titles")),
)


async def by_receipt(session: Session, *, city_id: int, receipt: str, secrets: Secrets) -> EntryFate | None:
    return await _one(session, secrets, Entry.city_id == city_id, Entry.receipt == receipt)


async def one(session: Session, *, city_id: int, entry_id: int, secrets: Secrets) -> EntryFate | None:
    return await _one(session, secrets, Entry.city_id == city_id, Entry.id == entry_id)


async def _one(session: Session, secrets: Secrets, *where: sa.ColumnElement[bool]) -> EntryFate | None:
    """Two statements; a third for a meeting, or for reactions."""
    wanted = sa.select(*_COLUMNS).join(Project, Project.id == Entry.project_id).where(*where)
    row = (await session.execute(wanted)).one_or_none()
    if row is None:
        return None
    met = None
    if row.kind == "meeting":
        meeting = await session.get(Meeting, row.id)
        names = ("attended", "points", "dissent", "hands")
        met = None if meeting is None else {name: getattr(meeting, name) for name in names}
    kept = _said(row.kept, secrets)
    return EntryFate(
        id=row.id,
        slug=row.slug,
        titles=row.titles or {},
        number=row.number,
        kind=row.kind,
        via=row.via,
        state=EntryState(row.state),
        reason=row.reason,
        finished_at=row.finished_at,
        language=row.language,
        consent=row.consent,
        witnessed=row.witnessed,
        place_id=row.place_id,
        age=row.age,
        by_code=row.pseudonym_id is not None,
        described=row.place_id is not None and met is None,
        has_number=row.has_number,
        comment=await comment_of(session, row.id) if met is None else None,
        reactions=await _reactions(session, row, kept) if met is None else (),
        meeting=met,
        kept=kept,
    )


def _said(kept: bytes | None, secrets: Secrets) -> dict[str, Any]:
    return {} if kept is None else dict(json.loads(opened(kept, secrets, KEPT)))


async def _reactions(session: Session, row: Any, kept: Mapping[str, Any]) -> Sequence[Reacted]:
    waiting = {int(number): kind for number, kind in kept.get("reactions", {}).items()}
    if waiting:
        return await reactions_to(session, row.project_id, waiting)
    return await reactions_of(session, row.id)


@dataclass(frozen=True)
class OwnEntry:
    """What a delegate wrote down for a person, for nobody but them."""

    slug: str
    delegate: int
    state: str
    receipt: str
    finished_at: datetime
    kind: str
    language: str
    consent: str | None
    witnessed: bool
    has_number: bool
    """Whether a telephone number for a call-back is still kept with it."""
    waits: Mapping[str, Any]
    """What it says, while that stands in no other table."""


async def of_person(session: Session, *, city_id: int, person_id: int, secrets: Secrets) -> list[OwnEntry]:
    """By their pseudonyms; what a vote alone was in leads to nobody."""
    wanted = (
        sa.select(
            *(Project.slug, Entry.number.label("delegate"), Entry.state, Entry.receipt, Entry.finished_at),
            *(Entry.kind, Entry.language, Entry.consent, Entry.witnessed),
            *(Entry.contact.is_not(None).label("has_number"), Entry.kept),
        )
        .join(Project, Project.id == Entry.project_id)
        .join(Pseudonym, Pseudonym.id == Entry.pseudonym_id)
        .where(Entry.city_id == city_id, Pseudonym.person_id == person_id)
        .order_by(Entry.id)
    )
    rows = (dict(row) for row in (await session.execute(wanted)).mappings())
    return [OwnEntry(waits=_said(row.pop("kept"), secrets), **row) for row in rows]


@dataclass(frozen=True)
class Waiting:
    id: int
    slug: str
    titles: dict[str, str]
    number: int
    state: EntryState
    reason: str | None
    received_at: datetime


async def waiting(session: Session, *, city: CityView, after: str) -> paging.Page[Waiting]:
    """Entries of the whole city that wait, those that have waited longest first."""
    key = paging.decode(after, (int,)) if after else None
    wanted = (
        sa.select(
            *(Entry.id, Project.slug, titles_of(Project.id).label("titles"), Entry.number),
            *(Entry.state, Entry.reason, Entry.received_at),
        )
        .join(Project, Project.id == Entry.project_id)
        .where(Entry.city_id == city.id, Entry.state.in_(WAITING), sa.true() if key is None else Entry.id > key[0])
        .order_by(Entry.id)
        .limit(paging.SIZE + 1)
    )
    rows = (await session.execute(wanted)).all()
    items = [
        Waiting(row.id, row.slug, row.titles or {}, row.number, EntryState(row.state), row.reason, row.received_at)
        for row in rows[: paging.SIZE]
    ]
    return paging.Page(items, paging.encode([items[-1].id]) if len(rows) > paging.SIZE else None)


async def count_waiting(session: Session, *, city_id: int) -> int:
    counted = sa.select(sa.func.count()).where(Entry.city_id == city_id, Entry.state.in_(WAITING))
    return int(await session.scalar(counted) or 0)
