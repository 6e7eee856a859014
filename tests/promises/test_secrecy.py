"""Promise 4: nobody can tell who voted what, and nothing is left that could."""

import os
import secrets
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Choice, Vote, VoteReceipt, VoteRepeat
from participation.domain.ballots.queries import key_file, voter_of
from participation.domain.people.models import Person
from participation.domain.record import keys as record_keys
from participation.kit import keys
from participation.kit.database import Base, Database, Session
from participation.settings import from_environment
from tests.cast import NOW, Cast, assemble, resident
from tests.voting import CLOSES, Asked, ask, vote

VOTING = [Base.metadata.tables[model.__tablename__] for model in (Vote, VoteRepeat, VoteReceipt)]
COUNTED = CLOSES + timedelta(minutes=2)


def test_no_row_of_a_vote_carries_a_person_a_time_or_a_serial() -> None:
    columns = {table.name: {column.name for column in table.columns} for table in VOTING}
    assert columns == {
        "vote": {"ballot_id", "city_id", "voter", "choice", "via", "district_id"},
        "vote_repeat": {"ballot_id", "city_id", "token", "content"},
        "vote_receipt": {"ballot_id", "city_id", "receipt"},
    }
    for table in VOTING:
        for column in table.columns:
            assert column.identity is None
            assert column.server_default is None
            assert not isinstance(column.type, sa.DateTime | sa.Date)
            assert not column.foreign_keys


def test_no_table_leads_from_a_person_to_a_ballot() -> None:
    """There is no list of who voted."""
    for table in Base.metadata.tables.values():
        leads = {key.column.table.name for key in table.foreign_keys}
        assert not {"person", "ballot"} <= leads, table.name


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
        result = await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, at=COUNTED)
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
    assert not [name for name in relations if name.startswith((f"vote_{number}", f"vote_repeat_{number}"))]
    ordinary = await session.scalars(sa.text("select oid::regclass::text from pg_class where relkind in ('r', 'm')"))
    for name in ordinary.all():
        for value in secret:
            found = sa.text(f"select count(*) from {name} t where t::text like :value")
            assert await session.scalar(found, {"value": f"%{value}%"}) == 0, name
    rows = (await session.execute(sa.text(f"select receipt, xmin::text from vote_receipt_{number}"))).all()
    assert [row.receipt for row in rows] == sorted(row.receipt for row in rows)
    assert len({row.xmin for row in rows}) == 1


async def test_the_record_says_that_a_ballot_was_counted_and_never_who_took_part(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    asked = await ask(session, cast, tmp_path)
    persons = list((await session.scalars(sa.select(Person.id))).all())
    receipts = [
        await vote(session, asked, await resident(session, cast.city.id, cast.harbour), Choice.FOR, at=NOW)
        for _ in range(12)
    ]
    await counting.count(session, city=cast.city, ballot_id=asked.ballot.id, at=COUNTED)
    bodies = list((await session.scalars(sa.text("select body from record_entry"))).all())
    assert persons
    assert len(bodies) == 2
    for body in bodies:
        assert "person" not in body
        assert "voter" not in body
        assert not any(receipt in body for receipt in receipts)
