"""Votes at the same moment, on real connections: at most one counted vote each, exactly those that arrived in time."""

import asyncio
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from participation.domain.ballots import queries
from participation.domain.ballots.counting import operations as counting
from participation.domain.ballots.models import Ballot, Choice
from participation.domain.ballots.queries import key_file, voter_of
from participation.domain.people.models import Person, Residence
from participation.domain.record import notes, tree
from participation.domain.record import operations as record
from participation.domain.record.actors import Actor, Via
from participation.domain.record.models import RecordCheckpoint, RecordEntry
from participation.kit import keys, partitions
from participation.kit.database import Database, make_engine
from participation.kit.errors import Closed, Refusal, Unavailable
from tests.cast import NOW, Cast, assemble
from tests.choosing import Sheet, code, printed
from tests.voting import CLOSES, OPENS, Asked, ask, vote

PEOPLE = 300
COUNTED = CLOSES + timedelta(minutes=2)
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stage:
    database: Database
    cast: Cast
    asked: Asked
    voters: list[Actor]

    async def count(self) -> dict[str, object]:
        async with self.database.transaction() as session:
            return await counting.count(
                session, city=self.cast.city, ballot_id=self.asked.ballot.id, folder=self.asked.folder, at=COUNTED
            )

    async def send(self, voter: Actor, choice: Choice, at: datetime = NOW, token: bytes | None = None) -> str:
        async with self.database.transaction() as session:
            return await vote(session, self.asked, voter, choice, at=at, token=token)


@pytest.fixture
async def stage(real_database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A ballot, three hundred residents, and twenty connections."""
    engine = make_engine(real_database_url, pool_size=20)
    database = Database(engine)
    async with database.transaction() as session:
        cast = await assemble(session)
        asked = await ask(session, cast, tmp_path)
        rows = [{"city_id": cast.city.id, "language": "en"}] * PEOPLE
        ids = list((await session.scalars(sa.insert(Person).returning(Person.id), rows)).all())
        homes = [cast.harbour, cast.market, cast.hill]
        await session.execute(
            sa.insert(Residence),
            [{"person_id": id_, "city_id": cast.city.id, "district_id": homes[id_ % 3], "since": OPENS} for id_ in ids],
        )
    voters = [Actor(city_id=cast.city.id, person_id=id_, via=Via.WEB) for id_ in ids]
    yield Stage(database, cast, asked, voters)
    await engine.dispose()


async def record_is_whole(stage: Stage, folder: Path) -> bool:
    """Seal what was recorded; every entry stands in the tree that was signed."""
    async with stage.database.transaction() as session:
        city_id = stage.cast.city.id
        signer = await record.start(session, city_id=city_id, host="tamarani.example", folder=folder, at=NOW)
        await record.seal(session, city_id=city_id, signer=signer, at=NOW)
        entries = (await session.scalars(sa.select(RecordEntry).order_by(RecordEntry.number))).all()
        note = await session.scalar(sa.select(RecordCheckpoint.note).order_by(RecordCheckpoint.size.desc()).limit(1))
    signed = notes.open_note(str(note).encode())
    root = tree.root_of([tree.leaf_hash(entry.leaf) for entry in entries])
    claim = notes.checkpoint(signed)
    return signed.signed_by(signer.verifier) and (claim.size, claim.root) == (len(entries), root)


async def test_three_hundred_people_vote_twice_at_once_while_the_ballot_closes(stage: Stage, tmp_path: Path) -> None:
    chance = random.Random(20270301)
    sent = [
        (voter, chance.choice(list(Choice)), CLOSES + timedelta(milliseconds=chance.randrange(-3_000, 3_000)))
        for voter in stage.voters * 2
    ]
    chance.shuffle(sent)
    answers = await asyncio.gather(*(stage.send(*one) for one in sent), return_exceptions=True)

    # The model: whoever sent a vote that arrived before closing has one vote, and it is one of those.
    in_time: dict[int, set[Choice]] = defaultdict(set)
    for (voter, choice, at), answer in zip(sent, answers, strict=True):
        if at < CLOSES:
            assert isinstance(answer, str)
            in_time[voter.person_id or 0].add(choice)
        else:
            assert isinstance(answer, Closed)

    key = keys.read(key_file(stage.asked.folder, stage.asked.ballot.key))
    async with stage.database.reading() as session:
        rows = (await session.execute(sa.text(f"select voter, choice from vote_{stage.asked.ballot.id}"))).all()
    stored = {bytes(row.voter): Choice(row.choice) for row in rows}
    assert len(stored) == len(rows)
    assert stored.keys() == {voter_of(key, person) for person in in_time}
    assert all(stored[voter_of(key, person)] in choices for person, choices in in_time.items())

    result = await stage.count()
    totals = Counter(stored.values())
    assert result["votes"] == len(in_time)
    assert (result["for"], result["against"], result["abstain"]) == tuple(totals[choice] for choice in Choice)
    async with stage.database.reading() as session:
        receipts = set(
            (await session.scalars(sa.text(f"select receipt from vote_receipt_{stage.asked.ballot.id}"))).all()
        )
    assert receipts == {answer for answer in answers if isinstance(answer, str)}
    assert await record_is_whole(stage, tmp_path)


async def test_counting_waits_for_a_vote_that_is_being_stored(stage: Stage) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_vote() -> str:
        async with stage.database.transaction() as session:
            receipt = await vote(session, stage.asked, stage.voters[0], Choice.FOR, at=CLOSES - timedelta(seconds=1))
            begun.set()
            await go_on.wait()
            return receipt

    voting = asyncio.create_task(slow_vote())
    await begun.wait()
    count = asyncio.create_task(stage.count())
    done, _waiting = await asyncio.wait({count}, timeout=0.3)
    assert not done
    go_on.set()
    await voting
    assert await count == {"result": "passed"}


async def test_a_vote_that_comes_while_others_are_counted_is_refused_and_told_so(stage: Stage) -> None:
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow_count() -> dict[str, object]:
        async with stage.database.transaction() as session:
            result = await counting.count(
                session, city=stage.cast.city, ballot_id=stage.asked.ballot.id, folder=stage.asked.folder, at=COUNTED
            )
            begun.set()
            await go_on.wait()
            return result

    count = asyncio.create_task(slow_count())
    await begun.wait()
    late = asyncio.create_task(stage.send(stage.voters[20], Choice.AGAINST, CLOSES - timedelta(seconds=1)))
    look_up = asyncio.create_task(_look_up(stage))
    await asyncio.sleep(0.2)
    go_on.set()
    result = await count
    assert (result["for"], result["against"]) == (12, 0)
    with pytest.raises(Unavailable) as refused:
        await late
    assert refused.value.code == "not_stored"
    await look_up


async def _look_up(stage: Stage) -> None:
    async with stage.database.reading() as session:
        await queries.by_receipt(session, city_id=stage.cast.city.id, receipt="000000000000")


async def test_the_same_form_sent_twice_at_the_same_moment_has_one_receipt(stage: Stage) -> None:
    token = secrets.token_bytes(32)
    answers = await asyncio.gather(*(stage.send(stage.voters[0], Choice.FOR, NOW, token) for _ in range(10)))
    assert len(set(answers)) == 1
    async with stage.database.reading() as session:
        for table in ("vote", "vote_repeat", "vote_receipt"):
            assert await session.scalar(sa.text(f"select count(*) from {table}_{stage.asked.ballot.id}")) == 1


async def test_one_form_with_two_choices_at_the_same_moment_counts_one_of_them(stage: Stage) -> None:
    token = secrets.token_bytes(32)
    choices = [Choice.FOR, Choice.AGAINST] * 5
    answers = await asyncio.gather(
        *(stage.send(stage.voters[0], choice, NOW, token) for choice in choices), return_exceptions=True
    )
    receipts = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert (len(receipts), len(refused)) == (5, 5)
    assert len(set(receipts)) == 1
    assert {answer.code for answer in refused} == {"repeat"}


async def test_two_workers_count_a_ballot_once(stage: Stage) -> None:
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)
    answers = await asyncio.gather(stage.count(), stage.count(), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "dict"]


async def test_counting_one_ballot_does_not_hold_up_votes_in_another(stage: Stage, tmp_path: Path) -> None:
    async with stage.database.transaction() as session:
        other = await ask(session, stage.cast, tmp_path, slug="lights")
    elsewhere = replace(stage, asked=other)
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)

    async def keep_voting() -> None:
        for voter in stage.voters[:50]:
            await elsewhere.send(voter, Choice.AGAINST)

    await asyncio.gather(keep_voting(), keep_voting(), stage.count(), _look_up(stage))
    async with stage.database.reading() as session:
        assert await session.scalar(sa.text(f"select count(*) from vote_{other.ballot.id}")) == 50
        assert await session.scalar(sa.select(Ballot.state).where(Ballot.id == stage.asked.ballot.id)) == "counted"


@pytest.mark.parametrize("end", ["count", "mix"])
async def test_the_first_vote_of_a_connection_does_not_wait_while_another_ballot_is_counted_or_mixed(
    stage: Stage, tmp_path: Path, real_database_url: str, end: str
) -> None:
    """PostgreSQL looks at a partition's parent on the first write of a connection: whoever held it would hold up every ballot."""
    async with stage.database.transaction() as session:
        other = await ask(session, stage.cast, tmp_path, slug="lights")
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)
    engine = make_engine(real_database_url)
    elsewhere = Stage(Database(engine), stage.cast, other, stage.voters)
    async with stage.database.transaction() as session:
        if end == "count":
            await counting.count(
                session, city=stage.cast.city, ballot_id=stage.asked.ballot.id, folder=stage.asked.folder, at=COUNTED
            )
        else:
            assert await counting.mix(session, ballot_id=stage.asked.ballot.id, since_last=timedelta(hours=1))
        assert await asyncio.wait_for(elsewhere.send(stage.voters[0], Choice.AGAINST), timeout=5)
    await engine.dispose()


async def test_votes_that_come_while_the_rows_are_written_in_another_order_wait_and_are_stored(stage: Stage) -> None:
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)

    async def mix() -> bool:
        async with stage.database.transaction() as session:
            return await counting.mix(session, ballot_id=stage.asked.ballot.id, since_last=timedelta(hours=1))

    async def keep_voting(voters: list[Actor]) -> None:
        for voter in voters:
            await stage.send(voter, Choice.AGAINST)

    chosen = [stage.voters[start : start + 40] for start in range(0, 120, 40)]
    mixed, *_others = await asyncio.gather(mix(), *(keep_voting(voters) for voters in chosen), _look_up(stage))
    assert mixed
    assert await mix()
    result = await stage.count()
    assert (result["votes"], result["against"]) == (120, 120)


async def test_voters_do_not_wait_while_the_whole_database_is_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dump locks every table for hours: mixing gives up, and votes go on."""
    monkeypatch.setattr(counting, "WAITS", 200)
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)

    async def mix() -> bool:
        async with stage.database.transaction() as session:
            return await counting.mix(session, ballot_id=stage.asked.ballot.id, since_last=timedelta(hours=1))

    async with stage.database.transaction() as dump:
        await dump.execute(sa.text(f"select count(*) from vote_{stage.asked.ballot.id}"))
        mixing = asyncio.create_task(mix())
        await asyncio.sleep(0.05)
        assert await asyncio.wait_for(stage.send(stage.voters[20], Choice.AGAINST), timeout=5)
        with pytest.raises(partitions.Busy):
            await mixing
    assert await mix()
    assert (await stage.count())["votes"] == 13


async def test_receipts_are_looked_up_while_many_rows_are_written_in_another_order(stage: Stage) -> None:
    number = stage.asked.ballot.id
    many = f"select {number}, n::text, 1 from generate_series(100000000000, 100000050000) n"
    async with stage.database.transaction() as session:
        await session.execute(sa.text(f"insert into vote_receipt_{number} (ballot_id, receipt, city_id) {many}"))
    for voter in stage.voters[:12]:
        await stage.send(voter, Choice.FOR)
    over = asyncio.Event()

    async def keep_looking() -> int:
        looked = 0
        while not over.is_set():
            await _look_up(stage)
            looked += 1
        return looked

    async def mix() -> None:
        try:
            for _time in range(3):
                async with stage.database.transaction() as session:
                    await counting.mix(session, ballot_id=number, since_last=timedelta(hours=1))
                for voter in stage.voters[:12]:
                    await stage.send(voter, Choice.AGAINST)
        finally:
            over.set()

    _mixed, *looked = await asyncio.gather(mix(), *(keep_looking() for _ in range(4)))
    assert min(looked) > 0


async def test_two_people_use_one_sheet_at_the_same_moment_and_one_of_them_has_voted(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        sheets = await printed(session, stage.cast, stage.asked, 20)

    async def use(voter: Actor, sheet: Sheet, choice: Choice) -> str:
        async with stage.database.transaction() as session:
            return await vote(session, stage.asked, voter, code(sheet, choice))

    pairs = [(sheet, stage.voters[2 * place : 2 * place + 2]) for place, sheet in enumerate(sheets)]
    answers = await asyncio.gather(
        *(use(voter, sheet, choice) for sheet, both in pairs for voter, choice in zip(both, Choice, strict=False)),
        return_exceptions=True,
    )
    for one, other in zip(answers[::2], answers[1::2], strict=True):
        assert sorted(type(answer).__name__ for answer in (one, other)) == ["NotFound", "str"]
    async with stage.database.reading() as session:
        stored = await session.scalar(sa.text(f"select count(*) from vote_{stage.asked.ballot.id}"))
    assert stored == len(sheets)


async def test_two_workers_that_mix_at_once_do_not_wait_for_each_other(stage: Stage) -> None:
    for voter in stage.voters[:20]:
        await stage.send(voter, Choice.FOR)
    both = asyncio.Barrier(2)

    async def mix() -> bool:
        async with stage.database.transaction() as session:
            await session.execute(sa.select(1))
            await both.wait()
            return await counting.mix(session, ballot_id=stage.asked.ballot.id, since_last=timedelta(hours=1))

    assert sorted(await asyncio.gather(mix(), mix())) == [False, True]


async def test_votes_by_code_come_while_the_rows_are_mixed_and_counted_and_nobody_waits_in_a_circle(
    stage: Stage,
) -> None:
    async with stage.database.transaction() as session:
        sheets = await printed(session, stage.cast, stage.asked, 100)

    async def use(voter: Actor, sheet: Sheet) -> str:
        async with stage.database.transaction() as session:
            return await vote(session, stage.asked, voter, code(sheet, Choice.FOR))

    async def mix() -> None:
        for _n in range(5):
            async with stage.database.transaction() as session:
                await counting.mix(session, ballot_id=stage.asked.ballot.id, since_last=timedelta(hours=1))

    await asyncio.gather(mix(), *(use(*one) for one in zip(stage.voters, sheets, strict=False)))
    result = await stage.count()
    assert (result["for"], result["sheets"]) == (100, 100)
