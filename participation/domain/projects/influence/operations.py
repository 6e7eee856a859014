"""Chooses the level of influence that residents are promised."""

from datetime import datetime

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.influence.rules import may_choose
from participation.domain.projects.models import Influence, Project
from participation.domain.projects.operations import changed, expect, places_of
from participation.domain.projects.versions.rules import content_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session

PART = "influence"


async def choose_influence(
    session: Session,
    *,
    city: CityView,
    project: Project,
    version: int,
    influence: Influence,
    actor: Actor,
    at: datetime,
) -> None:
    """Public with the project; its history and the record show each change."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    expect(project, PART, version)
    refusal = may_choose(influence, project.influence, project.steps)
    if refusal is not None:
        raise refusal
    before = content_of(project)
    project.influence = influence
    await changed(session, project, PART, before, who, at)
