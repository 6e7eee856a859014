"""Lost slips: declared void by their stub, or by digits from a linked phone, and replaced by an unused one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.notices.operations import tell
from participation.domain.people.codes import queries, rules
from participation.domain.people.codes.lost.models import LostWord
from participation.domain.people.codes.lost.rules import LASTS, no_such_word
from participation.domain.people.codes.operations import ISSUERS, ending, record_counts
from participation.domain.people.models import AccessCode, Batch, CodeState, Person, Residence, SignIn
from participation.domain.people.phones.operations import unlink_all
from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.kit.errors import Conflict, NotFound
from participation.kit.hashing import Secrets, keyed
from participation.kit.i18n import _


async def give_word(
    session: AsyncSession, *, city_id: int, person_id: int, word: str, secrets: Secrets, at: datetime
) -> None:
    """From now on these digits stand at the desk for the person's slip, in place of those that they were given before."""
    values = {"digest": keyed(secrets.key("lost word"), word), "ends_at": at + LASTS, "city_id": city_id}
    made = insert(LostWord).values(person_id=person_id, **values)
    await session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def stub_for_word(
    session: AsyncSession, *, city: CityView, word: str, secrets: Secrets, at: datetime
) -> tuple[int, int]:
    """The number on the stub of the slip that these digits stand for; they work once."""
    wanted = [keyed(key, word) for key in secrets.keys("lost word")]
    used = sa.delete(LostWord).where(LostWord.city_id == city.id, LostWord.digest.in_(wanted), LostWord.ends_at > at)
    person_id = await session.scalar(used.returning(LostWord.person_id))
    stub = None if person_id is None else await queries.stub_of(session, person_id=person_id)
    if stub is None:
        raise no_such_word()
    return stub


async def forget_words(session: AsyncSession, *, at: datetime) -> None:
    await session.execute(sa.delete(LostWord).where(LostWord.ends_at <= at))


async def _by_stub(session: AsyncSession, city: CityView, stub: tuple[int, int]) -> tuple[AccessCode, Batch]:
    found = await queries.code_by_serial(session, city_id=city.id, batch_number=stub[0], serial=stub[1])
    if found is None:
        raise NotFound("stub", _("There is no slip with this number."), _("Compare the number with the stub."))
    return found


async def void_code(
    session: AsyncSession, *, city: CityView, stub: tuple[int, int], actor: Actor, at: datetime
) -> None:
    """The code of a stub (batch number, serial) stops counting, and whoever was signed in with it is signed out."""
    await ending(session, city)
    code, batch = await _by_stub(session, city, stub)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if code.state != CodeState.VALID:
        raise Conflict(
            "code_void",
            _("This code was declared void."),
            _("Its holder gets another slip if you replace this one with the help of its stub."),
        )
    code.state = CodeState.VOID
    if code.person_id is not None:
        await session.execute(sa.delete(SignIn).where(SignIn.person_id == code.person_id, ~SignIn.staff))
        await unlink_all(session, person_id=code.person_id)
    await session.flush()
    await record_counts(session, "code_void", city, batch, actor, at)


async def replace_code(
    session: AsyncSession,
    *,
    city: CityView,
    lost: tuple[int, int],
    fresh: tuple[int, int],
    forgotten_pin: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """A lost slip becomes void and an unused one stands in: the person stays the same, with their votes and words.

    Their PIN stays too, so that nobody who hands out slips can act for them; unless they say that they have forgotten it.
    """
    await ending(session, city)
    # Locked in the order of the stubs, so that two replacements do not wait for each other.
    for stub in sorted({lost, fresh}):
        await _by_stub(session, city, stub)
    old, old_batch = await _by_stub(session, city, lost)
    new, new_batch = await _by_stub(session, city, fresh)
    actor = acting_as_one_of(actor, ISSUERS, city, [old_batch.district_id, new_batch.district_id])
    if refusal := rules.may_replace(old, new, new_batch):
        raise refusal
    if old.person_id is not None:
        moved = new_batch.district_id if new_batch.district_id != old_batch.district_id else None
        await _hand_over(session, city, old.person_id, moved_to=moved, forgotten_pin=forgotten_pin, at=at)
    spare = new.person_id
    if old.person_id is not None:
        old.person_id, new.person_id = None, old.person_id
    # Given to somebody now: it can stand in for nobody else.
    old.used, new.used = False, True
    old.state = CodeState.REPLACED
    await session.flush()
    if spare is not None and spare != new.person_id:
        await _forget_spare(session, spare)
    facts = {"pin_removed": True} if forgotten_pin else {}
    await record_counts(session, "code_replaced", city, old_batch, actor, at, facts)


async def _forget_spare(session: AsyncSession, person_id: int) -> None:
    """Whoever the new slip stood for before: nobody, since it was never used."""
    await session.execute(sa.delete(Residence).where(Residence.person_id == person_id))
    await session.execute(sa.delete(Person).where(Person.id == person_id))


async def _hand_over(
    session: AsyncSession,
    city: CityView,
    person_id: int,
    *,
    moved_to: int | None,
    forgotten_pin: bool,
    at: datetime,
) -> None:
    """Whoever holds the lost slip is signed out, and no phone speaks for the person any more; a slip of another district moves the person there from now on.

    The person is told, since whoever replaced the slip could have kept the new one.
    """
    await session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id, ~SignIn.staff))
    await unlink_all(session, person_id=person_id)
    # Nobody but the person holds the new slip: no queue of wrong PINs is left in front of them.
    blank = {"pin_free_at": None} | ({"pin_hash": None, "pin_wrong": 0} if forgotten_pin else {})
    await session.execute(sa.update(Person).where(Person.id == person_id).values(blank))
    kind = "pin_removed" if forgotten_pin else "slip_replaced"
    await tell(session, city_id=city.id, person_id=person_id, kind=kind, address="/me/pin", facts={}, at=at)
    if moved_to is not None:
        session.add(Residence(person_id=person_id, since=at, city_id=city.id, district_id=moved_to))
