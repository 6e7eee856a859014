"""Signs a precondition."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.models import Project, ProjectState
from participation.domain.projects.operations import note, places_of, stamp
from participation.domain.projects.preconditions.models import Condition, Precondition
from participation.domain.projects.rules import overwritten
from participation.domain.record.actors import Actor
from participation.kit.database import Session


async def sign(
    session: Session,
    *,
    city: CityView,
    project: Project,
    condition: Condition,
    words: Mapping[str, str],
    after: int | None = None,
    actor: Actor,
    at: datetime,
) -> Precondition:
    """For the first time or again; what was signed before stays in the record. `after`: the signature that was shown (0: none)."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    newest = (
        await session.execute(
            sa.select(Precondition.id, Precondition.words)
            .where(Precondition.project_id == project.id, Precondition.condition == condition)
            .order_by(Precondition.id.desc())
            .limit(1)
        )
    ).first()
    if after is not None and newest is not None and newest.id > after:
        raise overwritten()
    signed = Precondition(
        city_id=city.id,
        project_id=project.id,
        condition=condition,
        words=dict(words),
        role=who.role or Role.OFFICIAL,
        place=who.place or city.slug,
        at=at,
    )
    session.add(signed)
    await session.flush()
    if project.state != ProjectState.DRAFT:
        facts = {"condition": str(condition), "again": newest is not None, "words": dict(words)}
        await note(session, project, "precondition_signed", who, at, facts)
    return signed


async def published_signatures(session: Session, *, project: Project, actor: Actor, at: datetime) -> None:
    """What was signed while the project was a draft becomes public with it, and goes into the record."""
    found = {
        row.condition: {"words": row.words, "place": row.place, "at": stamp(row.at)}
        for row in await session.scalars(
            sa.select(Precondition).where(Precondition.project_id == project.id).order_by(Precondition.id)
        )
    }
    if found:
        await note(session, project, "preconditions_published", actor, at, {"signed": found})
