"""Puts forward, takes objections, appoints, suspends and revokes delegates; each act stands in the record by number and place."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.people.models import Person, Role, RoleGrant
from participation.domain.people.roles.operations import give
from participation.domain.people.roles.queries import running
from participation.domain.people.roles.rules import proposer_gone
from participation.domain.people.rules import acting
from participation.domain.people.staff.forms import NewRole
from participation.domain.people.staff.queries import administers
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates import rules
from participation.domain.proxies.delegates.forms import Proposal
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState, Reason
from participation.domain.proxies.delegates.queries import undecided, year_of
from participation.domain.proxies.devices.models import Device, Enrolment
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.errors import Unavailable
from participation.kit.i18n import _

NUMBERS = range(1000, 10_000)
TRIES = 50


async def propose(session: Session, *, city: CityView, said: Proposal, actor: Actor, at: datetime) -> Delegate:
    """Somebody is put forward: from now on everybody can read it, and object for two weeks."""
    who = acting(actor, Role.ADMINISTRATOR, city, [said.place_id])
    rules.may_propose(said.interests, said.place_id, city, said.ends_at, at)
    made = Delegate(
        city_id=city.id,
        place_id=said.place_id,
        state=DelegateState.PROPOSED,
        described=said.described,
        interests=said.interests,
        proposed_by=who.person_id,
        proposed_place=who.place or "",
        proposed_at=at,
        objections_until=at + rules.OBJECTIONS,
        ends_at=said.ends_at,
        state_at=at,
    )
    session.add(made)
    interests = {name: [city.places[place].slug for place in places] for name, places in said.interests.items()}
    facts = {"until": _day(city, said.ends_at), "objections_until": _utc(made.objections_until), "interests": interests}
    await note(session, city=city, kind="delegate_proposed", delegate=made, actor=who, at=at, facts=facts)
    return made


async def withdraw(session: Session, *, city: CityView, delegate_id: int, actor: Actor, at: datetime) -> None:
    """An administrator thinks again before anybody was appointed; one is enough."""
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = acting(actor, Role.ADMINISTRATOR, city, [delegate.place_id])
    if refusal := rules.may_withdraw(delegate.state):
        raise refusal
    await _refuse(session, city, delegate, Reason.WITHDRAWN, who, at)


async def refuse_upheld(session: Session, *, city: CityView, delegate: Delegate, who: Actor, at: datetime) -> None:
    """An objection was upheld: this person is not appointed."""
    await _refuse(session, city, delegate, Reason.OBJECTION, who, at)


async def _refuse(
    session: Session, city: CityView, delegate: Delegate, reason: Reason, who: Actor, at: datetime
) -> None:
    _stands(delegate, DelegateState.REFUSED, reason, at)
    facts = {"reason": str(reason)}
    await note(session, city=city, kind="delegate_refused", delegate=delegate, actor=who, at=at, facts=facts)


async def appoint(session: Session, *, city: CityView, delegate_id: int, actor: Actor, at: datetime) -> None:
    """The second administrator says yes, after the two weeks and with every objection decided: now the role holds."""
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = acting(actor, Role.ADMINISTRATOR, city, [delegate.place_id])
    refusal = rules.may_appoint(
        state=delegate.state,
        proposed_by=delegate.proposed_by,
        actor_id=actor.person_id,
        objections_until=delegate.objections_until,
        undecided=await undecided(session, delegate_id=delegate.id),
        ends_at=delegate.ends_at,
        barred=rules.barring(delegate.interests, delegate.place_id, city),
        at=at,
        city=city,
    )
    if refusal is not None:
        raise refusal
    # What an administrator wanted counts as long as they may want it.
    theirs = await administers(session, city_id=city.id, person_id=delegate.proposed_by, at=at)
    if not theirs & set(city.above(delegate.place_id)):
        raise proposer_gone()
    person = Person(city_id=city.id, language=city.languages[0])
    session.add(person)
    await session.flush()
    delegate.person_id, delegate.appointed_by, delegate.appointed_at = person.id, actor.person_id, at
    _stands(delegate, DelegateState.APPOINTED, None, at)
    facts = {"until": _day(city, delegate.ends_at)}
    await note(session, city=city, kind="delegate_appointed", delegate=delegate, actor=who, at=at, facts=facts)
    new = NewRole(Role.DELEGATE, delegate.place_id, delegate.ends_at)
    wanted: dict[str, Any] = {"wanted_by": delegate.proposed_by, "wanted_place": delegate.proposed_place}
    await give(session, city=city, person_id=person.id, new=new, actor=who, at=at, **wanted)


async def suspend(
    session: Session, *, city: CityView, delegate_id: int, reason: Reason, actor: Actor, at: datetime
) -> None:
    """At once, by one administrator or by the checks: what they bring is held until they may go on, or are revoked."""
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = _acting(actor, city, delegate)
    if refusal := rules.may_suspend(rules.standing(delegate.state, delegate.ends_at, at)):
        raise refusal
    _stands(delegate, DelegateState.SUSPENDED, reason, at)
    facts = {"reason": str(reason)}
    await note(session, city=city, kind="delegate_suspended", delegate=delegate, actor=who, at=at, facts=facts)


async def let_go_on(session: Session, *, city: CityView, delegate_id: int, actor: Actor, at: datetime) -> None:
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = acting(actor, Role.ADMINISTRATOR, city, [delegate.place_id])
    if refusal := rules.may_go_on(rules.standing(delegate.state, delegate.ends_at, at)):
        raise refusal
    _stands(delegate, DelegateState.APPOINTED, None, at)
    await note(session, city=city, kind="delegate_going_on", delegate=delegate, actor=who, at=at)


async def revoke(
    session: Session, *, city: CityView, delegate_id: int, reason: Reason, actor: Actor, at: datetime
) -> None:
    """For good: the role ends, every device is revoked, and no code enrols another one. One administrator is enough."""
    delegate = await held(session, city=city, delegate_id=delegate_id)
    who = acting(actor, Role.ADMINISTRATOR, city, [delegate.place_id])
    if refusal := rules.may_revoke(rules.standing(delegate.state, delegate.ends_at, at)):
        raise refusal
    _stands(delegate, DelegateState.REVOKED, reason, at)
    theirs = (Device.delegate_id == delegate.id, Device.revoked_at.is_(None))
    await session.execute(sa.update(Device).where(*theirs).values(revoked_at=at))
    await session.execute(sa.delete(Enrolment).where(Enrolment.delegate_id == delegate.id, Enrolment.used_at.is_(None)))
    held_role = (RoleGrant.person_id == delegate.person_id, RoleGrant.role == Role.DELEGATE, running(at))
    await session.execute(sa.update(RoleGrant).where(*held_role).values(taken_at=at, taken_by=actor.person_id))
    facts = {"reason": str(reason)}
    await note(session, city=city, kind="delegate_revoked", delegate=delegate, actor=who, at=at, facts=facts)


async def forget_resident(session: Session, *, city_id: int, person_id: int) -> None:
    """Part of a person's erasure: which delegate they are is not kept. Their code enters nothing any more."""
    mine = (Delegate.city_id == city_id, Delegate.resident_id == person_id)
    await session.execute(sa.update(Delegate).where(*mine).values(resident_id=None))


async def number_all(session: Session, *, city: CityView, at: datetime) -> int:
    """A number of the new year for everybody who goes on into it; how many got one. The worker calls this."""
    year = year_of(city, at)
    numbered = sa.exists().where(DelegateNumber.delegate_id == Delegate.id, DelegateNumber.year == year)
    stand = (DelegateState.PROPOSED, DelegateState.APPOINTED, DelegateState.SUSPENDED)
    wanted = sa.select(Delegate.id).where(
        Delegate.city_id == city.id, Delegate.state.in_(stand), Delegate.ends_at > at, ~numbered
    )
    found = list(await session.scalars(wanted.order_by(Delegate.id)))
    for delegate_id in found:
        await number_of(session, city=city, delegate_id=delegate_id, at=at)
    if found:
        touch(session, f"delegates:{city.id}")
    return len(found)


async def number_of(session: Session, *, city: CityView, delegate_id: int, at: datetime) -> int:
    """The number of this year, made on first need: random, so that it leads neither to last year's nor to who came before."""
    year = year_of(city, at)
    mine = (DelegateNumber.delegate_id == delegate_id, DelegateNumber.year == year)
    for _attempt in range(TRIES):
        known = await session.scalar(sa.select(DelegateNumber.number).where(*mine))
        if known is not None:
            return known
        drawn = {"city_id": city.id, "delegate_id": delegate_id, "year": year, "number": secrets.choice(NUMBERS)}
        made = insert(DelegateNumber).values(drawn).on_conflict_do_nothing().returning(DelegateNumber.number)
        if (number := await session.scalar(made)) is not None:
            return number
    raise Unavailable("number", _("No number could be given at the moment."), _("Please send this once more."))


async def held(session: Session, *, city: CityView, delegate_id: int) -> Delegate:
    """One delegate, held to the end of the transaction: of two acts at once the second sees what the first has done."""
    mine = (Delegate.id == delegate_id, Delegate.city_id == city.id)
    found = await session.scalar(sa.select(Delegate).where(*mine).with_for_update())
    if found is None:
        raise rules.no_delegate()
    return found


async def note(
    session: Session,
    *,
    city: CityView,
    kind: str,
    delegate: Delegate,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    number: int | None = None,
) -> None:
    """In the record a delegate is the number of the year and the place. `number`: where it is known already."""
    await session.flush()
    number = number or await number_of(session, city=city, delegate_id=delegate.id, at=at)
    year = year_of(city, at)
    named = {"number": number, "year": year, "place": city.places[delegate.place_id].slug}
    about = ("delegate", f"{year}-{number}")
    said = {"delegate": named, **(facts or {})}
    await append(session, city_id=city.id, kind=kind, actor=actor, at=at, facts=said, about=about)
    touch(session, f"delegates:{city.id}")


def _acting(actor: Actor, city: CityView, delegate: Delegate) -> Actor:
    """The platform itself suspends too, when call-backs show what nobody said."""
    return actor if actor.role == "system" else acting(actor, Role.ADMINISTRATOR, city, [delegate.place_id])


def _stands(delegate: Delegate, state: DelegateState, reason: Reason | None, at: datetime) -> None:
    delegate.state, delegate.reason, delegate.state_at = state, reason, at


def _day(city: CityView, at: datetime) -> str:
    return at.astimezone(city.zone).date().isoformat()


def _utc(at: datetime) -> str:
    return at.isoformat()
