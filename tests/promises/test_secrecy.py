"""Promise 4: nobody can tell who voted what, and nothing is left that could."""

import os
import secrets
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.domain.ballots.carried import operations as carrying
from participation.domain.ballots.carried.queries import entry_of
from participation.domain.ballots.choice_codes.models import PrintedCode, VotedSheet
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice, Vote, VoteCarried, VoteReceipt, VoteRepeat
from participation.domain.ballots.queries import by_receipt, key_file, voter_of
from participation.domain.people.models import AccessCode, Person
from participation.domain.proxies.delegates.models import Delegate
from participation.domain.proxies.devices.models import Device
from participation.domain.proxies.models import Entry
from participation.domain.record import keys as record_keys
from participation.kit import keys
from participation.kit.database import Base, Database, Session
from participation.settings import Settings, from_environment
from tests.browsing import Browser
from tests.carrying import GRACE_ENDS, RIZIKI, SALMA, ask_with_delegates, bring, carried, holders, seen
from tests.cast import NOW, Cast, assemble, resident
from tests.choosing import code as said_by
from tests.choosing import printed
from tests.kiosks import screen
from tests.slips import handed_out
from tests.stage import Clock
from tests.voting import CLOSES, Asked, ask, vote

VOTE_TABLES = (Vote, VoteRepeat, VoteReceipt, VoteCarried, PrintedCode, VotedSheet)
VOTING = [Base.metadata.tables[model.__tablename__] for model in VOTE_TABLES]
COUNTED = CLOSES + timedelta(minutes=2)
WAITED = GRACE_ENDS + timedelta(minutes=2)


def test_no_row_of_a_vote_carries_a_person_a_time_or_a_serial() -> None:
    columns = {table.name: {column.name for column in table.columns} for table in VOTING}
    assert columns == {
        "vote": {"ballot_id", "city_id", "voter", "choice", "via", "district_id"},
        "vote_repeat": {"ballot_id", "city_id", "token", "content"},
        "vote_receipt": {"ballot_id", "city_id", "receipt"},
        "vote_carried": {
            "ballot_id",
            "city_id",
            "entry",
            "voter",
            "content",
            "returned",
            "district_id",
            "via",
            "delegate",
            "state",
        },
        "choice_code": {"ballot_id", "city_id", "code", "batch", "sheet", "content"},
        "choice_sheet": {"ballot_id", "city_id", "sheet", "batch", "holder"},
    }
    for table in VOTING:
        for column in table.columns:
            assert column.identity is None
            assert column.server_default is None
            assert not isinstance(column.type, sa.DateTime | sa.Date)
            assert not column.foreign_keys


def test_no_table_leads_from_a_person_to_a_ballot() -> None:
    """There is no list of who voted. A decision names its ballot, and the two officials who made it public."""
    for table in Base.metadata.tables.values():
        if table.name == "outcome":
            persons = {key.parent.name for key in table.foreign_keys if key.column.table.name == "person"}
            assert persons == {"handed_in_by", "published_by"}
            continue
        leads = {key.column.table.name for key in table.foreign_keys}
        assert not {"person", "ballot"} <= leads, table.name


def test_an_entry_says_neither_that_it_held_a_vote_nor_in_which_ballot() -> None:
    names = {column.name for model in (Entry, Delegate, Device) for column in sa.inspect(model).columns}
    assert "receipt" in names
    assert not [name for name in names if any(word in name for word in ("ballot", "vote", "choice"))]


async def contents(session: Session) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    names = await session.scalars(
        sa.text(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
    )
    return {
        name: list((await session.scalars(sa.text(f"select t::text from {name} t order by 1"))).all())
        for name in names.all()
    }


async def test_a_vote_is_written_nowhere_but_in_its_ballots_own_tables(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    before = await contents(session)
    await vote(session, asked, cast.amina, Choice.AGAINST)
    after = await contents(session)
    changed = {name for name in after if after[name] != before[name]}
    number = asked.ballot.id
    assert changed == {f"vote_{number}", f"vote_repeat_{number}", f"vote_receipt_{number}"}


async def test_a_vote_by_slip_writes_nothing_beside_it_even_at_the_first_use_of_the_slip(
    session: Session, cast: Cast, visitor: Browser, app: Any, settings: Settings
) -> None:
    """Neither in its transaction nor in one next to it: numbers of transactions would pair the slip and the vote."""
    asked = await ask(session, cast, settings.keys)
    slips = await handed_out(session, cast)
    await session.commit()
    for slip in slips[:9]:
        await visitor.get(asked.page)
        before = await contents(session)
        page = await visitor.send({"choice": "2", "code": slip.code})
        assert "Your receipt" in page.text
        after = await contents(session)
        changed = {name for name in after if after[name] != before[name]}
        number = asked.ballot.id
        assert changed == {f"vote_{number}", f"vote_repeat_{number}", f"vote_receipt_{number}"}


async def test_a_vote_at_a_kiosk_writes_nothing_beside_it(
    app: Any, session: Session, cast: Cast, settings: Settings, clock: Clock
) -> None:
    """Neither that its voter is still there, which the script says right before each form, nor that their session goes on."""
    asked = await ask(session, cast, settings.keys)
    code = (await handed_out(session, cast))[0].code
    kiosk = await screen(app, session, cast.city, cast.harbour, cast.omar)
    await kiosk.get("/en/sign-in")
    await kiosk.send({"code": code})
    await kiosk.get(asked.page)
    clock.forward(minutes=4)
    before = await contents(session)
    assert (await kiosk.client.post("/kiosk/here")).status_code == 204
    clock.forward(minutes=4)
    page = await kiosk.send({"choice": "2"})
    assert "Your receipt" in page.text
    after = await contents(session)
    changed = {name for name in after if after[name] != before[name]}
    number = asked.ballot.id
    assert changed == {f"vote_{number}", f"vote_repeat_{number}", f"vote_receipt_{number}"}
    await kiosk.client.aclose()


async def test_without_the_key_nothing_leads_from_a_sheet_to_a_choice_or_to_whoever_voted_with_it(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    """Of three people whose sheets say three choices: codes stand nowhere, and what a vote with a code adds has nothing in common with the vote."""
    asked = await ask(session, cast, tmp_path)
    sheets = await printed(session, cast, asked, 3)
    people = [await resident(session, cast.city.id, cast.harbour) for _ in range(3)]
    before = await contents(session)
    for who, sheet, choice in zip(people, sheets, Choice, strict=True):
        await vote(session, asked, who, said_by(sheet, choice))
    after = await contents(session)
    number = asked.ballot.id
    own = {f"{name}_{number}" for name in ("vote", "vote_repeat", "vote_receipt", "choice_sheet")}
    assert {name for name in after if after[name] != before[name]} == own
    everything = str(after)
    for line in (line for sheet in sheets for line in sheet):
        assert line.code not in everything
    rows = {
        name: (await session.execute(sa.text(f"select * from {name}_{number}"))).mappings().all()
        for name in ("vote", "vote_repeat", "vote_receipt", "choice_code", "choice_sheet")
    }
    # Every sheet has a row for each option, used or not, and of these none says which it is.
    told = [{name: value for name, value in row.items() if not isinstance(value, bytes)} for row in rows["choice_code"]]
    assert told == [told[0]] * 9
    assert "choice" not in told[0]
    hidden = {
        name: {value for row in of for value in row.values() if isinstance(value, bytes)} for name, of in rows.items()
    }
    used, printed_ = hidden.pop("choice_sheet"), hidden.pop("choice_code")
    for name, values in hidden.items():
        assert not values & (used | printed_), name
    assert used & printed_ == {row["sheet"] for row in rows["choice_sheet"]}


async def test_slips_that_first_voted_are_counted_as_used_ten_at_a_time(
    session: Session, cast: Cast, visitor: Browser, app: Any, settings: Settings
) -> None:
    asked = await ask(session, cast, settings.keys)
    slips = await handed_out(session, cast)
    await session.commit()

    async def used() -> int:
        await app.site.note_uses()
        return await session.scalar(sa.select(sa.func.count()).where(AccessCode.used)) or 0

    for slip in [*slips[:9], slips[0]]:
        await visitor.get(asked.page)
        await visitor.send({"choice": "2", "code": slip.code})
        assert await used() == 0
    await visitor.get(asked.page)
    await visitor.send({"choice": "2", "code": slips[9].code})
    assert await used() == 10


async def test_without_the_key_a_row_cannot_be_found_again(session: Session, cast: Cast, tmp_path: Path) -> None:
    """Neither the same person in another ballot, nor the same form, looks alike."""
    one, other = await ask(session, cast, tmp_path), await ask(session, cast, tmp_path, slug="lights")
    token = secrets.token_bytes(32)
    receipts = [await vote(session, asked, cast.amina, Choice.FOR, token=token) for asked in (one, other)]
    assert receipts[0] != receipts[1]
    for table in ("vote", "vote_repeat"):
        rows = [
            (await session.execute(sa.text(f"select * from {table}_{asked.ballot.id}"))).one() for asked in (one, other)
        ]
        hidden = [{value for value in row if isinstance(value, bytes)} for row in rows]
        assert not hidden[0] & hidden[1]


async def test_the_key_stands_in_a_file_that_nobody_else_can_read_and_nowhere_else(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    path = key_file(tmp_path, asked.ballot.key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    key = keys.read(path)
    assert len(key) == 32
    await vote(session, asked, cast.amina, Choice.FOR)
    everything = str(await contents(session))
    assert key.hex() not in everything


def test_a_folder_of_keys_that_the_server_makes_itself_is_closed_to_everybody_else_from_its_top(tmp_path: Path) -> None:
    """Keys of ballots, keys of the record and the secret of a demonstration, whichever comes first."""
    before = os.umask(0o022)
    try:
        keys.make(key_file(tmp_path / "a" / "keys", uuid.uuid4()))
        record_keys.make(tmp_path / "b" / "keys", "tamarani.example")
        from_environment({"PARTICIPATION_KEYS": str(tmp_path / "c" / "keys")}, demonstration=True)
    finally:
        os.umask(before)
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert {path.name for path in folders} == {"a", "b", "c", "keys", "ballots", "record"}
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


async def order_and_numbers(session: Session, asked: Asked, table: str) -> tuple[list[bytes], set[str]]:
    """The keys of a ballot's rows as they lie on the disk, and the numbers of the transactions that wrote them."""
    key = {
        "vote": "voter",
        "vote_repeat": "token",
        "vote_receipt": "receipt",
        "vote_carried": "entry",
        "choice_sheet": "sheet",
    }[table]
    rows = (
        await session.execute(sa.text(f"select {key} as key, xmin::text from {table}_{asked.ballot.id} order by ctid"))
    ).all()
    return [row.key for row in rows], {row.xmin for row in rows}


async def test_while_a_ballot_is_open_its_rows_neither_lie_in_the_order_of_arrival_nor_tell_it(
    real_database: Database, tmp_path: Path
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, tmp_path)
        voters = [await resident(session, cast.city.id, cast.harbour) for _ in range(12)]

    async def mixed() -> bool:
        async with real_database.transaction() as session:
            return await counting.mix(session, ballot_id=asked.ballot.id, since_last=timedelta(minutes=1))

    for voter in voters[:9]:
        async with real_database.transaction() as session:
            await vote(session, asked, voter, Choice.FOR)
    assert not await mixed()
    async with real_database.transaction() as session:
        receipt = await vote(session, asked, voters[9], Choice.AGAINST)
    assert await mixed()
    async with real_database.reading() as session:
        for table in ("vote", "vote_repeat", "vote_receipt"):
            keys_, numbers = await order_and_numbers(session, asked, table)
            assert len(keys_) == 10
            assert keys_ == sorted(keys_)
            assert len(numbers) == 1
        assert await by_receipt(session, city_id=cast.city.id, receipt=receipt)
    assert not await mixed()
    for voter in (voters[9], voters[10]):
        async with real_database.transaction() as session:
            await vote(session, asked, voter, Choice.ABSTAIN)
    async with real_database.transaction() as session:
        result = await counting.count(
            session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=COUNTED
        )
    assert (result["for"], result["against"], result["abstain"]) == (9, 0, 2)


@pytest.mark.parametrize("few", [True, False], ids=["nine votes", "thirty votes"])
async def test_once_counted_nothing_leads_from_a_person_to_a_choice(
    real_database: Database, tmp_path: Path, few: bool
) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, tmp_path)
        voters = [await resident(session, cast.city.id, cast.harbour) for _ in range(9 if few else 30)]
    for voter in voters:
        async with real_database.transaction() as session:
            await vote(session, asked, voter, secrets.choice(list(Choice)))
    key = keys.read(key_file(tmp_path, asked.ballot.key))
    hashes = [voter_of(key, voter.person_id or 0).hex() for voter in voters]

    async with real_database.transaction() as session:
        result = await counting.count(
            session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=COUNTED
        )
    async with real_database.transaction() as session:
        await counting.destroy_keys(session, city_id=cast.city.id, folder=tmp_path, at=COUNTED)

    async with real_database.reading() as session:
        await nothing_is_left(session, asked, [key.hex(), *hashes])
    assert list((tmp_path / "ballots").iterdir()) == []
    if few:
        assert result.keys() == {"result"}


async def nothing_is_left(session: Session, asked: Asked, secret: list[str]) -> None:
    """No relation of its votes, no row anywhere that holds one of these, and receipts that tell no order."""
    relations = (await session.scalars(sa.text("select relname from pg_class where relname like 'vote%'"))).all()
    number = asked.ballot.id
    mine = (f"vote_{number}", f"vote_repeat_{number}", f"vote_carried_{number}")
    assert not [name for name in relations if name.startswith(mine)]
    ordinary = await session.scalars(sa.text("select oid::regclass::text from pg_class where relkind in ('r', 'm')"))
    for name in ordinary.all():
        for value in secret:
            found = sa.text(f"select count(*) from {name} t where t::text like :value")
            assert await session.scalar(found, {"value": f"%{value}%"}) == 0, name
    rows = (await session.execute(sa.text(f"select receipt, xmin::text from vote_receipt_{number}"))).all()
    assert [row.receipt for row in rows] == sorted(row.receipt for row in rows)
    assert len({row.xmin for row in rows}) == 1


# What a delegate carries


async def test_a_carried_vote_is_written_nowhere_but_in_its_ballots_own_table_and_does_not_hold_the_choice(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    """Without the key, the rows of three people who chose differently tell neither who they are nor what they chose."""
    asked = await ask_with_delegates(session, cast, tmp_path)
    people = await holders(session, cast, 3)
    brought = [carried(asked, who, choice) for who, choice in zip(people, Choice, strict=True)]
    before = await contents(session)
    await bring(session, asked, *brought)
    after = await contents(session)
    assert {name for name in after if after[name] != before[name]} == {f"vote_carried_{asked.ballot.id}"}
    rows = (await session.execute(sa.text(f"select * from vote_carried_{asked.ballot.id}"))).all()
    told = [{name: value for name, value in row._mapping.items() if not isinstance(value, bytes)} for row in rows]
    assert told == [told[0]] * 3
    assert told[0] == {
        "ballot_id": asked.ballot.id,
        "city_id": cast.city.id,
        "district_id": cast.harbour,
        "via": "delegate",
        "delegate": RIZIKI,
        "state": "counts",
    }
    text = str(after[f"vote_carried_{asked.ballot.id}"])
    for vote_ in brought:
        assert vote_.entry.hex not in text
        assert str(vote_.entry) not in text


async def test_nothing_of_how_the_rows_lie_tells_whether_a_delegate_brought_a_choice_code(
    real_database: Database, tmp_path: Path
) -> None:
    """After each batch all sheets that have voted lie anew and under one number, also where no vote of it came by code; and of
    every carried vote as much is kept."""
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask_with_delegates(session, cast, tmp_path)
        people = await holders(session, cast, 6)
        sheets = await printed(session, cast, asked, 3)
    numbers: list[set[str]] = []
    for said in (said_by(sheets[0], 1), said_by(sheets[1], 2), Choice.FOR, said_by(sheets[2], 3), Choice.AGAINST):
        async with real_database.transaction() as session:
            await bring(session, asked, carried(asked, people.pop(), said))
        async with real_database.reading() as session:
            keys_, written_by = await order_and_numbers(session, asked, "choice_sheet")
            kept = await session.scalars(sa.text(f"select length(returned) from vote_carried_{asked.ballot.id}"))
        assert keys_ == sorted(keys_)
        assert len(written_by) == 1
        assert written_by not in numbers
        assert set(kept.all()) == {2}
        numbers.append(written_by)


async def test_nothing_of_how_carried_votes_lie_leads_to_an_entry(real_database: Database, tmp_path: Path) -> None:
    """Neither their order nor the numbers of transactions: after each batch, and after each act of an administrator on one entry, whether
    it held a vote or not, all of them lie anew in the order of their keyed hashes and under one number."""
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask_with_delegates(session, cast, tmp_path)
        people = await holders(session, cast, 20)
        ballot = await seen(session, asked)
    batches = [[carried(asked, who) for who in people[start : start + 5]] for start in range(0, 20, 5)]
    rival = carried(asked, people[0], by=SALMA)
    one = batches[2][3].entry
    numbers: list[set[str]] = []

    async def lie_anew(rows: int) -> None:
        async with real_database.reading() as session:
            keys_, written_by = await order_and_numbers(session, asked, "vote_carried")
        assert len(keys_) == rows
        assert keys_ == sorted(keys_)
        assert len(written_by) == 1
        assert written_by not in numbers
        numbers.append(written_by)

    for place, batch in enumerate(batches):
        async with real_database.transaction() as session:
            await bring(session, asked, *batch)
        await lie_anew(5 * place + 5)
    async with real_database.transaction() as session:
        await bring(session, asked, rival)
    await lie_anew(21)
    without_vote = uuid.uuid4()
    for act in (carrying.hold, carrying.release, carrying.spoil):
        for entry in (one, without_vote):
            async with real_database.transaction() as session:
                await act(session, ballot=ballot, entry=entry, folder=tmp_path)
            await lie_anew(21)
    both = [batches[0][0].entry, rival.entry]
    async with real_database.transaction() as session:
        await carrying.settle(session, ballot=ballot, entries=both, keep=both[0], folder=tmp_path)
    await lie_anew(21)
    for voter in people[:10]:
        async with real_database.transaction() as session:
            await vote(session, asked, voter, Choice.FOR)
    async with real_database.transaction() as session:
        assert await counting.mix(session, ballot_id=asked.ballot.id, since_last=timedelta(minutes=1))
    await lie_anew(21)


async def test_votes_that_wait_for_the_grace_to_end_do_not_lie_in_the_order_in_which_they_came(
    real_database: Database, tmp_path: Path
) -> None:
    """Fewer than ten are not written anew while voting is open; afterwards they would lie so for days."""
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask_with_delegates(session, cast, tmp_path)
        voters = await holders(session, cast, 3)
    for voter in voters:
        async with real_database.transaction() as session:
            await vote(session, asked, voter, Choice.FOR)
    for closed in (False, True, True):
        async with real_database.transaction() as session:
            done = await counting.mix(session, ballot_id=asked.ballot.id, since_last=timedelta(hours=2), closed=closed)
        async with real_database.reading() as session:
            _keys, numbers = await order_and_numbers(session, asked, "vote")
        assert len(numbers) == (1 if closed else 3)
    assert not done


async def test_once_counted_nothing_leads_from_an_entry_to_a_vote(real_database: Database, tmp_path: Path) -> None:
    async with real_database.transaction() as session:
        cast = await assemble(session)
        asked = await ask_with_delegates(session, cast, tmp_path)
        people = await holders(session, cast, 20)
    brought = [carried(asked, who, secrets.choice(list(Choice)), held=place > 15) for place, who in enumerate(people)]
    async with real_database.transaction() as session:
        await bring(session, asked, *brought)
        await vote(session, asked, people[0], Choice.FOR)
    key = keys.read(key_file(tmp_path, asked.ballot.key))
    hashes = [voter_of(key, who.person_id or 0).hex() for who in people]
    hashes += [entry_of(key, each.entry).hex() for each in brought]
    async with real_database.transaction() as session:
        await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=tmp_path, at=WAITED)
    async with real_database.transaction() as session:
        await counting.destroy_keys(session, city_id=cast.city.id, folder=tmp_path, at=WAITED)
    async with real_database.reading() as session:
        await nothing_is_left(session, asked, [key.hex(), *hashes, *(str(each.entry) for each in brought)])
    assert list((tmp_path / "ballots").iterdir()) == []


async def test_the_record_says_that_a_ballot_was_counted_and_never_who_took_part(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    persons = list((await session.scalars(sa.select(Person.id))).all())
    receipts = [
        await vote(session, asked, await resident(session, cast.city.id, cast.harbour), Choice.FOR, at=NOW)
        for _ in range(12)
    ]
    await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, folder=asked.folder, at=COUNTED)
    bodies = list((await session.scalars(sa.text("select body from record_entry"))).all())
    assert persons
    assert len(bodies) == 2
    for body in bodies:
        assert "person" not in body
        assert "voter" not in body
        assert not any(receipt in body for receipt in receipts)
