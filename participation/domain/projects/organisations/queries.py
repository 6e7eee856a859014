"""Reads organisations: a page of them, one, and all that can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from participation.domain.projects.organisations.models import Organisation
from participation.domain.projects.organisations.rules import INDEPENDENT
from participation.kit.database import Session

PAGE = 20
MOST = 300
"""That can be chosen from in a form; a city that works with more of them names the newest."""


@dataclass(frozen=True)
class OrganisationView:
    id: int
    kind: str
    names: Mapping[str, str]
    gains: Mapping[str, str]
    payer: Mapping[str, str]
    declared_on: date | None
    version: int

    @property
    def independent(self) -> bool:
        return self.kind in INDEPENDENT


COLUMNS = (
    *(Organisation.id, Organisation.kind, Organisation.names, Organisation.gains, Organisation.payer),
    *(Organisation.declared_on, Organisation.version),
)


async def some(session: Session, *, city_id: int, after: int = 0) -> tuple[list[OrganisationView], int | None]:
    """A page in the order in which they came, and where the next one begins."""
    wanted = (
        sa.select(*COLUMNS)
        .where(Organisation.city_id == city_id, Organisation.id > after)
        .order_by(Organisation.id)
        .limit(PAGE + 1)
    )
    found = [OrganisationView(**row._mapping) for row in await session.execute(wanted)]
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


async def one(session: Session, *, city_id: int, organisation_id: int) -> OrganisationView | None:
    wanted = sa.select(*COLUMNS).where(Organisation.city_id == city_id, Organisation.id == organisation_id)
    row = (await session.execute(wanted)).first()
    return None if row is None else OrganisationView(**row._mapping)


async def to_choose(session: Session, *, city_id: int) -> list[OrganisationView]:
    """The newest first."""
    wanted = sa.select(*COLUMNS).where(Organisation.city_id == city_id).order_by(Organisation.id.desc()).limit(MOST)
    return [OrganisationView(**row._mapping) for row in await session.execute(wanted)]
