"""Lists what arrived, fixes the lists in the record, and draws from them once a seed is there that nobody knew before.

The worker calls these. Nobody of the city presses a button, so nobody can wait for a better moment.
"""

import secrets as randomness
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import starmap
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from participation.domain.places.queries import CityView
from participation.domain.projects.models import Step
from participation.domain.proxies.checks import queries, rules
from participation.domain.proxies.checks.models import CaseState, CheckCase, CheckList, CheckMark, CheckRound
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.delegates.queries import year_of
from participation.domain.proxies.models import Entry, EntryKind
from participation.domain.proxies.rules import GRACE, Held
from participation.domain.record.actors import system
from participation.domain.record.models import RecordEntry
from participation.domain.record.notes import checkpoint, open_note
from participation.domain.record.operations import append
from participation.domain.record.queries import first_checkpoint_over
from participation.kit.changes import touch
from participation.kit.database import Session

SECRET = 32
ONE_AT_A_TIME = 6965
"""Class of the advisory lock under which one process at a time lists and draws for a city."""

# Of a meeting nobody can be asked; what comes from a lost device is not the delegate's.
_CHECKED = (
    Entry.kind != EntryKind.MEETING,
    sa.or_(Entry.reason.is_(None), Entry.reason != Held.REVOKED),
    ~sa.exists().where(CheckMark.entry_id == Entry.id),
)


async def _alone(session: Session, city: CityView) -> None:
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_AT_A_TIME, city.id)))


async def make_lists(session: Session, *, city: CityView, at: datetime) -> int | None:
    """The number of the round, where there was something to list. What arrives later is in a later one."""
    await _alone(session, city)
    whose = [key for key, waiting in (await _waiting(session, city, at)).items() if rules.due(waiting, at)]
    if not whose:
        return None
    number = 1 + (
        await session.scalar(sa.select(sa.func.max(CheckRound.number)).where(CheckRound.city_id == city.id)) or 0
    )
    marks, first = await _marks(session, city, whose)
    before = await queries.drawn_before(session, city_id=city.id)
    theirs = await session.execute(sa.select(Delegate.id, Delegate.place_id).where(Delegate.city_id == city.id))
    places = {row.id: row.place_id for row in theirs}
    lists = [
        {
            "delegate_id": delegate,
            "number": goes_by,
            "city_id": city.id,
            "year": year_of(city, first[delegate, goes_by]),
            "place_id": places[delegate],
            "digest": rules.digest_of(row["mark"] for row in marks[delegate, goes_by]),
            "entries": len(marks[delegate, goes_by]),
            "to_draw": rules.how_many(len(marks[delegate, goes_by]), before.get((delegate, goes_by), 0)),
        }
        for delegate, goes_by in sorted(whose, key=lambda key: key[1])
    ]
    secret = randomness.token_bytes(SECRET)
    facts = {"round": number, "commitment": rules.digest_of([secret]).hex(), "lists": [_listed(city, x) for x in lists]}
    who, about = system(city.id), ("checks", str(number))
    noted = await append(session, city_id=city.id, kind="checks_listed", actor=who, at=at, facts=facts, about=about)
    made = CheckRound(city_id=city.id, number=number, listed_at=at, record_id=noted.id, secret=secret)
    session.add(made)
    await session.flush()
    await session.execute(sa.insert(CheckList), [{"round_id": made.id, **one} for one in lists])
    rows = [{"round_id": made.id, "city_id": city.id, **row} for group in marks.values() for row in group]
    await session.execute(sa.insert(CheckMark), rows)
    touch(session, f"delegates:{city.id}")
    return number


def _listed(city: CityView, one: dict[str, Any]) -> dict[str, Any]:
    """Of fewer than ten entries the record does not say how many."""
    said = {
        "number": one["number"],
        "year": one["year"],
        "place": city.places[one["place_id"]].slug,
        "digest": one["digest"].hex(),
    }
    return said | ({"entries": one["entries"], "to_draw": one["to_draw"]} if one["entries"] >= rules.FULL else {})


Key = tuple[int, int]
"""A delegate, and the number that they went by when an entry arrived."""


async def _waiting(session: Session, city: CityView, at: datetime) -> dict[Key, rules.Waiting]:
    def passed(later: timedelta) -> Any:
        return sa.and_(Step.closes_at > Entry.received_at - later, Step.closes_at <= at - later)

    closing = sa.exists().where(Step.project_id == Entry.project_id, sa.or_(passed(timedelta(0)), passed(GRACE)))
    wanted = (
        sa.select(
            *(Entry.delegate_id, Entry.number, sa.func.count(), sa.func.min(Entry.received_at)),
            sa.func.bool_or(closing),
        )
        .where(Entry.city_id == city.id, Entry.received_at <= at, *_CHECKED)
        .group_by(Entry.delegate_id, Entry.number)
    )
    rows = await session.execute(wanted)
    return {(delegate, number): rules.Waiting(*rest) for delegate, number, *rest in rows}


async def _marks(
    session: Session, city: CityView, whose: list[Key]
) -> tuple[dict[Key, list[dict[str, Any]]], dict[Key, datetime]]:
    """Each under a salt of its own; and when the first of each list came."""
    wanted = sa.select(
        *(Entry.id, Entry.delegate_id, Entry.number, Entry.client_id, Entry.digest, Entry.received_at)
    ).where(Entry.city_id == city.id, sa.tuple_(Entry.delegate_id, Entry.number).in_(whose), *_CHECKED)
    marks: defaultdict[Key, list[dict[str, Any]]] = defaultdict(list)
    first: dict[Key, datetime] = {}
    for row in await session.execute(wanted.order_by(Entry.received_at)):
        key, salt = (row.delegate_id, row.number), randomness.token_bytes(SECRET)
        marked = {"mark": rules.mark(salt, row.client_id.bytes, bytes(row.digest)), "salt": salt}
        marks[key].append({"entry_id": row.id, "delegate_id": key[0], "number": key[1], **marked})
        first.setdefault(key, row.received_at)
    return dict(marks), first


async def draw(session: Session, *, city: CityView, at: datetime) -> int:
    """Draws from every list that the record holds under a signed checkpoint; how many entries were drawn."""
    await _alone(session, city)
    waiting = (
        sa.select(CheckRound, RecordEntry.number.label("entry"))
        .join(RecordEntry, RecordEntry.id == CheckRound.record_id)
        .where(CheckRound.city_id == city.id, CheckRound.drawn_at.is_(None), RecordEntry.number.is_not(None))
        .order_by(CheckRound.number)
    )
    count = 0
    for found, entry in (await session.execute(waiting)).all():
        signed = None if entry is None else await first_checkpoint_over(session, city.id, entry)
        if entry is not None and signed is not None:
            count += await _draw(session, city, found, entry, checkpoint(open_note(signed.note.encode())).root, at)
            found.size, found.drawn_at = signed.size, at
    return count


async def _draw(session: Session, city: CityView, found: CheckRound, entry: int, root: bytes, at: datetime) -> int:
    found.root = root
    seed = rules.seed(found.secret, root)
    lists = await queries.lists_of(session, round_id=found.id)
    chosen = {mark for one in lists for mark in rules.drawn(seed, one.marks, one.to_draw)}
    table = sa.values(sa.column("mark", sa.LargeBinary), name="chosen").data([(mark,) for mark in sorted(chosen)])
    rows = sa.select(
        Entry.id,
        Entry.city_id,
        *(CheckList.delegate_id, CheckList.number, CheckList.year, CheckList.place_id),
        sa.literal(at, sa.TIMESTAMP(timezone=True)),
        sa.case((Entry.contact.is_(None), str(CaseState.TABLE)), else_=str(CaseState.WAITING)),
        *(sa.literal(0), sa.literal(0), sa.false(), sa.false()),
    ).select_from(
        sa.join(table, CheckMark, CheckMark.mark == table.c.mark)
        .join(Entry, Entry.id == CheckMark.entry_id)
        .join(
            CheckList,
            sa.and_(
                CheckList.round_id == CheckMark.round_id,
                CheckList.delegate_id == CheckMark.delegate_id,
                CheckList.number == CheckMark.number,
            ),
        )
    )
    names = ["entry_id", "city_id", "delegate_id", "number", "year", "place_id", "drawn_at", "state"]
    names += ["tries", "looks", "looking", "acted_on"]
    drawn = insert(CheckCase).from_select(names, rows.where(CheckMark.round_id == found.id))
    # Somebody may have asked to be called before: what they answer counts from now on.
    fresh = {name: drawn.excluded[name] for name in ("drawn_at", "year", "place_id", "acted_on")}
    await session.execute(drawn.on_conflict_do_update(index_elements=[CheckCase.entry_id], set_=fresh))
    facts = {
        "round": found.number,
        "listed": entry,
        "secret": found.secret.hex(),
        "root": root.hex(),
        "seed": seed.hex(),
        "lists": list(starmap(_drawn, ((city, one) for one in lists))),
    }
    who, about = system(city.id), ("checks", str(found.number))
    await append(session, city_id=city.id, kind="checks_drawn", actor=who, at=at, facts=facts, about=about)
    touch(session, f"delegates:{city.id}")
    return len(chosen)


def _drawn(city: CityView, one: queries.Listed) -> dict[str, Any]:
    said = {"number": one.number, "year": one.year, "place": city.places[one.place_id].slug}
    return said | ({"drawn": one.to_draw} if one.published else {})


async def forget_numbers(session: Session, *, at: datetime) -> None:
    """Telephone numbers that are too old. Whoever was still to be called and has none any more was not reached."""
    old = sa.and_(Entry.contact.is_not(None), Entry.received_at <= at - rules.KEPT)
    await session.execute(sa.update(Entry).where(old).values(contact=None))
    gone = CheckCase.entry_id.in_(
        sa.select(CheckCase.entry_id)
        .join(Entry, Entry.id == CheckCase.entry_id)
        .where(CheckCase.state == CaseState.WAITING, Entry.contact.is_(None))
    )
    await session.execute(sa.update(CheckCase).where(gone).values(state=CaseState.UNREACHED, looking=False))
