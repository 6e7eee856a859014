"""Prints, activates, stops and counts batches; declares codes void and replaces them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from participation.domain.people.codes import queries, rules
from participation.domain.people.models import AccessCode, Batch, CodeState, Person, Residence, Role, SignIn
from participation.domain.people.rules import acting_as_one_of
from participation.domain.places.queries import CityView
from participation.domain.record.actors import Actor
from participation.domain.record.operations import append
from participation.kit import changes
from participation.kit.errors import Conflict, NotFound
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
        raise Conflict(
            "batch_size",
            _("A batch has from 1 to %(most)s codes.", most=rules.LARGEST_BATCH),
            _("Print several batches, one after the other."),
        )
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
    await record_counts(session, "batch_issued", city, batch, actor, at)
    return batch


async def _batch(session: AsyncSession, city: CityView, number: int) -> Batch:
    batch = await queries.batch(session, city_id=city.id, number=number, lock=True)
    if batch is None:
        raise NotFound(
            "batch", _("There is no batch with this number."), _("The list of access codes shows all batches.")
        )
    return batch


async def record_counts(
    session: AsyncSession,
    kind: str,
    city: CityView,
    batch: Batch,
    actor: Actor,
    at: datetime,
    more: Mapping[str, bool] | None = None,
) -> None:
    """Counts of a batch as they are published, rounded down to tens."""
    used = await session.scalar(sa.select(sa.func.count()).where(AccessCode.batch_id == batch.id, AccessCode.used))
    batch.recorded_used = rules.shown(used or 0)
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
    changes.touch(session, f"batches:{city.id}")


async def activate_batch(session: AsyncSession, *, city: CityView, number: int, actor: Actor, at: datetime) -> None:
    batch = await _batch(session, city, number)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if refusal := rules.may_activate(batch, actor.person_id):
        raise refusal
    batch.activated_by, batch.activated_at = actor.person_id, at
    await session.flush()
    await _give_persons(session, city, batch)
    await record_counts(session, "batch_activated", city, batch, actor, at)


async def _give_persons(session: AsyncSession, city: CityView, batch: Batch) -> None:
    """A person of the batch's district for each of its codes, in one statement.

    Made on first use, their rows would stand beside a vote that comes with a code, under the number of the transaction before it.
    """
    codes = sa.select(AccessCode.id, sa.func.row_number().over(order_by=AccessCode.id).label("place"))
    theirs = codes.where(AccessCode.batch_id == batch.id).cte("theirs")
    blank = sa.select(sa.literal(city.id), sa.literal(city.languages[0])).select_from(theirs)
    made = sa.insert(Person).from_select(["city_id", "language"], blank).returning(Person.id).cte("made")
    # They have lived there since before the slip was printed, whatever day they first use it.
    home = sa.select(made.c.id, sa.literal(batch.issued_at), sa.literal(city.id), sa.literal(batch.district_id))
    homes = sa.insert(Residence).from_select(["person_id", "since", "city_id", "district_id"], home).cte("homes")
    persons = sa.select(made.c.id, sa.func.row_number().over().label("place")).cte("persons")
    await session.execute(
        sa.update(AccessCode)
        .where(AccessCode.id == theirs.c.id, theirs.c.place == persons.c.place)
        .values(person_id=persons.c.id)
        .add_cte(homes)
        .execution_options(synchronize_session=False)
    )


async def ending(session: AsyncSession, city: CityView) -> None:
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
        raise rules.ended()


async def stop_batch(session: AsyncSession, *, city: CityView, number: int, actor: Actor, at: datetime) -> None:
    """A batch has leaked: its codes stop counting at once, and every session that was opened with one ends."""
    await ending(session, city)
    batch = await _batch(session, city, number)
    actor = acting_as_one_of(actor, ISSUERS, city, [batch.district_id])
    if batch.stopped_at is not None:
        raise Conflict(
            "batch_stopped",
            _("This batch was stopped."),
            _("Each of its slips can be replaced by a slip of another batch, using the number on its stub."),
        )
    batch.stopped_at = at
    holders = sa.select(AccessCode.person_id).where(
        AccessCode.batch_id == batch.id, AccessCode.state == CodeState.VALID, AccessCode.person_id.is_not(None)
    )
    await session.execute(sa.delete(SignIn).where(SignIn.person_id.in_(holders), ~SignIn.staff))
    await session.flush()
    await record_counts(session, "batch_stopped", city, batch, actor, at)


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
        raise Conflict(
            "batch_counts",
            _("Handed out and returned together cannot be more than were printed."),
            _("Count once more, and correct the number that is too high."),
        )
    batch.handed_out, batch.returned = handed_out, returned
    await session.flush()
    await record_counts(session, "batch_reported", city, batch, actor, at)
