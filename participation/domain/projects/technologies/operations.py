"""Offers to a project what is true of every use of the technologies that it uses."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.assessments.models import Answer
from participation.domain.projects.assessments.queries import SCREENING
from participation.domain.projects.assessments.reuse.operations import suggest
from participation.domain.projects.models import Project
from participation.domain.projects.operations import places_of
from participation.domain.projects.technologies.queries import QUESTION, offers
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Conflict, NotFound
from participation.kit.i18n import _


async def offer_cards(session: Session, *, city: CityView, slug: str, actor: Actor) -> int:
    """From the cards of what its screening says, as it is saved now. How many answers; never in place of one."""
    wanted = sa.select(Project).where(Project.city_id == city.id, Project.slug == slug)
    project = (await session.scalars(wanted.options(joinedload(Project.districts)))).unique().one_or_none()
    if project is None:
        raise NotFound("project", _("There is no such project."), _("The staff desk lists all of them."))
    acting(actor, Role.OFFICIAL, city, places_of(project))
    chosen = await session.scalar(
        sa.select(Answer.chosen).where(Answer.project_id == project.id, Answer.about == f"{SCREENING}/{QUESTION}")
    )
    found = offers(chosen or ())
    taken = await suggest(session, city=city, project=project, offered=found, actor=actor) if found else 0
    if not taken:
        raise Conflict(
            "nothing_to_take",
            _("The technology cards say nothing that is not answered here already."),
            _("Save first in the screening which technology the project uses, or answer the questions yourself."),
        )
    return taken
