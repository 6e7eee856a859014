"""Changes what a city asks of whoever takes part by phone."""

from datetime import datetime

import sqlalchemy as sa

from participation.domain.people.models import Role
from participation.domain.people.phones.rules import Assurance
from participation.domain.people.rules import acting
from participation.domain.places.models import City
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session


async def set_assurance(session: Session, *, city: CityView, assurance: Assurance, actor: Actor, at: datetime) -> None:
    """From the next message on. What numbers said by themselves until now stays."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    if city.phones == assurance:
        return
    await session.execute(sa.update(City).where(City.id == city.id).values(phones=str(assurance)))
    await append(session, city_id=city.id, kind="phones_set", actor=who, at=at, facts={"phones": str(assurance)})
    touch(session, f"city:{city.id}")
