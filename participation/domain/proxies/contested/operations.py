"""Lets one of two votes for the same person stand, or neither, and shows the number that was left, so that the person can be asked.

The record says that it was decided, on which project and why: neither which entries, delegates or person it was about.
"""

from datetime import datetime
from pathlib import Path

from participation.domain.ballots.carried import operations as carried
from participation.domain.ballots.carried.rules import settled
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.proxies.contested import queries, rules
from participation.domain.proxies.contested.queries import Group, Rival
from participation.domain.proxies.contested.rules import Why
from participation.domain.proxies.operations import CONTACT
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import opened


async def settle(
    session: Session, *, city: CityView, handle: str, keep: bool, why: Why, folder: Path, actor: Actor, at: datetime
) -> None:
    """The vote of this entry stands, or neither it nor its rivals. What else the entries hold stays as it is."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    if refusal := rules.may_settle(keep=keep, why=why):
        raise refusal
    group, chosen = await _found(session, city, handle, folder)
    entries = [rival.row.client_id for rival in group.rivals]
    kept = chosen.row.client_id if keep else None
    await carried.settle(session, ballot=group.ballot, entries=entries, keep=kept, folder=folder)
    await _note(session, city, group, "carried_settled", who, at, kept=keep, reason=str(why))


async def look(
    session: Session, *, city: CityView, handle: str, folder: Path, secrets: Secrets, actor: Actor, at: datetime
) -> str:
    """The telephone number that was left with an entry; it goes when it would have gone anyway."""
    who = acting(actor, Role.ADMINISTRATOR, city)
    group, chosen = await _found(session, city, handle, folder)
    if chosen.row.contact is None:
        raise rules.no_number()
    await _note(session, city, group, "contested_number_shown", who, at)
    return opened(bytes(chosen.row.contact), secrets, CONTACT)


async def _found(session: Session, city: CityView, handle: str, folder: Path) -> tuple[Group, Rival]:
    for group in await queries.waiting(session, city=city, folder=folder):
        for rival in group.rivals:
            if rival.handle == handle:
                return group, rival
    raise settled()


async def _note(
    session: Session, city: CityView, group: Group, kind: str, who: Actor, at: datetime, **more: bool | str
) -> None:
    about = ("project", str(group.ballot.project_id))
    facts = {"project": group.project, **more}
    await append(session, city_id=city.id, kind=kind, actor=who, at=at, facts=facts, about=about)
