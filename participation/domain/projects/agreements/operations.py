"""Verbs of agreements: add, take off the list, say that the list is whole."""

from datetime import datetime

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.projects.forms import AgreementSaid
from participation.domain.projects.models import Agreement, Project
from participation.domain.projects.operations import changed, places_of
from participation.domain.projects.versions.rules import content_of
from participation.domain.record.actors import Actor
from participation.kit.database import Session
from participation.kit.errors import Invalid
from participation.kit.i18n import _
from participation.kit.marks import marked


async def add_agreement(
    session: Session, *, city: CityView, project: Project, said: AgreementSaid, actor: Actor, at: datetime
) -> Agreement:
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    if said.signed_on > at.astimezone(city.zone).date():
        raise Invalid({"signed_on": _("This day has not come yet.")})
    before = content_of(project)
    agreement = Agreement(city_id=city.id, signed_on=said.signed_on, binding=said.binding, names=said.names)
    agreement.marks = marked({}, said.names, {}, city.languages)
    project.agreements.append(agreement)
    await changed(session, project, "agreements", before, who, at)
    return agreement


async def remove_agreement(
    session: Session, *, city: CityView, project: Project, agreement_id: int, actor: Actor, at: datetime
) -> None:
    """Off the list; on a published project its history keeps showing it."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    agreement = next((agreement for agreement in project.agreements if agreement.id == agreement_id), None)
    if agreement is None:
        return
    before = content_of(project)
    project.agreements.remove(agreement)
    await session.delete(agreement)
    await changed(session, project, "agreements", before, who, at)


async def state_agreements(session: Session, *, city: CityView, project: Project, actor: Actor, at: datetime) -> None:
    """An official says that the list is whole, also when it is empty."""
    who = acting(actor, Role.OFFICIAL, city, places_of(project))
    before = content_of(project)
    project.agreements_stated = True
    await changed(session, project, "agreements", before, who, at)
