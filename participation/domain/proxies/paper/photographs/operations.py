"""Keeps a masked photograph of a sheet, and erases it in time."""

from collections.abc import Set
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.proxies.paper.models import PaperBatch, PaperSheet
from participation.domain.proxies.paper.photographs import rules
from participation.domain.proxies.paper.readings.queries import SheetView, closed_for
from participation.domain.proxies.paper.rules import OFFICE
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.files import Files


async def attach(
    session: Session, *, city: CityView, sheet: SheetView, digest: str, actor: Actor, at: datetime
) -> None:
    """In the place of an earlier one. It stays once somebody has seen that the strip is covered."""
    acting_as_one_of(actor, OFFICE, city, [sheet.place_id])
    over = sa.select(PaperBatch.id).where(PaperBatch.id == sheet.batch, closed_for(rules.KEPT, at))
    if await session.scalar(over) is not None:
        raise rules.too_old()
    await _note(session, sheet, photograph=digest, photograph_at=at, photograph_seen=False)


async def see(session: Session, *, city: CityView, sheet: SheetView, digest: str, actor: Actor) -> None:
    """The strip is covered on this very picture."""
    acting_as_one_of(actor, OFFICE, city, [sheet.place_id])
    if not await _note(session, sheet, PaperSheet.photograph == digest, photograph_seen=True):
        raise rules.none()


async def take_away(session: Session, *, city: CityView, sheet: SheetView, actor: Actor) -> None:
    acting_as_one_of(actor, OFFICE, city, [sheet.place_id])
    await _note(session, sheet, photograph=None, photograph_at=None, photograph_seen=False)


async def _note(session: Session, sheet: SheetView, *where: sa.ColumnElement[bool], **values: object) -> bool:
    mine = (PaperSheet.batch_id == sheet.batch, PaperSheet.serial == sheet.serial)
    done = sa.update(PaperSheet).where(*mine, *where).values(values).returning(PaperSheet.serial)
    return await session.scalar(done) is not None


async def used(session: Session) -> set[str]:
    """The hashes of all photographs that some sheet has, of any city."""
    kept = await session.scalars(sa.select(PaperSheet.photograph).where(PaperSheet.photograph.is_not(None)))
    return {digest for digest in kept if digest}


async def erase(session: Session, files: Files, *, others: Set[str], at: datetime) -> None:
    """What is due: the file first, so that a crash leaves a sheet without its picture and never a picture without its end.

    `others`: files that something else than a sheet has.
    """
    batches = sa.select(PaperBatch.id).where(closed_for(rules.KEPT, at))
    unseen = sa.and_(~PaperSheet.photograph_seen, PaperSheet.photograph_at <= at - rules.UNSEEN)
    due = sa.and_(PaperSheet.photograph.is_not(None), sa.or_(PaperSheet.batch_id.in_(batches), unseen))
    values = {"photograph": None, "photograph_at": None, "photograph_seen": False}
    found = {digest for digest in await session.scalars(sa.select(PaperSheet.photograph).where(due)) if digest}
    await session.execute(sa.update(PaperSheet).where(due).values(values))
    for digest in found - await used(session) - others:
        files.remove(digest)
