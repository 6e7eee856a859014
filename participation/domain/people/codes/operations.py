"""Prints, activates, stops and counts batches; declares codes void and replaces them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.notices.operations import tell
from participation.domain.people.codes import queries, rules
from participation.domain.people.models import AccessCode, Batch, CodeState, Person, Residence, Role, SignIn
from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit import changes
from participation.kit.errors import Conflict, NotAllowed, NotFound
from participation.kit.hashing import Secrets, keyed, random_number
from participation.kit.i18n import _

ENDING = 6963
"""Class of the advisory lock under which codes of a city stop counting."""
ISSUERS = (Role.ADMINISTRATOR, Role.OFFICIAL)


@dataclass(frozen=True)
class Slip:
    """A code in clear, in memory only, on its way to the printer."""

    serial: int
    code: str


@dataclass(frozen=True)
class Drawn:
    """A batch on its way to the printer; nothing of it stands in the database yet."""

    number: int
    district_id: int
    slips: tuple[Slip, ...]


def random_code() -> str:
    return random_number(rules.LENGTH)


def digest(secrets: Secrets, code: str) -> bytes:
    return keyed(secrets.key("access code"), code)


async def draw_batch(
    session: AsyncSession,
    *,
    city: CityView,
    district_id: int,
    count: int,
    actor: Actor,
    draw: Callable[[], str] = random_code,
) -> Drawn:
    """The next number and its slips, to be printed before the batch is issued: printing takes a while, and holds up nobody."""
    acting_as_one_of(actor, ISSUERS, city, [district_id])
    if not 1 <= count <= rules.LARGEST_BATCH:
        raise Conflict("batch_size", _("A batch has from 1 to %(most)s codes.", most=rules.LARGEST_BATCH))
    slips = tuple(Slip(serial, draw()) for serial in range(1, count + 1))
    return Drawn(await queries.last_number(session, city_id=city.id) + 1, district_id, slips)


async def issue_batch(
    session: AsyncSession,
    *,
    city: CityView,
    drawn: Drawn,
    handed_out_by: str,
    secrets: Secrets,
    actor: Actor,
    at: datetime,
) -> Batch:
    """A numbered batch for one district. It counts once a second person has activated it."""
    actor = acting_as_one_of(actor, ISSUERS, city, [drawn.district_id])
    # Numbers are given one after the other, without gaps that somebody would have to explain.
    await session.execute(sa.text("select pg_advisory_xact_lock(hashtext('batch'), :city)"), {"city": city.id})
    if drawn.number != await queries.last_number(session, city_id=city.id) + 1:
        raise Conflict(
            "batch_number",
            _("Somebody else issued a batch while this one was being printed. It was not made."),
            _("Throw away what was printed of it, and please send this once more."),
        )
    batch = Batch(
        city_id=city.id,
        district_id=drawn.district_id,
        number=drawn.number,
        handed_out_by=handed_out_by,
        printed=len(drawn.slips),
        issued_by=actor.person_id,
        issued_at=at,
    )
    session.add(batch)
    await session.flush()
    await session.execute(
        sa.insert(AccessCode),
        [
            {"city_id": city.id, "batch_id": batch.id, "serial": slip.serial, "digest": digest(secrets, slip.code)}
            for slip in drawn.slips
        ],
    )
    await _record(session, "batch_issued", city, batch, actor, at)
    return batch


async def _batch(session: AsyncSession, city: CityView, number: int) -> Batch:
    batch = await queries.batch(session, city_id=city.id, number=number, lock=True)
    if batch is None:
        raise NotFound("batch", _("There is no batch with this number."))
    return batch


async def _record(
    session: AsyncSession,
    kind: str,
    city: CityView,
    batch: Batch,
    actor: Actor,
    at: datetime,
    more: Mapping[str, bool] | None = None,
) -> None:
    """Counts of a batch as they are published, rounded down to tens."""
    used = await session.scalar(sa.select(sa.func.count(AccessCode.person_id)).where(AccessCode.batch_id == batch.id))
    void = await session.scalar(
        sa.select(sa.func.count()).where(AccessCode.batch_id == batch.id, AccessCode.state != CodeState.VALID)
    )
    await append(
        session,
        city_id=city.id,
        kind=kind,
        actor=actor,
        at=at,
        facts={
            "batch": batch.number,
            "district": city.places[batch.district_id].slug,
            "printed": batch.printed,
            "handed_out": rules.shown(batch.handed_out),
            "returned": rules.shown(batch.returned),
            "void": rules.shown(void or 0),
            "used": rules.shown(used or 0),
            **(more or {}),
        },
        about=("batch", str(batch.number)),
    )
    await changes.touch(session, f"batches:{city.id}")


async def activate_batch(session: AsyncSession, *, city: CityView, number: int, actor: Actor, at: datetime) -> None:
    batch = await _batch(session, city, number)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if refusal := rules.may_activate(batch, actor.person_id):
        raise refusal
    batch.activated_by, batch.activated_at = actor.person_id, at
    await session.flush()
    await _record(session, "batch_activated", city, batch, actor, at)


async def _ending(session: AsyncSession, city: CityView) -> None:
    """Wait for the votes that are being stored with codes of this city; those that come meanwhile wait for us."""
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(ENDING, city.id)))


async def still_counts(session: AsyncSession, *, city_id: int, person_id: int) -> None:
    """Whether a person's code counts, and goes on counting until this transaction ends.

    Locks no row: a locked one would carry the number of the transaction that wrote the vote, and lead to it.
    """
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(ENDING, city_id)))
    counts = sa.select(AccessCode.id).join(Batch, Batch.id == AccessCode.batch_id)
    counts = counts.where(AccessCode.person_id == person_id, AccessCode.state == CodeState.VALID)
    if await session.scalar(counts.where(Batch.stopped_at.is_(None)).limit(1)) is None:
        raise NotAllowed("code_ended", _("This code was stopped just now."))


async def stop_batch(session: AsyncSession, *, city: CityView, number: int, actor: Actor, at: datetime) -> None:
    """A batch has leaked: its codes stop counting at once, and every session that was opened with one ends."""
    await _ending(session, city)
    batch = await _batch(session, city, number)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if batch.stopped_at is not None:
        raise Conflict("batch_stopped", _("This batch was stopped."))
    batch.stopped_at = at
    holders = sa.select(AccessCode.person_id).where(
        AccessCode.batch_id == batch.id, AccessCode.state == CodeState.VALID, AccessCode.person_id.is_not(None)
    )
    await session.execute(sa.delete(SignIn).where(SignIn.person_id.in_(holders), ~SignIn.staff))
    await session.flush()
    await _record(session, "batch_stopped", city, batch, actor, at)


async def report_batch(
    session: AsyncSession,
    *,
    city: CityView,
    number: int,
    handed_out: int,
    returned: int,
    actor: Actor,
    at: datetime,
) -> None:
    """How many slips were handed out and came back so far, as counted at the table."""
    batch = await _batch(session, city, number)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if handed_out + returned > batch.printed:
        raise Conflict("batch_counts", _("More than were printed cannot have been handed out and returned."))
    batch.handed_out, batch.returned = handed_out, returned
    await session.flush()
    await _record(session, "batch_reported", city, batch, actor, at)


async def _by_stub(session: AsyncSession, city: CityView, stub: tuple[int, int]) -> tuple[AccessCode, Batch]:
    found = await queries.code_by_serial(session, city_id=city.id, batch_number=stub[0], serial=stub[1])
    if found is None:
        raise NotFound("stub", _("There is no slip with this number."), _("Compare the number with the stub."))
    return found


async def void_code(
    session: AsyncSession, *, city: CityView, stub: tuple[int, int], actor: Actor, at: datetime
) -> None:
    """The code of a stub (batch number, serial) stops counting, and whoever was signed in with it is signed out."""
    await _ending(session, city)
    code, batch = await _by_stub(session, city, stub)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if code.state != CodeState.VALID:
        raise Conflict("code_void", _("This code was declared void."))
    code.state = CodeState.VOID
    if code.person_id is not None:
        await session.execute(sa.delete(SignIn).where(SignIn.person_id == code.person_id, ~SignIn.staff))
    await session.flush()
    await _record(session, "code_void", city, batch, actor, at)


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
    await _ending(session, city)
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
    old.person_id, new.person_id = None, old.person_id
    old.state = CodeState.REPLACED
    await session.flush()
    facts = {"pin_removed": True} if forgotten_pin else {}
    await _record(session, "code_replaced", city, old_batch, actor, at, facts)


async def _hand_over(
    session: AsyncSession,
    city: CityView,
    person_id: int,
    *,
    moved_to: int | None,
    forgotten_pin: bool,
    at: datetime,
) -> None:
    """Whoever holds the lost slip is signed out; a slip of another district moves the person there from now on.

    The person is told, since whoever replaced the slip could have kept the new one.
    """
    await session.execute(sa.delete(SignIn).where(SignIn.person_id == person_id, ~SignIn.staff))
    # Nobody but the person holds the new slip: no queue of wrong PINs is left in front of them.
    blank = {"pin_free_at": None} | ({"pin_hash": None, "pin_wrong": 0} if forgotten_pin else {})
    await session.execute(sa.update(Person).where(Person.id == person_id).values(blank))
    kind = "pin_removed" if forgotten_pin else "slip_replaced"
    await tell(session, city_id=city.id, person_id=person_id, kind=kind, address="/me/pin", facts={}, at=at)
    if moved_to is not None:
        session.add(Residence(person_id=person_id, since=at, city_id=city.id, district_id=moved_to))
