"""A sheet is read by two people; what they agree on becomes an entry like any other, and a third settles the rest."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.consultations.models import Comment, Reaction
from participation.domain.privacy.queries import by_receipt
from participation.domain.proxies.checks.models import CheckList
from participation.domain.proxies.checks.operations import make_lists
from participation.domain.proxies.models import Entry
from participation.domain.proxies.operations import Subject
from participation.domain.proxies.paper.models import PaperBatch, PaperReading, PaperSheet, SheetState
from participation.domain.proxies.paper.operations import Printing
from participation.domain.proxies.paper.readings import queries
from participation.domain.proxies.paper.readings.operations import forget, renew
from participation.domain.proxies.paper.readings.rules import differing
from participation.domain.proxies.queries import by_day
from participation.domain.proxies.rules import GRACE, Held
from participation.kit.database import Session
from participation.kit.errors import Invalid, Refusal
from participation.kit.hashing import Secrets, with_check_digit
from tests.cast import DAY, NOW, Cast, found
from tests.consulting import consulted, say
from tests.delegating import delegate
from tests.sheets import READ, printed, read
from tests.slips import SECRETS


@pytest.fixture
async def sheets(session: Session, cast: Cast) -> Printing:
    await consulted(session, cast)
    await say(session, cast, cast.amina, "Nobody hears it at night.")
    return await printed(session, cast, await delegate(session, cast))


async def refused(reading: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await reading
    return refusal.value.code


async def test_two_who_agree_make_an_entry_by_paper_under_the_receipt_on_the_stub(
    session: Session, cast: Cast, sheets: Printing
) -> None:
    assert await read(session, cast, sheets, cast.omar, s1="agree", phone="+255 700 000 001") is SheetState.READ
    kept = (await session.scalars(sa.select(PaperReading))).one()
    assert not any(word in bytes(kept.sealed) for word in (b"255700000001", b"lazima", b"quay"))
    later = NOW + timedelta(hours=5)
    said: dict[str, Any] = {
        "s1": "agree",
        "phone": "+255700000001",
        "body": "king'ora LAZIMA kisikike, hadi flats pia",
        "at": later,
    }
    assert await read(session, cast, sheets, cast.oksana, **said) is SheetState.TAKEN
    entry = (await session.scalars(sa.select(Entry))).one()
    assert (entry.via, entry.state, entry.receipt) == ("paper", "accepted", sheets.receipts[0])
    assert (entry.finished_at, entry.received_at) == (NOW, later)
    comment = (await session.scalars(sa.select(Comment).where(Comment.entry_id == entry.id))).one()
    assert (comment.body, comment.via, comment.carrier) == (READ["body"], "paper", entry.number)
    reaction = (await session.scalars(sa.select(Reaction).where(Reaction.entry_id == entry.id))).one()
    assert reaction.comment_id == sheets.statements[0]["id"]
    assert (await session.scalars(sa.select(PaperReading))).all() == []
    fate = await by_receipt(session, city_id=cast.city.id, receipt=sheets.receipts[0], secrets=SECRETS)
    assert fate is not None
    assert fate.entry is not None
    await make_lists(session, city=cast.city, at=NOW + 5 * DAY)
    assert await session.scalar(sa.select(CheckList.entries)) == 1
    assert await by_day(session, delegate_id=entry.delegate_id, zone=cast.city.zone) == {}


async def test_nobody_reads_a_sheet_twice_and_none_counts_twice(session: Session, cast: Cast, sheets: Printing) -> None:
    await read(session, cast, sheets, cast.omar)
    assert await refused(read(session, cast, sheets, cast.omar)) == "same_reader"
    assert await refused(read(session, cast, sheets, cast.mariam)) == "role"
    await read(session, cast, sheets, cast.ada)
    assert await refused(read(session, cast, sheets, cast.oksana)) == "sheet_taken"
    assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1


async def test_where_two_differ_a_third_settles(session: Session, cast: Cast, sheets: Printing) -> None:
    await read(session, cast, sheets, cast.omar, stance="against")
    assert await read(session, cast, sheets, cast.oksana, place="1", phone="1") is SheetState.DIFFERS
    shown = await queries.sheet(session, city=cast.city, number=(sheets.batch, 1), secrets=SECRETS)
    assert differing(*(one.fields for one in shown.readings)) == ["place", "stance", "phone"]
    chosen: dict[str, Any] = {"as_place": "2", "as_stance": "1", "as_phone": "own", "phone": "0700 000 001"}
    for reader in (cast.omar, cast.oksana):
        assert await refused(read(session, cast, sheets, reader, settles=True, **chosen)) == "own_reading"
    assert await refused(read(session, cast, sheets, cast.ada)) == "sheet_differs"
    with pytest.raises(Invalid) as unsaid:
        await read(session, cast, sheets, cast.ada, settles=True, as_place="2", as_stance="1")
    assert set(unsaid.value.errors) == {"as.phone"}
    assert await read(session, cast, sheets, cast.ada, settles=True, **chosen) is SheetState.TAKEN
    entry = (await session.scalars(sa.select(Entry))).one()
    assert (entry.place_id, entry.contact is not None) == (cast.harbour, True)
    assert await session.scalar(sa.select(Comment.stance).where(Comment.entry_id == entry.id)) == "against"


async def test_what_is_blank_is_void_when_two_say_so(session: Session, cast: Cast, sheets: Printing) -> None:
    await read(session, cast, sheets, cast.omar, void="1")
    assert await read(session, cast, sheets, cast.oksana, void="1") is SheetState.VOID
    assert await refused(read(session, cast, sheets, cast.ada)) == "sheet_void"
    await read(session, cast, sheets, cast.omar, serial=2, void="1")
    assert await read(session, cast, sheets, cast.oksana, serial=2) is SheetState.DIFFERS
    assert await read(session, cast, sheets, cast.ada, serial=2, settles=True, as_void="2") is SheetState.TAKEN
    assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 1


async def test_a_sheet_of_another_city_is_none(session: Session, cast: Cast, sheets: Printing) -> None:
    elsewhere = await found(session, "dodoma", "dodoma.example")
    for city, serial in ((elsewhere, 1), (cast.city, 4)):
        sought = queries.sheet(session, city=city, number=(sheets.batch, serial), secrets=SECRETS)
        assert await refused(sought) == "sheet"


async def test_the_first_reading_decides_whether_it_came_in_time(
    session: Session, cast: Cast, sheets: Printing
) -> None:
    closes = NOW + 20 * DAY
    await read(session, cast, sheets, cast.omar, at=closes - timedelta(minutes=1))
    await read(session, cast, sheets, cast.omar, serial=2, at=closes - timedelta(minutes=1))
    assert await refused(read(session, cast, sheets, cast.omar, serial=3, at=closes + GRACE)) == "closed"
    assert await read(session, cast, sheets, cast.oksana, at=closes + GRACE - timedelta(minutes=1)) is SheetState.TAKEN
    assert await refused(read(session, cast, sheets, cast.oksana, serial=2, at=closes + GRACE)) == "late"


async def test_a_sheet_that_is_first_typed_within_the_grace_counts_as_of_the_closing(
    session: Session, cast: Cast, sheets: Printing
) -> None:
    closes = NOW + 20 * DAY
    last = closes + GRACE - timedelta(minutes=1)
    await read(session, cast, sheets, cast.omar, at=closes)
    assert await read(session, cast, sheets, cast.oksana, at=last) is SheetState.TAKEN
    entry = (await session.scalars(sa.select(Entry))).one()
    assert (entry.state, entry.finished_at) == ("accepted", closes - timedelta(microseconds=1))
    await session.execute(sa.update(PaperBatch).values(printed_at=closes))
    assert await refused(read(session, cast, sheets, cast.omar, serial=2, at=last)) == "closed"


async def test_readings_that_nobody_took_go_with_the_grace(session: Session, cast: Cast, sheets: Printing) -> None:
    await read(session, cast, sheets, cast.omar)
    await forget(session, at=NOW + 20 * DAY + GRACE - timedelta(minutes=1))
    assert len((await session.scalars(sa.select(PaperReading))).all()) == 1
    await forget(session, at=NOW + 20 * DAY + GRACE)
    assert (await session.scalars(sa.select(PaperReading))).all() == []
    states = await session.scalars(sa.select(PaperSheet.state).order_by(PaperSheet.serial))
    assert set(states) == {SheetState.PRINTED}


async def test_a_new_master_secret_opens_what_was_read_before(session: Session, cast: Cast, sheets: Printing) -> None:
    await read(session, cast, sheets, cast.omar)
    both = Secrets("a newer secret of the tests, long enough too", SECRETS.current)
    assert await renew(session, secrets=both) > 0
    shown = await queries.sheet(session, city=cast.city, number=(sheets.batch, 1), secrets=Secrets(both.current))
    assert shown.readings[0].fields["body"] == READ["body"]


async def test_a_code_that_does_not_count_holds_the_entry_and_old_consent_too(
    session: Session, cast: Cast, sheets: Printing
) -> None:
    coded: dict[str, Any] = {"code": with_check_digit("123456789012345"), "subject": Subject(held=Held.CODE)}
    await read(session, cast, sheets, cast.omar, **coded)
    await read(session, cast, sheets, cast.oksana, **coded)
    await read(session, cast, sheets, cast.omar, serial=2, read_back="")
    await read(session, cast, sheets, cast.oksana, serial=2, read_back="")
    held = await session.execute(sa.select(Entry.state, Entry.reason).order_by(Entry.id))
    assert [tuple(row) for row in held] == [("held", "code"), ("held", "consent")]
