"""The one place where something is hidden or shown again: checked, kept, recorded, and told to whom it concerns."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.domain.moderation import rules
from participation.domain.moderation.models import ModerationDecision, Reason, Status
from participation.domain.notices.operations import tell
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.database import Session


@dataclass(frozen=True)
class Thing:
    """What is decided about, as the domain that owns it names it."""

    kind: str
    id: int
    status: Status
    writer: int | None
    """The person who made it, where there is one to be told."""
    places: tuple[int, ...]
    """Places for which a moderator needs the role; none for the whole city."""
    about: tuple[str, str]
    """Where the decision stands in the record."""
    address: str
    """Path of the page that shows it, without language."""
    facts: dict[str, Any]
    """What the record says of it: where it stands, and a hash of the words under a salt of its own, never the words."""


async def decide(
    session: Session,
    *,
    city: CityView,
    thing: Thing,
    to: Status,
    reason: Reason | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Hide something by a published reason, or show it: again, or at last. The owner of the thing sets its status."""
    moderator = acting(actor, Role.MODERATOR, city, thing.places)
    own = thing.writer is not None and thing.writer == actor.person_id
    if refusal := rules.may_decide(thing.status, to, own=own):
        raise refusal
    await session.execute(
        sa.insert(ModerationDecision).values(
            city_id=city.id,
            kind=thing.kind,
            about_id=thing.id,
            before=thing.status,
            after=to,
            reason=reason,
            person_id=actor.person_id,
            at=at,
        )
    )
    verb = "hidden" if to is Status.HIDDEN else "released" if thing.status is Status.HELD else "restored"
    facts = {**thing.facts, thing.kind: thing.id, **({"reason": str(reason)} if reason else {})}
    await append(
        session, city_id=city.id, kind=f"{thing.kind}_{verb}", actor=moderator, at=at, facts=facts, about=thing.about
    )
    if thing.writer is not None:
        told = {thing.kind: thing.id, **({"reason": str(reason)} if reason else {})}
        await tell(
            session, city_id=city.id, person_id=thing.writer, kind=verb, address=thing.address, facts=told, at=at
        )
