"""Reads a sheet with what was read off it so far, and the sheets that wait for somebody."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, Step, StepKind
from participation.domain.projects.queries import titles_of
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.paper import rules
from participation.domain.proxies.paper.models import PaperBatch, PaperReading, PaperSheet, SheetState
from participation.domain.proxies.paper.readings.forms import Asked
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import opened

READINGS = "sheets of paper that are read"
MOST_WAITING = 100


@dataclass(frozen=True)
class Read:
    """One person's reading."""

    person_id: int
    fields: Mapping[str, str]


@dataclass(frozen=True)
class SheetView:
    """A sheet, what its batch asked, and what was read off it so far."""

    batch: int
    serial: int
    receipt: str
    printed_at: datetime
    state: SheetState
    first_read_at: datetime | None
    delegate_id: int
    place_id: int
    """The delegate's."""
    titles: dict[str, str]
    asked: Asked
    readings: tuple[Read, ...]
    photograph: str | None
    photograph_seen: bool

    @property
    def number(self) -> str:
        return rules.serial_number(self.batch, self.serial)

    def read_by(self, person_id: int | None) -> bool:
        return any(one.person_id == person_id for one in self.readings)


async def sheet(
    session: Session, *, city: CityView, number: tuple[int, int], secrets: Secrets, lock: bool = False
) -> SheetView:
    """Raises the refusal where this city has none. `lock`: to the end of the transaction. Two statements."""
    batch, serial = number
    mine = (PaperSheet.city_id == city.id, PaperSheet.batch_id == batch, PaperSheet.serial == serial)
    wanted = (
        sa.select(
            *(PaperSheet.receipt, PaperSheet.state, PaperSheet.first_read_at),
            *(PaperSheet.photograph, PaperSheet.photograph_seen),
            *(PaperBatch.delegate_id, PaperBatch.language, PaperBatch.consent_version, PaperBatch.printed_at),
            *(PaperBatch.places, PaperBatch.statements),
            *(Project.slug, titles_of(PaperBatch.project_id).label("titles"), Delegate.place_id),
        )
        .join(PaperBatch, PaperBatch.id == PaperSheet.batch_id)
        .join(Project, Project.id == PaperBatch.project_id)
        .join(Delegate, Delegate.id == PaperBatch.delegate_id)
        .where(*mine)
    )
    row = (await session.execute(wanted.with_for_update(of=PaperSheet) if lock else wanted)).one_or_none()
    if row is None:
        raise rules.no_sheet()
    # Of places that have gone since, nobody can have meant one any more; their numbers stay theirs.
    places = tuple(city.places[place].slug if place in city.places else "" for place in row.places)
    readings = await session.execute(
        sa.select(PaperReading.person_id, PaperReading.sealed)
        .where(PaperReading.batch_id == batch, PaperReading.serial == serial)
        .order_by(PaperReading.id)
    )
    return SheetView(
        batch=batch,
        serial=serial,
        receipt=row.receipt,
        printed_at=row.printed_at,
        state=SheetState(row.state),
        first_read_at=row.first_read_at,
        delegate_id=row.delegate_id,
        place_id=row.place_id,
        titles=row.titles or {},
        asked=Asked(row.slug, row.language, row.consent_version, places, tuple(row.statements)),
        readings=tuple(Read(one.person_id, json.loads(opened(one.sealed, secrets, READINGS))) for one in readings),
        photograph=row.photograph,
        photograph_seen=row.photograph_seen,
    )


@dataclass(frozen=True)
class Waits:
    """A sheet that waits for a second reader, or for a third who settles it."""

    batch: int
    serial: int
    differs: bool
    own: bool
    """Whoever looks has read it, and can do nothing more for it."""


async def waiting(session: Session, *, city_id: int, person_id: int | None) -> list[Waits]:
    """The oldest first; one statement."""
    own = sa.exists().where(
        PaperReading.batch_id == PaperSheet.batch_id,
        PaperReading.serial == PaperSheet.serial,
        PaperReading.person_id == person_id,
    )
    wanted = (
        sa.select(PaperSheet.batch_id, PaperSheet.serial, PaperSheet.state == SheetState.DIFFERS, own)
        .where(PaperSheet.city_id == city_id, PaperSheet.state.in_((SheetState.READ, SheetState.DIFFERS)))
        .order_by(PaperSheet.first_read_at)
        .limit(MOST_WAITING)
    )
    return [Waits(*row) for row in await session.execute(wanted)]


def closed_for(how_long: timedelta, at: datetime) -> sa.ColumnElement[bool]:
    """Whether the consultation of a batch's project has been over for so long."""
    return ~sa.exists().where(
        Step.project_id == PaperBatch.project_id,
        Step.kind == StepKind.CONSULTATION,
        sa.func.least(Step.closes_at, sa.func.coalesce(Step.ended_at, Step.closes_at)) > at - how_long,
    )
