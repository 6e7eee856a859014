"""Shows a number to whoever calls it, keeps what the person answered, sends another delegate; every look stands in the record."""

from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.ballots.carried.queries import holds_vote, running_in
from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.proxies.checks.calls import rules
from participation.domain.proxies.checks.calls.forms import Told
from participation.domain.proxies.checks.calls.rules import Answer, Voted
from participation.domain.proxies.checks.models import CaseState, CheckCase, How
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.proxies.delegates.rules import standing
from participation.domain.proxies.models import Entry, EntryKind, EntryState
from participation.domain.proxies.operations import CONTACT
from participation.domain.proxies.reviews import operations as reviews
from participation.domain.proxies.reviews.rules import no_entry
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit.changes import touch
from participation.kit.database import Session
from participation.kit.hashing import Secrets
from participation.kit.sealing import opened


async def look(session: Session, *, city: CityView, entry_id: int, secrets: Secrets, actor: Actor, at: datetime) -> str:
    """The number to call, for this member of staff and the next hour. The record counts how often it was shown."""
    row, who = await _held(session, city, entry_id, actor)
    if refusal := rules.may_look(_case(row), actor.person_id, at):
        raise refusal
    looks = row.looks + 1
    seen = {"looks": looks, "caller_id": actor.person_id, "tried_at": at, "looking": True}
    await _change(session, entry_id, seen)
    await _note(session, city, "check_number_shown", row, who, at, looks=looks)
    return opened(bytes(row.contact), secrets, CONTACT)


async def tell(
    session: Session,
    *,
    city: CityView,
    entry_id: int,
    told: Told,
    receipt: bool,
    folder: Path,
    actor: Actor,
    at: datetime,
) -> None:
    """What came of it. The number goes once somebody was reached, or cannot be any more.

    `receipt`: whether the actor typed the entry's own receipt, as the person brought it to a checking table.
    """
    row, who = await _held(session, city, entry_id, actor)
    called = told.how is How.CALL
    if refusal := rules.may_say(_case(row), actor.person_id, told.how, receipt=receipt, at=at):
        raise refusal
    tries = row.tries + called
    answer = await _compared(session, city, row, told, folder)
    if told.take_back:
        if refusal := rules.may_take_back(
            told.how, described=row.entry_place is not None, has_number=row.contact is not None
        ):
            raise refusal
        await reviews.take_back(session, city=city, entry_id=entry_id, folder=folder, actor=who, at=at)
    state = rules.becomes(answer, called=called, tries=tries, has_number=row.contact is not None)
    reached = state in (CaseState.YES, CaseState.NO, CaseState.ABSENT)
    values = {"state": state, "how": told.how, "tries": tries, "looking": False}
    await _change(session, entry_id, values | ({"answered_at": at} if reached else {}))
    if state is not CaseState.WAITING:
        await session.execute(sa.update(Entry).where(Entry.id == entry_id).values(contact=None))
    await _note(session, city, "check_asked", row, who, at, how=str(told.how))
    touch(session, f"delegates:{city.id}")


async def _compared(session: Session, city: CityView, row: Any, told: Told, folder: Path) -> Answer:
    """Looked up through the ballot's key while it exists; neither what was asked nor what was found is kept."""
    if told.voted is Voted.UNSAID:
        return told.answer
    ballot = (await running_in(session, city_id=city.id, projects=[row.project_id])).get(row.project_id)
    if ballot is None:
        return told.answer
    there = await holds_vote(session, ballot=ballot, entry=row.client_id, folder=folder)
    return rules.agrees(told.answer, told.voted, there)


async def send(session: Session, *, city: CityView, entry_id: int, visitor: int, actor: Actor, at: datetime) -> None:
    """Another delegate visits the person, and an official keeps what came of it."""
    row, who = await _held(session, city, entry_id, actor)
    if refusal := rules.may_ask(_case(row), actor.person_id):
        raise refusal
    wanted = (
        sa.select(Delegate.id, Delegate.person_id, Delegate.state, Delegate.ends_at)
        .join(DelegateNumber, DelegateNumber.delegate_id == Delegate.id)
        .where(Delegate.city_id == city.id, DelegateNumber.number == visitor, DelegateNumber.year == year_of(city, at))
    )
    found = (await session.execute(wanted)).first()
    other = found is not None and found.id != row.delegate_id and found.person_id != row.delegate_person
    appointed = found is not None and standing(found.state, found.ends_at, at) is DelegateState.APPOINTED
    if refusal := rules.may_visit(other=other, appointed=appointed):
        raise refusal
    await _change(session, entry_id, {"visitor_id": None if found is None else found.id})
    await _note(session, city, "check_visit", row, who, at)


async def case_of_receipt(session: Session, *, city: CityView, receipt: str, actor: Actor) -> int:
    """The entry of a receipt that somebody brought to a checking table, if it was drawn."""
    wanted = sa.select(CheckCase.entry_id).join(Entry, Entry.id == CheckCase.entry_id)
    found = await session.scalar(wanted.where(Entry.city_id == city.id, Entry.receipt == receipt))
    if found is None:
        raise rules.no_case()
    return int(found)


async def ask_back(session: Session, *, city: CityView, receipt: str, folder: Path, actor: Actor, at: datetime) -> None:
    """The person wants to be called, to take back what was written down. Until then it is disputed, and counts nowhere.

    The receipt is enough for that, as it is to dispute; only the call to the number that was left takes it back.
    """
    found = await _by_receipt(session, city, receipt)
    met = found.kind == EntryKind.MEETING
    if refusal := rules.may_ask_back(has_number=found.contact is not None, met=met):
        raise refusal
    values = {
        "entry_id": found.id,
        "city_id": city.id,
        "delegate_id": found.delegate_id,
        "number": found.number,
        "year": year_of(city, found.received_at),
        "place_id": found.place_id,
        "state": CaseState.WAITING,
        "asked_at": at,
    }
    case = insert(CheckCase).values(values)
    await session.execute(
        case.on_conflict_do_update(index_elements=[CheckCase.entry_id], set_={"asked_at": case.excluded.asked_at})
    )
    if found.state != EntryState.DISPUTED:
        await reviews.dispute(session, city=city, receipt=receipt, folder=folder, actor=actor, at=at)


async def take_back_at_table(
    session: Session, *, city: CityView, receipt: str, folder: Path, actor: Actor, at: datetime
) -> None:
    """Somebody who gave neither code nor number came themselves, with the receipt and without the delegate."""
    found = await _by_receipt(session, city, receipt)
    who = acting(actor, Role.OFFICIAL, city, [found.place_id])
    if actor.person_id in (found.proposed_by, found.appointed_by):
        raise rules.appointer()
    described = found.entry_place is not None and found.kind != EntryKind.MEETING
    if refusal := rules.may_take_back(How.TABLE, described=described, has_number=found.contact is not None):
        raise refusal
    await reviews.take_back(session, city=city, entry_id=found.id, folder=folder, actor=who, at=at)


async def _by_receipt(session: Session, city: CityView, receipt: str) -> Any:
    wanted = (
        sa.select(
            *(Entry.id, Entry.state, Entry.kind, Entry.contact, Entry.number, Entry.delegate_id, Entry.received_at),
            *(Entry.place_id.label("entry_place"), Delegate.place_id, Delegate.proposed_by, Delegate.appointed_by),
        )
        .join(Delegate, Delegate.id == Entry.delegate_id)
        .where(Entry.city_id == city.id, Entry.receipt == receipt)
    )
    found = (await session.execute(wanted)).first()
    if found is None:
        raise no_entry()
    return found


async def _held(session: Session, city: CityView, entry_id: int, actor: Actor) -> tuple[Any, Actor]:
    """A case and its entry, held to the end of the transaction."""
    wanted = (
        sa.select(
            CheckCase.__table__,
            *(Entry.client_id, Entry.project_id, Entry.contact, Entry.place_id.label("entry_place")),
            *(Delegate.proposed_by, Delegate.appointed_by, Delegate.person_id.label("delegate_person")),
        )
        .join(Entry, Entry.id == CheckCase.entry_id)
        .join(Delegate, Delegate.id == CheckCase.delegate_id)
        .where(CheckCase.city_id == city.id, CheckCase.entry_id == entry_id)
        .with_for_update(of=CheckCase)
    )
    row = (await session.execute(wanted)).first()
    if row is None:
        raise rules.no_case()
    return row, acting(actor, Role.OFFICIAL, city, [row.place_id])


def _case(row: Any) -> rules.Case:
    return rules.Case(
        state=CaseState(row.state),
        tries=row.tries,
        caller_id=row.caller_id,
        tried_at=row.tried_at,
        looking=row.looking,
        appointers=frozenset({row.proposed_by, row.appointed_by} - {None}),
        answered=row.answered_at is not None,
        has_number=row.contact is not None,
        sent=row.visitor_id is not None,
    )


async def _change(session: Session, entry_id: int, values: dict[str, Any]) -> None:
    await session.execute(sa.update(CheckCase).where(CheckCase.entry_id == entry_id).values(values))


async def _note(session: Session, city: CityView, kind: str, row: Any, who: Actor, at: datetime, **more: Any) -> None:
    """The delegate's district alone: these come one at a time, and would count what is published in tens. Neither which entry it was, nor
    what somebody answered."""
    place = city.places[row.place_id].slug
    facts, about = {"place": place, **more}, ("place", place)
    await append(session, city_id=city.id, kind=kind, actor=who, at=at, facts=facts, about=about)
