"""Reads kiosks: those that are enrolled, which every web server keeps in mind; and all of a city's, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.people.kiosks import rules
from participation.domain.people.kiosks.models import Kiosk
from participation.domain.people.kiosks.rules import Looks, Standing
from participation.kit.database import Session


@dataclass(frozen=True)
class Enrolled:
    """A kiosk as a request from it knows it."""

    id: int
    city_id: int
    place_id: int
    stands: str
    paper: str
    digest: bytes


async def enrolled(session: Session) -> dict[bytes, Enrolled]:
    """Every kiosk that works, of every city, by the hash of its cookie: few, and asked for by each of their requests."""
    named: tuple[Any, ...] = (Kiosk.id, Kiosk.city_id, Kiosk.place_id, Kiosk.stands, Kiosk.paper, Kiosk.token_digest)
    rows = await session.execute(sa.select(*named).where(Kiosk.token_digest.is_not(None)))
    return {one.digest: one for one in (Enrolled(*row) for row in rows.all())}


@dataclass(frozen=True)
class KioskView:
    """A kiosk as staff see it: how it stands, and of whoever uses it that somebody does."""

    id: int
    place_id: int
    stands: str
    paper: str
    made_at: datetime
    enrolled_at: datetime | None
    ended_at: datetime | None
    code_until: datetime | None
    used_at: datetime | None
    help_at: datetime | None

    @property
    def standing(self) -> Standing:
        return rules.standing(self)

    def looks(self, at: datetime) -> Looks:
        return rules.looks(self, at)


_SHOWN: tuple[Any, ...] = (
    *(Kiosk.id, Kiosk.place_id, Kiosk.stands, Kiosk.paper, Kiosk.made_at, Kiosk.enrolled_at, Kiosk.ended_at),
    *(Kiosk.code_until, Kiosk.used_at, Kiosk.help_at),
)


async def kiosks(session: Session, *, city_id: int) -> Sequence[KioskView]:
    """Those that work or wait first, then those that were ended."""
    rows = await session.execute(
        sa.select(*_SHOWN).where(Kiosk.city_id == city_id).order_by(Kiosk.ended_at.is_not(None), Kiosk.id)
    )
    return [KioskView(*row) for row in rows.all()]


async def kiosk(session: Session, *, city_id: int, kiosk_id: int) -> KioskView | None:
    row = (
        await session.execute(sa.select(*_SHOWN).where(Kiosk.city_id == city_id, Kiosk.id == kiosk_id))
    ).one_or_none()
    return None if row is None else KioskView(*row)
