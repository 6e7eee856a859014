"""Takes objections for two weeks, decides about each, and erases their words a while later."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.people.models import Role
from participation.domain.people.rules import acting
from participation.domain.places.queries import CityView
from participation.domain.proxies.delegates import rules
from participation.domain.proxies.delegates.models import Delegate, DelegateNumber, DelegateState, Objection
from participation.domain.proxies.delegates.operations import note, refuse_upheld
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.record.actors import Actor
from participation.domain.record.models import RecordWords
from participation.domain.record.operations import hash_words
from participation.kit.database import Session
from participation.kit.errors import Unavailable
from participation.kit.hashing import random_number
from participation.kit.i18n import _

RECEIPT = 12
KEPT = timedelta(days=84)
"""For so long the words stay after the decision, or after nobody needs to decide any more: the page on privacy says so."""


async def object_to(
    session: Session, *, city: CityView, number: int, body: str, language: str, actor: Actor, at: datetime
) -> str:
    """Anybody, with an access code or without: administrators alone read the words, and who wrote them is kept nowhere.

    That it came stands in the record at once, so that none disappears. The receipt shows what became of it.
    """
    of = (DelegateNumber.city_id == city.id, DelegateNumber.year == year_of(city, at), DelegateNumber.number == number)
    mine = sa.select(Delegate).join(DelegateNumber, DelegateNumber.delegate_id == Delegate.id).where(*of)
    # Shared, so that many can object at once, and none while somebody appoints.
    delegate = await session.scalar(mine.with_for_update(of=Delegate, read=True))
    if delegate is None:
        raise rules.no_delegate()
    if refusal := rules.may_object(delegate.state, delegate.objections_until, at, city):
        raise refusal
    values = {"city_id": city.id, "delegate_id": delegate.id, "body": body, "language": language, "at": at}
    for _attempt in range(5):
        receipt = random_number(RECEIPT)
        made = insert(Objection).values(**values, receipt=receipt).on_conflict_do_nothing().returning(Objection.id)
        if (objection_id := await session.scalar(made)) is not None:
            words = await hash_words(session, city_id=city.id, about=("objection", str(objection_id)), text=body)
            facts = {"words": words}
            await note(session, city=city, kind="delegate_objected", delegate=delegate, actor=actor, at=at, facts=facts)
            return receipt
    raise Unavailable("receipt", _("No number could be given at the moment."), _("Please send this once more."))


async def decide(
    session: Session, *, city: CityView, objection_id: int, upheld: bool, actor: Actor, at: datetime
) -> None:
    """By an administrator who has not put the person forward. What is upheld ends it: this person is not appointed."""
    known = (Objection.id == objection_id, Objection.city_id == city.id)
    whose = sa.select(Delegate).join(Objection, Objection.delegate_id == Delegate.id).where(*known)
    delegate = await session.scalar(whose.with_for_update(of=Delegate))
    objection = await session.scalar(sa.select(Objection).where(*known).with_for_update())
    if delegate is None or objection is None:
        raise rules.no_objection()
    who = acting(actor, Role.ADMINISTRATOR, city, [delegate.place_id])
    refusal = rules.may_decide(
        state=delegate.state, upheld=objection.upheld, proposed_by=delegate.proposed_by, actor_id=actor.person_id
    )
    if refusal is not None:
        raise refusal
    objection.upheld, objection.decided_by, objection.decided_at = upheld, actor.person_id, at
    facts = {"upheld": upheld}
    await note(session, city=city, kind="objection_decided", delegate=delegate, actor=who, at=at, facts=facts)
    if upheld:
        await refuse_upheld(session, city=city, delegate=delegate, who=who, at=at)


async def forget(session: Session, *, at: datetime) -> None:
    """The words of what was decided a while ago, in all cities; the record keeps a hash that says nothing any more."""
    over = sa.select(Delegate.id).where(Delegate.state == DelegateState.REFUSED, Delegate.state_at <= at - KEPT)
    old = sa.or_(Objection.decided_at <= at - KEPT, Objection.delegate_id.in_(over))
    erased = sa.update(Objection).where(old, Objection.body != "").values(body="").returning(Objection.id)
    gone = [str(number) for number in await session.scalars(erased)]
    if gone:
        theirs = (RecordWords.subject_kind == "objection", RecordWords.subject_id.in_(gone))
        await session.execute(sa.delete(RecordWords).where(*theirs))
